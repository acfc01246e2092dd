"""The log of a shared workbook: who changed which cell, and what stood there (MS-XLS 2.1.7.15, Revision Stream)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from detectors.formats.biff.record_texts import find_all_texts
from detectors.formats.biff.records import BOF_KINDS, CONTINUE, EOF, HEADER
from detectors.formats.biff.strings import Strings
from detectors.model import letters

CHANGED_CELL, HEAD = 0x13B, 0x138
CELL_AT, VALUE_FROM = 18, 26
SHORT = 24


def read_log(untrusted: bytes, strings: Strings) -> Iterator[str]:
    """A line for each record that says something. Stops where a record is longer than the stream, whose rest is searched as it is."""
    position = 0
    while position + 4 <= len(untrusted):
        kind, size = HEADER.unpack_from(untrusted, position)
        if position + 4 + size > len(untrusted):
            break
        data = untrusted[position + 4 : position + 4 + size]
        position += 4 + size
        while position + 4 <= len(untrusted) and HEADER.unpack_from(untrusted, position)[0] == CONTINUE:
            more = HEADER.unpack_from(untrusted, position)[1]
            data += untrusted[position + 4 : position + 4 + more]
            position += 4 + more
        if kind not in BOF_KINDS and kind != EOF:
            yield from read_entry(kind, data, strings)
    yield from find_all_texts(untrusted[position:])


def read_entry(kind: int, data: bytes, strings: Strings) -> Iterator[str]:
    """One record: a moment and a user, a cell with its values, or whatever text there is."""
    words = find_short(data[VALUE_FROM:], strings) if kind == CHANGED_CELL else []
    words += find_all_texts(data, "\n".join(words))
    if kind == HEAD:
        words = [*find_moment(data), *words]
    if not words:
        return
    yield f"{cell_name(data)}: {' | '.join(words)}" if kind == CHANGED_CELL else " | ".join(words)


def cell_name(data: bytes) -> str:
    """The cell that RRDChgCell is about (MS-XLS 2.4.223)."""
    if len(data) < CELL_AT + 4:
        return "a cell"
    row, column = struct.unpack_from("<HH", data, CELL_AT)
    return f"{letters(column)}{row + 1}"


def find_short(data: bytes, strings: Strings) -> list[str]:
    """The value at the end of a changed cell, too short to be found by search: a counted string."""
    for size in range(1, min(len(data) - 3, SHORT) + 1):
        for count, flags in ((size, 0), (size // 2, 1)):
            head = struct.pack("<HB", count, flags)
            if count and data[-size - 3 : -size] == head and (size == count or size == count * 2):
                text, _ = strings.counted(data[-size - 3 :], 0)
                return [text] if text.isprintable() else []
    return []


def find_moment(data: bytes) -> list[str]:
    """When RRDHead was written: year, month, day, hour, minute of a DateUnit (MS-XLS 2.4.225)."""
    for position in range(14, min(len(data) - 7, 64)):
        year, month, day, hour, minute, second = struct.unpack_from("<HBBBBB", data, position)
        if 1985 < year < 2100 and 0 < month < 13 and 0 < day < 32 and hour < 24 and minute < 60 and second < 60:
            return [f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"]
    return []
