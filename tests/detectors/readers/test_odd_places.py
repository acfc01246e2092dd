"""Places in a workbook that no format gives to words, and that carry them all the same."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from detectors.formats.merges import Merges
from detectors.model import Table, Visibility, Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, say

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


def comments(inside: str) -> dict[str, str]:
    return {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/comments" Target="../comments1.xml"/>'
        "</Relationships>",
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList>{inside}</commentList></comments>',
    }


def beside(name: str, text: str) -> dict[str, str]:
    """A part that the sheet points to."""
    return {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/x" Target="/{name}"/></Relationships>',
        name: text,
    }


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
    "an attribute of a comment": workbook(
        parts=comments('<comment ref="A1" note="Jane Needle"><text><t>x</t></text></comment>')
    ),
    "the cell of a comment": workbook(parts=comments('<comment ref="Jane Needle"><text><t>x</t></text></comment>')),
    "the description of a comment": workbook(
        parts=comments('<comment ref="A1"><text><t>x</t></text><commentPr altText="Jane Needle"/></comment>')
    ),
    "between comments": workbook(parts=comments("<other>Jane Needle</other>")),
    "an attribute of a cell elsewhere": workbook(
        parts={
            "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><externalBook><sheetDataSet><sheetData sheetId="0"><row>'
            '<cell note="Jane Needle"><v>9</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
        }
    ),
    "base64 in printer settings": workbook(
        parts=beside(
            "xl/printerSettings/printerSettings1.bin",
            base64.b64encode(b"Jane Needle, a victim of burglary. " * 9).decode(),
        )
    ),
    "an address in escapes": workbook(
        parts={
            "xl/charts/_rels/chart1.xml.rels": f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/x" '
            'Target="file:///C:/Jane%20Needle.xlsx" TargetMode="External"/></Relationships>'
        }
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


def styled(
    style: str,
    *,
    fonts: str = "",
    fills: str = "",
    cell: str = '<c r="A1" s="1" t="inlineStr"><is><t>Jane Needle</t></is></c>',
) -> bytes:
    """A cell in a style."""
    rels = (
        f'<Relationships xmlns="{ARROWS}"><Relationship Id="r1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELS}/styles" Target="styles.xml"/></Relationships>'
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="{style}"/></numFmts><fonts><font/>{fonts}</fonts>'
        f'<fills><fill/>{fills}</fills><cellXfs><xf/><xf numFmtId="164" fillId="{1 if fills else 0}"/></cellXfs></styleSheet>'
    )
    return workbook(f'<row r="1">{cell}</row>', parts={"xl/_rels/workbook.xml.rels": rels, "xl/styles.xml": styles})


BLACK = '<fill><patternFill patternType="solid"><fgColor indexed="64"/></patternFill></fill>'


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        (styled("[White]@"), "hidden_text"),
        (styled("[White]General;[White]General;[White]General;[White]@"), "hidden_text"),
        (styled("[Color 2]@"), "hidden_text"),
        (styled("0;0;0;&quot;-&quot;"), "hidden_text"),
        (styled("General", fills=BLACK), "hidden_text"),
        (styled("[Red]0;0;0;@"), "shown"),
        (styled("[White]0;[Red]0"), "shown"),
        (styled("[White]@", fills=BLACK), "shown"),
        (styled("0;0;;@"), "shown"),
    ],
)
def test_a_number_format_hides_text_by_its_colour_or_by_showing_another(file: bytes, seen: str) -> None:
    """White on white, a dash for whatever is there; not white on black, nor a colour of some numbers."""
    assert f"{seen} | cells | input › sheet 'Summary' › A1 | Jane Needle" in say(read_all(file))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Jane_x0020__x004E_eedle", "Jane Needle"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D__xDE00_", "\N{GRINNING FACE}"),
        ("_xD83D_", "\N{REPLACEMENT CHARACTER}"),
        ("a_x_b_x12_", "a_x_b_x12_"),
    ],
)
def test_escapes_are_the_characters_that_they_stand_for(written: str, text: str) -> None:
    """In cells of any kind."""
    cells = f'<c r="A1" t="inlineStr"><is><t>{written}</t></is></c><c r="B1" t="str"><v>{written}</v></c>'
    said = say(read_all(workbook(f'<row r="1">{cells}</row>')))
    for cell in ("A1", "B1"):
        assert f"shown | cells | input › sheet 'Summary' › {cell} | {text}" in said


def test_a_month_is_a_day() -> None:
    """A date of birth that shows `Jan` is there in full."""
    contents = read_all(styled("mmm", cell='<c r="A1" s="1"><v>29221</v></c>'))
    assert "shown | cells | input › sheet 'Summary' › A1 | 1980-01-01" in say(contents)


@pytest.mark.parametrize(("state", "seen"), [("hidden", "hidden_sheet"), ("veryHidden", "very_hidden_sheet")])
def test_a_hidden_window_hides_every_sheet(state: str, seen: str) -> None:
    """As PERSONAL.XLSB has it."""
    file = workbook(
        '<row r="1"><c r="A1"><v>7</v></c></row>', names=f'<bookViews><workbookView visibility="{state}"/></bookViews>'
    )
    assert f"{seen} | cells | input › sheet 'Summary' › A1 | 7" in say(read_all(file))


@pytest.mark.parametrize(("count", "why"), [(40, Why.DAMAGED), (6_000, Why.TOO_MANY)])
def test_a_sheet_that_is_listed_over_and_over_is_read_once(count: int, why: Why) -> None:
    """Every entry would read the same part anew."""
    again = f'<sheets xmlns:r="{RELS}">' + '<sheet name="S" sheetId="2" r:id="r1"/>' * count + "</sheets>"
    with cost_at_most(200):
        contents = read_all(workbook('<row r="1"><c r="A1"><v>7</v></c></row>', names=again))
    assert why in reasons(contents)
    assert sum(isinstance(content, Table) for content in contents) <= 1


def test_a_workbook_is_known_whatever_it_is_called() -> None:
    """By what the package says of it, and by its root."""
    source = zipfile.ZipFile(io.BytesIO(workbook('<row r="1"><c r="A1"><v>7</v></c></row>')))
    parts = {
        name.replace("workbook.xml", "book.dat"): source.read(name).decode().replace("workbook.xml", "book.dat")
        for name in source.namelist()
    }
    assert "shown | cells | input › sheet 'Summary' › A1 | 7" in say(read_all(zipped(parts)))


def test_phonetic_readings_of_a_text_in_a_cell_are_not_its_text() -> None:
    """And runs that nobody can read make the cell a hidden one."""
    row = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Tokyo</t><rPh sb="0" eb="2"><t>Toukyou</t></rPh></is></c>'
        '<c r="B1" t="inlineStr"><is><r><t>seen </t></r><r><rPr><sz val="1"/></rPr><t>unseen</t></r></is></c></row>'
    )
    said = say(read_all(workbook(row)))
    assert "shown | cells | input › sheet 'Summary' › A1 | Tokyo" in said
    assert "hidden_text | cells | input › sheet 'Summary' › B1 | seen unseen" in said
    assert any(line.startswith("metadata") and "Toukyou" in line for line in said)


def test_a_hidden_shape_hides_what_stands_in_it_and_nothing_beside_it() -> None:
    def shape(kind: str, hidden: str, inside: str) -> str:
        return f"<{kind}><cNvPr {hidden}/>{inside}</{kind}>"

    on = 'hidden="1"'
    shapes = shape("sp", on, "<a:t>one</a:t>") + shape("sp", "", "<a:t>two</a:t>")
    drawing = f'<wsDr xmlns="urn:d" xmlns:a="urn:a"><twoCellAnchor>{shape("grpSp", "", shapes)}</twoCellAnchor><twoCellAnchor>'
    drawing += f"{shape('grpSp', on, shape('sp', '', '<a:t>three</a:t>'))}</twoCellAnchor></wsDr>"
    said = say(read_all(workbook(parts=beside("xl/drawings/drawing1.xml", drawing))))
    assert [line.split(" | ")[-1] for line in said if line.startswith("shown | drawing")] == ["'two'"]
    assert [line.split(" | ")[-1] for line in said if line.startswith("hidden_text")] == [r"'one\nthree'"]


def test_numbers_say_where_a_drawing_stands_unless_they_are_longer_or_in_a_shape() -> None:
    """Columns, rows and offsets are no text; whatever else stands in their place is."""
    anchor = "<from><col>3</col><colOff>-304800</colOff><row>7700900123</row><rowOff>Jane Needle</rowOff></from><pos><x>0.25</x></pos>"
    drawing = f"<wsDr><twoCellAnchor>{anchor}<sp><txBody><p><r><t>42</t></r></p></txBody></sp></twoCellAnchor></wsDr>"
    said = say(read_all(workbook(parts={"xl/drawings/drawing1.xml": drawing})))
    assert any(line.endswith(r"'7700900123\nJane Needle\n42'") for line in said)


def test_series_that_a_chart_leaves_out_are_hidden() -> None:
    cache = "<cat><strRef><strCache><pt idx='0'><v>{}</v></pt></strCache></strRef></cat>"
    chart = f'<chartSpace xmlns="urn:c"><ser>{cache.format("drawn")}</ser><ext><filteredBarSeries><ser>{cache.format("left out")}</ser></filteredBarSeries></ext></chartSpace>'
    said = say(read_all(workbook(parts=beside("xl/charts/chart1.xml", chart))))
    cells = [line.split(" | ") for line in said if " | chartCache | " in line]
    assert [(line[0], line[-1]) for line in cells] == [("shown", "drawn"), ("hidden_text", "left out")]


def test_texts_in_base64_among_the_properties_are_read() -> None:
    """`_PID_HLINKS` keeps the targets of links so."""
    blob = base64.b64encode(bytes(8) + "file://server/Jane Doe.doc".encode("utf-16-le") + bytes(4)).decode()
    custom = f'<Properties xmlns="urn:p"><property name="_PID_HLINKS"><blob>{blob}</blob></property></Properties>'
    assert any("Jane Doe.doc" in line for line in say(read_all(workbook(parts=beside("docProps/custom.xml", custom)))))


def test_merges_that_overlap_without_end_are_not_followed_without_end() -> None:
    """Excel's do not overlap; fifty thousand over one row would each cover all of it."""
    merges = Merges()
    for _ in range(50_000):
        merges.add(1, 0, 1, 16_383)
    assert sum(1 for _ in merges.covered(1, ["x"] * 1_000)) < 30_000
    merges = Merges()
    merges.add(1, 0, 2, 1)
    assert list(merges.covered(1, ["a", "b", "c"])) == [1]
    assert list(merges.covered(2, ["a", "", "c"])) == [0]
