"""Windows metafiles (MS-WMF), which may carry an enhanced one in their comments."""

from __future__ import annotations

import struct

from detectors.formats.pictures.drawing import Drawing
from detectors.formats.residue import decode_narrow

PLACEABLE = b"\xd7\xcd\xc6\x9a"
PLACEABLE_BYTES, HEADER_BYTES = 22, 18
MARKS = (b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
END, TEXT, EXTENDED_TEXT, ESCAPE = 0x0000, 0x0521, 0x0A32, 0x0626
BITMAPS = frozenset([0x0940, 0x0B41, 0x0D33, 0x0F43, 0x0922, 0x0B23, 0x0142])
RECTANGLE = 0x0006
GLYPHS = 0x0010
ENHANCED = b"WMFC"
ENHANCED_HEADER = 34


def is_wmf(head: bytes) -> bool:
    """Whether bytes begin as a Windows metafile does, with or without the header that says its size."""
    start = PLACEABLE_BYTES if head.startswith(PLACEABLE) else 0
    return head[start : start + 4] in MARKS and head[start + 4 : start + 6] in {b"\x00\x03", b"\x00\x01"}


def read_wmf(untrusted: bytes, drawing: Drawing) -> None:
    """Walk the records. One that lies about its length ends the walk as damage."""
    position = HEADER_BYTES + (PLACEABLE_BYTES if untrusted.startswith(PLACEABLE) else 0)
    enhanced: list[bytes] = []
    while position + 6 <= len(untrusted):
        words, kind = struct.unpack_from("<IH", untrusted, position)
        record = untrusted[position : position + words * 2]
        if words < 3 or len(record) < words * 2:
            drawing.found.damaged = True
            drawing.found.leave(position, untrusted[position:])
            return
        read_record(kind, position, record, drawing, enhanced)
        position += words * 2
        if kind == END:
            break
    else:
        drawing.found.damaged = True
    if untrusted[position:].strip(b"\0"):
        drawing.found.leave(position, untrusted[position:])
    if enhanced:
        drawing.found.enclose("enhanced metafile", b"".join(enhanced))


def read_record(kind: int, offset: int, record: bytes, drawing: Drawing, enhanced: list[bytes]) -> None:
    """One record."""
    if kind == TEXT and len(record) >= 8:
        count = struct.unpack_from("<H", record, 6)[0]
        place = record[8 + count + count % 2 :][:2]
        paint(record[8 : 8 + count], place, drawing)
    elif kind == EXTENDED_TEXT and len(record) >= 14:
        count, options = struct.unpack_from("<HH", record, 10)
        start = 14 + (8 if options & RECTANGLE else 0)
        if options & GLYPHS:
            drawing.unseen = True
        else:
            paint(record[start : start + count], record[6:8], drawing)
    elif kind == ESCAPE and len(record) >= 10:
        read_escape(record, offset, drawing, enhanced)
    elif kind in BITMAPS:
        drawing.look_for_bitmap(record)


def paint(data: bytes, place: bytes, drawing: Drawing) -> None:
    """A text at a height."""
    drawing.found.budget.spend(len(data))
    drawing.lines.add(decode_narrow(data), int.from_bytes(place, "little", signed=True))


def read_escape(record: bytes, offset: int, drawing: Drawing, enhanced: list[bytes]) -> None:
    """Bytes for the printer, a program's own, or a piece of an enhanced metafile (MS-WMF 2.3.6.1)."""
    size = struct.unpack_from("<H", record, 8)[0]
    data = record[10 : 10 + size]
    if data.startswith(ENHANCED) and len(data) >= ENHANCED_HEADER:
        enhanced.append(data[ENHANCED_HEADER:])
    elif data.strip(b"\0"):
        drawing.found.hold("comment", offset + 10, data)
