"""Copies of other workbooks' cells and names, kept so that a formula has something to show when they are away (MS-XLS 2.1.7.20.3 LBL, SUPBOOK)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.biff.formulas import iterate_elements, number_text, read_literals
from detectors.formats.biff.record_texts import find_strays
from detectors.formats.biff.records import Stream
from detectors.formats.biff.strings import Segments, Strings
from detectors.formats.biff.structures import clean_path
from detectors.model import Budget, Row

BOOK, NAMES, SHEET, CELLS, OLD_BOOK = 0x1AE, (0x23, 0x223), 0x59, 0x5A, 0x17
KINDS = frozenset((BOOK, *NAMES, SHEET, CELLS))
WIDTH = 256
SAME_BOOK, ADD_IN = 0x0401, 0x3A01
BUILT_IN, LINK_FLAGS = 0x1, 0x10 | 0x2 | 0x8


@dataclass(slots=True)
class ExternalSheet:
    """Cached cells of one sheet: where their CRN records are."""

    name: str
    positions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class ExternalBook:
    """Another workbook: its path, its sheets, names of it, cached cells."""

    path: str
    sheets: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    caches: list[ExternalSheet] = field(default_factory=list)

    def cells(self, position: int) -> None:
        """A CRN record belongs to the last sheet."""
        if not self.caches:
            self.caches.append(ExternalSheet("1"))
        self.caches[-1].positions.append(position)


@dataclass(slots=True)
class ExternalBooks:
    """Gathers the external books of a workbook in the order of its records."""

    stream: Stream
    strings: Strings
    books: list[ExternalBook] = field(default_factory=list)

    def takes(self, kind: int) -> bool:
        """Whether a record is about external books; EXTERNSHEET holds names up to BIFF5 and numbers since."""
        return kind in KINDS or (kind == OLD_BOOK and self.strings.version < 8)

    def take(self, kind: int, position: int) -> None:
        """One record."""
        if kind == BOOK:
            self.books.append(self.read_book(self.stream.segments(position)))
            return
        if kind == OLD_BOOK:
            data = self.stream.payload(position)
            self.books.append(ExternalBook(clean_path(self.strings.bare(data, 2, len(data) - 2)[0])))
            return
        if not self.books:
            self.books.append(ExternalBook(""))
        book = self.books[-1]
        if kind == CELLS:
            book.cells(position)
        elif kind == SHEET:
            book.caches.append(ExternalSheet(self.sheet_name(book, self.stream.payload(position))))
        else:
            book.names += self.read_name(self.stream.joined(position))

    def read_book(self, segments: list[bytes]) -> ExternalBook:
        """SUPBOOK: a path and the names of sheets, or a mark for this workbook or an add-in (MS-XLS 2.4.271)."""
        data = Segments(segments)
        sheets, count = data.number(2), data.number(2)
        if count in {SAME_BOOK, ADD_IN} and len(segments[0]) <= 4:
            return ExternalBook("")
        stored = data.characters(count, data.number(1))
        book = ExternalBook(clean_path(stored))
        # Programs that write drives without their mark exist: as it is stored, it may be the name of a file.
        book.names.append("".join(sign for sign in stored if sign.isprintable()))
        for _ in range(sheets):
            if data.ended:
                break
            book.sheets.append(data.string()[0])
        book.names += find_strays(data.take(1 << 20))
        return book

    def sheet_name(self, book: ExternalBook, data: bytes) -> str:
        """The sheet that XCT names by its number (MS-XLS 2.4.352)."""
        number = struct.unpack_from("<H", data, 2)[0] if len(data) >= 4 else 0
        return book.sheets[number] if number < len(book.sheets) else str(number + 1)

    def read_name(self, data: bytes) -> list[str]:
        """EXTERNNAME: a name of the other workbook with its literals, or a link's item with its values (MS-XLS 2.4.105)."""
        flags = int.from_bytes(data[:2], "little")
        name, position = self.strings.counted(data, 6, 1)
        found = [name]
        rest = data[position:]
        if flags & LINK_FLAGS and len(rest) >= 3:
            count = (rest[0] + 1) * (int.from_bytes(rest[1:3], "little") + 1)
            found += [
                value if isinstance(value, str) else number_text(value)
                for value, _ in iterate_elements(self.strings, rest, 3, count)
                if value is not None
            ]
        elif not flags & BUILT_IN and len(rest) > 2:
            found += read_literals(self.strings, rest[2:]).texts
        known = "\n".join(found)
        return [*found, *(text for text in find_strays(rest) if text not in known)]


def read_cached_rows(stream: Stream, strings: Strings, sheet: ExternalSheet, budget: Budget) -> Iterator[Row]:
    """The cached cells of a sheet, row by row (CRN, MS-XLS 2.4.65)."""
    current, cells = -1, list[str]()
    for position in sheet.positions:
        data = stream.joined(position)
        if len(data) < 4:
            continue
        row = data[2] | data[3] << 8
        if row != current:
            yield from cached_row(current, cells)
            current, cells = row, []
        fill(cells, strings, data, budget)
    yield from cached_row(current, cells)


def cached_row(index: int, cells: list[str]) -> Iterator[Row]:
    """A row, if there is anything in it."""
    if any(cells):
        yield Row(index + 1, tuple(cells))


def fill(cells: list[str], strings: Strings, data: bytes, budget: Budget) -> None:
    """The values of one CRN in their columns, and texts behind them, which belong to no column."""
    end = 4
    for column, (value, after) in enumerate(iterate_elements(strings, data, 4, data[0] - data[1] + 1), data[1]):
        end = after
        if value is not None:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = value if isinstance(value, str) else number_text(value)
            budget.spend(len(cells[column]) + 1)
    strays = find_strays(data[end:])
    if strays:
        cells += [""] * (WIDTH - len(cells))
        cells.append("\n".join(strays))
