"""Texts, pictures and hidden flags in OfficeArt data, the drawings behind sheets (MS-ODRAW)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

PROPERTIES = frozenset((0xF00B, 0xF121, 0xF122))
STORE_ENTRY = 0xF007
METAFILES = {0xF01A: 0x3D4, 0xF01B: 0x216, 0xF01C: 0x542}
BITMAPS = {0xF01D: 0x46A, 0xF01E: 0x6E0, 0xF01F: 0x7A8, 0xF029: 0x6E4, 0xF02A: 0x6E2}
"""Pictures by record, with the instance that has one checksum before the data; the others have two (MS-ODRAW 2.2.23)."""

WIDE_TEXTS = frozenset(
    (0xC0, 0xC1, 0xC5, 0x105, 0x10D, 0x14D, 0x187, 0x1C5, 0x380, 0x381, 0x38D, 0x38E, 0x38F, 0x390, 0x397)
)
"""Properties that are wide text: WordArt and its font, file names of pictures, shape name, description, tooltip, script (MS-ODRAW 2.3)."""

GROUP_FLAGS, HIDDEN, USE_HIDDEN = 0x3BF, 0x2, 0x20000
DIB = 0xF01F
FIRST_KIND = 0xF000
"""Records of drawings have greater numbers (MS-ODRAW 2.2.1)."""

LARGEST_ENTRY = 36


@dataclass(slots=True)
class Shapes:
    """What a piece of drawing says: `texts` of properties, `odd` bytes of those not known, `packages` of DrawingML, whether a shape is hidden."""

    texts: list[str] = field(default_factory=list)
    odd: list[bytes] = field(default_factory=list)
    packages: list[bytes] = field(default_factory=list)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file's bytes as far as the format says, and the bytes as they are stored."""

    untrusted: bytes = field(repr=False)


def atoms(untrusted: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Instance, type and data of each record that is no container; containers are entered. Data is cut where the piece ends.

    What is no record of a drawing comes last, with all that follows it, as of type 0.
    """
    position = 0
    while position + 8 <= len(untrusted):
        head, kind, size = struct.unpack_from("<HHI", untrusted, position)
        if kind < FIRST_KIND:
            yield 0, 0, untrusted[position:]
            return
        position += 8
        if head & 0xF == 0xF:
            continue
        if kind == STORE_ENTRY:
            yield head >> 4, kind, untrusted[position : position + LARGEST_ENTRY]
            # The picture behind the entry is a record of its own.
            name = untrusted[position + 33] if position + 33 < len(untrusted) else 0
            position += min(size, LARGEST_ENTRY + name)
            continue
        yield head >> 4, kind, untrusted[position : position + size]
        position += size


def read_shapes(untrusted: bytes) -> Shapes:
    """Shapes in one piece of a drawing."""
    shapes = Shapes()
    for count, kind, data in atoms(untrusted):
        if kind in PROPERTIES:
            read_properties(count, data, shapes)
        elif not kind or (kind not in METAFILES and kind not in BITMAPS and len(data) > LARGEST_ENTRY):
            shapes.odd.append(data)
    return shapes


def read_properties(count: int, data: bytes, shapes: Shapes) -> None:
    """A table of properties, the long ones behind it (MS-ODRAW 2.2.7)."""
    long: list[tuple[int, int]] = []
    for index in range(min(count, len(data) // 6)):
        number, value = struct.unpack_from("<HI", data, index * 6)
        if number & 0x8000:
            long.append((number & 0x3FFF, value))
        elif number & 0x3FFF == GROUP_FLAGS:
            shapes.hidden = shapes.hidden or bool(value & HIDDEN and value & USE_HIDDEN)
    position = count * 6
    for number, size in long:
        piece = data[position : position + size]
        if number in WIDE_TEXTS:
            shapes.texts.append(piece.decode("utf-16-le", "replace").strip("\0"))
        elif piece.startswith(b"PK\3\4"):
            shapes.packages.append(piece)
        else:
            shapes.odd.append(piece)
        position += size


def read_pictures(untrusted: bytes) -> Iterator[Picture]:
    """The pictures in the store of a drawing. Raises ValueError for a metafile that does not unpack."""
    for instance, kind, data in atoms(untrusted):
        if kind in METAFILES:
            start = 16 if instance == METAFILES[kind] else 32
            yield Picture(unpack_metafile(data[start:]))
        elif kind in BITMAPS:
            start = 17 if instance == BITMAPS[kind] else 33
            yield Picture(data[start:])


def unpack_metafile(data: bytes) -> bytes:
    """A metafile, deflated or plain (OfficeArtMetafileHeader, MS-ODRAW 2.2.31)."""
    if len(data) < 34:
        return data
    size, compression = struct.unpack_from("<I", data)[0], data[32]
    if compression:
        return data[34:]
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data[34:], min(size, 64 * 1024 * 1024) + 1)
    except zlib.error:
        raise ValueError("a metafile that does not unpack") from None
    if unpacker.unconsumed_tail:
        raise ValueError("a metafile larger than it says")
    return unpacked
