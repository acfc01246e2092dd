"""Where the records of a BIFF stream are: substreams, cells, rows, and the bytes between (MS-XLS 2.1.4)."""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from detectors.model import OverLimit, Why

BOF_KINDS = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: 5}
EOF = 0x0A
CONTINUE = 0x3C
FORMULAS = frozenset((0x06, 0x206, 0x406))
STRINGS = frozenset((0x07, 0x207))
BETWEEN = frozenset((0x21, 0x221, 0x4BC, 0x36, 0x37, 0x236, CONTINUE))
"""What may stand between a formula and its text: ARRAY, SHRFMLA, TABLE."""

CELLS = frozenset((0x02, 0x03, 0x04, 0x05, 0x203, 0x204, 0x205, 0x27E, 0xBD, 0xD6, 0xFD, *FORMULAS))
ROWS = frozenset((0x08, 0x208))
EMPTY = frozenset((0x01, 0x201, 0xBE))
"""BLANK and MULBLANK."""

GLOBALS, SHEET, CHART, MACRO, WORKSPACE = 0x05, 0x10, 0x20, 0x40, 0x100
BOF_MARK = re.compile(rb"\x09(?:\x08[\x08\x10]\x00\x00[\x05\x06]|[\x02\x04]\x06\x00|\x00\x04\x00)", re.DOTALL)

DEEPEST = 8
MOST = 10_000
"""Substreams of one stream: sheets and their charts."""

PASSES = 4
"""How often the bytes of a stream may be gone through for sheets that lie in one another."""

HEADER = struct.Struct("<HH")
UNSORTED = 1_000_000
"""Cells that are put in order when a program has written them in none."""


@dataclass(slots=True, eq=False)
class Substream:
    """BOF to EOF: `kind` is what its BOF says (`SHEET`), `cells`, `rows` and `others` are positions of record headers."""

    start: int
    version: int
    kind: int
    parent: Substream | None = field(default=None, repr=False)
    end: int = 0
    complete: bool = False
    ordered: bool = True
    cells: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    rows: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    others: array[int] = field(default_factory=lambda: array("Q"), repr=False)


@dataclass(slots=True)
class Stream:
    """A BIFF stream that has been gone through once. `gaps` are byte ranges outside all substreams."""

    untrusted: bytes = field(repr=False)
    substreams: list[Substream] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    lying: bool = False
    """Whether a record is longer or of another number than any can be: it may have swallowed others."""

    @property
    def damaged(self) -> bool:
        """Whether a record lies, a substream has no end, or there is none at all."""
        return self.lying or not self.substreams or not all(each.complete for each in self.substreams)

    def kind(self, position: int) -> int:
        """The record number at a position."""
        if position + 4 > len(self.untrusted):
            return -1
        return self.untrusted[position] | self.untrusted[position + 1] << 8

    def payload(self, position: int) -> bytes:
        """The data of the record at a position, without what continues it; cut where the stream ends."""
        if position + 4 > len(self.untrusted):
            return b""
        size = HEADER.unpack_from(self.untrusted, position)[1]
        return self.untrusted[position + 4 : position + 4 + size]

    def segments(self, position: int) -> list[bytes]:
        """The data of the record at a position, and of each CONTINUE behind it."""
        found = [self.payload(position)]
        position = self.after(position)
        while self.kind(position) == CONTINUE:
            found.append(self.payload(position))
            position = self.after(position)
        return found

    def joined(self, position: int) -> bytes:
        """The data of a record with what continues it."""
        return b"".join(self.segments(position))

    def after(self, position: int) -> int:
        """Where the next record begins."""
        size = int.from_bytes(self.untrusted[position + 2 : position + 4], "little")
        return position + 4 + size


LONGEST, LAST_KIND = 8224, 0x10FF
"""No record holds more data (MS-XLS 2.1.4), and none has a greater number: those of charts are the last (2.3.2)."""


def index_stream(untrusted: bytes) -> Stream:
    """Go through a stream once, from its first byte to its last. Raises OverLimit for more substreams than any workbook has."""
    stream = Stream(untrusted)
    position = 0
    while position < len(untrusted):
        if is_bof(untrusted, position):
            position = index_substream(stream, position)
            continue
        found = BOF_MARK.search(untrusted, position + 1)
        end = found.start() if found else len(untrusted)
        add_gap(stream, position, end)
        position = end
    return stream


def add_gap(stream: Stream, start: int, end: int) -> None:
    """Bytes outside all substreams, one range as long as they are one."""
    if stream.gaps and stream.gaps[-1][1] == start:
        start = stream.gaps.pop()[0]
    stream.gaps.append((start, end))


def index_missing(stream: Stream, starts: Iterable[int]) -> None:
    """Go through sheets that the workbook points to but that are not found in a row: a record before them lies about its length.

    Raises OverLimit for sheets that lie in one another, each of which would have to be gone through.
    """
    known = {each.start for each in stream.substreams}
    left = len(stream.untrusted) * PASSES
    for start in starts:
        if start in known or not is_bof(stream.untrusted, start):
            continue
        before = len(stream.substreams)
        left -= index_substream(stream, start) - start
        known.update(each.start for each in stream.substreams[before:])
        if left < 0:
            raise OverLimit(Why.TOO_LARGE)


