"""Windows bitmaps and WebP: their sizes, and what stands between and behind their parts."""

from __future__ import annotations

import struct

from detectors.formats.pictures.exif import read_tiff
from detectors.formats.pictures.found import Found

FILE_HEADER = 14
CORE_HEADER = 12
PACKED_KINDS = (1, 2)
"""Run-length encoding: how long the pixels are, the header says (MS-WMF 2.1.1.7)."""

SILENT = frozenset([b"ALPH", b"ANIM", b"ICCP"])


def read_bitmap(untrusted: bytes, found: Found) -> None:
    """Size, and bytes between the headers and the pixels or behind them."""
    if len(untrusted) < FILE_HEADER + CORE_HEADER:
        found.damaged = True
        return
    pixels, header = struct.unpack_from("<II", untrusted, 10)
    if header == CORE_HEADER:
        width, height, _, depth = struct.unpack_from("<HHHH", untrusted, 18)
        kind = used = size = 0
    elif len(untrusted) >= FILE_HEADER + 40:
        width, height, _, depth, kind, size = struct.unpack_from("<iiHHII", untrusted, 18)
        used = int(struct.unpack_from("<I", untrusted, 46)[0])
    else:
        found.damaged = True
        return
    found.size(width, height)
    colours = (used or (1 << depth if depth <= 8 else 0)) * (3 if header == CORE_HEADER else 4)
    length = size if kind in PACKED_KINDS or kind > 3 else (abs(width) * depth + 31) // 32 * 4 * abs(height)
    start = FILE_HEADER + header + colours + (12 if kind == 3 and header == 40 else 0)
    find_rest(untrusted, start, pixels or start, length, found)


def find_rest(untrusted: bytes, start: int, pixels: int, length: int, found: Found) -> None:
    """What stands before and behind the pixels."""
    if start < pixels <= len(untrusted):
        found.leave(start, untrusted[start:pixels])
    end = max(pixels, start) + length
    if end > len(untrusted):
        found.damaged = True
    elif untrusted[end:].strip(b"\0"):
        found.leave(end, untrusted[end:])


def read_webp(untrusted: bytes, found: Found) -> None:
    """Chunks of a RIFF file (WebP container specification)."""
    end = 8 + struct.unpack_from("<I", untrusted, 4)[0]
    position = 12
    while position + 8 <= min(end, len(untrusted)):
        kind, size = struct.unpack_from("<4sI", untrusted, position)
        read_chunk(kind, position, untrusted[position + 8 : position + 8 + size], found)
        position += 8 + size + size % 2
    found.damaged |= position > len(untrusted) + 1
    if untrusted[position:].strip(b"\0"):
        found.leave(position, untrusted[position:])


def read_chunk(kind: bytes, offset: int, data: bytes, found: Found) -> None:
    """One chunk."""
    if kind == b"VP8X" and len(data) >= 10:
        found.size(int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1)
    elif kind == b"VP8 " and len(data) >= 10:
        found.size(int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF)
    elif kind == b"VP8L" and len(data) >= 5:
        bits = int.from_bytes(data[1:5], "little")
        found.size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif kind == b"EXIF":
        read_tiff(data.removeprefix(b"Exif\0\0"), found, whole=False)
    elif kind == b"XMP ":
        found.text("XMP", data.decode("utf-8", "replace"))
    elif kind == b"ANMF" and len(data) >= 12:
        found.size(int.from_bytes(data[6:9], "little") + 1, int.from_bytes(data[9:12], "little") + 1)
    elif kind not in SILENT:
        found.hold("chunk", offset + 8, data)
