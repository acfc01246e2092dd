"""Cells that a conditional format may keep from being seen."""

from __future__ import annotations

import struct

import pytest

from detectors.formats.conditions import MOST_AREAS, Change, Conditions, Rule
from detectors.model import Table, Unread
from tests.detectors.readers import xls_making as xls
from tests.detectors.readers.reading import read_all
from tests.detectors.readers.test_odd_places import MAIN, workbook

WHITE = "<font><color rgb='FFFFFFFF'/></font>"
RED = "<fill><patternFill><bgColor rgb='FFFF0000'/></patternFill></fill>"
CELLS = '<row r="1"><c r="A1" t="str"><v>Jane Needle</v></c><c r="B1"><v>4</v></c></row>'


def ruled(kind: str, *formulas: str, operator: str = "", dxf: str = WHITE, areas: str = "A1:B2") -> str:
    """A rule that keeps its change inside."""
    inside = "".join(f"<formula>{each}</formula>" for each in formulas)
    rule = f"<cfRule type='{kind}' operator='{operator}'>{inside}<dxf>{dxf}</dxf></cfRule>"
    return f"<conditionalFormatting sqref='{areas}'>{rule}</conditionalFormatting>"


def later(areas: str) -> str:
    """A rule as Excel 2010 and later write it: with prefixes, its ranges behind it."""
    rule = f"<x:cfRule type='containsText'><f>1</f><x:dxf>{WHITE}</x:dxf></x:cfRule><f:sqref xmlns:f='urn:f'>{areas}</f:sqref>"
    return f"<x:conditionalFormatting xmlns:x='{MAIN}'>{rule}</x:conditionalFormatting>"


@pytest.mark.parametrize(
    ("after", "unseen"),
    [
        (ruled("expression", "TRUE"), {0, 1}),
        (ruled("expression", "$A$9=1"), {0, 1}),
        (ruled("duplicateValues"), {0, 1}),
        (ruled("cellIs", "0", operator="greaterThan"), {0, 1}),
        (ruled("cellIs", "1", "9", operator="between"), {1}),
        (ruled("cellIs", "9", "1", operator="between"), {1}),
        (ruled("cellIs", "$A$9", operator="equal"), {0, 1}),
        (ruled("expression", "TRUE", dxf="<numFmt numFmtId='9' formatCode=';;;'/>"), {0, 1}),
        (ruled("expression", "TRUE", dxf="<numFmt numFmtId='9' formatCode=';;'/>"), {1}),
        (later("A1"), {0}),
        (ruled("cellIs", "0", operator="equal"), set()),
        (ruled("expression", "FALSE"), set()),
        (ruled("containsBlanks", "LEN(A1)=0"), set()),
        (ruled("expression", "TRUE", areas="A2:B9 C1 nowhere"), set()),
        (ruled("expression", "TRUE", dxf=WHITE + RED), set()),
        (ruled("expression", "TRUE", dxf=WHITE + "<fill><gradientFill/></fill>"), set()),
        (ruled("expression", "TRUE", dxf="<font><color rgb='FFFF0000'/></font>"), set()),
        (ruled("expression", "TRUE", dxf=RED), set()),
        (ruled("expression", "TRUE", dxf="").replace("type", "dxfId='7' type"), set()),
        (later("A2"), set()),
    ],
)  # fmt: skip
def test_a_rule_hides_what_it_may_apply_to_and_would_conceal(after: str, unseen: set[int]) -> None:
    """Whatever the formula says, for nobody computes it; only a comparison with numbers leaves cells out."""
    [table] = [each for each in read_all(workbook(CELLS, after=after)) if isinstance(each, Table)]
    [row] = table.rows
    assert set(row.cell_visibility) == unseen


FONT, PATTERN, NUMBER = 1 << 26, 1 << 29, 1 << 25
TRUE, FALSE, ZERO = b"\x1d\1", b"\x1d\0", b"\x1e\0\0"


def white_font() -> bytes:
    """DXFFntD: no name, no size, white."""
    return bytes(64) + struct.pack("<i", -1) + bytes(12) + struct.pack("<i", 9) + bytes(34)


def differential(parts: int, rest: bytes, user: int = 0) -> bytes:
    """DXFN: nothing is left as it was in the parts that there are."""
    return struct.pack("<IH", parts, user) + rest


def rule_in_xls(change: bytes, formula: bytes = TRUE, kind: int = 2, operator: int = 0) -> list[bytes]:
    """CondFmt over the first two rows and columns, CF."""
    area = xls.words(0, 1, 0, 1)
    return [
        xls.record(0x1B0, xls.words(1, 1) + area + xls.words(1) + area),
        xls.record(0x1B1, bytes([kind, operator]) + xls.words(len(formula), 0) + change + formula),
    ]


def later_in_xls(change: bytes) -> list[bytes]:
    """CondFmt12, CF12: with a header each, and the size of the change."""
    old = rule_in_xls(struct.pack("<I", len(change)) + change)
    return [xls.record(kind, bytes(12) + each[4:]) for kind, each in zip((0x879, 0x87A), old, strict=True)]


EMPTY = struct.pack("<H", 9) + xls.string(";;;")


@pytest.mark.parametrize(
    ("rules", "unseen"),
    [
        (rule_in_xls(differential(FONT, white_font())), {0, 1}),
        (rule_in_xls(differential(FONT, white_font()), b"\x44\0\0\0\0"), {0, 1}),
        (rule_in_xls(differential(NUMBER, EMPTY, user=1)), {0, 1}),
        (rule_in_xls(differential(NUMBER | FONT, EMPTY + white_font(), user=1)), {0, 1}),
        (later_in_xls(differential(FONT, white_font())), {0, 1}),
        (rule_in_xls(differential(FONT, white_font()), ZERO, kind=1, operator=5), {0, 1}),
        (rule_in_xls(differential(FONT, white_font()), ZERO, kind=1, operator=3), set()),
        (rule_in_xls(differential(FONT, white_font()), FALSE), set()),
        (rule_in_xls(differential(FONT | PATTERN, white_font() + xls.words(1 << 10, 10 << 7))), set()),
        (rule_in_xls(differential(FONT | PATTERN, white_font() + xls.words(3 << 10, 0))), set()),
        (rule_in_xls(differential(FONT, white_font())[:60]), set()),
        (rule_in_xls(differential(NUMBER, b"\0\x0e")), set()),
        ([xls.record(0xFFFF)], set()),
    ],
)  # fmt: skip
def test_a_rule_of_an_old_workbook_hides_too(rules: list[bytes], unseen: set[int]) -> None:
    """The same by its records; the empty one that LibreOffice writes for a data bar is no damage."""
    cells = xls.cell_label(0, 0, "Jane Needle"), xls.cell_number(0, 1, 4)
    file = xls.workbook(xls.font() + xls.xf(), [("Summary", 0, 0, xls.sheet(*cells, *rules))])
    contents = read_all(file)
    [table] = [each for each in contents if isinstance(each, Table)]
    [row] = table.rows
    assert set(row.cell_visibility) == unseen
    assert not any(isinstance(each, Unread) for each in contents)


def test_ranges_without_end_are_not_followed() -> None:
    """Every cell is looked up in the ranges of its row."""
    conditions = Conditions()
    for _ in range(3):
        conditions.add(Rule(((1, 0, 1, 0),) * MOST_AREAS, Change(ink=0)))
    assert len(list(conditions.over(1, 0, 0.0))) == MOST_AREAS
