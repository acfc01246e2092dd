"""Data models: packing as the specification shows it, and models that lie."""

from __future__ import annotations

import runpy
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.vertipaq_strings import PackedPage, make_codes, read_dictionary, unpack
from detectors.formats.xpress import decompress, decompress_chunks
from detectors.model import Budget, Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import LIMITS, read_all, reasons, texts

MAKE = runpy.run_path(str(Path(__file__).parents[2] / "fixtures" / "data_model" / "model" / "make.py"))


def budget() -> Budget:
    return Budget.of(LIMITS)


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        ("3f000000 6162636465666768696a6b6c6d6e6f707172737475767778797a", b"abcdefghijklmnopqrstuvwxyz"),
        ("ffffff1f 61626317000fff2601", b"abc" * 100),
    ],
)
def test_the_examples_of_the_specification(packed: str, plain: bytes) -> None:
    """MS-XCA 3.1."""
    assert decompress(bytes.fromhex(packed), len(plain)) == plain


@given(st.binary(max_size=300), st.integers(0, 65535))
def test_any_bytes_unpack_or_are_refused(untrusted: bytes, size: int) -> None:
    """And never to more than was asked for."""
    try:
        assert len(decompress(untrusted, size)) == size
        list(decompress_chunks(untrusted))
    except ValueError:
        pass


def test_a_packed_page_is_unpacked() -> None:
    """Three letters: `a` is 0, `b` is 10, `c` is 11; each pair of bytes stands the wrong way round."""
    lengths = bytearray(128)
    lengths[ord("a") // 2] |= 1 << 4
    lengths[ord("b") // 2] |= 2
    lengths[ord("c") // 2] |= 2 << 4
    assert make_codes(bytes(lengths)) == {(1, 0): ord("a"), (2, 2): ord("b"), (2, 3): ord("c")}
    bits = "01011" + "110"  # "abc", "ca"
    page = PackedPage(0, 8, 0, bytes(lengths), bytes((0, int(bits, 2))))
    assert list(unpack(page, [0, 5], budget())) == ["abc", "ca"]
    with pytest.raises(ValueError):
        list(unpack(page, [5, 0], budget()))


@given(st.binary(max_size=400))
def test_any_dictionary_is_read_or_refused(noise: bytes) -> None:
    """Noise, and noise in a sound one."""
    sound = MAKE["strings"](["one", "two"])
    for untrusted in (noise, sound[: 28 + len(noise) % 40] + noise, struct.pack("<i", 1) + bytes(24) + noise):
        try:
            read_dictionary(untrusted, budget())
        except ValueError:
            continue


def test_rows_without_end_are_a_limit() -> None:
    """Sixteen bytes that say four thousand million rows."""
    files = MAKE["make_files"]()
    for name in ("Victim", "Born", "Loss"):
        files[f"0.Crimes.{name}.0.idf"] = MAKE["runs"]([(3, 0xFFFFFFF0)])
    files["Crimes.0.tbl.xml"] = files["Crimes.0.tbl.xml"].replace(b"<Records>3<", b"<Records>99999999999<")
    with cost_at_most(400):
        contents = read_all(MAKE["pack"](files), limits=replace(LIMITS, total_bytes=10**6))
        assert Why.TOO_LARGE in reasons(contents)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("0.Crimes.Victim.dictionary", b"\x02\0\0\0 nothing of a dictionary"),
        ("0.Crimes.Born.0.idf", b"\xff" * 40),
        ("Crimes.0.tbl.xml", b"<XMObject"),
        ("0.Crimes.Other.map", b"a file of no known kind"),
    ],
)
def test_a_file_that_does_not_decode_is_unread(name: str, data: bytes) -> None:
    """And what does is read."""
    contents = read_all(MAKE["pack"]({**MAKE["make_files"](), name: data}))
    assert reasons(contents) <= {Why.DAMAGED, Why.UNKNOWN_FORMAT}
    assert reasons(contents)


def test_a_column_without_its_file_is_unread_and_the_others_are_read() -> None:
    """The name stands in the table's description alone."""
    files = MAKE["make_files"]()
    del files["0.Crimes.Born.0.idf"]
    contents = read_all(MAKE["pack"](files))
    assert reasons(contents) == {Why.DAMAGED}
    assert "Jane Doe" in texts(contents)


def test_a_model_that_is_packed_as_a_whole_is_unread() -> None:
    """As Power BI does it, with XPress9."""
    untrusted = "This backup was created using XPress9 compression.".encode("utf-16-le") + bytes(100)
    assert reasons(read_all(untrusted)) == {Why.UNKNOWN_FORMAT}


@pytest.mark.parametrize("part", range(1, 30))
def test_a_truncated_model_is_never_clean(part: int) -> None:
    """Cut short at every thirtieth."""
    untrusted = MAKE["make"]()
    assert reasons(read_all(untrusted[: len(untrusted) * part // 30]))
