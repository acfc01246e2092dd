"""Cells of a sheet, or of a chart's cache: rows as they stream (MS-XLS 2.5.19 on)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats.appearance import Pen, Pens
from detectors.formats.biff.conditions import KINDS, ConditionReader
from detectors.formats.biff.formulas import ERRORS, number_text, read_literals
from detectors.formats.biff.records import FORMULAS, HEADER, Stream, Substream, in_order, text_of_formula
from detectors.formats.biff.strings import Segments, Strings
from detectors.formats.biff.styles import PLAIN, Style
from detectors.formats.conditions import TEXT, Conditions
from detectors.formats.merges import Merges
from detectors.formats.number_formats import GENERAL, float_or_none, show
from detectors.formats.runs import find_fonts, find_pens
from detectors.model import Budget, Column, Row, Visibility, letters

SHARED, RICH_TEXT, LABEL, LABEL_2 = 0xFD, 0xD6, 0x204, 0x04
RK, MULTIPLE_RK, NUMBER, NUMBER_2, INTEGER_2 = 0x27E, 0xBD, 0x203, 0x03, 0x02
TRUTH, TRUTH_2 = 0x205, 0x05
ROW_HIDDEN = 0x20
NARROW = 128
"""A column narrower than half a character (256ths) shows nothing."""

MOST_STYLES = 500
"""Styles that a rule is tried on, to tell whether it can hide anything."""

LITERALS_KEPT = 200_000
WIDEST = 16_384
SIGNED, DOUBLE, INDEX = struct.Struct("<i"), struct.Struct("<d"), struct.Struct("<I")

Cell = tuple[int, int, str, bool]
"""Column, format, text, whether it is a number."""


@dataclass(slots=True)
class Book:
    """What cells need of their workbook. `used` marks shared strings that a cell shows; `bad` counts cells that could not be read."""

    version: int = 8
    strings: Strings = field(default_factory=Strings)
    shared: list[str] = field(default_factory=list, repr=False)
    used: bytearray = field(default_factory=bytearray, repr=False)
    styles: list[Style] = field(default_factory=list, repr=False)
    palette: dict[int, int] = field(default_factory=dict)
    fonts: dict[int, Pen] = field(default_factory=dict, repr=False)
    pens: dict[int, Pens] = field(default_factory=dict, repr=False)
    """By shared string: the runs of those that may be seen otherwise than their cells."""

    since_1904: bool = False
    bare_formats: bool = False
    """BIFF2 without XF records: cells name number formats themselves."""
    bad: int = 0


@dataclass(slots=True)
class Shape:
    """Which rows and columns of a sheet are hidden, and which cells may be."""

    rows: dict[int, bool] = field(default_factory=dict)
    columns: int = 0
    """A bit for each hidden column."""
    zero_height: bool = False
    merges: Merges = field(default_factory=Merges)
    conditions: Conditions = field(default_factory=Conditions)

    def row(self, index: int) -> Visibility:
        """How hidden a row is."""
        return Visibility.HIDDEN_ROW if self.rows.get(index, self.zero_height) else Visibility.SHOWN

    def head(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one; the others are shown."""
        states = (Visibility.SHOWN, Visibility.HIDDEN_COLUMN)
        return tuple(
            Column(letter=letters(index), visibility=states[self.columns >> index & 1])
            for index in range(self.columns.bit_length())
        )


def read_shape(stream: Stream, substream: Substream, book: Book) -> Shape:
    """Hidden rows and columns, those without height and width included; rules that hide cells."""
    shape = Shape()
    reader = ConditionReader(book.strings, (PLAIN, *book.styles[:MOST_STYLES]), book.palette, shape.conditions)
    for position in substream.rows:
        data = stream.payload(position)
        if len(data) >= 8:
            shape.rows[data[0] | data[1] << 8] = is_hidden_row(data, substream.version)
    for position in substream.others:
        kind = stream.kind(position)
        if kind in COLUMN_READERS:
            COLUMN_READERS[kind](shape, stream.payload(position))
        elif kind in KINDS:
            reader.take(kind, stream.payload(position))
    return shape


