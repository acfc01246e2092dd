"""Decompression of RTF in Outlook messages (MS-OXRTFCP)."""

from __future__ import annotations

import struct

HEADER = struct.Struct("<IIII")
COMPRESSED, PLAIN = 0x75465A4C, 0x414C454D
WINDOW = 4096
DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the window holds at the start (MS-OXRTFCP 2.1.3.1.3)."""


def decompress(untrusted: bytes) -> tuple[bytes, bool]:
    """The RTF, and whether it came out whole. A reference of two bytes makes at most 17: pay for what comes out."""
    if len(untrusted) < HEADER.size:
        return b"", not untrusted
    length, size, kind, _ = HEADER.unpack_from(untrusted)
    if kind == PLAIN:
        return untrusted[HEADER.size :], len(untrusted) >= length + 4  # the length counts what stands behind itself
    if kind != COMPRESSED:
        return untrusted, False
    out, ended = unpack(untrusted)
    return out, ended or len(out) >= size


def unpack(untrusted: bytes) -> tuple[bytes, bool]:
    """Runs of eight literals and references; a reference to the place of writing ends it."""
    out = bytearray(DICTIONARY)
    position = HEADER.size
    while position < len(untrusted):
        flags = untrusted[position]
        position += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += untrusted[position : position + 1]
                position += 1
                continue
            token = int.from_bytes(untrusted[position : position + 2], "big")
            position += 2
            if position > len(untrusted) or not copy(out, token >> 4, (token & 15) + 2):
                return bytes(out[len(DICTIONARY) :]), position <= len(untrusted)
    return bytes(out[len(DICTIONARY) :]), False


def copy(out: bytearray, place: int, length: int) -> bool:
    """Repeat what stands at a place of the window, which may run into what is being written; False at its end."""
    distance = (len(out) - place) % WINDOW
    if not distance:
        return False
    start = len(out) - distance
    if start < 0:
        return True  # a place of the window that nothing was written to yet
    for index in range(length):
        out.append(out[start + index])
    return True
