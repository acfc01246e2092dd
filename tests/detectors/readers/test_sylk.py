"""SYLK and DIF that lie, and CSV that only begins like SYLK."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.readers import recognise
from tests.detectors.readers.reading import read_all, root, texts
from tests.detectors.readers.test_golden import FIXTURES, make

INPUTS = {"sylk": make(FIXTURES / "sylk" / "sheet"), "dif": make(FIXTURES / "dif" / "table")}


def test_a_csv_whose_first_heading_is_id_is_a_csv() -> None:
    """Excel takes it for SYLK and complains; the recipient sees a table."""
    reader = recognise(root(b"ID;Name;Born\n1;Jane Roe;1980-02-01\n2;John Doe;1981-03-02\n"))
    assert reader is not None
    assert reader.name == "csv"


@pytest.mark.parametrize(
    "line",
    [
        'C;Y99999999999;X1;K"words"',
        'C;Y0;X0;K"words"',
        'C;K"words',
        "C;Kwords",
        'C;Q;;;K"words"',
        "F;P999999;WJane 9 words;Mx",
        "NN;Nwords",
        "XYZ;words",
    ],
)
def test_records_that_lie_lose_no_words(line: str) -> None:
    """The words come out, wherever they claim to stand."""
    assert "words" in texts(read_all(f'ID;P\nC;Y1;X1;K"a"\nC;X2;K"b"\n{line}\nE\n'.encode()))


@given(st.sampled_from(sorted(INPUTS)), st.integers(0, 400), st.integers(0, 400), st.text('\x1b;"CKXY0123456789,\n-', max_size=9))  # fmt: skip
def test_damage_anywhere_ends_in_content(name: str, start: int, end: int, piece: str) -> None:
    """Never an exception of another kind."""
    untrusted = INPUTS[name]
    assert read_all(untrusted[:start] + piece.encode() + untrusted[max(start, end) :] + b"\n.\n")
