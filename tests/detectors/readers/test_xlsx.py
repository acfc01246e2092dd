"""The rows of a workbook, read with an XML parser and without."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.appearance import WHITE, Look
from detectors.formats.number_formats import read_format
from detectors.formats.spreadsheetml import quick
from detectors.formats.spreadsheetml.pivot import Field, RecordsHandler
from detectors.formats.spreadsheetml.row_shapes import MOST_CELLS
from detectors.formats.spreadsheetml.sheet import Book, SheetHandler
from detectors.formats.spreadsheetml.styles import CellFormat
from detectors.model import Budget, Row, letters
from tests.detectors.readers.reading import LIMITS

STRINGS = ["Jane Doe", "", "two\nlines", "<&>"]
texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=12)


def cell(kind: str, value: str, style: int) -> str:
    match kind:
        case "inlineStr":
            return f'<c r="{{}}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        case "s":
            return f'<c r="{{}}" t="s"><v>{len(value) % len(STRINGS)}</v></c>'
        case "n":
            return f'<c r="{{}}" s="{style}"><v>{len(value) * 37}</v></c>'
        case "f":
            return f'<c r="{{}}" t="str"><f>A1&amp;"x"</f><v>{escape(value)}</v></c>'
        case "odd":
            return f'<c r="{{}}" t="str" x:y="1"><v>{escape(value)}</v><!-- {len(value)} --></c>'
    return f'<c r="{{}}" t="{kind}"><v>{escape(value)}</v></c>'


cells = st.builds(cell, st.sampled_from(["inlineStr", "s", "n", "str", "b", "f", "odd"]), texts, st.integers(0, 3))
rows = st.lists(st.lists(cells, max_size=5), max_size=8)


def sheet(rows: list[list[str]]) -> bytes:
    body = "".join(
        f'<row r="{number}"{" hidden=" + quoteattr("1") if number % 3 == 0 else ""}>'
        + "".join(each.replace("{}", f"{'ABCDE'[index]}{number}", 1) for index, each in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="m" xmlns:x="x"><sheetData>{body}</sheetData></worksheet>'.encode()


class SlowRows(SheetHandler):
    """Leaves every row to expat."""

    def take_row(self, _: str) -> bool:
        return False


class SlowRecords(RecordsHandler):
    """Leaves every record to expat."""

    def take_record(self, _: str) -> bool:
        return False


def handler(
    kind: type[SheetHandler] = SheetHandler, formats: Mapping[str, CellFormat] = MappingProxyType({})
) -> SheetHandler:
    return kind(Book(STRINGS, bytearray(len(STRINGS)), dict(formats), since_1904=False), Budget.of(LIMITS))


def take(handler: SheetHandler | RecordsHandler, untrusted: bytes, size: int) -> list[Row]:
    chunks = [untrusted[start : start + size] for start in range(0, len(untrusted), size)]
    taken: list[Row] = []
    for _ in handler.feed(chunks, []):
        taken += handler.take()
    return taken


@given(rows, st.integers(1, 300))
def test_rows_are_the_same_with_and_without_the_parser(rows: list[list[str]], size: int) -> None:
    """Whatever is cut where: the quick way takes what it takes, and gives the rest to expat."""
    untrusted = sheet(rows)
    assert take(handler(), untrusted, size) == take(handler(SlowRows), untrusted, 10**6)


kinds = st.sampled_from(["inlineStr", "s", "n", "str", "b"])


@given(st.lists(st.tuples(kinds, st.integers(0, 3)), min_size=1, max_size=5), st.lists(texts, min_size=8, max_size=40))
def test_rows_that_repeat_their_form_are_the_same_with_and_without_the_parser(
    columns: list[tuple[str, int]], values: list[str]
) -> None:
    """A form that came often is known as a whole; its numbers, days and hidden values are those of any row."""
    formats = {
        "1": CellFormat(read_format("dd/mm/yyyy"), Look()),
        "2": CellFormat(read_format(";;;"), Look()),
        "3": CellFormat(read_format("00000 000000"), Look(ink=WHITE)),
    }
    untrusted = sheet([[cell(kind, value, style) for kind, style in columns] for value in values])
    quick_one, slow_one = handler(formats=formats), handler(SlowRows, formats)
    assert take(quick_one, untrusted, 10**6) == take(slow_one, untrusted, 10**6)
    assert quick_one.book.used == slow_one.book.used
    assert quick_one.shapes.last is not None


def test_a_row_that_names_a_missing_string_is_damage_in_a_known_form_too() -> None:
    """Not somebody else's text."""
    one = handler()
    rows = [f'<row r="{number}"><c r="A{number}" t="s"><v>{number % 4}</v></c>' for number in range(1, 9)]
    assert all(map(one.take_row, rows))
    assert one.shapes.last is not None
    with pytest.raises(ValueError, match="missing"):
        one.take_row('<row r="9"><c r="A9" t="s"><v>4</v></c>')


