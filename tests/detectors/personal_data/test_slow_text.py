"""Text that is made to be slow, through all that looks at running text and cells."""

from __future__ import annotations

import contextlib

import pytest

from detectors.model import Column, Location, OverLimit, Passage, Row, Table, Visibility
from detectors.personal_data import Detection, Vocabulary
from tests.cost import cost_at_most

HERE = Location() / "body"
SIZE = 60_000
UNITS = [
    "A ",
    "a-",
    "O'",
    "Mr ",
    "Victim: ",
    "VICTIM: Doe, Jane\n",
    "Jane Doe ",
    "JANE DOE ",
    "Smith-Jones-",
    "Doe, ",
    "DOB ",
    "Doe DOB 01/01/1980 ",
    "was assaulted by ",
    "said Jane Doe ",
    "PC 1234 ",
    "JG123456C ",
    "07700 900123 ",
    "a@b.cd ",
    " \n",
    "|",
    "\u0301",
    "a\u0301",
    "\u0648",
    "\uff11",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_of_one_thing_again_and_again_costs_what_its_length_does(vocabulary: Vocabulary, unit: str) -> None:
    """Names, labels, numbers, marks on letters: in a passage, and in one cell. Over a limit is an answer too."""
    text = unit * (SIZE // len(unit))
    table = Table(HERE, Visibility.HIDDEN_SHEET, "cells", (Column(letter="A"),), [Row(1, (text,))])
    with cost_at_most(1_500):
        for content in (Passage(HERE, Visibility.HIDDEN_SHEET, "body", text), table):
            detection = Detection(vocabulary, b"key for this message")
            with contextlib.suppress(OverLimit):
                detection.observe(content)
            detection.take()
