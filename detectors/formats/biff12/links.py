"""External links: the copy of another workbook's cells that a workbook keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.claims import Claims
from detectors.formats.biff12.records import Record
from detectors.formats.biff12.strings import gather, gather_literals, read_wide
from detectors.formats.biff12.values import read_error, read_flag, read_real
from detectors.model import Budget, Content, Location, Row, Table, Visibility

COLUMNS = 16_384
VALUES: dict[int, Callable[[bytes, int], str]] = {
    kinds.LINK_REAL: read_real,
    kinds.LINK_BOOL: read_flag,
    kinds.LINK_ERROR: read_error,
    kinds.LINK_TEXT: lambda data, at: read_wide(data, at)[0],
    kinds.LINK_BLANK: lambda _data, _at: "",
}
"""Cells: a column, then a value (2.4.620-2.4.625)."""

ANSWERS: dict[int, Callable[[bytes, int], str]] = {
    kinds.LINK_NUMBER: read_real,
    kinds.LINK_VALUE_ERROR: read_error,
    kinds.LINK_VALUE_TEXT: lambda data, at: read_wide(data, at)[0],
    kinds.LINK_VALUE_BOOL: read_flag,
}
"""What another program last answered to a DDE or OLE item (2.4.781-2.4.791)."""


@dataclass(slots=True)
class Link:
    """An externalLink part, read table by table. `answers` are values that belong to no cell, `broken` counts damaged records."""

    budget: Budget
    records: Iterator[Record]
    sheets: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list, repr=False)
    broken: int = 0
    row: int = 0
    cells: list[str] = field(default_factory=list, repr=False)

    def next_table(self) -> int | None:
        """The number of the next sheet whose cells follow; None at the end."""
        for kind, data in self.records:
            if kind == kinds.BEGIN_LINK_TABLE:
                return int.from_bytes(data[:4], "little")
            try:
                self.take_other(kind, data)
            except ValueError:
                self.broken += 1
        return None

    def take_other(self, kind: int, data: bytes) -> None:
        """A record outside the tables. Raises ValueError when it is cut short."""
        if kind == kinds.LINK_SHEETS:
            self.take_sheets(data)
        elif kind in ANSWERS:
            self.answers.append(ANSWERS[kind](data, 0))
        else:
            self.words += gather(data, shortest=1 if kind == kinds.LINK_NAME else 2)

    def take_sheets(self, data: bytes) -> None:
        """BrtSupTabs (2.4.792). Raises ValueError when it is cut short."""
        at = 4
        for _ in range(int.from_bytes(data[:4], "little")):
            name, at = read_wide(data, at)
            self.sheets.append(name)

    def rows(self) -> Iterator[Row]:
        """The rows of the table that has begun."""
        for kind, data in self.records:
            if kind in VALUES:
                self.take_cell(kind, data)
                continue
            if self.cells:
                yield self.end_row()
            if kind == kinds.LINK_ROW:
                self.row = int.from_bytes(data[:4], "little")
            elif kind == kinds.END_LINK_TABLE:
                break
            else:
                self.words += [*gather(data), *gather_literals(data, 0)]
        if self.cells:
            yield self.end_row()

    def take_cell(self, kind: int, data: bytes) -> None:
        """A cell; one that is cut short or beyond the last column is counted as broken, and its texts are kept."""
        try:
            column, text = read_cell(kind, data)
        except ValueError:
            self.broken += 1
            self.answers += gather(data)
            return
        self.cells.extend([""] * (column + 1 - len(self.cells)))
        before = self.cells[column]
        self.budget.spend(len(before))
        self.cells[column] = f"{before}\n{text}" if before else text

    def end_row(self) -> Row:
        """A complete row."""
        cells, self.cells = tuple(self.cells), []
        self.budget.spend(len(cells))
        return Row(self.row + 1, cells)


def read_cell(kind: int, data: bytes) -> tuple[int, str]:
    """A cell's column and value. Raises ValueError when it is cut short or beyond the last column."""
    column = int.from_bytes(data[:4], "little")
    if len(data) < 4 or column >= COLUMNS:
        raise ValueError("a cell that is nowhere")
    return column, VALUES[kind](data, 4)


def read_link(claims: Claims, name: str, where: Location, visibility: Visibility) -> Iterator[Content]:
    """One link: a table a sheet, then names, paths, and what other programs answered."""
    link = Link(claims.part.budget, claims.records(name))
    while (index := link.next_table()) is not None:
        label = link.sheets[index] if index < len(link.sheets) else str(index + 1)
        inside = where.into(f"sheet '{label}'", f"sheet {index + 1}")
        yield Table(inside, claims.hide(visibility), "externalLinkCache", (), link.rows())
    if link.broken:
        claims.damaged.add(name)
    yield from claims.passages(where, Visibility.METADATA, "externalLink", (*link.sheets, *link.words))
    yield from claims.passages(where, visibility, "externalLinkCache", link.answers)
    yield from claims.admit_noted(name, where)
