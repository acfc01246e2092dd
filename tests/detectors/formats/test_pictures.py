"""Pictures: when their pixels matter, and what liars write beside them."""

from __future__ import annotations

import runpy
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.pictures.lines import Lines
from detectors.formats.pictures.sizes import is_page_in_small, may_hold_text
from detectors.model import Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, texts

FIXTURES = Path(__file__).parents[2] / "fixtures"
PICTURES = {
    f"{case.parent.parent.name}/{case.parent.name}": runpy.run_path(str(case))["make"]()
    for kind in ("image", "metafile", "svg", "control")
    for case in sorted((FIXTURES / kind).glob("*/make.py"))
}


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (16, 16, False), (300, 150, False), (200, 225, False), (301, 150, True), (1280, 720, True),
        (2000, 3, False), (3, 2000, False), (700, 20, True), (0, 0, False), (2**31, 2**31, True),
    ],
)  # fmt: skip
def test_pictures_of_some_size_may_hold_text(width: int, height: int, *, expected: bool) -> None:
    """Icons, logos, rules pass; screenshots, scans, banners do not."""
    assert may_hold_text(width, height) is expected


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(398, 460, True), (512, 512, True), (513, 20, False), (0, 0, False)]
)
def test_a_page_in_small_cannot_be_read(width: int, height: int, *, expected: bool) -> None:
    """LibreOffice and Office put a picture of the first page into what they save."""
    assert is_page_in_small(width, height) is expected


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("part", range(1, 20))
def test_a_truncated_picture_ends_in_content_or_unread(name: str, part: int) -> None:
    """Cut short at every twentieth: never clean."""
    untrusted = PICTURES[name]
    contents = read_all(untrusted[: len(untrusted) * part // 20])
    assert contents


@given(st.sampled_from(sorted(PICTURES)), st.integers(0, 200), st.binary(max_size=60))
def test_noise_in_a_picture_ends_in_content_or_unread(name: str, place: int, noise: bytes) -> None:
    """Behind the mark that says what it is."""
    untrusted = PICTURES[name]
    read_all(untrusted[: 4 + place] + noise + untrusted[4 + place + len(noise) :])


def test_the_rest_of_a_cropped_screenshot_is_unread() -> None:
    """Programs wrote a smaller picture over a larger one, and left the end of that in the file (CVE-2023-21036)."""
    noise = zlib.compress(bytes((n * n * 7919 >> 5) & 0xFF for n in range(20_000)))
    small = PICTURES["image/screenshot"].replace(struct.pack(">II", 1280, 720), struct.pack(">II", 40, 30))
    assert reasons(read_all(small)) == set()
    assert reasons(read_all(small + noise)) == {Why.UNKNOWN_FORMAT}


def test_a_text_chunk_that_explodes_is_a_limit() -> None:
    """Two hundred megabytes of blanks in a few kilobytes."""
    data = b"Comment\0\0" + zlib.compress(b" " * 200_000_000)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + bytes(4)
    start = PICTURES["image/screenshot"][:33]
    assert Why.TOO_LARGE in reasons(read_all(start + chunk))


def test_directories_in_a_circle_end() -> None:
    """A directory of a TIFF that names itself as the next, and itself as its own part."""
    table = struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    with cost_at_most(80):
        read_all(b"II*\0" + struct.pack("<I", 8) + table)


def test_letters_painted_as_numbers_of_glyphs_are_unread() -> None:
    """A metafile from a printer's spool: the font is elsewhere."""
    untrusted = bytearray(PICTURES["metafile/enhanced"])
    place = untrusted.index("Jane Doe".encode("utf-16-le")) - 24
    struct.pack_into("<I", untrusted, place, 0x10)
    contents = read_all(bytes(untrusted))
    assert reasons(contents) == {Why.UNKNOWN_FORMAT}
    assert "victim" in texts(contents)


def test_words_on_one_line_are_one_line() -> None:
    """Letters join, words part, a shadow is not a second word."""
    lines = Lines()
    for text, height in [("J", 1), ("o", 1), ("Jane", 2), ("Doe", 2), ("twice", 3), ("twice", 3)]:
        lines.add(text, height)
    assert lines.finish() == "Jo\nJane Doe\ntwice"


def test_a_drawing_with_a_broken_picture_is_damaged() -> None:
    """Base64 that is none."""
    assert reasons(
        read_all(b'<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,A"/></svg>')
    ) == {Why.DAMAGED}
