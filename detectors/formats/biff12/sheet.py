"""Sheet parts: rows of cells as they stream, and the words around them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Never

from detectors.formats.appearance import Pen, Pens
from detectors.formats.biff12 import kinds
from detectors.formats.biff12.channels import Words
from detectors.formats.biff12.records import Record
from detectors.formats.biff12.strings import COUNT, gather, gather_literals, read_rich, read_wide
from detectors.formats.biff12.styles import PLAIN, Style
from detectors.formats.biff12.values import read_error, read_flag, read_real, read_rk
from detectors.formats.conditions import TEXT, Change, Conditions
from detectors.formats.merges import Merges
from detectors.formats.number_formats import float_or_none, plain, show
from detectors.formats.residue import CHANNEL
from detectors.formats.runs import find_fonts, find_pens
from detectors.model import Budget, Column, Row, Visibility, letters

COLUMNS = 16_384
ROWS = 1_048_576
NARROW = 128
"""Columns are measured in 256ths of a character; half a character shows nothing."""

NOTHING: Mapping[int, Never] = MappingProxyType({})
OVERLAPS = 16
"""Descriptions of columns do not overlap; this many layers of them are a trick."""

MOST_LOOKS = 500
"""Cell formats that a conditional format is tried on, to tell whether it can hide anything."""

ROW = struct.Struct("<IIHBB")
ROW_HIDDEN = 0x10
COLUMN = struct.Struct("<4IH")
CELL = struct.Struct("<II")
RUN = struct.Struct("<HH")
DEFAULT_WIDTH = struct.Struct("<I")
NUMBERS = frozenset((kinds.CELL_RK, kinds.CELL_REAL, kinds.FORMULA_REAL))
TEXT_TOKEN, NO_EXTRA = 0x17, bytes(4)
"""Formulas with a PtgStr hold text of their own, and those that end in more than an empty extra part (an array constant)."""

SHORT = {
    kinds.SHORT_RK: kinds.CELL_RK,
    kinds.SHORT_ERROR: kinds.CELL_ERROR,
    kinds.SHORT_BOOL: kinds.CELL_BOOL,
    kinds.SHORT_REAL: kinds.CELL_REAL,
    kinds.SHORT_TEXT: kinds.CELL_TEXT,
    kinds.SHORT_SHARED: kinds.CELL_SHARED,
    kinds.SHORT_BLANK: kinds.CELL_BLANK,
}
"""Cells that stand right of the one before and so leave out their column."""

SIZES = {
    kinds.CELL_BLANK: 8,
    kinds.CELL_RK: 12,
    kinds.CELL_ERROR: 9,
    kinds.CELL_BOOL: 9,
    kinds.CELL_REAL: 16,
    kinds.CELL_SHARED: 12,
}
"""Cells of one size; what stands behind it is not the format's."""

FORMULAS = {kinds.FORMULA_REAL: 16, kinds.FORMULA_BOOL: 9, kinds.FORMULA_ERROR: 9}
"""Where a formula begins in cells of one size."""

DECODERS: dict[int, Callable[[bytes, int], str]] = {
    kinds.CELL_RK: read_rk,
    kinds.CELL_REAL: read_real,
    kinds.FORMULA_REAL: read_real,
    kinds.CELL_ERROR: read_error,
    kinds.FORMULA_ERROR: read_error,
    kinds.CELL_BOOL: read_flag,
    kinds.FORMULA_BOOL: read_flag,
    kinds.CELL_TEXT: lambda data, at: read_wide(data, at)[0],
    kinds.FORMULA_TEXT: lambda data, at: read_wide(data, at)[0],
    kinds.CELL_RICH: lambda data, at: read_rich(data, at)[0],
    kinds.CELL_BLANK: lambda _data, _at: "",
}


@dataclass(frozen=True, slots=True)
class Book:
    """What cells need of their workbook. `used` marks the shared strings that a cell has shown."""

    strings: list[str] = field(repr=False)
    used: bytearray = field(repr=False)
    styles: list[Style] = field(repr=False)
    since_1904: bool
    looks: list[Style] = field(default_factory=list, repr=False)
    fonts: Mapping[int, Pen] = field(default_factory=dict, repr=False)
    pens: Mapping[int, Pens] = field(default_factory=dict, repr=False)
    """By shared string: the runs of those that may be seen otherwise than their cells."""

    changes: list[Change] = field(default_factory=list)
    """By number: what a conditional format makes of its cells."""

    def may_hide(self, change: Change) -> bool:
        """Whether a conditional format conceals cells of some format that the workbook has."""
        looks = (PLAIN, *self.looks[:MOST_LOOKS])
        return any(look.hidden_by(change, numeric=numeric) for look in looks for numeric in (True, False))


