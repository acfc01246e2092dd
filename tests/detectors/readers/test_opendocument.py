"""OpenDocument that lies, breaks off, repeats without end or hides a second copy."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model import Unread, Visibility, Why
from detectors.readers import recognise
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, root, say, texts
from tests.detectors.readers.test_golden import FIXTURES, make

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
FLAT = {name: make(FIXTURES / "ods" / name) for name in ("hidden", "beside", "changes")}
PACKED = {name: make(FIXTURES / "ods" / name) for name in ("package", "libreoffice")}
DAMAGE = pytest.mark.parametrize("part", range(1, 20))


def flat(inside: str) -> bytes:
    """A flat spreadsheet around some rows, columns or tables."""
    return (
        f'<office:document {NAMES} office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body></office:document>"
    ).encode()


def sheet(inside: str) -> bytes:
    """One sheet of a flat spreadsheet."""
    return flat(f'<table:table table:name="Sheet">{inside}</table:table>')


def pack(*members: tuple[str, bytes]) -> bytes:
    """A package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def cell(text: str) -> str:
    """A cell with a text."""
    return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"


CONTENT = sheet(f"<table:table-row>{cell('words')}</table:table-row>").replace(b"office:document ", b"office:document-content ").replace(b"office:document>", b"office:document-content>")  # fmt: skip


