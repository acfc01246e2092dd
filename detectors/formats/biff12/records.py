"""The framing of BIFF12: one record after another, each with its kind and its length (MS-XLSB 2.1.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

Record: TypeAlias = tuple[int, bytes]
"""A record's kind (MS-XLSB 2.3.2) and its payload."""


ENDS = {
    129: 130,  # sheet
    131: 132,  # workbook
    159: 160,  # shared strings
    179: 180,  # pivot cache
    193: 194,  # its records
    278: 279,  # styles
    280: 315,  # pivot table
    332: 333,  # metadata
    343: 344,  # table
    360: 588,  # external link
    429: 430,  # connections
    447: 448,  # query table
    628: 629,  # comments
}
"""The record that a part ends with, by the one that it begins with (2.1.7): without it something is missing."""


def read_records(chunks: Iterable[bytes], end: int | None = None) -> Iterator[Record]:
    """Every record of a part as its bytes arrive, to the last byte.

    Raises ValueError for one that is cut short, and where the last one is not of the kind `end`, when that is given.
    """
    kind = -1
    waiting: list[bytes] = []
    have = need = 0
    for chunk in chunks:
        waiting.append(chunk)
        have += len(chunk)
        if have < need:
            continue
        data = b"".join(waiting)
        at = 0
        for kind, start, stop in frame(data):
            if stop > len(data):
                need = stop - at
                break
            yield kind, data[start:stop]
            at = stop
        else:
            need = len(data) - at + 1
        waiting = [data[at:]]
        have = len(data) - at
    if have or end not in {None, kind}:
        raise ValueError("a record that is cut short")


def take_each(records: Iterable[Record], take: Callable[[int, bytes], object]) -> None:
    """Every record, whatever is wrong with one of them. Raises ValueError at the end if anything was."""
    broken = False
    for kind, data in records:
        try:
            take(kind, data)
        except ValueError:
            broken = True
    if broken:
        raise ValueError("a record that is not what it claims")


def frame(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, start and stop of each record whose header is complete; the last one may stop beyond the data.

    A kind has one byte, or two where the first has its high bit set; a length has up to four, seven bits each.
    """
    at = 0
    while True:
        try:
            kind = data[at]
            at += 1
            if kind > 127:
                kind = kind & 127 | (data[at] & 127) << 7
                at += 1
            size = data[at]
            at += 1
            if size > 127:
                size, at = read_size(data, at - 1)
        except IndexError:
            return
        yield kind, at, at + size
        at += size


def read_size(data: bytes, at: int) -> tuple[int, int]:
    """A length of several bytes, and where it ends. Raises IndexError where the data ends before it."""
    size = 0
    for shift in (0, 7, 14, 21):
        byte = data[at]
        at += 1
        size |= (byte & 127) << shift
        if byte < 128:
            break
    return size, at