def test_forms_in_any_number_are_not_all_learnt() -> None:
    """Each costs time and memory; a hostile sheet has ever new ones."""
    one = handler()
    for number in range(1, 4000):
        row = "".join(f'<c r="{letters(column)}{number}"><v>1</v></c>' for column in range(number // 5 % 60, 70))
        assert one.take_row(f'<row r="{number}">{row}')
    shapes = [shape for some in one.shapes.known.values() for shape in some]
    assert 0 < sum(len(shape.columns) for shape in shapes) <= MOST_CELLS
    assert len(one.rows) == 3999


@pytest.mark.parametrize(
    ("record", "taken"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c>', True),
        ('<row r="1" spans="1:1" x14ac:dyDescent="0.2"><c r="A1" s="3" t="s"><v>0</v></c>', True),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>', True),
        ('<row r="1"><c r="A1"><v>1</v></c>text', False),
        ('<row r="1">text<c r="A1"><v>1</v></c>', False),
        ('<row r="1"><c r="A1"><v>1</v></c><!-- x -->', False),
        ('<row r="1"><c r="A1" x="y"><v>1</v></c>', False),
        ('<row r="1"><c r="A1"><v>1</v><v>2</v></c>', False),
        ('<row r="1"><c r="A1"><f>B1</f><v>1</v></c>', False),
        ('<row r="1"><c r="A1"><is><t>a</t><t>b</t></is></c>', False),
        ('<row r="1"><c><v>1</v></c>', False),
        ("<rows>", False),
        ("<row>", True),
        ('<row r="1" spans="1:>1"><c r="A1"><v>1</v></c>', True),
        ('<row r="1" spans="1:><c r="A1"><v>1</v></c>', False),
    ],
)
def test_only_rows_of_the_usual_form_to_the_last_byte_are_taken(record: str, taken: bool) -> None:
    """Text, comments, unknown attributes and elements are places to hide in: expat tells of them."""
    assert handler().take_row(record) is taken


def test_records_are_the_same_with_and_without_the_parser() -> None:
    """Indices, inline values, nothing, entities, dates."""
    body = '<r><x v="1"/><s v="a &amp; b"/><m/><d v="1980-02-01T00:00:00"/></r><r><n v="7"/><s v=""/><b v="1"/><e v="#N/A"/></r>'
    untrusted = f"<pivotCacheRecords>{body * 30}</pivotCacheRecords>".encode()

    def records(kind: type[RecordsHandler]) -> RecordsHandler:
        role = Field("Role", in_records=True, items=["Victim", "Witness"], used=bytearray(2))
        return kind([role], Budget.of(LIMITS))

    for size in (7, 64, 10**6):
        assert take(records(RecordsHandler), untrusted, size) == take(records(SlowRecords), untrusted, 10**6)


@pytest.mark.parametrize("start", [b"\xff\xfe<\0", b'<?xml version="1.0" encoding="iso-8859-1"?><', b"  <", b"PK"])
def test_only_parts_in_utf_8_are_read_without_the_parser(start: bytes) -> None:
    """Bytes mean other letters there."""
    assert quick.UTF8.match(start) is None


@pytest.mark.parametrize(
    "start", [b"\xef\xbb\xbf<x", b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><', b"<x"]
)
def test_parts_in_utf_8_are_known(start: bytes) -> None:
    """With a mark, with a declaration, with neither."""
    assert quick.UTF8.match(start) is not None


@pytest.mark.parametrize(
    ("record", "taken"),
    [
        ('<r><s v="a"/><m/><x v="0"/>', True),
        ("<r><m/><m/>", True),
        ("<r>", True),
        ('<r><s v="a"/>text', False),
        ('<r><s v="a<b"/>', False),
        ('<r><s v="a" c="b"/>', False),
        ("<r><s v='a'/>", False),
        ('<r><s v="a"></s>', False),
        ('<r a="b"><s v="a"/>', False),
    ],
)
def test_only_records_of_the_usual_form_are_taken_before_and_after_one_like_them(record: str, taken: bool) -> None:
    """A record is known by what stands between its values; a value may not make it another."""
    role = Field("Role", in_records=True, items=["Victim"], used=bytearray(1))
    records = RecordsHandler([role, role, role], Budget.of(LIMITS))
    for value in ("b", "&amp;", ""):
        records.take_record(f'<r><s v="{value}"/><m/><x v="0"/>')
    assert records.take_record(record) is taken
    assert [row.cells for row in records.rows[:3]] == [("b", "", "Victim"), ("&", "", "Victim"), ("", "", "Victim")]


def test_what_is_remembered_of_the_form_of_records_is_bounded() -> None:
    """A hostile cache has another in every record."""
    records = RecordsHandler([], Budget.of(LIMITS))
    for number in range(3_000):
        kinds = f"{number:012b}".translate({ord("0"): "<m/>", ord("1"): '<s v="a"/>'})
        assert records.take_record(f"<r>{kinds}")
    assert len(records.frames) <= 1_000
    assert [len(row.cells) for row in records.rows] == [12] * 3_000
