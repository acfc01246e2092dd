"""Pictures made of pixels: the words beside the pixels, and whether the pixels may hold words."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from detectors.formats.pictures.bitmap import read_bitmap, read_webp
from detectors.formats.pictures.exif import read_tiff
from detectors.formats.pictures.found import Found, surface
from detectors.formats.pictures.gif import read_gif
from detectors.formats.pictures.jpeg import read_jpeg
from detectors.formats.pictures.png import MAGIC, read_png
from detectors.formats.pictures.sizes import may_hold_text
from detectors.model import Content, Part, Passage, Unread, Visibility, Why

WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
BITMAP_HEADERS = frozenset([12, 40, 52, 56, 64, 108, 124])

Walk = Callable[[bytes, Found], None]


@dataclass(frozen=True, slots=True)
class Image:
    """JPEG, PNG, GIF, TIFF, BMP and WebP. Pixels are never decoded."""

    name: str = "image"
    media_type: str = "image/*"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as one of these does."""
        return choose(part.head(64)) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """The size, words and pictures beside the pixels. Unread for a picture large enough to hold text, and for damage."""
        walk = choose(part.head(64))
        if walk is None:
            raise ValueError("no picture")
        found = Found(part.budget)
        walk(part.whole(), found)
        if found.width:
            yield Passage(part.where, part.visibility, "picture", f"{found.width} × {found.height} pixels")
        yield from surface(part, found, inner=Visibility.METADATA)
        if found.damaged or not found.width:
            yield Unread(part.where, Why.DAMAGED)
        if may_hold_text(found.width, found.height):
            yield Unread(part.where / "pixels", Why.UNKNOWN_FORMAT)


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
