"""Pictures made of pixels: which walk goes through the bytes of each kind."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from detectors.formats.pictures.bitmap import read_bitmap, read_webp
from detectors.formats.pictures.exif import read_tiff
from detectors.formats.pictures.found import Found
from detectors.formats.pictures.gif import read_gif
from detectors.formats.pictures.jpeg import read_jpeg
from detectors.formats.pictures.png import MAGIC, read_png

WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
BITMAP_HEADERS = frozenset([12, 40, 52, 56, 64, 108, 124])

Walk = Callable[[bytes, Found], None]


def choose(head: bytes) -> Walk | None:
    """The walk for bytes that begin so."""
    for beginnings, walk in WALKS:
        if head.startswith(beginnings):
            return walk
    if WEBP.match(head):
        return read_webp
    if head.startswith(b"BM") and len(head) >= 18 and struct.unpack_from("<I", head, 14)[0] in BITMAP_HEADERS:
        return read_bitmap
    return None


def read_whole_tiff(untrusted: bytes, found: Found) -> None:
    """A TIFF file."""
    read_tiff(untrusted, found, whole=True)


WALKS: tuple[tuple[tuple[bytes, ...], Walk], ...] = (
    ((MAGIC,), read_png),
    ((b"\xff\xd8\xff",), read_jpeg),
    ((b"GIF87a", b"GIF89a"), read_gif),
    ((b"II*\x00", b"MM\x00*"), read_whole_tiff),
)
