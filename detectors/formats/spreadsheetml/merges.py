"""Merged ranges of a worksheet, which cover all their cells but the first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MERGE = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})[\"']"
)
MERGES = 50_000

Area = tuple[int, int, int, int]
"""Top row from 1, left column from 0, bottom row, right column: all within."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: all its cells but the first are covered."""

    top: int
    left: int
    right: int


def find_merges(chunks: Iterable[bytes]) -> dict[int, list[Merge]]:
    """The merged ranges of a sheet by row, from a first look at its end: they stand behind the cells that they cover.

    Raises OverLimit as the chunks do. Of more than 50,000 rows under merges the further ones are not told as covered.
    """
    merges: dict[int, list[Merge]] = {}
    tail, rows = b"", 0
    for chunk in chunks:
        window = tail + chunk.replace(b"\0", b"")  # a sheet may be UTF-16
        for first, last in MERGE.findall(window) if b"mergeCell" in window else ():
            rows += add_merge(merges, first.decode(), last.decode(), MERGES - rows)
        tail = window[window.rfind(b"<") :] if b"<" in window[-200:] else b""
    return merges


def add_merge(merges: dict[int, list[Merge]], first: str, last: str, room: int) -> int:
    """Add a range to each of its rows; returns how many rows that were."""
    start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last)
    if start is None or end is None:
        return 0
    top, bottom = int(start[2]), min(int(end[2]), int(start[2]) + room)
    merge = Merge(top, column_index(start[1]), column_index(end[1]))
    for row in range(top, bottom + 1):
        merges.setdefault(row, []).append(merge)
    return max(0, bottom - top + 1)


def column_index(name: str) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1
