"""Decompression of plain LZ77 (MS-XCA 2.4), in which Analysis Services packs its files."""

from __future__ import annotations

import struct
from collections.abc import Iterator

CHUNK = struct.Struct("<HH")
"""Size of a chunk's bytes, then of what they are packed into."""

HALF_BYTES = 7
LONG = 15
LONGER = 255


def decompress_chunks(untrusted: bytes) -> Iterator[bytes]:
    """Chunk by chunk; one as long as its bytes is not packed. Raises ValueError for one that does not hold together.

    No chunk makes more than 64 KiB: pay for each.
    """
    position = 0
    while position + CHUNK.size <= len(untrusted):
        size, packed = CHUNK.unpack_from(untrusted, position)
        position += CHUNK.size
        data = untrusted[position : position + packed]
        if len(data) < packed:
            raise ValueError("a chunk that is cut short")
        yield data if size == packed else decompress(data, size)
        position += packed


def decompress(untrusted: bytes, size: int) -> bytes:
    """`size` bytes out of packed ones (MS-XCA 2.4.4). Raises ValueError when they are not in there."""
    out = bytearray()
    reader = Matches(untrusted)
    while len(out) < size:
        flags = reader.number(4)
        for bit in range(31, -1, -1):
            if len(out) >= size:
                break
            if flags >> bit & 1:
                repeat(out, *reader.match(), size)
            else:
                out.append(reader.number(1))
    return bytes(out)


class Matches:
    """Numbers of several sizes read from the start; half bytes of lengths are shared by two matches."""

    __slots__ = ("data", "half", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.half = -1

    def number(self, size: int) -> int:
        """A number of so many bytes. Raises ValueError at the end."""
        end = self.position + size
        if end > len(self.data):
            raise ValueError("packed bytes that end too soon")
        value = int.from_bytes(self.data[self.position : end], "little")
        self.position = end
        return value

    def match(self) -> tuple[int, int]:
        """Distance and length of a repetition."""
        token = self.number(2)
        length = token & 7
        if length == HALF_BYTES:
            length = self.longer() + HALF_BYTES
        return (token >> 3) + 1, length + 3

    def longer(self) -> int:
        """What a length has beyond seven."""
        if self.half < 0:
            self.half = self.position
            length = self.number(1) & 15
        else:
            length = self.data[self.half] >> 4
            self.half = -1
        if length < LONG:
            return length
        length = self.number(1)
        if length < LONGER:
            return length + LONG
        length = self.number(2) or self.number(4)
        if length < LONG + HALF_BYTES:
            raise ValueError("a long length that is short")
        return length - HALF_BYTES


def repeat(out: bytearray, distance: int, length: int, size: int) -> None:
    """Repeat what stands further up, as far as the size goes."""
    if distance > len(out):
        raise ValueError("a repetition from before the start")
    length = min(length, size - len(out))
    start = len(out) - distance
    while length > 0:
        piece = out[start : start + length]
        out += piece
        length -= len(piece)
