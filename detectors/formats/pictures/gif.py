"""GIF (89a): comments, plain text, application data, and what stands behind the end."""

from __future__ import annotations

import struct

from detectors.formats.pictures.found import Found
from detectors.formats.residue import decode_narrow

EXTENSION, IMAGE, END = 0x21, 0x2C, 0x3B
PLAIN_TEXT, GRAPHICS, COMMENT, APPLICATION = 0x01, 0xF9, 0xFE, 0xFF
SILENT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
XMP = b"XMP DataXMP"


def read_gif(untrusted: bytes, found: Found) -> None:
    """Walk the blocks. A file that ends before its trailer is damaged."""
    if len(untrusted) < 13:
        found.damaged = True
        return
    width, height, flags = struct.unpack_from("<HHB", untrusted, 6)
    found.size(width, height)
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while position < len(untrusted):
        kind = untrusted[position]
        if kind == END:
            if untrusted[position + 1 :].strip(b"\0"):
                found.leave(position + 1, untrusted[position + 1 :])
            return
        if kind == EXTENSION:
            position = read_extension(untrusted, position, found)
        elif kind == IMAGE and position + 10 <= len(untrusted):
            width, height, flags = struct.unpack_from("<HHB", untrusted, position + 5)
            found.size(width, height)
            position += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            _, position = join(untrusted, position, keep=False)
        else:
            found.leave(position, untrusted[position:])
            break
    found.damaged = True


def read_extension(untrusted: bytes, position: int, found: Found) -> int:
    """One extension; where the next block begins."""
    label = untrusted[position + 1] if position + 1 < len(untrusted) else GRAPHICS
    first = untrusted[position + 2] if position + 2 < len(untrusted) else 0
    if label == APPLICATION and untrusted[position + 3 : position + 14] == XMP:
        return read_xmp(untrusted, position + 14, found)
    header = untrusted[position + 3 : position + 3 + first]
    data, end = join(untrusted, position + 2, keep=label != GRAPHICS)
    if label == COMMENT:
        found.text("comment", decode_narrow(data))
    elif label == PLAIN_TEXT:
        found.shown.append(("plain text", decode_narrow(data[first:])))
    elif label != GRAPHICS and header not in SILENT:
        found.hold("extension", position, data)
    return end


def read_xmp(untrusted: bytes, position: int, found: Found) -> int:
    """XMP stands in one piece, and a tail of descending bytes leads out of it (XMP part 3, 1.1.2)."""
    end = untrusted.find(b"\x01\xff\xfe", position)
    stop = end if end >= 0 else len(untrusted)
    found.text("XMP", untrusted[position:stop].decode("utf-8", "replace"))
    return stop + 258 if end >= 0 else stop


def join(untrusted: bytes, position: int, *, keep: bool) -> tuple[bytes, int]:
    """The bytes of sub-blocks, and where they end."""
    pieces = []
    while position < len(untrusted) and (size := untrusted[position]):
        if keep:
            pieces.append(untrusted[position + 1 : position + 1 + size])
        position += 1 + size
    return b"".join(pieces), position + 1
