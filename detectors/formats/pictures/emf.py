"""Enhanced metafiles (MS-EMF), with the EMF+ records in their comments (MS-EMFPLUS)."""

from __future__ import annotations

import struct

from detectors.formats.pictures.drawing import Drawing
from detectors.formats.pictures.sizes import may_hold_text
from detectors.formats.residue import decode_narrow
from detectors.formats.signatures import is_known

MAGIC = b" EMF"
HEADER, END, COMMENT = 1, 14, 70
TEXT_NARROW, TEXT_WIDE, TEXTS_NARROW, TEXTS_WIDE, SMALL_TEXT = 83, 84, 96, 97, 108
BITMAPS = frozenset([76, 77, 78, 79, 80, 81, 94, 114, 116])
LAST = 122
GLYPHS, NO_RECTANGLE, SMALL_LETTERS = 0x10, 0x100, 0x200
"""ExtTextOutOptions (MS-EMF 2.1.11)."""

PLUS = b"EMF+"
PLUS_STRING, PLUS_DRIVER_STRING, PLUS_OBJECT = 0x401C, 0x4036, 0x4008
IMAGE = 5
METAFILE = 2
METAFILE_AT, COMPRESSED_AT = 16, 28


def is_emf(head: bytes) -> bool:
    """Whether bytes begin as an enhanced metafile does."""
    return head.startswith(b"\x01\x00\x00\x00") and head[40:44] == MAGIC


def read_emf(untrusted: bytes, drawing: Drawing) -> None:
    """Walk the records. One that lies about its length ends the walk as damage."""
    position = 0
    while position + 8 <= len(untrusted):
        kind, size = struct.unpack_from("<II", untrusted, position)
        record = untrusted[position : position + size]
        if size < 8 or size % 4 or len(record) < size:
            drawing.found.damaged = True
            drawing.found.leave(position, untrusted[position:])
            return
        read_record(kind, position, record, drawing)
        position += size
        if kind == END:
            break
    else:
        drawing.found.damaged = True
    if untrusted[position:].strip(b"\0"):
        drawing.found.leave(position, untrusted[position:])


def read_record(kind: int, offset: int, record: bytes, drawing: Drawing) -> None:
    """One record."""
    if kind in {TEXT_NARROW, TEXT_WIDE}:
        read_text(record, 36, drawing, wide=kind == TEXT_WIDE)
    elif kind in {TEXTS_NARROW, TEXTS_WIDE}:
        read_texts(record, drawing, wide=kind == TEXTS_WIDE)
    elif kind == SMALL_TEXT:
        read_small_text(record, drawing)
    elif kind == COMMENT:
        read_comment(record, offset, drawing)
    elif kind == HEADER:
        read_header(record, drawing)
    elif kind in BITMAPS:
        drawing.look_for_bitmap(record)
    elif kind > LAST:
        drawing.found.hold("record", offset, record)


def read_header(record: bytes, drawing: Drawing) -> None:
    """Size in device units, and the program and title that the header describes (MS-EMF 2.3.4.2)."""
    if len(record) < 68:
        return
    size, offset = struct.unpack_from("<II", record, 60)
    text = record[offset : offset + size * 2].decode("utf-16-le", "replace")
    drawing.found.text("description", "\n".join(each for each in text.split("\0") if each))


def read_texts(record: bytes, drawing: Drawing, *, wide: bool) -> None:
    """Many text objects in one record (MS-EMF 2.3.5.33)."""
    count = struct.unpack_from("<I", record, 36)[0] if len(record) >= 40 else 0
    for number in range(min(count, (len(record) - 40) // 40)):
        read_text(record, 40 + number * 40, drawing, wide=wide)


def read_text(record: bytes, start: int, drawing: Drawing, *, wide: bool) -> None:
    """A text object (MS-EMF 2.2.5): where it is painted, how many letters, where they stand in the record."""
    if start + 20 > len(record):
        return
    _, height, count, offset, options = struct.unpack_from("<iiIII", record, start)
    data = record[offset : offset + count * (2 if wide else 1)]
    paint(data, height, drawing, wide=wide, glyphs=bool(options & GLYPHS))


def read_small_text(record: bytes, drawing: Drawing) -> None:
    """A text of few letters (MS-EMF 2.3.5.37)."""
    if len(record) < 36:
        return
    _, height, count, options = struct.unpack_from("<iiII", record, 8)
    start = 36 if options & NO_RECTANGLE else 52
    wide = not options & SMALL_LETTERS
    data = record[start : start + count * (2 if wide else 1)]
    paint(data, height, drawing, wide=wide, glyphs=bool(options & GLYPHS))


def paint(data: bytes, height: float, drawing: Drawing, *, wide: bool, glyphs: bool) -> None:
    """A text, unless its letters are numbers of glyphs in a font that we do not have."""
    if glyphs and data:
        drawing.unseen = True
        return
    drawing.found.budget.spend(len(data))
    drawing.lines.add(data.decode("utf-16-le", "replace") if wide else decode_narrow(data), height)


def read_comment(record: bytes, offset: int, drawing: Drawing) -> None:
    """EMF+ records, or bytes of a program's own."""
    size = struct.unpack_from("<I", record, 8)[0] if len(record) >= 12 else 0
    data = record[12 : 12 + size]
    if not data.startswith(PLUS):
        drawing.found.hold("comment", offset + 12, data)
        return
    position = 4
    while position + 12 <= len(data):
        kind, flags, length, used = struct.unpack_from("<HHII", data, position)
        if length < 12:
            return
        read_plus(kind, flags, data[position + 12 : position + 12 + min(used, length - 12)], drawing)
        position += length


def read_plus(kind: int, flags: int, data: bytes, drawing: Drawing) -> None:
    """One EMF+ record (MS-EMFPLUS 2.3.4.14, 2.3.4.6, 2.3.5.1)."""
    if kind == PLUS_STRING and len(data) >= 28:
        count, _, height = struct.unpack_from("<Iff", data, 8)
        paint(data[28 : 28 + count * 2], height, drawing, wide=True, glyphs=False)
    elif kind == PLUS_DRIVER_STRING and len(data) >= 16:
        options, _, count = struct.unpack_from("<III", data, 4)
        place = data[16 + count * 2 + 4 : 16 + count * 2 + 8]
        height = struct.unpack("<f", place)[0] if len(place) == 4 else 0.0
        paint(data[16 : 16 + count * 2], height, drawing, wide=True, glyphs=not options & 1)
    elif kind == PLUS_OBJECT and flags >> 8 & 0x7F == IMAGE:
        read_image(data, continued=bool(flags & 0x8000), drawing=drawing)


def read_image(data: bytes, *, continued: bool, drawing: Drawing) -> None:
    """A picture: a file of its own, raw pixels, or another metafile (MS-EMFPLUS 2.2.1.4). One in several records is not put together."""
    if continued or len(data) < COMPRESSED_AT:
        drawing.unseen = True
        return
    kind, width, height = struct.unpack_from("<Iii", data, 4)
    inner = data[METAFILE_AT if kind == METAFILE else COMPRESSED_AT :]
    if kind == METAFILE or is_known(inner):
        drawing.found.enclose("picture", inner)
    else:
        drawing.unseen |= may_hold_text(abs(width), abs(height))