@DAMAGE
@pytest.mark.parametrize("name", FLAT)
def test_a_flat_file_that_breaks_off_is_never_clean(name: str, part: int) -> None:
    """What came before the break is kept, what came after is said, and the break as well."""
    untrusted = FLAT[name]
    assert reasons(read_all(untrusted[: len(untrusted) * part // 20])) <= {Why.DAMAGED, Why.UNKNOWN_FORMAT}
    if part > 5:  # before that the root element is not complete: mere text
        assert Why.DAMAGED in reasons(read_all(untrusted[: len(untrusted) * part // 20]))


@DAMAGE
@pytest.mark.parametrize("name", PACKED)
def test_a_package_that_breaks_off_is_never_clean(name: str, part: int) -> None:
    """As any archive."""
    untrusted = PACKED[name]
    assert reasons(read_all(untrusted[: len(untrusted) * part // 20]))


@settings(max_examples=200)
@given(st.sampled_from(sorted(FLAT)), st.data())
def test_damage_in_the_xml_ends_in_content_or_unread(name: str, data: st.DataObject) -> None:
    """Elements cut out, doubled, put where they do not belong: never an exception of another kind."""
    untrusted = FLAT[name]
    cuts = [place for place in range(len(untrusted)) if untrusted[place : place + 1] == b"<"]
    start, end, target = (data.draw(st.sampled_from(cuts)) for _ in range(3))
    piece = untrusted[min(start, end) : max(start, end)]
    assert read_all(untrusted[:target] + piece + untrusted[target:])


def test_what_came_before_damage_is_kept_and_the_rest_is_said() -> None:
    """A row before the break is a row; words after it are unclaimed."""
    broken = sheet(f"<table:table-row>{cell('before')}</table:table-row></wrong><table:table-row>{cell('after')}")
    contents = read_all(broken)
    assert "shown | cells | input › sheet 'Sheet' › A1 | before" in say(contents)
    assert "orphan | unclaimed" in texts(contents)
    assert "after" in texts(contents)
    assert reasons(contents) == {Why.DAMAGED}


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        f'<table:table-row table:number-rows-repeated="1048576">{cell("x")}</table:table-row>' * 50,
        '<table:table-row><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
        * 50,
        f'<table:table-row table:number-rows-repeated="999999999999">{cell("x")}</table:table-row>',
        '<table:table-column table:number-columns-repeated="999999999" table:visibility="collapse"/>' * 1000,
    ],
)  # fmt: skip
def test_repeats_without_end_cost_nothing(rows: str) -> None:
    """A sheet of 1,048,576 by 16,384 cells is a few hundred bytes."""
    with cost_at_most(240):
        read_all(sheet(rows))


def test_a_head_that_speaks_of_bodies_costs_little() -> None:
    """The kind of a flat document is looked for in its first megabyte."""
    with cost_at_most(400):
        untrusted = CONTENT.replace(b"<office:body>", b"<!--" + b"body" * 250_000 + b"--><office:body>")
        assert "A1 | words" in texts(read_all(untrusted))


def test_a_cell_beyond_the_last_column_is_damage() -> None:
    """No program can hold it; its words are said all the same."""
    contents = read_all(
        sheet(
            f'<table:table-row><table:table-cell table:number-columns-repeated="99999"/>{cell("far")}</table:table-row>'
        )
    )
    assert reasons(contents) == {Why.DAMAGED}
    assert "far" in texts(contents)


def test_styles_that_inherit_from_one_another_end() -> None:
    """A ring of parents."""
    ring = "".join(
        f'<style:style style:name="s{n}" style:family="table-cell" style:parent-style-name="s{(n + 1) % 3}"/>'
        for n in range(3)
    )
    styled = cell("words").replace("<table:table-cell", '<table:table-cell table:style-name="s0"')
    untrusted = sheet(f"<table:table-row>{styled}</table:table-row>").replace(
        b"<office:body>", f"<office:automatic-styles>{ring}</office:automatic-styles><office:body>".encode()
    )
    assert "A1 | words" in texts(read_all(untrusted))


def test_entities_are_refused_and_a_bare_document_type_is_not() -> None:
    """OpenOffice 1 wrote a document type into every part; one with declarations is an attack."""
    bare, declared = (
        b'<!DOCTYPE office:document PUBLIC "a" "office.dtd">' + CONTENT,
        b'<!DOCTYPE office:document [<!ENTITY a "aaaa">]>' + CONTENT,
    )
    members = [("mimetype", SPREADSHEET)]
    assert reasons(read_all(pack(*members, ("content.xml", bare)))) == set()
    assert reasons(read_all(pack(*members, ("content.xml", declared)))) == {Why.DAMAGED}


def test_a_broken_part_does_not_hide_the_others() -> None:
    """Properties that are no XML; the sheets are read."""
    contents = read_all(pack(("mimetype", SPREADSHEET), ("content.xml", CONTENT), ("meta.xml", b"<a><b>Jane Roe</a>")))
    assert "A1 | words" in texts(contents)
    assert "Jane Roe" in texts(contents)
    assert [str(each.where) for each in contents if isinstance(each, Unread)] == ["input › meta.xml"]


def test_a_second_member_of_one_name_is_read_as_left_over() -> None:
    """Programs read the last one."""
    first = CONTENT.replace(b"words", b"first words")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", SPREADSHEET)
        archive.writestr("content.xml", first)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("content.xml", CONTENT)
    said = say(read_all(target.getvalue()))
    assert "shown | cells | input › sheet 'Sheet' › A1 | words" in said
    assert any(line.startswith("orphan") and line.endswith("| first words") for line in said)
    assert any(line.startswith("unread") for line in said)


def test_bytes_outside_the_members_are_said() -> None:
    """After the end."""
    untrusted = pack(("mimetype", SPREADSHEET), ("content.xml", CONTENT))
    assert "hidden after the end" in texts(read_all(untrusted + b"hidden after the end"))


def test_words_behind_the_media_type_are_said() -> None:
    """Nobody looks into `mimetype`."""
    assert "Jane Roe" in texts(read_all(pack(("mimetype", SPREADSHEET + b" Jane Roe"), ("content.xml", CONTENT))))


def test_a_package_without_a_media_type_is_known_by_its_content() -> None:
    """Written by hand, or to get past those who look for it."""
    reader = recognise(root(pack(("content.xml", CONTENT))))
    assert reader is not None
    assert reader.name == "ods"


def test_an_older_version_within_the_package_is_left_over() -> None:
    """OpenOffice keeps whole copies under `Versions`."""
    said = say(read_all(PACKED["package"]))
    assert any(line.startswith("orphan | cells | input › Versions/Version1") for line in said)


@pytest.mark.parametrize("depth", [60, 300])
def test_tables_within_tables_end(depth: int) -> None:
    """Each within a cell of the one before."""
    nested = "<table:table><table:table-row><table:table-cell><text:p>x</text:p>{}</table:table-cell></table:table-row></table:table>"
    inside = ""
    for _ in range(depth):
        inside = nested.format(inside)
    with cost_at_most(240):
        assert read_all(flat(inside))


def test_what_is_inside_a_hidden_part_is_as_hidden() -> None:
    """A spreadsheet in a place that nobody sees."""
    inner = CONTENT.replace(b"words", b"inner words")
    package = pack(("mimetype", SPREADSHEET), ("content.xml", inner))
    outer = pack(("mimetype", SPREADSHEET), ("content.xml", CONTENT), ("Versions/Version1", package))
    line = next(line for line in say(read_all(outer)) if line.endswith("inner words"))
    assert line.startswith(Visibility.ORPHAN.label)


@pytest.mark.parametrize("find", [lambda file: file.suffix in {".ods", ".odt", ".odp", ".odg", ".fods"}])
def test_every_document_of_the_corpus_ends_well(find: Callable[[Path], bool]) -> None:
    """Real files: content, or the reason why not."""
    if not CORPUS.exists():
        pytest.skip("no corpus here")
    for file in filter(find, CORPUS.rglob("*")):
        assert read_all(file.read_bytes()), file.name


def picture(width: int, height: int) -> bytes:
    """A PNG of that size, as far as its header goes."""
    blocks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in blocks
    )


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("Thumbnails/thumbnail.png", (398, 460), set()),
        ("Thumbnails/thumbnail.png", (1600, 1200), {Why.UNKNOWN_FORMAT}),
        ("Pictures/thumbnail.png", (398, 460), {Why.UNKNOWN_FORMAT}),
    ],
)
def test_the_page_in_small_that_libreoffice_saves_is_not_unread(
    name: str, size: tuple[int, int], why: set[Why]
) -> None:
    """Or every spreadsheet that it writes would be held. Nothing else of that name or size passes for one."""
    mimetype = ("mimetype", SPREADSHEET)
    assert reasons(read_all(pack(mimetype, ("content.xml", CONTENT), (name, picture(*size))))) == why