@dataclass(slots=True)
class Sheet:
    """One sheet part. `literals` are texts in formulas, `words` those of records that are no cells; `broken` counts damaged ones."""

    book: Book
    budget: Budget
    merges: Merges = field(default_factory=Merges)
    conditions: Conditions = field(default_factory=Conditions)
    words: Words = field(default_factory=Words)
    literals: dict[str, None] = field(default_factory=dict, repr=False)
    hidden_columns: dict[int, Visibility] = field(default_factory=dict)
    given_columns: set[int] = field(default_factory=set)
    no_width: bool = False
    spanned: int = 0
    broken: int = 0
    number: int = 1
    visibility: Visibility = Visibility.SHOWN
    cells: list[str] = field(default_factory=list, repr=False)
    unseen: dict[int, Visibility] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict, repr=False)
    column: int = -1

    def begin(self, records: Iterator[Record]) -> bool:
        """What stands before the cells; whether there are any."""
        for kind, data in records:
            if kind == kinds.BEGIN_SHEET_DATA:
                return True
            self.take_other(kind, data)
        return False

    def rows(self, records: Iterator[Record]) -> Iterator[Row]:
        """The rows as they stream, then what stands behind them."""
        for kind, data in records:
            try:
                if kind in kinds.CELLS:
                    self.take_cell(kind, data)
                    continue
            except ValueError:
                self.admit(data)
                continue
            if kind == kinds.ROW:
                if self.cells:
                    yield self.end_row()
                self.begin_row(data)
            else:
                self.take_other(kind, data)
        if self.cells:
            yield self.end_row()

    def admit(self, data: bytes) -> None:
        """A damaged record is counted, and its texts are kept."""
        self.broken += 1
        self.words.add(CHANNEL, gather(data))

    def take_other(self, kind: int, data: bytes) -> None:
        """A record that is no cell."""
        match kind:
            case kinds.COLUMN:
                self.hide_columns(data)
            case kinds.SHEET_DEFAULTS if len(data) >= DEFAULT_WIDTH.size:
                self.no_width = DEFAULT_WIDTH.unpack_from(data)[0] < NARROW
            case kinds.SHARED_FORMULA | kinds.DATA_TABLE if len(data) > 16:
                self.keep_literals(gather_literals(data, 16))
            case kinds.ARRAY_FORMULA if len(data) > 17:
                self.keep_literals(gather_literals(data, 17))
            case _:
                self.words.take(kind, data)

    def hide_columns(self, data: bytes) -> None:
        """BrtColInfo (2.4.329): hidden, or too narrow to show anything."""
        if len(data) < COLUMN.size or self.spanned > COLUMNS * OVERLAPS:
            self.admit(data)
            return
        first, last, width, _, flags = COLUMN.unpack_from(data)
        span = range(first, min(last + 1, COLUMNS))
        self.spanned += len(span)
        self.given_columns.update(span)
        if flags & 1 or width < NARROW:
            self.hidden_columns.update((index, Visibility.HIDDEN_COLUMN) for index in span)

    def columns(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one; the others are shown."""
        if self.no_width:
            for index in range(COLUMNS):
                if index not in self.given_columns:
                    self.hidden_columns[index] = Visibility.HIDDEN_COLUMN
        width = max(self.hidden_columns, default=-1) + 1
        shown = Visibility.SHOWN
        return tuple(
            Column(letter=letters(index), visibility=self.hidden_columns.get(index, shown)) for index in range(width)
        )

    def begin_row(self, data: bytes) -> None:
        """BrtRowHdr (2.4.748): hidden, filtered or of no height."""
        self.column = -1
        self.number += 1
        if len(data) < ROW.size:
            self.admit(data)
            return
        index, _, height, _, flags = ROW.unpack_from(data)
        if index >= ROWS:
            self.admit(data)
            return
        self.number = index + 1
        self.visibility = Visibility.HIDDEN_ROW if flags & ROW_HIDDEN or not height else Visibility.SHOWN

    def end_row(self) -> Row:
        """A complete row, as wide as its last cell."""
        self.budget.spend(len(self.cells))
        if self.number in self.merges.rows:
            self.unseen.update(dict.fromkeys(self.merges.covered(self.number, self.cells), Visibility.HIDDEN_TEXT))
        row = Row(self.number, tuple(self.cells), self.visibility, self.unseen or NOTHING, self.raw or NOTHING)
        self.cells = []
        if row.cell_visibility:
            self.unseen = {}
        if row.raw:
            self.raw = {}
        return row

    def take_cell(self, kind: int, data: bytes) -> None:
        """A cell. Raises ValueError when it is cut short or beyond the last column."""
        if kind in SHORT:
            kind, data = SHORT[kind], COUNT.pack(self.column + 1) + data
        if len(data) < CELL.size:
            raise ValueError("a cell that is cut short")
        column, style = CELL.unpack_from(data)
        self.column = column
        if column >= COLUMNS:
            raise ValueError("a cell beyond the last column")
        text = self.look_up(data) if kind == kinds.CELL_SHARED else DECODERS[kind](data, 8)
        self.keep_rest(kind, data, text)
        if text:
            self.put(column, kind, text, style & 0xFFFFFF)
            self.judge_runs(kind, data, style & 0xFFFFFF)
            if self.conditions.rules:
                self.judge_changes(kind, text, style & 0xFFFFFF)

    def keep_rest(self, kind: int, data: bytes, text: str) -> None:
        """What a cell holds behind its value: texts in its formula, or what does not belong there."""
        size = SIZES.get(kind)
        if size is not None:
            if len(data) > size:
                self.words.add(CHANNEL, gather(data, size))
            return
        if kind == kinds.FORMULA_TEXT:
            at = 12 + COUNT.unpack_from(data, 8)[0] * 2 if text else 12
            self.keep_literals(gather_literals(data, min(at, len(data))))
        elif kind in FORMULAS and (TEXT_TOKEN in data or data[-4:] != NO_EXTRA):
            self.keep_literals(gather_literals(data, FORMULAS[kind]))

    def keep_literals(self, literals: list[str]) -> None:
        """Texts in a formula: `IF(1=1,"","text")` shows nothing and holds something."""
        for literal in literals:
            if literal not in self.literals:
                self.budget.spend(len(literal))
                self.literals[literal] = None

    def look_up(self, data: bytes) -> str:
        """A shared string. Raises ValueError for one that is not there."""
        if len(data) < 12:
            raise ValueError("a cell that is cut short")
        index = int.from_bytes(data[8:12], "little")
        if index >= len(self.book.strings):
            raise ValueError("a shared string that is missing")
        self.book.used[index] = 1
        text = self.book.strings[index]
        # A string of a megabyte named by ten thousand cells is a bomb that no ratio shows.
        self.budget.spend(len(text) >> 10)
        return text

    def put(self, column: int, kind: int, text: str, style: int) -> None:
        """A cell's text in its place, as its style shows it; two cells in one place are both kept."""
        look = self.book.styles[style] if style < len(self.book.styles) else PLAIN
        shown = text
        if look is not PLAIN:
            if kind in NUMBERS:
                shown = self.show_number(column, text, look)
            if look.hides_number if kind in NUMBERS else look.hides_text:
                self.unseen[column] = Visibility.HIDDEN_TEXT
        missing = column - len(self.cells)
        if missing < 0:
            before = self.cells[column]
            self.budget.spend(len(before))
            self.cells[column] = f"{before}\n{shown}" if before else shown
            return
        if missing:
            self.cells.extend([""] * missing)
        self.cells.append(shown)

    def judge_runs(self, kind: int, data: bytes, style: int) -> None:
        """A text of several runs is hidden when one of them is, whatever its cell looks like."""
        pens = None
        if kind == kinds.CELL_SHARED:
            pens = self.book.pens.get(int.from_bytes(data[8:12], "little"))
        elif kind == kinds.CELL_RICH:
            text, runs, phonetic = read_rich(data, 8)
            pens = find_pens({0: find_fonts(text, RUN.iter_unpack(runs))}, self.book.fonts).get(0)
            self.words.add("phonetic", filter(None, (phonetic,)))
        if pens is None:
            return
        look = self.book.looks[style] if style < len(self.book.looks) else PLAIN
        self.unseen.pop(self.column, None)
        if look.hides_runs(pens):
            self.unseen[self.column] = Visibility.HIDDEN_TEXT

    def judge_changes(self, kind: int, text: str, style: int) -> None:
        """Whether a conditional format may keep a value from being seen."""
        number = float_or_none(text) if kind in NUMBERS else None
        look = self.book.looks[style] if style < len(self.book.looks) else PLAIN
        changes = self.conditions.over(self.number, self.column, TEXT if number is None else number)
        if any(look.hidden_by(change, numeric=kind in NUMBERS) for change in changes):
            self.unseen[self.column] = Visibility.HIDDEN_TEXT

    def show_number(self, column: int, text: str, look: Style) -> str:
        """A number as its format shows it; the stored one is kept aside where that differs."""
        shown = show(text, look.form, since_1904=self.book.since_1904)
        if shown != plain(text):
            self.raw[column] = text
        return shown
