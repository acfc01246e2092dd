"""Cells that a conditional format may keep from being seen."""

from __future__ import annotations

import pytest

from detectors.formats.conditions import MOST_AREAS, Change, Conditions, Rule
from detectors.model import Table
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


def test_ranges_without_end_are_not_followed() -> None:
    """Every cell is looked up in the ranges of its row."""
    conditions = Conditions()
    for _ in range(3):
        conditions.add(Rule(((1, 0, 1, 0),) * MOST_AREAS, Change(ink=0)))
    assert len(list(conditions.over(1, 0, 0.0))) == MOST_AREAS