def is_hidden_row(data: bytes, version: int) -> bool:
    """ROW: fDyZero, or a height of nothing (MS-XLS 2.4.221). The top bit of the height says that it is the default."""
    height = data[6] | data[7] << 8
    if version == 2:
        return height == 0
    return bool(len(data) > 12 and data[12] & ROW_HIDDEN) or height == 0


def take_column_info(shape: Shape, data: bytes) -> None:
    """COLINFO (MS-XLS 2.4.53)."""
    if len(data) < 10:
        return
    first, last, width, _, flags = struct.unpack_from("<5H", data)
    if flags & 1 or width < NARROW:
        hide(shape, first, last)
    else:
        shape.columns &= ~column_bits(first, last)


def take_column_width(shape: Shape, data: bytes) -> None:
    """COLWIDTH of BIFF2."""
    if len(data) >= 4 and data[2] | data[3] << 8 < NARROW:
        hide(shape, data[0], data[1])


def take_default_height(shape: Shape, data: bytes) -> None:
    """DEFAULTROWHEIGHT: rows that are not named have none (MS-XLS 2.4.90)."""
    shape.zero_height = len(data) >= 4 and bool(data[0] & 2)


def hide(shape: Shape, first: int, last: int) -> None:
    """Columns from first to last are hidden; there are 256."""
    shape.columns |= column_bits(first, last)


def column_bits(first: int, last: int) -> int:
    """A bit for each column from first to last."""
    last = min(last, 255)
    return (1 << last + 1) - (1 << first) if first <= last else 0


def take_default_width(shape: Shape, data: bytes) -> None:
    """DEFCOLWIDTH: columns that COLINFO does not name have no width (MS-XLS 2.4.89)."""
    if data[:2] == b"\0\0":
        hide(shape, 0, 255)


def take_merges(shape: Shape, data: bytes) -> None:
    """MERGEDCELLS: first and last row, first and last column of each range (MS-XLS 2.4.168)."""
    for top, bottom, left, right in struct.iter_unpack("<4H", data[2 : len(data) - (len(data) - 2) % 8]):
        shape.merges.add(top, left, bottom, right)


COLUMN_READERS: dict[int, Callable[[Shape, bytes], None]] = {
    0x7D: take_column_info,
    0x24: take_column_width,
    0x225: take_default_height,
    0x55: take_default_width,
    0xE5: take_merges,
}


