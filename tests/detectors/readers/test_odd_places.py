"""Places in a workbook that no format gives to words, and that carry them all the same."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from detectors.model import Visibility
from tests.detectors.readers.reading import read_all, say

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ARROWS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def workbook(
    sheet: str = "", *, before: str = "", after: str = "", names: str = "", parts: dict[str, str] | None = None
) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="Summary" sheetId="1" r:id="r1"/></sheets>'
            f"{names}</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}" xmlns:n="urn:nobody">{before}<sheetData>{sheet}</sheetData>{after}</worksheet>',
        }
        | (parts or {})
    )


PLACES = {
    "an attribute of nobody's on a row": workbook('<row r="1" n:note="Jane Needle"><c r="A1"><v>1</v></c></row>'),
    "an attribute of nobody's on a cell": workbook('<row r="1"><c r="A1" n:note="Jane Needle"><v>1</v></c></row>'),
    "an attribute of nobody's on a column": workbook(
        before='<cols><col min="1" max="2" width="9" n:note="Jane Needle"/></cols>'
    ),
    "the path of a workbook in a formula": workbook(
        '<row r="1"><c r="A1"><f>\'C:\\Jane Needle\\[a.xls]b\'!A1</f><v>1</v></c></row>'
    ),
    "a criterion of a filter": workbook(
        after='<autoFilter ref="A1:B2"><filterColumn colId="0"><filters><filter val="Needle"/></filters></filterColumn></autoFilter>'
    ),
    "a description of a name": workbook(
        names='<definedNames><definedName name="a" n="1" help="Jane Needle">1</definedName></definedNames>'
    ),
    "custom XML": workbook(parts={"customXml/item1.xml": '<a><b id="Needle"/></a>'}),
    "a part that nothing refers to": workbook(parts={"xl/notes/old.xml": "<a>Jane Needle</a>"}),
    "a note in VML with an open break": workbook(
        parts={
            "xl/drawings/vmlDrawing1.vml": '<xml xmlns:v="urn:v"><v:textbox><div>one<br>Jane Needle</div></v:textbox></xml>'
        }
    ),
    "a small archive in base64": workbook(
        parts={
            "customXml/item2.xml": f"<a>{base64.b64encode(zipped({'t.txt': 'Dear Jane Needle, ' * 4})).decode()}</a>"
        }
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_words_are_found_where_none_belong(place: str) -> None:
    """None of them is on the face of the workbook."""
    said = [line for line in say(read_all(PLACES[place])) if "Needle" in line]
    assert said
    assert not [line for line in said if line.startswith("shown") and "a small archive" not in place], said


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1" spans="1:2" ht="15" customHeight="1" s="1" customFormat="1"><c r="A1" s="1" cm="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>SUM(B1:B9)*100</f><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>\'Other sheet\'!A1</f><v>1</v></c></row>',
    ],
)
def test_the_machinery_of_a_sheet_says_nothing(sheet: str) -> None:
    """Nothing hidden is told of an ordinary sheet but what its properties say."""
    hidden = [
        line for line in say(read_all(workbook(sheet))) if "sheet 'Summary'" in line and not line.startswith("shown")
    ]
    assert hidden == []


def test_a_part_that_nothing_refers_to_is_left_over() -> None:
    """Excel shows nothing of it, and keeps it."""
    said = say(read_all(PLACES["a part that nothing refers to"]))
    assert [line.partition(" | ")[0] for line in said if "Needle" in line] == [Visibility.ORPHAN.label]
