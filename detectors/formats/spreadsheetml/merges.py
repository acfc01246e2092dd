"""Where the merged ranges of a worksheet stand, and what references to cells mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detectors.formats.merges import Merges

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MERGE = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})[\"']"
)

Area = tuple[int, int, int, int]
"""Top row from 1, left column from 0, bottom row, right column: all within."""


def find_merges(chunks: Iterable[bytes]) -> Merges:
    """The merged ranges of a sheet, from a first look at its end: they stand behind the cells that they cover. Raises OverLimit as the chunks do."""
    merges = Merges()
    tail = b""
    for chunk in chunks:
        window = tail + chunk.replace(b"\0", b"")  # a sheet may be UTF-16
        for first, last in MERGE.findall(window) if b"mergeCell" in window else ():
            start, end = REFERENCE.fullmatch(first.decode()), REFERENCE.fullmatch(last.decode())
            if start and end:
                merges.add(int(start[2]), column_index(start[1]), int(end[2]), column_index(end[1]))
        tail = window[window.rfind(b"<") :] if b"<" in window[-200:] else b""
    return merges


def column_index(name: str) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1
