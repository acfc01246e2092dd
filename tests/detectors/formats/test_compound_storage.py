"""Compound files: what is in them, what belongs to nothing, and what a liar may write into their tables."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.compound_storage import MAGIC, CompoundFile, list_streams, open_compound_file, parse
from detectors.formats.compound_writer import write_compound_file
from detectors.model import OverLimit, Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import LIMITS, read_all, reasons, root, texts

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
STREAMS = {"small": b"a few words", "Store/large": b"0123456789" * 1000, "Store/Deep/empty": b"", "exact": bytes(4096)}


def contents(compound: CompoundFile) -> dict[str, bytes]:
    return {name: compound.read(name) for name in compound.streams}


def directory(untrusted: bytes | bytearray) -> int:
    """Where the first sector of the directory is."""
    return 512 + 512 * int(struct.unpack_from("<I", untrusted, 48)[0])


def test_what_is_written_is_read() -> None:
    """Small streams in the mini stream, large ones in sectors, storages by path."""
    compound = parse(write_compound_file(STREAMS))
    assert contents(compound) == STREAMS
    assert compound.sound
    assert all(stream.whole for stream in compound.found.values())


def test_another_reader_reads_what_is_written() -> None:
    """olefile walks the tree, the tables and the mini stream in its own way."""
    with olefile.OleFileIO(io.BytesIO(write_compound_file(STREAMS))) as file:
        assert {"/".join(name): file.openstream(name).read() for name in file.listdir()} == STREAMS
        assert not file.parsing_issues


def test_a_file_larger_than_its_header_can_describe_is_written_and_read() -> None:
    """Beyond 109 sectors of the table, further ones name them."""
    streams = {"big": bytes(8 * 1024 * 1024), "small": b"x"}
    untrusted = write_compound_file(streams)
    assert contents(parse(untrusted)) == streams
    with olefile.OleFileIO(io.BytesIO(untrusted)) as file:
        assert file.openstream("big").read() == streams["big"]


def test_real_files_are_read_as_another_reader_does() -> None:
    """All sound compound files of the corpus, stream by stream."""
    if not CORPUS.exists():
        pytest.skip("no corpus here")
    seen = 0
    for path in (CORPUS / "spreadsheets").iterdir():
        untrusted = path.read_bytes()
        if not untrusted.startswith(MAGIC):
            continue
        compound = parse(untrusted)
        with olefile.OleFileIO(io.BytesIO(untrusted)) as file:
            for name in file.listdir():
                seen += 1
                assert compound.read("/".join(name)) == file.openstream(name).read(), path.name
    assert seen > 400


@given(st.dictionaries(st.text("abcAB", min_size=1, max_size=8), st.binary(max_size=5000), max_size=12))
def test_any_streams_come_back(streams: dict[str, bytes]) -> None:
    """Names that differ in case alone are two streams here; programs would see one of them."""
    assert contents(parse(write_compound_file(streams))) == streams


def test_streams_are_listed_without_being_paid_for() -> None:
    """Before it is known who reads the file."""
    part = root(write_compound_file(STREAMS))
    before = part.budget.bytes_left
    assert list_streams(part) == tuple(STREAMS)
    assert list_streams(root(b"no compound file")) == ()
    assert part.budget.bytes_left == before


def test_names_are_found_in_any_case() -> None:
    """Excel opens BOOK and Workbook alike."""
    assert parse(write_compound_file({"WORKBOOK": b"x"})).read("Workbook") == b"x"
    with pytest.raises(ValueError):
        parse(write_compound_file({"WORKBOOK": b"x"})).read("Book")


@pytest.mark.parametrize("part", range(1, 30))
def test_a_truncated_file_is_never_clean(part: int) -> None:
    """Cut short at every thirtieth: streams without all their bytes are said."""
    untrusted = write_compound_file(STREAMS)
    assert reasons(read_all(untrusted[: len(untrusted) * part // 30]))


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    """The table says that the large stream's second sector is followed by its first."""
    untrusted = bytearray(write_compound_file(STREAMS))
    compound = parse(bytes(untrusted))
    first = compound.found["Store/large"].sectors[0]
    fat = 512 + 512 * int(struct.unpack_from("<I", untrusted, 76)[0])
    struct.pack_into("<I", untrusted, fat + 4 * (first + 1), first)
    assert not parse(bytes(untrusted)).found["Store/large"].whole
    assert Why.DAMAGED in reasons(read_all(bytes(untrusted)))


