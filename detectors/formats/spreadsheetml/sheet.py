"""Worksheet parts: rows of cells as they stream, and the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import ge
from types import MappingProxyType
from typing import Any

from detectors.formats.appearance import AS_CELL, Look, Pens
from detectors.formats.conditions import TEXT, Change, Conditions
from detectors.formats.escapes import resolve_escapes
from detectors.formats.merges import Merges
from detectors.formats.number_formats import GENERAL, float_or_none, plain, show
from detectors.formats.spreadsheetml import quick
from detectors.formats.spreadsheetml.merges import REFERENCE, Area, column_index
from detectors.formats.spreadsheetml.rich_text import ReadColour, RichText, read_automatic
from detectors.formats.spreadsheetml.row_shapes import RowShape, RowShapes, UsualRow, make_pattern, read_usual
from detectors.formats.spreadsheetml.styles import CellFormat
from detectors.formats.spreadsheetml.workbook import number
from detectors.formats.words import RUNS, sayings
from detectors.model import Budget, Column, Row, Visibility, letters

COLUMNS = 16_384
ROWS = 1_048_576
LITERAL = re.compile(r"\"((?:[^\"]|\"\")*)\"|'([^'\"]+)'|(?<![\w.$!'])(\d{8,})")
"""What a formula holds besides its cells: texts, the paths of other workbooks, long numbers."""

PATH = re.compile(r"[\\/:]")

KNOWN = {
    "row": frozenset(
        (
            *("r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed"),
            *("thickTop", "thickBot", "ph", "dyDescent"),
        )
    ),
    "c": frozenset(("r", "s", "t", "cm", "vm", "ph")),
    "col": frozenset(
        ("min", "max", "width", "style", "hidden", "bestFit", "customWidth", "phonetic", "outlineLevel", "collapsed")
    ),
}
"""Attributes of the elements that make a grid (18.3.1); others are nobody's, and say something."""

TRUE = frozenset(("1", "true", "on"))
NARROW, LOW = 0.5, 1.0
"""A column narrower than half a character, or a row lower than a point, shows nothing."""

TEXT_ELEMENTS = frozenset(
    ("oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter", "formula1", "formula2", "formula", "sqref")
)  # fmt: skip
USUAL_KINDS = frozenset(("", "n", "s"))
LONG = 1023
MOST_SHOWN = 20_000
MOST_FORMATS = 500
NO_FORMAT = CellFormat(GENERAL, Look())
NOTHING: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Book:
    """What cells need of their workbook. `used` marks the shared strings that a cell has shown."""

    strings: list[str] = field(repr=False)
    used: bytearray = field(repr=False)
    formats: dict[str, CellFormat] = field(repr=False)
    """By the `s` of a cell: those that show something else than the number, or nothing."""

    since_1904: bool
    pens: Mapping[int, Pens] = field(default_factory=dict, repr=False)
    """By shared string: the runs of those that may be seen otherwise than their cells."""

    all_formats: Mapping[str, CellFormat] = field(default_factory=dict, repr=False)
    """By the `s` of a cell: all of them."""

    changes: list[Change] = field(default_factory=list)
    """By the `dxfId` of a conditional format: what it makes of its cells."""

    read_colour: ReadColour = read_automatic

    def may_hide(self, change: Change) -> bool:
        """Whether a conditional format conceals cells of some format that the workbook has."""
        forms = dict.fromkeys((*islice(self.all_formats.values(), MOST_FORMATS), NO_FORMAT))
        return any(form.under(change).conceals(kind) for form in forms for kind in ("n", "s"))


