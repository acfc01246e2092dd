"""Photoshop's image resources and the IPTC captions in them (IPTC-IIM 4.2)."""

from __future__ import annotations

import struct

from detectors.formats.pictures.found import Found
from detectors.formats.residue import decode_narrow, find_texts

CAPTIONS, XMP, EXIF = 0x0404, 0x0424, 0x0422
THUMBNAILS = (0x0409, 0x040C)
THUMBNAIL_HEADER = 28
MARK = 0x1C
NAMES = {
    5: "title", 25: "keyword", 40: "instructions", 55: "created", 80: "byline", 85: "byline title", 90: "city",
    92: "sublocation", 95: "state", 100: "country code", 101: "country", 103: "reference", 105: "headline", 110: "credit",
    115: "source", 116: "copyright", 118: "contact", 120: "caption", 122: "caption writer",
}  # fmt: skip


def read_resources(untrusted: bytes, found: Found) -> None:
    """Image resource blocks: captions, XMP, thumbnails; other ones for their words."""
    position = untrusted.find(b"8BIM")
    while position >= 0 and position + 12 <= len(untrusted) and untrusted.startswith(b"8BIM", position):
        kind = struct.unpack_from(">H", untrusted, position + 4)[0]
        name = untrusted[position + 6] + 1
        start = position + 6 + name + name % 2
        size = int.from_bytes(untrusted[start : start + 4], "big")
        data = untrusted[start + 4 : start + 4 + size]
        read_resource(kind, data, found)
        position = start + 4 + size + size % 2
    if 0 <= position < len(untrusted):
        found.hold("image resources", position, untrusted[position:])


def read_resource(kind: int, data: bytes, found: Found) -> None:
    """One block."""
    if kind == CAPTIONS:
        read_iptc(data, found)
    elif kind == XMP:
        found.text("XMP", data.decode("utf-8", "replace"))
    elif kind in THUMBNAILS and len(data) > THUMBNAIL_HEADER:
        found.enclose("thumbnail", data[THUMBNAIL_HEADER:])
    else:
        found.text("image resource", "\n".join(text for _, _, text in find_texts(data)))


def read_iptc(untrusted: bytes, found: Found) -> None:
    """Data sets: a mark, record, number, length, text."""
    position = 0
    while position + 5 <= len(untrusted) and untrusted[position] == MARK:
        record, number = untrusted[position + 1], untrusted[position + 2]
        size = struct.unpack_from(">H", untrusted, position + 3)[0]
        if size & 0x8000:
            break  # a length of a length: nobody writes captions of 32 KiB
        data = untrusted[position + 5 : position + 5 + size]
        position += 5 + size
        if record != 1:
            found.text(NAMES.get(number, f"IPTC {record}:{number}"), decode_narrow(data))
    if untrusted[position:].strip(b"\0"):
        found.hold("IPTC", position, untrusted[position:])
