"""Tables that are being read row by row: columns and rows in their places, however often they repeat."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from detectors.model import Budget, Column, Location, Row, Visibility, letters

COLUMNS = 16_384
REPEATS = 100_000
"""Copies of cells with content that a document may ask for; further ones are given once, for they say nothing new."""

FREE_CELLS = 64
FREE_ROWS = 4
"""Copies that ordinary documents ask for, cell by cell and row by row."""

LARGEST = 10**9


@dataclass(slots=True)
class Allowance:
    """What is left of a document's copies."""

    left: int = REPEATS

    def take(self, wanted: int) -> int:
        """As many copies as there still may be, one at least."""
        given = max(1, min(wanted, self.left + 1))
        self.left -= given - 1
        return given


@dataclass(slots=True)
class Grid:
    """A table that is being read."""

    number: int
    where: Location
    name: str
    visibility: Visibility
    budget: Budget
    allowance: Allowance
    channel: str = "cells"
    begun: bool = False
    protected: bool = False
    hidden_columns: dict[int, Visibility] = field(default_factory=dict)
    column_ends: list[int] = field(default_factory=list)
    column_styles: list[str] = field(default_factory=list)
    columns_seen: int = 0
    hidden_groups: int = 0
    row_number: int = 0
    row_repeats: int = 1
    row_visibility: Visibility = Visibility.SHOWN
    row_style: str = ""
    position: int = 0
    cells: list[str] = field(default_factory=list)
    seen: dict[int, Visibility] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict)

    def add_columns(self, repeats: int, default_style: str, visibility: Visibility) -> None:
        """`table:table-column`."""
        start = self.columns_seen
        self.columns_seen = min(start + repeats, COLUMNS)
        if visibility > Visibility.SHOWN or self.hidden_groups:
            hidden = max(visibility, Visibility.HIDDEN_COLUMN)
            self.budget.spend(self.columns_seen - start)
            self.hidden_columns.update((index, hidden) for index in range(start, self.columns_seen))
        self.column_ends.append(self.columns_seen)
        self.column_styles.append(default_style)

    def columns(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one; the others are shown."""
        width = max(self.hidden_columns, default=-1) + 1
        get = self.hidden_columns.get
        return tuple(Column(letter=letters(index), visibility=get(index, Visibility.SHOWN)) for index in range(width))

    def start_row(self, repeats: int, style: str, visibility: Visibility) -> None:
        """`table:table-row`, which stands for `repeats` rows."""
        self.row_number += self.row_repeats if self.row_number else 1
        self.row_repeats = repeats
        self.row_style = style
        self.row_visibility = max(visibility, Visibility.HIDDEN_ROW) if self.hidden_groups else visibility
        self.position = 0
        self.cells = []
        self.seen = {}
        self.raw = {}

    def style_here(self) -> str:
        """The style of a cell that names none: its row's, else its column's."""
        if self.row_style:
            return self.row_style
        index = bisect_right(self.column_ends, self.position)
        return self.column_styles[index] if index < len(self.column_styles) else ""

    @property
    def address(self) -> str:
        """Where the cell that is being read stands: `C17`."""
        return f"{letters(min(self.position, COLUMNS))}{max(1, self.row_number)}"

    def put(self, text: str, raw: str, visibility: Visibility, repeats: int) -> None:
        """A cell and its copies. Raises ValueError beyond the last column."""
        if not text:
            self.position += repeats
            return
        if self.position >= COLUMNS:
            raise ValueError("a cell beyond the last column")
        gap = self.position - len(self.cells)
        if gap > 0:
            self.budget.spend(gap)
            self.cells.extend([""] * gap)
        copies = self.copies(repeats) if repeats > 1 else 1
        for index in range(self.position, self.position + copies):
            self.cells.append(text)
            if visibility:
                self.seen[index] = visibility
            if raw:
                self.raw[index] = raw
        self.position += repeats

    def copies(self, repeats: int) -> int:
        """How often a cell that repeats is given."""
        copies = repeats if repeats <= FREE_CELLS else self.allowance.take(repeats)
        self.budget.spend(copies)
        return min(copies, COLUMNS - self.position)

    def rows(self) -> list[Row]:
        """The row that ends, and its copies; nothing for an empty one."""
        if not self.cells:
            return []
        width, copies = len(self.cells), self.row_repeats
        if copies > FREE_ROWS:
            copies = max(1, self.allowance.take(min(copies, REPEATS) * width) // width)
        if copies > 1:
            self.budget.spend(copies * width)
        cells = tuple(self.cells)
        return [
            Row(self.row_number + index, cells, self.row_visibility, self.seen, self.raw) for index in range(copies)
        ]


def repeats(attributes: dict[str, str], name: str) -> int:
    """How often something stands: 1 unless the attribute says otherwise."""
    said = attributes.get(name)
    if said is None:
        return 1
    return min(int(said[:12]), LARGEST) or 1 if said.isascii() and said.isdigit() else 1