@dataclass(slots=True)
class SheetHandler:
    """Handler of a worksheet: complete rows gather in `rows` until they are taken."""

    book: Book
    budget: Budget
    merges: Merges = field(default_factory=Merges)
    grounded: list[Area] = field(default_factory=list)
    """Areas to which the style of a table gives a ground of its own."""

    conditions: Conditions = field(default_factory=Conditions)
    rows: list[Row] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    hidden_columns: bytearray = field(default_factory=lambda: bytearray(COLUMNS))
    wide_columns: bytearray = field(default_factory=lambda: bytearray(COLUMNS))
    literals: dict[str, None] = field(default_factory=dict)
    indices: dict[str, int] = field(default_factory=dict)
    shapes: RowShapes = field(default_factory=RowShapes)
    shown: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """By style and number: what the format shows, for days and numbers repeat."""

    judged: dict[tuple[str, str, Pens, bool], bool] = field(default_factory=dict, repr=False)
    """By kind, style, runs and whether a table's style lies under the cell: whether it conceals its text."""

    changed: dict[tuple[str, str, Change], bool] = field(default_factory=dict, repr=False)
    """By kind, style and conditional format: whether it conceals a value."""

    begun: bool = False
    no_height: bool = False
    no_width: bool = False
    in_row: bool = False
    row_number: int = 0
    row_visibility: Visibility = Visibility.SHOWN
    cells: dict[int, str] = field(default_factory=dict)
    hidden: dict[int, Visibility] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict)
    column: int = -1
    kind: str = ""
    style: str = ""
    value: list[str] = field(default_factory=list)
    collecting: str = ""
    rich: RichText | None = None
    """The text that stands in a cell itself, where it is one of runs."""

    runs: Pens | None = None

    def feed(self, chunks: Iterable[bytes], remarks: list[str]) -> Iterator[None]:
        """Parse a sheet; yields as rows gather. Raises ValueError, OverLimit."""
        return quick.feed(chunks, self, b"<row", b"</row>", self.take_row, remarks)

    # Rows of the usual form.

    def take_row(self, record: str) -> bool:
        """A whole row without its end tag; False when it is not written in the usual way."""
        found = self.shapes.find(record)
        if found is not None:
            self.take_shaped(*found)
            return True
        row = read_usual(record)
        if row is None:
            return False
        self.take_usual(row)
        if (
            row.attributes.keys() <= KNOWN["row"]
            and not self.conditions.rules
            and self.shapes.deserves(record, len(row.cells))
        ):
            self.learn(record, row.start)
        return True

    def take_usual(self, row: UsualRow) -> None:
        """A row of the usual form."""
        self.start_row(row.attributes)
        cells, formats, conditioned = self.cells, self.book.formats, bool(self.conditions.rules)
        for name, style, kind, value, inline in row.cells:
            column = self.index(name)
            if conditioned or style in formats or column in cells or kind not in USUAL_KINDS:
                if value or inline:
                    self.place(column, kind or "n", style, quick.unescape(value or inline))
            elif kind == "s":
                self.place_string(column, value, style)
            elif value:
                cells[column] = value if value.isdigit() else plain(quick.unescape(value))
        self.end_row()

    def learn(self, record: str, start: int) -> None:
        """Remember the shape of the row just taken, where its columns are in order."""
        pattern, values = make_pattern(record, start)
        columns = tuple(self.index(name) for name, _, _ in values)
        if not columns or columns[-1] >= COLUMNS or any(map(ge, columns, columns[1:])):
            return
        usual = {
            column: kind == "s"
            for column, (_, style, kind) in zip(columns, values, strict=True)
            if kind in USUAL_KINDS and style not in self.book.formats
        }
        others = ((column, kind or "n", style) for column, (_, style, kind) in zip(columns, values, strict=True))
        shape = RowShape(
            pattern=pattern,
            visibility=self.row_visibility,
            columns=columns,
            strings=tuple(column for column, shared in usual.items() if shared),
            numbers=tuple(column for column, shared in usual.items() if not shared),
            styles={column: style for column, (_, style, _) in zip(columns, values, strict=True) if usual.get(column)},
            others=tuple(each for each in others if each[0] not in usual),
        )
        self.shapes.learn(record, shape)

    def take_shaped(self, shape: RowShape, groups: tuple[str, ...]) -> None:
        """A row of a shape that was learnt. Raises ValueError for a shared string that is not there."""
        self.row_number, self.row_visibility = int(groups[0]), shape.visibility
        self.cells, self.hidden, self.raw = {}, {}, {}
        cells = shape.place(groups[1:])
        self.take_strings(shape, cells)
        for column in shape.numbers:
            if not cells[column].isdigit():
                cells[column] = plain(quick.unescape(cells[column]))
        for column, kind, style in shape.others:
            if cells[column]:
                self.place(column, kind, style, quick.unescape(cells[column]))
                cells[column] = self.cells.get(column, "")
        self.finish_row(cells)

    def take_strings(self, shape: RowShape, cells: list[str]) -> None:
        """The shared strings of a row of a shape, in place of their indices. Raises ValueError for one that is not there."""
        strings, used, pens = self.book.strings, self.book.used, self.book.pens
        for column in shape.strings:
            index = int(cells[column])
            if index >= len(strings):
                raise ValueError("a shared string that is missing")
            used[index] = 1
            text = cells[column] = strings[index]
            if len(text) > LONG:
                self.budget.spend(len(text) >> 10)
            if index in pens:
                self.judge(column, "s", shape.styles[column], pens[index])

    def index(self, name: str) -> int:
        """The index of a column, from 0."""
        column = self.indices.get(name)
        if column is None:
            column = self.indices[name] = column_index(name)
        return column

    def place_string(self, column: int, raw: str, style: str) -> None:
        """A shared string in an empty cell. Raises ValueError for one that is not there."""
        index = int(raw) if raw.isdigit() else -1
        if not 0 <= index < len(self.book.strings):
            raise ValueError("a shared string that is missing")
        text = self.book.strings[index]
        self.book.used[index] = 1
        if text:
            self.cells[column] = text
        if len(text) > LONG:
            self.budget.spend(len(text) >> 10)
        if index in self.book.pens:
            self.judge(column, "s", style, self.book.pens[index])

    # Everything else.

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element; cells first, for they are most of a sheet."""
        if name == "c":
            self.start_cell(attributes)
        elif self.rich is not None:
            self.rich.start(name, attributes)
            if attributes and name not in RUNS:
                self.keep_words(name, attributes)
        elif name in {"v", "t", "f"}:
            self.collecting = name
            self.value = [] if name == "f" else self.value
            if attributes:
                self.keep_words(name, attributes)
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
                # zeroHeight hides the rows that are not written, and so hold nothing (18.3.1.81).
                self.no_height = is_below(attributes.get("defaultRowHeight"), LOW)
                self.no_width = is_below(attributes.get("defaultColWidth"), NARROW)
            case "sheetData":
                self.begun = True
            case "is" if self.in_row:
                self.rich = RichText(self.book.read_colour)
            case _ if name in TEXT_ELEMENTS:
                self.collecting = name
                self.value = []
                self.keep_words(name, attributes)
            case _:
                self.keep_words(name, attributes)

    def keep_words(self, name: str, attributes: dict[str, str]) -> None:
        """What attributes say."""
        for value in sayings(name, attributes):
            self.budget.spend(len(value))
            self.words.append(value)

    def keep_foreign(self, name: str, attributes: dict[str, str]) -> None:
        """What those attributes of a row, cell or column say that are not of the format."""
        if not attributes.keys() <= KNOWN[name]:
            others = {key: value for key, value in attributes.items() if key not in KNOWN[name]}
            self.keep_words("", others)

    def hide_columns(self, attributes: dict[str, str]) -> None:
        """`<col min max hidden width>`: hidden, or too narrow to show anything."""
        self.keep_foreign("col", attributes)
        first, last = max(number(attributes.get("min")), 1), min(number(attributes.get("max")), COLUMNS)
        if last < first:
            return
        if attributes.get("hidden") in TRUE or is_below(attributes.get("width"), NARROW):
            self.hidden_columns[first - 1 : last] = b"\1" * (last - first + 1)
        elif "width" in attributes:
            self.wide_columns[first - 1 : last] = b"\1" * (last - first + 1)

    def start_row(self, attributes: dict[str, str]) -> None:
        """`<row r hidden ht>`."""
        self.keep_foreign("row", attributes)
        self.row_number = number(attributes.get("r")) or self.row_number + 1
        low = is_below(attributes.get("ht"), LOW) or (self.no_height and "ht" not in attributes)
        hidden = attributes.get("hidden") in TRUE or low
        self.row_visibility = Visibility.HIDDEN_ROW if hidden else Visibility.SHOWN
        self.cells, self.hidden, self.raw = {}, {}, {}
        self.column = -1
        self.in_row = True

    def start_cell(self, attributes: dict[str, str]) -> None:
        """`<c r t s>`; without `r` it is the next one."""
        self.keep_foreign("c", attributes)
        reference = REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = column_index(reference[1]) if reference else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.value = []

    def text(self, text: str) -> None:
        """Character data: of what is being collected, or where none is expected."""
        if self.rich is not None and self.rich.in_text:
            self.rich.text(text)
        elif self.collecting:
            self.value.append(text)
        elif text.strip():
            self.words.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "c":
            self.end_cell()
        elif name == "row":
            self.end_row()
        elif self.rich is not None:
            self.end_rich(name, self.rich)
        elif name == "f":
            self.keep_literals("".join(self.value))
            self.value = []
            self.collecting = ""
        elif name == self.collecting:
            self.collecting = ""
            if name in TEXT_ELEMENTS:
                self.words.append("".join(self.value))
                self.value = []

    def end_rich(self, name: str, rich: RichText) -> None:
        """An element of a text in the cell itself ends; after the last one the text is the cell's value."""
        rich.end(name)
        if name == "is":
            self.value.append("".join(rich.pieces))
            self.words += rich.heard
            self.runs = rich.runs()
            self.rich = None

    def keep_literals(self, formula: str) -> None:
        """Texts inside a formula: `IF(1=1,"","text")` shows nothing and holds something."""
        for text, name, digits in LITERAL.findall(formula):
            literal = text or digits or (name if PATH.search(name) else "")
            if literal not in self.literals and len(literal) > 1:
                self.budget.spend(len(literal))
                self.literals[literal] = None

    def end_cell(self) -> None:
        """The cell's text, as far as it has one."""
        raw = "".join(self.value)
        self.value, self.rich = [], None
        if not raw:
            return
        if not self.in_row:
            self.words.append(self.resolve(self.kind, raw))
            return
        self.place(self.column, self.kind, self.style, raw)
        self.runs = None

    # Values.

    def place(self, column: int, kind: str, style: str, raw: str) -> None:
        """A value in its cell; a second one for a cell that has one is kept among the words."""
        if not 0 <= column < COLUMNS:
            raise ValueError("a cell beyond the last column")
        form = self.book.formats.get(style)
        formats = form is not None and kind in {"n", ""}
        shown = self.format(column, style, raw) if formats else self.resolve(kind, raw)
        if not shown:
            return
        if column in self.cells:
            self.words.append(self.cells[column])
        self.cells[column] = shown
        runs = self.book.pens.get(int(raw)) if kind == "s" else self.runs
        if runs is not None or (form is not None and form.conceals(kind)):
            self.judge(column, kind, style, runs or AS_CELL)
        if self.conditions.rules:
            self.judge_changes(column, kind, style, raw)

    def judge(self, column: int, kind: str, style: str, pens: Pens) -> None:
        """Whether some run of a cell's text cannot be seen: then it is a hidden one."""
        row = self.row_number
        on_style = any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.grounded)
        key = (kind, style, pens, on_style)
        conceals = self.judged.get(key)
        if conceals is None:
            form = self.book.all_formats.get(style) or self.book.formats.get(style, NO_FORMAT)
            conceals = (form.on_pattern() if on_style else form).conceals_runs(kind, pens)
            if len(self.judged) < MOST_SHOWN:
                self.judged[key] = conceals
        if conceals:
            self.hidden[column] = Visibility.HIDDEN_TEXT

    def judge_changes(self, column: int, kind: str, style: str, raw: str) -> None:
        """Whether a conditional format may keep a value from being seen."""
        number = float_or_none(raw) if kind in {"n", ""} else None
        value = TEXT if number is None else number
        for change in self.conditions.over(self.row_number, column, value):
            key = (kind, style, change)
            conceals = self.changed.get(key)
            if conceals is None:
                form = self.book.all_formats.get(style, NO_FORMAT)
                conceals = self.changed[key] = form.under(change).conceals(kind)
            if conceals:
                self.hidden[column] = Visibility.HIDDEN_TEXT
                return

    def format(self, column: int, style: str, raw: str) -> str:
        """A number as its format shows it; where that is not the number, the number is kept too."""
        shown = self.shown.get((style, raw))
        if shown is None:
            shown = show(raw, self.book.formats[style].number, since_1904=self.book.since_1904)
            if len(self.shown) < MOST_SHOWN and len(raw) < LONG:
                self.shown[style, raw] = shown
        if shown != raw:
            self.raw[column] = raw
        return shown

    def resolve(self, kind: str, raw: str) -> str:
        """A cell's value as a person sees it."""
        match kind:
            case "s":
                return self.look_up(raw)
            case "n":
                return plain(raw)
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
            case "d":
                return raw[:10] if raw.endswith("T00:00:00") else raw
        return resolve_escapes(raw)

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

    def end_row(self) -> None:
        """A complete row, as wide as its last cell."""
        self.in_row = False
        if not self.cells:
            return
        width = max(self.cells) + 1
        if width > COLUMNS:
            raise ValueError("a cell beyond the last column")
        get = self.cells.get
        self.finish_row([get(index, "") for index in range(width)])

    def finish_row(self, cells: list[str]) -> None:
        """A row with its cells by column, unless there is nothing in it."""
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        if self.row_number > ROWS:
            raise ValueError("a row beyond the last")
        self.budget.spend(len(cells))
        if self.row_number in self.merges.rows:
            self.hidden.update(dict.fromkeys(self.merges.covered(self.row_number, cells), Visibility.HIDDEN_TEXT))
        hidden, raw = self.hidden or NOTHING, self.raw or NOTHING
        self.rows.append(Row(self.row_number, tuple(cells), self.row_visibility, hidden, raw))

    def take(self) -> list[Row]:
        """The rows complete so far."""
        rows, self.rows = self.rows, []
        return rows

    def columns(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one; the others are shown."""
        hidden = self.hidden_columns
        if self.no_width:
            hidden = bytearray(one or not other for one, other in zip(hidden, self.wide_columns, strict=True))
        width = hidden.rfind(b"\1") + 1
        shown = (Visibility.SHOWN, Visibility.HIDDEN_COLUMN)
        return tuple(Column(letter=letters(index), visibility=shown[hidden[index]]) for index in range(width))


def is_below(size: str | None, least: float) -> bool:
    """Whether a width or height is said, and shows nothing."""
    value = float_or_none(size)
    return value is not None and value < least