def is_bof(untrusted: bytes, position: int) -> bool:
    """Whether a BOF record stands at a position."""
    if not 0 <= position <= len(untrusted) - 8:
        return False
    kind, size = HEADER.unpack_from(untrusted, position)
    return kind in BOF_KINDS and 4 <= size <= 16


def open_substream(untrusted: bytes, position: int, parent: Substream | None) -> Substream:
    """A substream that begins with the BOF at a position (MS-XLS 2.4.21)."""
    kind, _, version, content = struct.unpack_from("<HHHH", untrusted, position)
    number = BOF_KINDS[kind]
    if number == 5 and version >= 0x0600:
        number = 8
    return Substream(position, number, content, parent)


def index_substream(stream: Stream, position: int) -> int:
    """Go through one substream and those inside it; returns where it ends."""
    untrusted = stream.untrusted
    size = len(untrusted)
    indexer = Indexer(stream)
    unpack = HEADER.unpack_from
    while position + 4 <= size:
        kind, length = unpack(untrusted, position)
        following = position + 4 + length
        if following > size:
            break
        # One of no length has swallowed nothing: LibreOffice writes FFFF in the place of a data bar.
        if length and (length > LONGEST or kind > LAST_KIND or kind == EOF):
            stream.lying = True
        indexer.take(kind, position)
        position = following
        if not indexer.stack:
            return position
    indexer.cut(position)
    if position < size:
        add_gap(stream, position, size)
    return size


@dataclass(slots=True)
class Indexer:
    """Sorts records as they come. `stack` are the substreams that are open, the innermost last."""

    stream: Stream
    stack: list[Substream] = field(default_factory=list)
    row: int = 0
    formula: bool = False
    attached: bool = False

    def take(self, kind: int, position: int) -> None:
        """One record."""
        if kind in CELLS:
            self.take_cell(kind, position)
        elif kind in ROWS:
            self.stack[-1].rows.append(position)
        elif kind in EMPTY:
            return
        elif kind in BOF_KINDS and len(self.stack) < DEEPEST and is_bof(self.stream.untrusted, position):
            self.open(position)
        elif kind == EOF:
            self.close(position + 4)
        else:
            self.take_other(kind, position)

    def take_cell(self, kind: int, position: int) -> None:
        """A cell; rows come in order unless a program wrote them otherwise."""
        current = self.stack[-1]
        current.cells.append(position)
        untrusted = self.stream.untrusted
        row = untrusted[position + 4] | untrusted[position + 5] << 8 if position + 6 <= len(untrusted) else 0
        if row < self.row:
            current.ordered = False
        self.row = row
        self.formula = kind in FORMULAS
        self.attached = False

    def take_other(self, kind: int, position: int) -> None:
        """Neither a cell nor a row. What continues a record belongs to it; a formula's text belongs to the formula."""
        if kind in STRINGS and self.formula:
            self.formula = False
            self.attached = True
            return
        if kind == CONTINUE and self.attached:
            return
        self.stack[-1].others.append(position)
        self.formula = self.formula and kind in BETWEEN
        self.attached = True

    def open(self, position: int) -> None:
        """A BOF."""
        if len(self.stream.substreams) >= MOST:
            raise OverLimit(Why.TOO_MANY)
        parent = self.stack[-1] if self.stack else None
        self.stack.append(open_substream(self.stream.untrusted, position, parent))
        self.stream.substreams.append(self.stack[-1])
        self.row, self.formula, self.attached = 0, False, False

    def close(self, position: int) -> None:
        """An EOF."""
        current = self.stack.pop()
        current.end = position
        current.complete = True
        self.row, self.formula, self.attached = 0xFFFF if not self.stack else 0, False, False

    def cut(self, position: int) -> None:
        """The stream ends in the middle."""
        for each in self.stack:
            each.end = position


def in_order(stream: Stream, substream: Substream) -> Iterable[int]:
    """The positions of cells, row by row."""
    if substream.ordered or len(substream.cells) > UNSORTED:
        return substream.cells
    return sorted(substream.cells, key=lambda position: stream.untrusted[position + 4 : position + 6][::-1])


def text_of_formula(stream: Stream, position: int) -> int | None:
    """Where the STRING record of the formula at a position is; None for a formula without."""
    position = stream.after(position)
    for _ in range(8):
        kind = stream.kind(position)
        if kind in STRINGS:
            return position
        if kind not in BETWEEN:
            return None
        position = stream.after(position)
    return None


def walk(untrusted: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, position and data of each record of a stream without substreams. Raises ValueError where one is cut short."""
    position = 0
    while position + 4 <= len(untrusted):
        kind, size = HEADER.unpack_from(untrusted, position)
        if position + 4 + size > len(untrusted):
            raise ValueError("a record longer than its stream")
        yield kind, position, untrusted[position + 4 : position + 4 + size]
        position += 4 + size
