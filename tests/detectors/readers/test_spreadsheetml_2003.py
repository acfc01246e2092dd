"""XML Spreadsheets that lie, break off, or count where there is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model import Why
from detectors.readers import recognise
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, root, say, texts
from tests.detectors.readers.test_golden import FIXTURES, make

INPUTS = {name: make(FIXTURES / "spreadsheetml" / name) for name in ("hidden", "caches")}
HEAD = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'


def book(inside: str) -> bytes:
    """A workbook around something."""
    return f"{HEAD}{inside}</Workbook>".encode()


def sheet(rows: str) -> bytes:
    """A workbook of one sheet."""
    return book(f'<Worksheet ss:Name="Sheet"><Table>{rows}</Table></Worksheet>')


@pytest.mark.parametrize("part", range(1, 20))
@pytest.mark.parametrize("name", INPUTS)
def test_a_workbook_that_breaks_off_is_never_clean(name: str, part: int) -> None:
    """Cut short at every twentieth; before its root is complete it is mere text."""
    untrusted = INPUTS[name]
    contents = read_all(untrusted[: len(untrusted) * part // 20])
    assert contents
    if part > 2:
        assert Why.DAMAGED in reasons(contents)


@settings(max_examples=200)
@given(st.sampled_from(sorted(INPUTS)), st.data())
def test_damage_in_the_xml_ends_in_content_or_unread(name: str, data: st.DataObject) -> None:
    """Elements cut out, doubled, put where they do not belong: never an exception of another kind."""
    untrusted = INPUTS[name].decode("utf-16" if name == "caches" else "utf-8").replace("UTF-16", "UTF-8")
    cuts = [place for place, letter in enumerate(untrusted) if letter == "<"]
    start, end, target = (data.draw(st.sampled_from(cuts)) for _ in range(3))
    piece = untrusted[min(start, end) : max(start, end)]
    assert read_all((untrusted[:target] + piece + untrusted[target:]).encode())


@pytest.mark.parametrize(
    "row",
    [
        '<Row ss:Index="99999999999999"><Cell><Data ss:Type="String">far</Data></Cell></Row>',
        '<Row><Cell ss:Index="3"><Data ss:Type="String">a</Data></Cell><Cell ss:Index="1"><Data ss:Type="String">far</Data></Cell></Row>',
        '<Row ss:Index="-4" ss:Span="x"><Cell ss:MergeAcross="99999999"><Data ss:Type="String">far</Data></Cell></Row>',
        '<Row><Cell><Data ss:Type="Number">no number, far</Data></Cell></Row>',
        '<Row><Cell><Data ss:Type="DateTime">far</Data></Cell></Row>',
        "<Row><Cell><Data>far</Data></Cell></Row>",
        '<Column ss:Index="999999999" ss:Span="999999999" ss:Hidden="1"/><Row><Cell><Data ss:Type="String">far</Data></Cell></Row>',
    ],
)
def test_indices_that_lie_cost_nothing(row: str) -> None:
    """The words come out, wherever they claim to stand."""
    with cost_at_most(160):
        assert "far" in texts(read_all(sheet(row)))


def test_a_cell_beyond_the_last_column_is_damage() -> None:
    """Its words are said all the same."""
    contents = read_all(sheet('<Row><Cell ss:Index="99999"><Data ss:Type="String">far</Data></Cell></Row>'))
    assert Why.DAMAGED in reasons(contents)
    assert "far" in texts(contents)


def test_a_sheet_says_behind_its_cells_that_it_is_hidden() -> None:
    """So the file is read twice where it speaks of hidden sheets."""
    said = say(read_all(INPUTS["hidden"]))
    assert "hidden_sheet | cells | input › sheet 'Raw' › A1 | Jane Doe" in said
    assert "very_hidden_sheet | cells | input › sheet 'Deep' › A1 | John Roe" in said


def test_records_are_named_by_their_schema() -> None:
    """`Col2` is the second field, whatever its name."""
    records = '<x:PivotCache><s:Schema xmlns:s="s"><s:AttributeType name="Victim"/><s:AttributeType name="Born"/></s:Schema><rs:data xmlns:rs="r"><z:row xmlns:z="z" Col2="1980-02-01T00:00:00" Col1="Jane"/></rs:data></x:PivotCache>'
    said = texts(read_all(book(records)))
    assert "record 1 › field 1 | Jane" in said
    assert "record 1 › field 2 | 1980-02-01" in said


def test_a_broken_workbook_is_still_a_workbook() -> None:
    """Recognised before its damage; other readers would take it for text, and be content."""
    broken = f"{HEAD}<CORRUPTED DATA>".encode()
    reader = recognise(root(broken))
    assert reader is not None
    assert reader.name == "spreadsheetml"
    assert Why.DAMAGED in reasons(read_all(broken))


def test_styles_that_inherit_from_one_another_end() -> None:
    """A ring of parents."""
    ring = '<Styles><Style ss:ID="a" ss:Parent="b"/><Style ss:ID="b" ss:Parent="a"/></Styles>'
    cell = '<Worksheet ss:Name="S"><Table><Row><Cell ss:StyleID="a"><Data ss:Type="String">words</Data></Cell></Row></Table></Worksheet>'
    assert "A1 | words" in texts(read_all(book(ring + cell)))
