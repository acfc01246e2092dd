"""Decompression of VBA source (MS-OVBA 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

CHUNK_BYTES = 4096
PACKED, RAW = 0xB, 0x3
"""Upper four bits of a chunk's header: the signature 0b011 with the flag that says whether it is compressed."""


def decompress(untrusted: bytes, start: int = 0) -> tuple[bytes, bool]:
    """The bytes in the container that begins at `start`, and whether it is whole. Raises ValueError when none begins there.

    A chunk of at most 4 KiB comes out of at least 3 bytes, so that what is made of `n` bytes is below 1,400 times `n`:
    account for it with `Budget.spend`.
    """
    if untrusted[start : start + 1] != b"\x01":
        raise ValueError("no compressed container")
    pieces: list[bytes] = []
    chunks = read_chunks(untrusted, start + 1)
    while True:
        try:
            piece = next(chunks, None)
        except ValueError:
            return b"".join(pieces), False
        if piece is None:
            return b"".join(pieces), True
        pieces.append(piece)


def read_chunks(untrusted: bytes, position: int) -> Iterator[bytes]:
    """Chunk by chunk, up to bytes that are none. Raises ValueError for a chunk that refers to what is not there."""
    while position + 2 < len(untrusted):
        header = struct.unpack_from("<H", untrusted, position)[0]
        end = min(position + (header & 0xFFF) + 3, len(untrusted))
        kind = header >> 12
        if kind == PACKED:
            yield unpack(untrusted, position + 2, end)
        elif kind == RAW:
            yield untrusted[position + 2 : end]
        else:
            return
        position = end


def unpack(untrusted: bytes, position: int, end: int) -> bytes:
    """One compressed chunk."""
    out = bytearray()
    while position < end:
        flags = untrusted[position]
        position += 1
        for bit in range(8):
            if position >= end or len(out) >= CHUNK_BYTES:
                break
            if not flags >> bit & 1:
                out.append(untrusted[position])
                position += 1
                continue
            if position + 2 > end:
                raise ValueError("a copy token that is cut short")
            copy(out, struct.unpack_from("<H", untrusted, position)[0])
            position += 2
    return bytes(out)


def copy(out: bytearray, token: int) -> None:
    """Repeat what stands further up (2.4.1.3.19.2): the more there is, the more bits name the distance."""
    bits = max((len(out) - 1).bit_length(), 4)
    length = (token & 0xFFFF >> bits) + 3
    distance = (token >> 16 - bits) + 1
    if distance > len(out):
        raise ValueError("a copy from before the start")
    length = min(length, CHUNK_BYTES - len(out))
    start = len(out) - distance
    while length > 0:
        piece = out[start : start + length]
        out += piece
        length -= len(piece)