@dataclass(slots=True)
class Reader:
    """Reads the cells of one substream. `literals` are the texts inside its formulas."""

    stream: Stream
    book: Book
    shape: Shape
    budget: Budget
    literals: dict[str, None] = field(default_factory=dict)
    runs: dict[int, Pens] = field(default_factory=dict)
    """By column of the row that is being read: texts that may be seen otherwise than their cells."""

    def rows(self, positions: Iterable[int]) -> Iterator[Row]:
        """Cells, those of one row together as long as they follow one another."""
        cells: list[Cell] = []
        current = -1
        untrusted = self.stream.untrusted
        for position in positions:
            kind, size = HEADER.unpack_from(untrusted, position)
            data = untrusted[position + 4 : position + 4 + size]
            if size < 7:
                self.book.bad += 1
                continue
            row = data[0] | data[1] << 8
            if row != current or len(cells) > WIDEST:
                yield from self.finish(current, cells)
                cells, current = [], row
            try:
                self.take(kind, position, data, cells)
            except (struct.error, IndexError):
                self.book.bad += 1
        yield from self.finish(current, cells)

    def take(self, kind: int, position: int, data: bytes, cells: list[Cell]) -> None:
        """One record, which is one cell or several numbers."""
        column = data[2] | data[3] << 8
        style = data[4] | data[5] << 8 if kind > 5 else data[5 if self.book.bare_formats else 4] & 0x3F
        if kind == SHARED:
            index = INDEX.unpack_from(data, 6)[0]
            if index in self.book.pens:
                self.runs[column] = self.book.pens[index]
            cells.append((column, style, self.look_up(index), False))
        elif kind == RK:
            cells.append((column, style, number_text(rk_value(data, 6)), True))
        elif kind == MULTIPLE_RK:
            cells += multiple_numbers(column, data)
        elif kind in {NUMBER, NUMBER_2}:
            at = 6 if kind == NUMBER else 7
            cells.append((column, style, number_text(DOUBLE.unpack_from(data, at)[0]), True))
        elif kind in FORMULAS:
            self.take_formula(position, data, column, cells)
        else:
            self.take_other(kind, data, column, style, cells)

    def take_other(self, kind: int, data: bytes, column: int, style: int, cells: list[Cell]) -> None:
        """Texts in the cell itself, truths, and the numbers of BIFF2."""
        if kind in {LABEL, RICH_TEXT}:
            text, end = self.book.strings.counted(data, 6, 2)
            self.note_runs(column, text, data[end:] if kind == RICH_TEXT else b"")
        elif kind == LABEL_2:
            text, _ = self.book.strings.counted(data, 7, 1)
        elif kind in {TRUTH, TRUTH_2}:
            at = 6 if kind == TRUTH else 7
            text = truth(data[at], data[at + 1])
        else:
            text = str(data[7] | data[8] << 8)
        cells.append((column, style, text, kind == INTEGER_2))

    def note_runs(self, column: int, text: str, runs: bytes) -> None:
        """The runs of RSTRING behind their count, each a character and a font: of two bytes each in BIFF8, of one before (MS-XLS 2.4.229)."""
        wide = self.book.strings.version == 8
        found = (
            struct.iter_unpack("<HH", runs[2 : len(runs) - (len(runs) - 2) % 4])
            if wide
            else struct.iter_unpack("BB", runs[1 : len(runs) - (len(runs) - 1) % 2])
        )
        pens = find_pens({0: find_fonts(text, found)}, self.book.fonts) if len(runs) > 2 else {}
        if pens:
            self.runs[column] = pens[0]

    def look_up(self, index: int) -> str:
        """A shared string; a cell that names one that is not there is a bad one."""
        if index >= len(self.book.shared):
            self.book.bad += 1
            return ""
        self.book.used[index] = 1
        text = self.book.shared[index]
        # A long string that many cells name is a bomb that no ratio shows.
        self.budget.spend(len(text) >> 10)
        return text

    def take_formula(self, position: int, data: bytes, column: int, cells: list[Cell]) -> None:
        """FORMULA: the value that it had when the file was saved, and the literals inside (MS-XLS 2.4.127)."""
        version = self.book.version
        style = data[5 if self.book.bare_formats else 4] & 0x3F if version == 2 else data[4] | data[5] << 8
        at, tokens = (7, 17) if version == 2 else (6, 18 if version < 5 else 22)
        value = data[at : at + 8]
        if value[6:8] != b"\xff\xff":
            cells.append((column, style, number_text(struct.unpack("<d", value)[0]), True))
        elif value[0] == 0:
            cells.append((column, style, self.formula_text(position), False))
        elif value[0] in {1, 2}:
            cells.append((column, style, truth(value[2], value[0] - 1), False))
        width = 1 if version == 2 else 2
        size = int.from_bytes(data[tokens - width : tokens], "little")
        self.keep_literals(data[tokens : tokens + size], data[tokens + size :])

    def formula_text(self, position: int) -> str:
        """The STRING behind a formula, which may go on in CONTINUE (MS-XLS 2.4.268)."""
        found = text_of_formula(self.stream, position)
        if found is None:
            return ""
        strings = self.book.strings
        if strings.version < 8:
            return strings.counted(self.stream.joined(found), 0, 1 if self.book.version == 2 else 2)[0]
        segments = self.stream.segments(found)
        return Segments(segments).string()[0]

    def keep_literals(self, rgce: bytes, rgcb: bytes) -> None:
        """Texts in the tokens of a formula, each once."""
        if not rgce:
            return
        for text in read_literals(self.book.strings, rgce, rgcb).texts:
            if len(text) > 1 and text not in self.literals and len(self.literals) < LITERALS_KEPT:
                self.budget.spend(len(text))
                self.literals[text] = None

    def finish(self, index: int, cells: list[Cell]) -> Iterator[Row]:
        """A complete row, as wide as its last cell."""
        filled = [cell for cell in cells if cell[2]]
        runs, self.runs = self.runs, {}
        if not filled:
            return
        width = max(cell[0] for cell in filled) + 1
        if width > WIDEST:
            self.book.bad += 1
            filled = [cell for cell in filled if cell[0] < WIDEST]
            width = max((cell[0] for cell in filled), default=-1) + 1
        self.budget.spend(width)
        yield self.make_row(index, filled, [""] * width, runs)

    def make_row(self, index: int, cells: list[Cell], texts: list[str], runs: dict[int, Pens]) -> Row:
        """Values as their formats show them."""
        hidden: dict[int, Visibility] = {}
        raw: dict[int, str] = {}
        styles = self.book.styles
        twice: dict[int, list[str]] = {}
        for column, number, text, numeric in cells:
            style = styles[number] if number < len(styles) else PLAIN
            shown = text
            if numeric and style.form is not GENERAL:
                shown = show(text, style.form, since_1904=self.book.since_1904)
                if shown != text:
                    raw[column] = text
            concealed = style.hides_number if numeric else hides(style, runs.get(column))
            if concealed or (
                self.shape.conditions.rules and self.may_hide(index, column, text, style, numeric=numeric)
            ):
                hidden[column] = Visibility.HIDDEN_TEXT
            # Two cells in one place: the later one is shown, the earlier one is still in the file.
            if texts[column]:
                twice.setdefault(column, [texts[column]]).append(shown)
            texts[column] = shown
        texts = ["\n".join(twice.get(index, (text,))) for index, text in enumerate(texts)] if twice else texts
        for column in self.shape.merges.covered(index, texts):
            hidden[column] = Visibility.HIDDEN_TEXT
        return Row(index + 1, tuple(texts), self.shape.row(index), hidden, raw)

    def may_hide(self, row: int, column: int, text: str, style: Style, *, numeric: bool) -> bool:
        """Whether a rule that may apply to a cell conceals it."""
        number = float_or_none(text) if numeric else None
        changes = self.shape.conditions.over(row, column, TEXT if number is None else number)
        if numeric:
            return any(change.conceals_number(style.form, style.look) for change in changes)
        return any(change.conceals_text(style.form, style.look) for change in changes)


