"""Cells and tables beyond what people write: their size, how wide they are, how many say something of their own, and other scripts."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from detectors.model import Account, Column, Location, Row, Table, Visibility
from detectors.personal_data import Detection, Vocabulary
from tests.cost import cost_at_most

HERE = Location() / "book"
NINO = "JG 12 34 56 C"


def look(vocabulary: Vocabulary, rows: Iterable[tuple[str, ...]]) -> Account:
    """What a table of these rows amounts to."""
    detection = Detection(vocabulary, b"key for this message")
    numbered = (Row(number, cells) for number, cells in enumerate(rows, 1))
    detection.observe(Table(HERE, Visibility.SHOWN, "cells", (Column(letter="A"),), numbered))
    return detection.take()


def count_ninos(account: Account) -> int:
    """How many National Insurance numbers were found."""
    return sum(finding.count for finding in account.findings if finding.kind == "nino")


def test_a_cell_of_a_megabyte_is_searched_to_its_end(vocabulary: Vocabulary) -> None:
    """In time that grows with its length."""
    cell = "Stock was counted in the yard. " * 32_000
    with cost_at_most(60):
        assert count_ninos(look(vocabulary, [(cell + NINO,)])) == 1


def test_the_last_of_16384_columns_is_searched(vocabulary: Vocabulary) -> None:
    """As wide as Excel's sheets are."""
    with cost_at_most(100):
        assert count_ninos(look(vocabulary, [("",) * 16_383 + (NINO,), ("1",) * 16_384])) == 1


def test_texts_that_are_all_different_cost_what_their_number_does(vocabulary: Vocabulary) -> None:
    """No text is remembered for longer than its batch."""
    with cost_at_most(200):
        assert (
            count_ninos(look(vocabulary, [*((f"Part {number} of the yard",) for number in range(20_000)), (NINO,)]))
            == 1
        )


@pytest.mark.parametrize(
    "written",
    [
        "JG\u200f 12 34\u202e 56 C",
        "JG 1\u03012 3\u03014 56 C",
        "\u2067JG 12 34 56 C\u2069",
        "JG \u0661\u0662 \u0663\u0664 \u0665\u0666 C",
        "JG \u06f1\u06f2 \u06f3\u06f4 \u06f5\u06f6 C",
        "JG \u0967\u0968 \u0969\u096a \u096b\u096c C",
        "\uff2a\uff27 \uff11\uff12 \uff13\uff14 \uff15\uff16 \uff23",
    ],
)
def test_marks_of_direction_and_digits_of_other_scripts_hide_nothing(vocabulary: Vocabulary, written: str) -> None:
    """What looks the same to a person, or means the same, is the same."""
    assert count_ninos(look(vocabulary, [(written,)])) == 1


@pytest.mark.parametrize("written", ["\u0661\u0662 \u0663\u0664", "شكرا لكم", "\u0301" * 40, "\u202e1234"])
def test_other_scripts_are_nobody(vocabulary: Vocabulary, written: str) -> None:
    """Figures, thanks, marks on nothing."""
    account = look(vocabulary, [(written,)])
    assert not account.findings
    assert account.people.total == 0
