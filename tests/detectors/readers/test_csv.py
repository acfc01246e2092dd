"""Delimited text as the world writes it: any encoding, any delimiter, stray quotes, far columns, several tables."""

from __future__ import annotations

import binascii

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
    "a stray quote": BASE.replace("John", '"John').encode() + b"z,1,2\n" * 30_000,
    "a formula": b'Name,Formula\nx,"=HYPERLINK(""http://e.test/"",""John Roe"")"\ny,=1+1\n',
    "column 5,000": (",".join(f"h{n}" for n in range(5001)) + "\n" + "," * 5000 + "John Roe\n").encode(),
    "row 30,000": b"a,b,c\n" + b"1,2,3\n" * 30_000 + b"4,John Roe,5\n",
    "a line separator": "a,b\nJo\u2028e,2\nJohn Roe,4\n".encode(),
    "a letter of another encoding, late": b"a,b,c\n" + b"1,2,3\n" * 20_000 + "é,John Roe,5\n".encode("cp1252"),
    "a caret": BASE.replace(",", "^").encode(),
    "a tilde": BASE.replace(",", "~").encode(),
    "a not sign": BASE.replace(",", "¬").encode("cp1252"),
    "quotes behind spaces": b'"Name", "Count", "Note"\n"John Roe", "3, or 4", "x"\n"Jane Doe", "4", "y"\n',
    "apostrophes for quotes": b"'Name','Count','Note'\n'John Roe','3, or 4','x'\n'Jane Doe','4','y'\n",
    "quotes within quotes, escaped": b'"Name","Count","Note"\n"Jane \\"JD\\" Doe","3","x"\n"John Roe","4","y"\n',
    "quotes that keep Excel from counting": b'="Name",="Count",="Note"\n="John Roe",="3",="x"\n="Jane Doe",="4",="y"\n',
    "a stray quote in the first row": BASE.replace("John", '"John').encode(),
    "a stray quote in the last column": b'Name,Count,Note\nJane Doe,3,"x\nJohn Roe,4,y\nJim Poe,5,z\n',
    "half of it titles": b"Norfolk Constabulary\nFOI 123\nMade by the data team\n" + BASE.encode(),
    "footnotes": BASE.encode() + b"John Poe,5,z\n" + b"A note, of which there are many.\n" * 12,
    "more and less fields": "".join(f"John Roe,3,x,y{',z' * (n % 4)}\n" for n in range(9)).encode(),
    "rulings": b"+------+---+---+\n| Name | N | C |\n+------+---+---+\n|John Roe| 3 | x |\n|Jane Doe| 4 | y |\n+------+---+---+\n",
    "fixed width": b"Name      Number  Note\nJohn Roe  3       x\nJane Doe  44      y\nJim Poe           z\n",
    "fixed width under a ruler": b"Name     Note\n-------- -----\nJohn Roe x\nJane Doe y z\n",
    "a mainframe": BASE.encode("cp037").replace(b"\x25", b"\x15"),
    "another mainframe": BASE.replace(",", "|").encode("cp500"),
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


LETTER = "Dear Ms Roe,\n\nThank you for your request, which we have handled.\n{}\nYours sincerely,\nA. Officer\n"
TABLES = {
    "tabs": "Name\tBorn\nJohn Roe\t1980-02-01\nJane Doe\t1981-02-01",
    "commas": "Name,Born,Offence\nJohn Roe,1980-02-01,Theft\nJane Doe,1981-02-01,Arson",
    "places": "Name      Born        Offence\nJohn Roe  1980-02-01  Theft\nJane Doe  1981-02-01  Arson\nJim Poe   1982-02-01  Fraud",
}


@pytest.mark.parametrize("prose", ["", "This is a line of many, and says nothing of note.\n" * 120])
@pytest.mark.parametrize("form", TABLES)
def test_a_table_in_a_letter_is_a_table(form: str, prose: str) -> None:
    """With or without an empty line before it, however late it comes."""
    for gap in ("", "\n"):
        said = say(read_all(LETTER.format(prose + gap + TABLES[form] + gap).encode()))
        assert any(line.startswith("shown | csv") and line.endswith("| John Roe") for line in said)
        assert any(line.startswith("shown | text") and "Dear Ms Roe" in line for line in said)


PROSE = [
    "Dear Sir,\nI refer to the matter of Smith, Jones, and others, which you raised.\nWe hold dates, times, places, and names.\nPlease, in future, write to us, not to him.\n",
    "Points to note:\n* one thing * and another\n* a second thing\n* a third thing\n",
    "It is 10% of 20%, not 30%.\nIt was 5% of 6%, or 7%.\n",
    "# Heading\n## Another\n### A third\n",
    "Two  spaces  here.\nSome more  words follow, as  they do.\nAnd an end  to  it.\n",
    "\n".join(binascii.b2a_uu(f"Doe,Jane,{n}\n".encode() * 3).decode().strip() for n in range(40)),
    "Jane Doe\n1 High Street,\nNorwich,\nNorfolk,\nNR1 1AA\n",
    "\tOne thing, indented.\n\tAnother thing, indented.\n\tA third.\n",
    "12:30:05 started\n12:31:06 went on\n12:32:07 ended\n",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_table(text: str) -> None:
    """Letters, lists, addresses, encoded files."""
    assert "| csv |" not in texts(read_all(text.encode()))


def test_stray_quotes_cost_little() -> None:
    """Each opens what looks like a field of a hundred lines."""
    with cost_at_most(400):
        said = say(read_all(b"a,b,c\n1,2,3\n" + b'John Roe,"x,y\n' * 20_000))
    assert sum(line.endswith("| John Roe") for line in said) == 20_000


def test_binary_behind_a_table_is_said_and_swept() -> None:
    """The rest is not read as rows, and not passed over."""
    contents = read_all(b"a,b,c\n" + b"one,two,three\n" * 30_000 + b"\x01\x02\x03John Roe,4,5\n")
    assert Why.DAMAGED in reasons(contents)
    assert "John Roe" in texts(contents)


def test_a_stray_quote_swallows_no_rows() -> None:
    """A quote that is never closed would make one cell of the rest of the file."""
    said = say(read_all(WAYS["a stray quote"]))
    assert len(said) > 90_000


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