def hides(style: Style, runs: Pens | None) -> bool:
    """Whether a text, or some run of it, cannot be seen."""
    return style.hides_text if runs is None else style.hides_runs(runs)


def read_rows(reader: Reader, substream: Substream) -> Iterator[Row]:
    """All rows of a substream."""
    yield from reader.rows(in_order(reader.stream, substream))


def multiple_numbers(column: int, data: bytes) -> list[Cell]:
    """MULRK: format and number of each cell from the first column on (MS-XLS 2.4.175)."""
    return [
        (column + index, data[at] | data[at + 1] << 8, number_text(rk_value(data, at + 2)), True)
        for index, at in enumerate(range(4, len(data) - 7, 6))
    ]


def rk_value(data: bytes, position: int) -> float:
    """A compressed number: 30 bits of a double or a whole number, perhaps a hundred times too large (MS-XLS 2.5.217)."""
    stored = data[position]
    if stored & 2:
        value = float(SIGNED.unpack_from(data, position)[0] >> 2)
    else:
        value = DOUBLE.unpack(b"\0\0\0\0" + bytes((stored & 0xFC,)) + data[position + 1 : position + 4])[0]
    return value / 100 if stored & 1 else value


def truth(value: int, error: int) -> str:
    """TRUE, FALSE, or an error by its name."""
    if error:
        return ERRORS.get(value, "#ERROR")
    return "TRUE" if value else "FALSE"