def test_a_directory_that_runs_in_a_circle_ends() -> None:
    """An entry whose neighbour is itself, and one whose child is the root."""
    for offset in (68, 76):
        untrusted = bytearray(write_compound_file(STREAMS))
        struct.pack_into("<I", untrusted, directory(untrusted) + 2 * 128 + offset, 0 if offset == 76 else 2)
        assert not parse(bytes(untrusted)).sound
        assert Why.DAMAGED in reasons(read_all(bytes(untrusted)))


def test_two_streams_may_not_share_sectors() -> None:
    """A thousand names for one long chain would otherwise be a thousand times its bytes."""
    untrusted = bytearray(write_compound_file({f"s{n}": bytes(5000) for n in range(50)}))
    start = parse(bytes(untrusted)).found["s0"].sectors[0]
    place = directory(untrusted)
    for number in range(1, 51):
        struct.pack_into("<I", untrusted, place + number * 128 + 116, start)
    compound = parse(bytes(untrusted))
    assert sum(len(compound.read(name)) for name in compound.streams) == 5000
    assert Why.DAMAGED in reasons(read_all(bytes(untrusted)))


def test_a_size_that_lies_costs_nothing() -> None:
    """Four gigabytes, says the directory."""
    untrusted = bytearray(write_compound_file({"s": bytes(5000)}))
    struct.pack_into("<I", untrusted, directory(untrusted) + 128 + 120, 0xFFFFFFFF)
    with cost_at_most(80):
        compound = parse(bytes(untrusted))
        assert not compound.found["s"].whole
        assert len(compound.read("s")) < 6000


def test_a_deep_directory_costs_nothing() -> None:
    """Storages in storages, thousands deep: paths would grow with the square of the depth."""
    path = "/".join("d" * 60)
    assert parse(write_compound_file({path: b"x"})).read(path) == b"x"
    too_deep = "/".join("d" * 200)
    contents = read_all(write_compound_file({too_deep: b"words at the bottom"}))
    assert "words at the bottom" in texts(contents)
    assert Why.DAMAGED in reasons(contents)


def test_a_deleted_stream_is_still_read() -> None:
    """Its entry is there, and nothing leads to it."""
    untrusted = bytearray(write_compound_file({"kept": b"x", "zapped": b"text of a deleted stream"}))
    place = directory(untrusted) + 128
    struct.pack_into("<II", untrusted, place + 68, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<I", untrusted, directory(untrusted) + 76, 1)
    compound = parse(bytes(untrusted))
    assert [stream.path for stream in compound.orphans] == ["zapped"]
    assert "orphan | unclaimed | input › left-over zapped › bytes 0-24 | 'text of a deleted stream'" in texts(
        read_all(bytes(untrusted))
    )


def test_a_file_behind_the_end_is_opened() -> None:
    """A compound file that is also an archive: each program sees the one that it looks for."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside.txt", "words " * 100)
    untrusted = write_compound_file({"s": b"x"}) + archive.getvalue()
    assert "file at byte" in texts(read_all(untrusted))


def test_packed_bytes_in_free_sectors_are_unread() -> None:
    """Text in them cannot be seen."""
    noise = bytes((n * n * 7919 >> 5) & 0xFF for n in range(4096))
    assert reasons(read_all(write_compound_file({"s": b"x"}) + noise)) == {Why.UNKNOWN_FORMAT}


@given(st.binary(max_size=3000))
def test_any_bytes_behind_a_mark_end_in_a_file_or_value_error(untrusted: bytes) -> None:
    """Headers made of noise."""
    try:
        compound = parse((MAGIC + untrusted).ljust(1536, b"\0"))
    except ValueError:
        return
    list(compound.unclaimed())


def test_a_limit_is_a_limit() -> None:
    """A file larger than `part_bytes` is not held in memory."""
    with pytest.raises(OverLimit):
        open_compound_file(root(write_compound_file(STREAMS), limits=replace(LIMITS, part_bytes=1000)))
