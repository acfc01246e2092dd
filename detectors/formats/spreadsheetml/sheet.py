"""Worksheet parts: rows of cells as they stream, and the words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from detectors.formats.number_formats import float_or_none, plain, show_date
from detectors.formats.spreadsheetml.workbook import number
from detectors.model import Budget, Column, Row, Visibility, letters

COLUMNS = 16_384
ROWS = 1_048_576
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LITERAL = re.compile(r'"((?:[^"]|"")+)"')
TRUE = frozenset(("1", "true", "on"))
NO_WIDTH = 0.5
"""A column narrower than half a character shows nothing."""

WORDS = {
    "oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter",  # text of headers and footers
    "formula1", "formula2", "formula",
}  # fmt: skip
WORDY_ATTRIBUTES = (
    "prompt", "promptTitle", "error", "errorTitle", "display", "tooltip", "location", "name", "user", "comment", "val", "text",
    "codeName", "title",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """What cells need of their workbook. `used` marks the shared strings that a cell has shown."""

    strings: list[str] = field(repr=False)
    used: bytearray = field(repr=False)
    dates: frozenset[int]
    since_1904: bool


@dataclass(slots=True)
class SheetHandler:
    """Handler of a worksheet: complete rows gather in `rows` until they are taken."""

    book: Book
    budget: Budget
    rows: list[Row] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    hidden_columns: dict[int, Visibility] = field(default_factory=dict)
    literals: dict[str, None] = field(default_factory=dict)
    begun: bool = False
    zero_height: bool = False
    row_number: int = 0
    row_visibility: Visibility = Visibility.SHOWN
    cells: dict[int, str] = field(default_factory=dict)
    column: int = -1
    kind: str = ""
    style: int = 0
    value: list[str] = field(default_factory=list)
    collecting: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element; cells first, for they are most of a sheet."""
        if name == "c":
            self.start_cell(attributes)
        elif name in {"v", "t", "f"}:
            self.collecting = name
            self.value = [] if name == "f" else self.value
        elif name == "row":
            self.start_row(attributes)
        else:
            self.start_other(name, attributes)

    def start_other(self, name: str, attributes: dict[str, str]) -> None:
        """What stands before, after and between the rows."""
        match name:
            case "col":
                self.hide_columns(attributes)
            case "sheetFormatPr":
                self.zero_height = attributes.get("zeroHeight") in TRUE
            case "sheetData":
                self.begun = True
            case _ if name in WORDS:
                self.collecting = name
                self.value = []
            case _:
                self.words += [attributes[key] for key in WORDY_ATTRIBUTES if len(attributes.get(key, "")) > 1]

    def hide_columns(self, attributes: dict[str, str]) -> None:
        """`<col min max hidden width>`: hidden, or too narrow to show anything."""
        narrow = float_or_none(attributes.get("width"))
        if attributes.get("hidden") in TRUE or (narrow is not None and narrow < NO_WIDTH):
            first, last = number(attributes.get("min")), min(number(attributes.get("max")), COLUMNS)
            self.hidden_columns.update((index, Visibility.HIDDEN_COLUMN) for index in range(max(first, 1) - 1, last))

    def start_row(self, attributes: dict[str, str]) -> None:
        """`<row r hidden ht>`."""
        self.row_number = number(attributes.get("r")) or self.row_number + 1
        height = float_or_none(attributes.get("ht"))
        hidden = attributes.get("hidden") in TRUE or height == 0 or (self.zero_height and "ht" not in attributes)
        self.row_visibility = Visibility.HIDDEN_ROW if hidden else Visibility.SHOWN
        self.cells = {}
        self.column = -1

    def start_cell(self, attributes: dict[str, str]) -> None:
        """`<c r t s>`; without `r` it is the next one."""
        reference = REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = column_index(reference[1]) if reference else self.column + 1
        if not 0 <= self.column < COLUMNS:
            raise ValueError("a cell beyond the last column")
        self.kind = attributes.get("t", "n")
        self.style = number(attributes.get("s"))
        self.value = []

    def text(self, text: str) -> None:
        """Character data of what is being collected."""
        if self.collecting:
            self.value.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "c":
            self.end_cell()
        elif name == "row":
            self.end_row()
        elif name == "f":
            self.keep_literals("".join(self.value))
            self.value = []
            self.collecting = ""
        elif name == self.collecting:
            self.collecting = ""
            if name in WORDS:
                self.words.append("".join(self.value))
                self.value = []

    def keep_literals(self, formula: str) -> None:
        """Texts inside a formula: `IF(1=1,"","text")` shows nothing and holds something."""
        for literal in LITERAL.findall(formula):
            if literal not in self.literals and len(literal) > 1:
                self.budget.spend(len(literal))
                self.literals[literal] = None

    def end_cell(self) -> None:
        """The cell's text, as far as it has one."""
        raw = "".join(self.value)
        self.value = []
        if not raw:
            return
        shown = self.resolve(raw)
        if shown:
            self.cells[self.column] = shown

    def resolve(self, raw: str) -> str:
        """A cell's value as a person sees it: shared strings looked up, serial numbers of dates as dates."""
        match self.kind:
            case "s":
                return self.look_up(raw)
            case "n":
                return self.show_number(raw)
            case "b":
                return "TRUE" if raw == "1" else "FALSE"
            case "d":
                return raw[:10] if raw.endswith("T00:00:00") else raw
        return raw

    def look_up(self, raw: str) -> str:
        """A shared string. Raises ValueError for one that is not there."""
        index = int(raw)
        if not 0 <= index < len(self.book.strings):
            raise ValueError("a shared string that is missing")
        self.book.used[index] = 1
        text = self.book.strings[index]
        # A string of a megabyte named by ten thousand cells is a bomb that no ratio shows.
        self.budget.spend(len(text) >> 10)
        return text

    def show_number(self, raw: str) -> str:
        """A number, or the date that it stands for."""
        if self.style in self.book.dates:
            return show_date(raw, since_1904=self.book.since_1904)
        return plain(raw)

    def end_row(self) -> None:
        """A complete row, as wide as its last cell."""
        if not self.cells:
            return
        if self.row_number > ROWS:
            raise ValueError("a row beyond the last")
        width = max(self.cells) + 1
        self.budget.spend(width)
        get = self.cells.get
        self.rows.append(Row(self.row_number, tuple(get(index, "") for index in range(width)), self.row_visibility))

    def take(self) -> list[Row]:
        """The rows complete so far."""
        rows, self.rows = self.rows, []
        return rows

    def columns(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one; the others are shown."""
        width = max(self.hidden_columns, default=-1) + 1
        shown = Visibility.SHOWN
        return tuple(
            Column(letter=letters(index), visibility=self.hidden_columns.get(index, shown)) for index in range(width)
        )


def column_index(name: str) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1
