"""Binary workbooks that are cut short, that lie, or that cost too much: said to be unread, and read as far as they go."""

from __future__ import annotations

import io
import re
import runpy
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.formats.biff12.records import read_records
from detectors.formats.biff12.strings import gather, gather_literals, read_rich, read_wide
from detectors.model import Unread, Visibility, Why
from detectors.readers import recognise
from tests.cost import cost_at_most
from tests.detectors.readers.reading import LIMITS, read_all, reasons, root, say, texts

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xlsb"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
W = SimpleNamespace(**runpy.run_path(str(FIXTURES / "writer.py")))
CASES = {
    case.parent.name: runpy.run_path(str(case))["PARTS"] | {"[Content_Types].xml": W.TYPES}
    for case in sorted(FIXTURES.glob("*/make.py"))
}
BINARY = [(case, name) for case, parts in CASES.items() for name in parts if name.endswith(".bin")]
SHEET = "xl/worksheets/sheet1.bin"


def package(parts: dict[str, bytes | str]) -> bytes:
    """A workbook of parts, the content types among them or not."""
    made: bytes = W.package({name: data for name, data in parts.items() if name != "[Content_Types].xml"})
    return made


def with_sheet(data: bytes, **others: bytes) -> bytes:
    """A workbook with one sheet, or what claims to be one."""
    parts: dict[str, bytes | str] = {
        "xl/workbook.bin": W.book(W.entry("Figures", 0, 1)),
        "xl/_rels/workbook.bin.rels": W.arrows(
            ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "strings.bin"), ("styles", "styles.bin")
        ),
        SHEET: data,
    }
    return package(parts | {f"xl/{name}.bin": part for name, part in others.items()})


def cells(*records: bytes) -> bytes:
    """A sheet with a first row of these cells."""
    made: bytes = W.sheet(W.row(1), *records)
    return made


# Framing.


@given(st.lists(st.tuples(st.integers(0, 16383), st.binary(max_size=300)), max_size=20), st.data())
def test_records_are_the_same_however_their_bytes_arrive(records: list[tuple[int, bytes]], data: st.DataObject) -> None:
    """A record may be cut anywhere, its header too."""
    whole = b"".join(W.record(kind, payload) for kind, payload in records)
    marks = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[start:stop] for start, stop in zip([0, *marks], [*marks, len(whole)], strict=True)]
    assert list(read_records(pieces)) == records


@pytest.mark.parametrize(
    "untrusted", [b"\x81", b"\x06\x0a\0\0", b"\x06\xff\xff\xff\x7f", b"\x06\x80\x80", b"\0\0\x06\x01"]
)
def test_a_record_that_claims_more_than_there_is_is_damage(untrusted: bytes) -> None:
    """The length is the sender's."""
    with pytest.raises(ValueError, match="cut short"):
        list(read_records([untrusted]))


def test_a_record_of_many_chunks_costs_no_more_than_its_bytes() -> None:
    """Joined once, not once a chunk."""
    chunks = [W.record(6, bytes(2**24))[:8], *[bytes(4096)] * (2**24 // 4096)]
    with cost_at_most(400):
        with pytest.raises(ValueError, match="cut short"):
            list(read_records(chunks))


# Strings.


@given(st.binary(max_size=600), st.integers(0, 20))
def test_a_search_for_texts_never_fails(untrusted: bytes, start: int) -> None:
    """Whatever the bytes are."""
    gather(untrusted, start)
    gather(untrusted, start, shortest=1)
    gather_literals(untrusted, start)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=2, max_size=60), st.binary(max_size=9))
