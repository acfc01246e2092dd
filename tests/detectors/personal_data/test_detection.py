"""The whole of detection: real data that must pass, and what an account may never hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model import Location, Passage, Visibility
from detectors.personal_data import Detection, Vocabulary
from detectors.personal_data.fields import STRONG
from detectors.personal_data.ledger import MOST_ENTRIES
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import CRIME_HEADINGS, crime_rows, make_passage, make_table, people

NEGATIVES = Path(__file__).parents[4] / "shared" / "data" / "negatives"
FILES = sorted(NEGATIVES.glob("*")) if NEGATIVES.is_dir() else []


@pytest.mark.skipif(not FILES, reason="the data is not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_published_statistics_hold_nobody(look: Look, path: Path) -> None:
    """Anonymised crime, ward statistics, offence titles: what nobody here wrote."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
        accounts = [
            look(make_table(rows)),
            look(make_table(rows[1:], names=rows[0], visibility=Visibility.PIVOT_CACHE)),
        ]
    else:
        text = path.read_text(encoding="utf-8")
        accounts = [look(make_passage(text)), look(make_table([line] for line in text.splitlines()))]
    for account in accounts:
        assert account.people.total == 0
        assert not {finding.kind for finding in account.findings} & STRONG


def test_no_planted_value_is_in_an_account(look: Look) -> None:
    """What crosses the sandbox's boundary shows places, kinds, masks and counts."""
    rows = [[*row, "AB123456C", "9434765919", "jane.doe@example.org"] for row in crime_rows(30)]
    headings = [*CRIME_HEADINGS, "NINO", "NHS number", "E-mail"]
    account = look(make_table([headings, *rows]), make_passage("VICTIM: Jane Doe, DOB 03/05/1985, AB123456C"))
    told = repr(account)
    planted = {cell for row in rows for n, cell in enumerate(row) if n != 1} | {"Jane", "Doe", "03/05/1985"}
    assert account.findings
    assert not [value for value in planted if value in told]


@given(st.text(max_size=300))
def test_no_text_makes_detection_fail(vocabulary: Vocabulary, text: str) -> None:
    """Bytes of strangers become any text at all, lone surrogates included."""
    detection = Detection(vocabulary, b"key")
    detection.observe(make_passage(f"VICTIM: {text} DOB: 03/05/1985 {text}", visibility=Visibility.HIDDEN_TEXT))
    detection.observe(make_table([["Name", "DOB"], [text, "03/05/1985"], [text[:20], text]]))
    detection.take()


def test_a_second_part_tells_only_what_is_new(look: Look, vocabulary: Vocabulary) -> None:
    """Parts are told one at a time, and added up by who asked."""
    detection = Detection(vocabulary, b"key")
    detection.observe(make_table([CRIME_HEADINGS, *crime_rows(30)]))
    first = detection.take()
    detection.observe(make_table([CRIME_HEADINGS, *crime_rows(40)], visibility=Visibility.HIDDEN_SHEET))
    second = detection.take()
    assert (first.people.total, second.people.total, second.people.hidden) == (30, 10, 40)
    assert detection.take() == look()


def test_accounts_stay_small(look: Look) -> None:
    """Thousands of places become hundreds of entries, and no count is lost."""
    passages = [
        Passage(Location() / f"comment {n}", Visibility.COMMENT, "comment", f"call {p.phone}, {p.email}")
        for n, p in enumerate(people(1000))
    ]
    account = look(*passages)
    assert len(account.findings) <= MOST_ENTRIES + 20
    assert sum(finding.count for finding in account.findings) == 2000
    assert [(place.channel, place.items) for place in account.hidden] == [("comment", 1000)]


def test_shown_content_hides_nowhere(look: Look) -> None:
    """Only what is not on the face of the document is a hidden place."""
    assert look(make_passage("text"), make_table([["a"]])).hidden == ()
