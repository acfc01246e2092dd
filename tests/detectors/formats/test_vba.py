"""Macros: decompression as the specification shows it, and what liars make of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.vba import find_projects, find_source, name_encoding, parse_directory
from detectors.formats.vba_compression import decompress

NO_COMPRESSION = bytes.fromhex("01 19 b0 00 61 62 63 64 65 66 67 68 00 69 6a 6b 6c 6d 6e 6f 70 00 71 72 73 74 75 76 2e")
NORMAL = bytes.fromhex(
    "01 2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 30 6d 6e 6f 70 06 71 02 70 04 10"
    " 72 73 74 75 76 10 77 78 79 7a 00 3c"
)
MAXIMUM = bytes.fromhex("01 03 b0 02 61 45 00")


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (NO_COMPRESSION, b"abcdefghijklmnopqrstuv."),
        (NORMAL, b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"),
        (MAXIMUM, b"a" * 73),
    ],
)
def test_the_examples_of_the_specification(packed: bytes, plain: bytes) -> None:
    """MS-OVBA 3.2.1 to 3.2.3."""
    assert decompress(packed) == (plain, True)


@given(st.binary(max_size=5000))
def test_any_bytes_are_decompressed_or_refused(untrusted: bytes) -> None:
    """No more comes out than 4 KiB for each chunk, and no chunk is shorter than three bytes."""
    out, _ = decompress(b"\x01" + untrusted)
    assert len(out) <= 4098 * (len(untrusted) // 3 + 1)


def test_chunks_before_the_damage_are_kept() -> None:
    """The second chunk copies from before its start."""
    out, whole = decompress(NO_COMPRESSION + bytes.fromhex("03 b0 01 00 00 00"))
    assert out == b"abcdefghijklmnopqrstuv."
    assert not whole


def test_no_container_is_no_container() -> None:
    """The first byte is always one."""
    with pytest.raises(ValueError):
        decompress(b"\x02abc")


@given(st.binary(max_size=300))
def test_any_directory_is_read_as_far_as_it_goes(untrusted: bytes) -> None:
    """Modules are found without it."""
    parse_directory(untrusted)


def test_a_project_is_found_wherever_it_stands() -> None:
    """In a package's part, in a workbook, in a document; forms belong to it."""
    names = [
        "Macros/VBA/dir",
        "Macros/VBA/_VBA_PROJECT",
        "Macros/PROJECT",
        "Macros/F/\x03VBFrame",
        "Macros/F/o",
        "WordDocument",
    ]
    (project,) = find_projects(names)
    assert project.outer == "Macros/"
    assert set(names) - set(project.members) == {"WordDocument"}


def test_the_source_is_found_without_the_directory() -> None:
    """By how every module begins."""
    data = b"p-code \x01\x19\xb0\x00Attribut\x00e VB_Name"
    assert find_source(data, None) == 7
    assert find_source(data, 7) == 7
    assert find_source(data, 3) == 7
    assert find_source(b"nothing", 2) is None


@pytest.mark.parametrize(
    ("page", "name"), [(1252, "cp1252"), (932, "cp932"), (10000, "mac_roman"), (1, "cp1252"), (65001, "utf-8")]
)
def test_code_pages_have_names(page: int, name: str) -> None:
    """One that nobody knows is taken for the Western one."""
    assert name_encoding(page) == name