def test_a_counted_string_is_found_behind_any_numbers(text: str, before: bytes) -> None:
    """In any script: plain runs are looked for in few."""
    wide: bytes = text.encode("utf-16-le")
    data = before + bytes(9) + (len(wide) // 2).to_bytes(4, "little") + wide + bytes(4)
    assert text in "".join(gather(data))


def test_a_search_is_linear_in_what_it_searches() -> None:
    """Counts everywhere, each of a string that fails only at its end."""
    untrusted = b"\x00\x40\x00\x00" * 500_000
    with cost_at_most(400):
        gather(untrusted)
        gather_literals(b"\x17\xff\x00" * 500_000, 0)


@given(st.binary(max_size=40), st.integers(0, 50))
def test_a_string_is_read_or_is_damage(untrusted: bytes, at: int) -> None:
    """Nothing but ValueError."""
    for read in (read_wide, read_rich):
        try:
            read(untrusted, at)
        except ValueError:
            continue


# Parts that are cut short or changed.


@pytest.mark.parametrize(("case", "name"), BINARY)
def test_a_part_that_is_cut_short_is_never_clean(case: str, name: str) -> None:
    """Anywhere, between records too: what a part ends with is missing."""
    data = CASES[case][name]
    for stop in range(3, len(data), max(1, len(data) // 25)):
        contents = read_all(package(CASES[case] | {name: data[:stop]}))
        assert reasons(contents) or not known_end(data), (name, stop)


def known_end(data: bytes) -> bool:
    """Whether a part has an end that can be missing: some have none, and controls are no records."""
    *_, (last, _) = read_records([data]) if data[0] else [(0, b"")]
    return last in {130, 132, 160, 180, 194, 279, 315, 333, 344, 588, 430, 448, 629}


@settings(max_examples=120)
@given(st.sampled_from(BINARY), st.data())
def test_damage_in_a_part_ends_in_content_or_unread(which: tuple[str, str], data: st.DataObject) -> None:
    """Bytes changed, cut out, doubled inside the package, where no checksum stands in the way."""
    case, name = which
    untrusted = bytearray(CASES[case][name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(untrusted)))
        end = data.draw(st.integers(start, min(len(untrusted), start + 40)))
        untrusted[start:end] = data.draw(st.one_of(st.binary(max_size=8), st.just(bytes(untrusted[start:end]) * 2)))
    read_all(package(CASES[case] | {name: bytes(untrusted)}))


@settings(max_examples=80)
@given(st.sampled_from(BINARY), st.lists(st.tuples(st.integers(0, 700), st.binary(max_size=24)), max_size=12))
def test_any_records_end_in_content_or_unread(which: tuple[str, str], records: list[tuple[int, bytes]]) -> None:
    """Well-framed nonsense between the first and the last record of a part."""
    case, name = which
    if name.startswith("xl/activeX"):
        return
    real = [W.record(kind, payload) for kind, payload in read_records([CASES[case][name]])]
    middle = [W.record(kind, payload) for kind, payload in records]
    read_all(package(CASES[case] | {name: b"".join((*real[:2], *middle, *real[2:]))}))


def test_what_stands_before_the_damage_is_kept_and_what_stands_behind_it_is_swept() -> None:
    """A cell beyond the last column; the sheets after it are read as ever."""
    parts = dict(CASES["cells"])
    parts[SHEET] = cells(
        W.cell(6, 0, W.wide("before")),
        W.cell(6, 99999, W.wide("where?")),
        W.row(2),
        W.cell(6, 0, W.wide("and behind it")),
    )
    said = say(read_all(package(parts)))
    assert "shown | cells | input › sheet 'Figures' › A1 | before" in said
    assert "unread | input › sheet 'Figures' | damaged" in said
    assert any(line.startswith("orphan | unclaimed") and "and behind it" in line for line in said)
    assert "very_hidden_sheet | cells | input › sheet 'Deep' › A1 | very hidden sheet" in said


def test_a_cell_of_a_shared_string_that_is_missing_is_damage() -> None:
    """It showed something once."""
    assert Why.DAMAGED in reasons(read_all(with_sheet(cells(W.cell(7, 0, W.u32(3))))))


def test_a_pivot_record_that_does_not_fit_keeps_its_texts_and_is_unread() -> None:
    """A wrong guess at a type is no reason to lose a name."""
    parts = dict(CASES["pivot"])
    name = "xl/pivotCache/pivotCacheRecords1.bin"
    parts[name] = W.record(193, W.u32(1)) + W.record(33, W.u32(7), W.wide("Jane Doe")) + W.record(194)
    contents = read_all(package(parts))
    assert "Jane Doe" in texts([content for content in contents if not isinstance(content, Unread)])
    assert Why.DAMAGED in reasons(contents)


def test_relationships_that_are_damaged_do_not_hide_the_sheets() -> None:
    """They are then sheets that nothing lists."""
    said = texts(read_all(package(CASES["cells"] | {"xl/_rels/workbook.bin.rels": "<Relationships"})))
    assert "unread | input › sheet 'Figures' | damaged" in said
    parts = CASES["around"] | {"xl/worksheets/_rels/sheet1.bin.rels": W.arrows(("comments", "../nowhere.bin"))}
    assert "Ask Jane about this" in texts(read_all(package(parts)))


def duplicated() -> bytes:
    target = io.BytesIO(package(CASES["links"]))
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, W.sheet())
    return target.getvalue()


def test_two_parts_of_one_name_and_bytes_outside_the_parts_are_said() -> None:
    """Which of them does Excel show?"""
    assert "unread | input › xl/worksheets/sheet1.bin | damaged" in say(read_all(duplicated()))
    assert any("unclaimed | input › gap 1" in line for line in say(read_all(package(CASES["links"]) + b"tail end")))


# Cost.


def bomb(name: str) -> bytes:
    """A few hundred kilobytes that want to be gigabytes, or hours."""
    match name:
        case "a string named by every cell":
            row = b"".join(W.cell(7, column, W.u32(0)) for column in range(16000))
            rows = b"".join(W.row(number) + row for number in range(1, 8))
            return with_sheet(W.sheet(rows), strings=W.strings(W.plain("x" * 1_000_000)))
        case "rows that begin at the last column":
            return with_sheet(W.sheet(*(W.row(number) + W.cell(2, 16383, W.u32(6)) for number in range(1, 9000))))
        case "cells in one place":
            return with_sheet(cells(*(W.cell(6, 0, W.wide("word")) for _ in range(40_000))))
        case "columns over columns":
            layer = W.record(60, W.u32(0), W.u32(16383), W.u32(0), W.u32(0), W.u16(1))
            return with_sheet(W.sheet(W.row(1), W.cell(6, 0, W.wide("x")), before=[layer] * 30_000))
        case "a number format of brackets":
            styles = W.record(278) + W.record(44, W.u16(164), W.wide("[" * 400_000)) + W.record(279)
            return with_sheet(cells(), styles=styles)
    raise KeyError(name)


@pytest.mark.parametrize(
    "name",
    [
        "a string named by every cell",
        "rows that begin at the last column",
        "cells in one place",
        "columns over columns",
        "a number format of brackets",
    ],
)
def test_a_small_file_never_costs_much(name: str) -> None:
    """Bounded, and said to be unread where a bound was met."""
    limits = replace(LIMITS, total_bytes=10**8)
    untrusted = bomb(name)
    with cost_at_most(800):
        contents = read_all(untrusted, limits=limits)
    assert reasons(contents) or name == "a number format of brackets"


# Real files.


def binaries() -> Iterator[Path]:
    return CORPUS.glob("*/*.xlsb")


def test_real_workbooks_are_recognised_and_none_of_their_records_is_damaged() -> None:
    """Written by Excel: where we find damage, our reading of the format is wrong."""
    if not CORPUS.exists():
        pytest.skip("no corpus here")
    for file in binaries():
        untrusted = file.read_bytes()
        reader = recognise(root(untrusted))
        assert reader is not None, file.name
        assert reader.name == "xlsb", file.name
        contents = read_all(untrusted)
        damaged = [
            content
            for content in contents
            if isinstance(content, Unread) and content.why == Why.DAMAGED and len(content.where.steps) < 4
        ]
        assert not [each for each in damaged if not re.search("embeddings|media", str(each.where))], file.name


def test_a_hidden_workbook_has_nothing_shown() -> None:
    """A part of a hidden attachment is hidden all the way down."""
    for case, parts in CASES.items():
        part = replace(root(package(parts)), visibility=Visibility.HIDDEN_SHEET)
        reader = recognise(part)
        assert reader is not None
        for content in reader.read(part):
            for _ in getattr(content, "rows", ()):
                pass
            assert getattr(content, "visibility", Visibility.ORPHAN) >= Visibility.HIDDEN_SHEET, (case, content)


def test_relationships_in_an_encoding_that_nobody_knows_are_damage() -> None:
    """The parser of XML looks encodings up by name, and fails in a way of its own."""
    strange = '<?xml version="1.0" encoding="UTj-8"?>' + W.arrows(("comments", "../comments1.bin"))
    parts = CASES["around"] | {"xl/worksheets/_rels/sheet1.bin.rels": strange}
    assert reasons(read_all(package(parts))) == {Why.DAMAGED}
