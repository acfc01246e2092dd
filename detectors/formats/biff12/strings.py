"""Text in BIFF12 records: counted strings where the format puts them, and any that look like one elsewhere."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.residue import LETTERS, WIDE

COUNT = struct.Struct("<I")
NULL = 0xFFFFFFFF
SMALLEST = 8
"""Fewer bytes than these hold no counted string of two characters."""

COUNTED = re.compile(rb"(?=([^\0].|\0[^\0])\0\0)", re.DOTALL)
"""Where the 32-bit count of a string may stand (XLWideString, 2.5.168): not nothing, and less than 65,536."""

LITERAL = re.compile(rb"(?=[\x01\x17]([^\0]\0))", re.DOTALL)
"""Where a text in a formula may stand: PtgStr (2.5.97.88) or an item of an array constant (SerStr, 2.5.97.93), with a 16-bit count."""

RELATION = re.compile(r"rId\d{1,6}")
"""What a part calls its relationships: they are read where they lead."""

IMPLAUSIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EFFORT = 16
"""Bytes looked at for each byte searched; beyond that a search goes on for plain runs only, so that it stays linear."""


def read_wide(data: bytes, at: int) -> tuple[str, int]:
    """An XLWideString (2.5.168) and where it ends; "" for the null of XLNullableWideString (2.5.166). ValueError when cut short."""
    if at + 4 > len(data):
        raise ValueError("a string that is missing")
    count = COUNT.unpack_from(data, at)[0]
    at += 4
    if count == NULL:
        return "", at
    end = at + 2 * count
    if end > len(data):
        raise ValueError("a string that is cut short")
    return data[at:end].decode("utf-16-le", "replace"), end


def read_rich(data: bytes, at: int) -> tuple[str, bytes, str]:
    """A RichStr (2.5.122): its text, its runs (StrRun, 2.5.132), and its phonetic reading. Raises ValueError when it is cut short."""
    if at >= len(data):
        raise ValueError("a string that is missing")
    flags = data[at]
    text, at = read_wide(data, at + 1)
    end = skip_array(data, at) if flags & 1 else at
    phonetic = read_wide(data, end)[0] if flags & 2 else ""
    return text, data[at + 4 : end], phonetic


def skip_array(data: bytes, at: int) -> int:
    """Where an array of four-byte items ends that follows its count. Raises ValueError when it is cut short."""
    if at + 4 > len(data):
        raise ValueError("a list that is missing")
    end = at + 4 + 4 * COUNT.unpack_from(data, at)[0]
    if end > len(data):
        raise ValueError("a list that is cut short")
    return int(end)


def gather(data: bytes, start: int = 0, *, shortest: int = 2) -> list[str]:
    """Every text in a record whose layout nobody reads: counted strings of at least `shortest` characters, then plain runs."""
    if len(data) - start < SMALLEST - 2 * (2 - shortest):
        return []
    return [text for text in Search(data, start, shortest).texts(COUNTED, 4) if not RELATION.fullmatch(text)]


def gather_literals(data: bytes, start: int) -> list[str]:
    """Every text in a formula, one character ones apart."""
    return list(Search(data, start, 2).texts(LITERAL, 3))


@dataclass(slots=True)
class Search:
    """One search for texts from `start` on."""

    data: bytes = field(repr=False)
    start: int
    shortest: int
    effort: int = 0

    def texts(self, pattern: re.Pattern[bytes], header: int) -> Iterator[str]:
        """Counted strings whose header the pattern finds, and the runs between them, in order."""
        at = self.start
        self.effort = EFFORT * (len(self.data) - at) + 4096
        for match in pattern.finditer(self.data, at):
            found = match.start()
            if found < at:
                continue
            text, end = self.try_text(found + header, int.from_bytes(match[1], "little"))
            if text is not None:
                yield from self.runs(at, found, header)
                yield text
                at = end
            elif self.effort < 0:
                break
        yield from self.runs(at, len(self.data), header)

    def try_text(self, at: int, count: int) -> tuple[str | None, int]:
        """The string of a count, if it is one."""
        end = at + 2 * count
        if end > len(self.data) or count < self.shortest:
            return None, at
        self.effort -= 2 * count
        try:
            text = self.data[at:end].decode("utf-16-le")
        except UnicodeDecodeError:
            return None, at
        return (None if IMPLAUSIBLE.search(text) else text), end

    def runs(self, start: int, stop: int, header: int) -> Iterator[str]:
        """Texts without a count that we know."""
        if stop - start < SMALLEST:
            return
        if header == 4:
            yield from Search(self.data[start:stop], 0, 2).texts(LITERAL, 3)
            return
        for match in WIDE.finditer(self.data, start, stop):
            text = match[0].decode("utf-16-le", "replace")
            if LETTERS.search(text):
                yield text
