"""JPEG (ITU-T T.81): segments, comments, EXIF, XMP, captions, and what stands behind the end."""

from __future__ import annotations

import re

from detectors.formats.pictures.exif import read_tiff
from detectors.formats.pictures.found import Found
from detectors.formats.pictures.iptc import read_resources
from detectors.formats.residue import decode_narrow

SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame (B.2.2): the size of the picture."""

ALONE = frozenset([0x01, *range(0xD0, 0xD9)])
END, SCAN, COMMENT = 0xD9, 0xDA, 0xFE
TABLES = frozenset([0xC4, 0xC8, 0xCC, 0xDB, 0xDC, 0xDD])
NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker behind entropy-coded data, in which 0xFF is followed by zero or a restart marker."""

MARKER = re.compile(rb"\xff[^\xff]", re.DOTALL)
EXIF = b"Exif\0"
XMP, MORE_XMP = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
MORE_XMP_HEADER = 40
PHOTOSHOP = b"Photoshop 3.0\0"
PROFILE = b"ICC_PROFILE\0"


def read_jpeg(untrusted: bytes, found: Found) -> None:
    """Walk the segments. A file that ends before its end marker is damaged, and what was found stays."""
    position = 2
    while True:
        marker = find_marker(untrusted, position, found)
        if marker is None:
            found.damaged = True
            return
        kind, position = untrusted[marker + 1], marker + 2
        if kind == END:
            break
        if kind in ALONE:
            continue
        size = int.from_bytes(untrusted[position : position + 2], "big")
        data = untrusted[position + 2 : position + size]
        if size < 2 or len(data) < size - 2:
            found.damaged = True
            found.leave(position, untrusted[position:])
            return
        read_segment(kind, position, data, found)
        position += size
        if kind == SCAN:
            following = NEXT.search(untrusted, position)
            position = following.start() if following else len(untrusted)
    if untrusted[position:].strip(b"\0"):
        found.leave(position, untrusted[position:])


def find_marker(untrusted: bytes, position: int, found: Found) -> int | None:
    """Where the next marker is; what stands before it belongs to nothing."""
    match = MARKER.search(untrusted, position)
    if match is None:
        return None
    marker = match.start()
    if untrusted[position:marker].strip(b"\xff"):
        found.leave(position, untrusted[position:marker])
    return marker


def read_segment(kind: int, offset: int, data: bytes, found: Found) -> None:
    """One segment."""
    if kind in SIZES and len(data) >= 5:
        found.size(int.from_bytes(data[3:5], "big"), int.from_bytes(data[1:3], "big"))
    elif kind == COMMENT:
        found.text("comment", decode_narrow(data).strip("\0"))
    elif data.startswith(EXIF):
        read_tiff(data[6:], found, whole=False)
    elif data.startswith(XMP):
        found.text("XMP", data[len(XMP) :].decode("utf-8", "replace"))
    elif data.startswith(MORE_XMP):
        found.text("XMP", data[len(MORE_XMP) + MORE_XMP_HEADER :].decode("utf-8", "replace"))
    elif data.startswith(PHOTOSHOP):
        read_resources(data[len(PHOTOSHOP) :], found)
    elif kind not in TABLES and kind not in SIZES and kind != SCAN and not data.startswith(PROFILE):
        found.hold(f"segment {kind:02X}", offset + 2, data)
