"""Delimited text as the world writes it: any encoding, any delimiter, stray quotes, far columns, several tables."""

from __future__ import annotations

import pytest

from detectors.model import Why
from detectors.readers import recognise
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, root, say, texts

BASE = "Name,Count,Note\nJohn Roe,3,x\nJane Doe,4,y\n"
WAYS = {
    "utf-8": BASE.encode(),
    "utf-8 with a mark": BASE.encode("utf-8-sig"),
    "utf-16 with a mark": BASE.encode("utf-16"),
    "utf-16 little-endian": BASE.encode("utf-16-le"),
    "utf-16 big-endian": BASE.encode("utf-16-be"),
    "utf-32": BASE.encode("utf-32"),
    "another script": "Имя;Число\nJohn Roe;3\nИван;4\n".encode("utf-16-le"),
    "cp1252": "Name;Note\nCafé £5;“x”\nJohn Roe;y\n".encode("cp1252"),
    "semicolon": BASE.replace(",", ";").encode(),
    "tab": BASE.replace(",", "\t").encode(),
    "pipe": BASE.replace(",", "|").encode(),
    "named delimiter": b"sep=^\n" + BASE.replace(",", "^").encode(),
    "a space after each comma": BASE.replace(",", ", ").encode(),
    "old Macintosh": BASE.replace("\n", "\r").encode(),
    "zeros before": b"\0" * 100 + BASE.encode(),
    "zeros between": BASE.replace("John", "\0" * 50 + "\nJohn").encode(),
    "zeros late": BASE.encode() + b"a,b,c\n" * 60_000 + b"\0" * 99 + b"\nJohn Roe,1,2\n",
    "a zero within": BASE.replace("John", "Jo\0hn").encode(),
    "the mark of DOS": BASE.encode() + b"\x1a",
    "a quoted line end": b'Name,Note,C\nJane,"two\nlines, here",3\nJohn Roe,"many\n\n\nlines",4\n',
    "a stray quote": BASE.replace("John", '"John').encode() + b"z,1,2\n" * 200_000,
    "a formula": b'Name,Formula\nx,"=HYPERLINK(""http://e.test/"",""John Roe"")"\ny,=1+1\n',
    "column 5,000": (",".join(f"h{n}" for n in range(5001)) + "\n" + "," * 5000 + "John Roe\n").encode(),
    "row 200,000": b"a,b,c\n" + b"1,2,3\n" * 200_000 + b"4,John Roe,5\n",
    "a line separator": "a,b\nJo\u2028e,2\nJohn Roe,4\n".encode(),
    "a letter of another encoding, late": b"a,b,c\n" + b"1,2,3\n" * 20_000 + "é,John Roe,5\n".encode("cp1252"),
    "a title and two tables": b"Title\n\nA,B,C\n1,2,3\n4,5,6\n\nMonth;Count\nJohn Roe;3\nx;4\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_found_in_a_table_of_any_kind(way: str) -> None:
    """As a cell of its own, not in a page of text, and nothing is unread."""
    reader = recognise(root(WAYS[way]))
    assert reader is not None
    assert reader.name == "csv"
    with cost_at_most(800):
        contents = read_all(WAYS[way])
    assert reasons(contents) == set()
    assert any(line.startswith("shown | csv") and "John Roe" in line for line in say(contents))


def test_binary_behind_a_table_is_said_and_swept() -> None:
    """The rest is not read as rows, and not passed over."""
    contents = read_all(b"a,b,c\n" + b"one,two,three\n" * 30_000 + b"\x01\x02\x03John Roe,4,5\n")
    assert Why.DAMAGED in reasons(contents)
    assert "John Roe" in texts(contents)


def test_a_stray_quote_swallows_no_rows() -> None:
    """A quote that is never closed would make one cell of the rest of the file."""
    said = say(read_all(WAYS["a stray quote"]))
    assert len(said) > 600_000


def test_tables_of_another_form_are_tables_of_their_own() -> None:
    """Rows keep the numbers that a spreadsheet would give them."""
    said = say(read_all(WAYS["a title and two tables"]))
    assert "shown | text | input | 'Title\\n'" in said
    assert "shown | csv | input › B8 | 3" in said


def test_an_endless_line_ends() -> None:
    """A field of many megabytes, quoted or not."""
    for field in (b'"' + b"x" * 9_000_000, b"x" * 9_000_000):
        with cost_at_most(400):
            assert read_all(b"a,b\nc,d\ne," + field)
