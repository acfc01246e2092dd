"""The merged ranges of a binary sheet, which stand behind the cells that they cover (BrtBeginMergeCells, MS-XLSB 2.4.116)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from detectors.formats.merges import Merges

BEGIN = b"\xb1\x01\x04"
RANGE = b"\xb0\x01\x10"
"""A record of kind 176 and sixteen bytes: first and last row, first and last column."""

LIST = re.compile(re.escape(BEGIN) + rb"(.{4})((?:" + re.escape(RANGE) + rb".{16})+)", re.DOTALL)
AREA = struct.Struct("<4I")
OVERLAP = 2 * 1024 * 1024


def find_merges(chunks: Iterable[bytes]) -> Merges:
    """The merged ranges by row from 1, from a first look at the bytes of the part. Raises OverLimit as the chunks do, ValueError for damage."""
    merges = Merges()
    window = b""
    for chunk in chunks:
        start = window.rfind(BEGIN)
        kept = window[start:] if start >= 0 else window[-len(BEGIN) :]
        window = kept[:OVERLAP] + chunk
    for match in LIST.finditer(window):
        size = len(RANGE) + AREA.size
        if len(match[2]) == size * int.from_bytes(match[1], "little"):
            for at in range(len(RANGE), len(match[2]), size):
                top, bottom, left, right = AREA.unpack_from(match[2], at)
                merges.add(top + 1, left, bottom + 1, right)
    return merges
