from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.blobs import CHUNK, HEADER, TAG_BYTES, Blobs
from gateway.store.keys import Keys, StoreError

KEYS = Keys(bytes(range(32)))


def read(blobs: Blobs, blob: str) -> bytes:
    return b"".join(blobs.read(blob))


@given(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17]), st.integers(1, 100_000))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, size: int, piece: int) -> None:
    """Whatever the sizes, around the borders of the chunks above all."""
    blobs = Blobs(tmp_path_factory.getbasetemp() / "blobs", KEYS)
    data = os.urandom(size)
    blob = blobs.write(data[start : start + piece] for start in range(0, size, piece))
    assert read(blobs, blob) == data


def test_the_file_holds_nothing_in_clear_and_says_nothing_by_its_name(tmp_path: Path) -> None:
    """A stolen disk tells nobody anything."""
    blobs = Blobs(tmp_path, KEYS)
    blob = blobs.write([b"Quillfeather " * 9])
    (file,) = tmp_path.iterdir()
    assert file.name == blob
    assert b"Quillfeather" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert blobs.write([b"Quillfeather " * 9]) != blob


@pytest.mark.parametrize("place", [0, 6, 12, 30, 60, HEADER.size - 1, HEADER.size, HEADER.size + CHUNK + 3, -1])
def test_a_changed_byte_anywhere_is_noticed(tmp_path: Path, place: int) -> None:
    """Header, wrapped key, any chunk, any tag."""
    blobs = Blobs(tmp_path, KEYS)
    blob = blobs.write([os.urandom(2 * CHUNK)])
    data = bytearray((tmp_path / blob).read_bytes())
    data[place] ^= 1
    (tmp_path / blob).write_bytes(data)
    with pytest.raises(StoreError):
        read(blobs, blob)


def damage(data: bytes) -> dict[str, bytes]:
    size = CHUNK + TAG_BYTES
    chunks = [data[HEADER.size :][n * size : (n + 1) * size] for n in range(3)]
    head = data[: HEADER.size]
    return {
        "cut short at a chunk": head + chunks[0] + chunks[1],
        "cut short within a chunk": data[:-1],
        "chunks swapped": head + chunks[1] + chunks[0] + chunks[2],
        "a chunk twice": head + chunks[0] + chunks[0] + chunks[1] + chunks[2],
        "more at the end": data + b"x",
        "header only": head,
        "empty": b"",
    }


@pytest.mark.parametrize("way", damage(b""))
def test_chunks_cannot_be_cut_off_swapped_or_added(tmp_path: Path, way: str) -> None:
    """Each chunk is bound to its place and to being the last or not."""
    blobs = Blobs(tmp_path, KEYS)
    blob = blobs.write([os.urandom(2 * CHUNK + 5)])
    (tmp_path / blob).write_bytes(damage((tmp_path / blob).read_bytes())[way])
    with pytest.raises(StoreError):
        read(blobs, blob)


def test_a_blob_under_another_name_is_not_believed(tmp_path: Path) -> None:
    """Swapping two held messages on disk must not release the one for the other."""
    blobs = Blobs(tmp_path, KEYS)
    one, other = blobs.write([b"one"]), blobs.write([b"other"])
    (tmp_path / one).write_bytes((tmp_path / other).read_bytes())
    with pytest.raises(StoreError):
        read(blobs, one)


def test_another_master_key_is_told_apart_from_damage(tmp_path: Path) -> None:
    """An administrator who restored the wrong key learns so."""
    blob = Blobs(tmp_path, KEYS).write([b"x"])
    with pytest.raises(StoreError, match="another master key"):
        read(Blobs(tmp_path, Keys(bytes(32))), blob)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 32, "A" * 32])
def test_only_our_names_become_paths(tmp_path: Path, name: str) -> None:
    """The database cannot be made to read other files."""
    with pytest.raises(StoreError):
        read(Blobs(tmp_path, KEYS), name)


def test_what_a_crash_left_is_removed_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    """Crash point 11: stored, but the row never came."""
    blobs = Blobs(tmp_path, KEYS)
    known, orphan = blobs.write([b"known"]), blobs.write([b"orphan"])
    (tmp_path / "half.part").write_bytes(b"")
    assert blobs.collect(frozenset({known})) == 0
    assert blobs.collect(frozenset({known}), time.time() + 90_000) == 2
    assert [file.name for file in tmp_path.iterdir()] == [known]
    assert orphan != known
