"""Tables of a web page as rows, told from those that only lay out a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.events import Closed, Event, Line, Opened
from detectors.formats.grid import COLUMNS, Grid
from detectors.model import Visibility

LEAST_ROWS = 2
LEAST_CELLS = 2
SPAN = 1_000
"""As many columns as a browser lets one cell span (HTML, 4.9.11)."""


@dataclass(slots=True)
class HtmlTable:
    """A table that is being read. What stands in it waits until two rows of two cells say that it is one.

    `depth` is that of the element, `data` what has been decided: None as long as nobody knows.
    """

    grid: Grid
    depth: int
    data: bool | None = None
    cell_depth: int = 0
    row_depth: int = 0
    row_base: int = 0
    shown: list[str] = field(default_factory=list)
    veiled: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    waiting: list[Event] = field(default_factory=list)
    texts: list[tuple[str, bool]] = field(default_factory=list)
    wide_rows: int = 0
    row_cells: int = 0
    covered: dict[int, int] = field(default_factory=dict)

    @property
    def in_cell(self) -> bool:
        """Whether text now is that of a cell."""
        return self.cell_depth > 0

    def start_row(self, depth: int, visibility: Visibility, hidden: int) -> None:
        """`tr`; `hidden` counts the hiding elements around its cells."""
        self.grid.start_row(1, "", visibility)
        self.row_depth, self.row_base, self.row_cells = depth, hidden, 0
        self.texts.append(("\n", visibility > Visibility.SHOWN))

    def start_cell(self, depth: int, attributes: dict[str, str]) -> None:
        """`td`, `th`."""
        self.cell_depth, self.attributes = depth, attributes
        self.shown, self.veiled = [], []

    def put(self, text: str, hidden: int) -> None:
        """Text of the cell that is open."""
        (self.veiled if hidden > self.row_base else self.shown).append(text)

    def end_cell(self) -> None:
        """A cell is complete."""
        if not self.cell_depth:
            return
        self.cell_depth = 0
        shown, veiled = fold(self.shown), fold(self.veiled)
        text = f"{shown} {veiled}".strip()
        raw = self.attributes.get("x:num", "")
        unseen = bool(veiled) or not text
        text = text or raw
        self.skip_covered()
        start = self.grid.position
        self.grid.put(text, raw if raw != text else "", Visibility.HIDDEN_TEXT if unseen else Visibility.SHOWN, 1)
        self.cover(start)
        self.row_cells += 1
        if self.data is None:
            self.texts += [("\t" + "".join(self.shown), False), ("".join(self.veiled), True)]

    def skip_covered(self) -> None:
        """Pass over the places that cells of rows above still take."""
        grid = self.grid
        while self.covered.get(grid.position, 0) >= grid.row_number:
            grid.budget.spend(1)
            grid.position += 1

    def cover(self, start: int) -> None:
        """Note the places that a cell takes beyond its own."""
        columns, rows = span(self.attributes, "colspan"), span(self.attributes, "rowspan")
        end = min(start + columns, COLUMNS)
        if rows > 1:
            last = self.grid.row_number + rows - 1
            self.covered.update((index, last) for index in range(start, end))
        self.grid.position = start + columns

    def end_row(self) -> list[Event]:
        """A row is complete. Returns what can be said by now."""
        self.end_cell()
        if not self.row_depth:
            return []
        self.row_depth = 0
        self.wide_rows += self.row_cells >= LEAST_CELLS
        self.waiting += [Line(self.grid.number, row) for row in self.grid.rows()]
        self.grid.cells = []
        if self.data is None and self.wide_rows >= LEAST_ROWS:
            self.decide()
        return self.release()

    def decide(self) -> None:
        """It is a table."""
        self.data = True
        self.texts = []
        grid = self.grid
        opened = Opened(grid.number, grid.where, grid.visibility, grid.channel, grid.columns())
        self.waiting.insert(0, opened)

    def release(self) -> list[Event]:
        """Rows, of a table."""
        if not self.data:
            return []
        waiting, self.waiting = self.waiting, []
        return waiting

    def end(self) -> list[Event]:
        """The table is complete."""
        events = self.end_row()
        return [*events, Closed(self.grid.number)] if self.data else []

    def give_up(self) -> list[tuple[str, bool]]:
        """It only lays out a page: its texts so far, and whether they are hidden."""
        self.data = False
        if self.cell_depth:
            self.texts += [("\t" + "".join(self.shown), False), ("".join(self.veiled), True)]
        texts, self.texts, self.waiting, self.cell_depth = self.texts, [], [], 0
        return texts


def span(attributes: dict[str, str], name: str) -> int:
    """`colspan` or `rowspan`."""
    said = attributes.get(name, "1").strip()
    return max(1, min(int(said[:6]), SPAN)) if said.isascii() and said.isdigit() else 1


def fold(parts: list[str]) -> str:
    """Text without the white space of the markup."""
    return " ".join("".join(parts).split())
