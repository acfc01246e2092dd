"""The form in which rows of worksheets are mostly written, by which they are taken apart without an XML parser."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from detectors.formats.spreadsheetml import quick
from detectors.model import Visibility

# The one form in which Excel, LibreOffice and the usual libraries write a row; anything else goes through expat.
ROW_START = re.compile(r'<row((?: [A-Za-z][A-Za-z0-9:]*="[^"<]*")*+)(>|/>$)')
ATTRIBUTE = re.compile(r' (?:[A-Za-z0-9]+:)?([A-Za-z0-9]+)="([^"<]*)"')
CELL_FORM = (
    r'<c r="{}([A-Z]{{1,3}}){}[0-9]{{1,7}}"(?: s="{}([0-9]{{1,6}}){}")?+(?: t="{}(s|n|b|str|e|d|inlineStr){}")?+'
    r"(?:/>|>(?:<v>{}([^<>]*+){}</v>|<is><t(?: xml:space=\"preserve\")?>{}([^<>]*+){}</t></is>)?+</c>)"
)
CELL = re.compile(CELL_FORM.format(*[""] * 10))
CELLS = re.compile("(?:" + CELL_FORM.format(*[""] * 10).replace("(", "(?:").replace("(?:?:", "(?:") + ")*+")

VALUE, INLINE = 4, 5
"""The groups of a cell's value."""

NUMBERED = re.compile(r'<row r="[1-9][0-9]{0,6}"')
TEXT = re.compile(r">[^<>]+<")
DIGITS = str.maketrans("", "", "0123456789")

OFTEN = 3
"""Rows of a form after which it is learnt."""

MOST_KEYS = 2_000
MOST_CELLS = 4_000
"""Cells of all forms that are learnt in a sheet, each some hundred microseconds' work; a hostile sheet has a new one in every row."""

WIDEST = 500


@dataclass(frozen=True, slots=True)
class UsualRow:
    """A row of the usual form: its attributes; name of the column, style, kind and value of every cell."""

    attributes: dict[str, str]
    start: int
    """Where the cells begin."""

    cells: list[tuple[str, str, str, str, str]] = field(repr=False)
    """The value stands in the fourth or, where it is inline, in the fifth place."""


def read_usual(record: str) -> UsualRow | None:
    """A row without its end tag, taken apart; None where it is not of the usual form to the last byte."""
    opened = ROW_START.match(record)
    if opened is None or opened[2] != ">" or CELLS.fullmatch(record, opened.end()) is None:
        return None
    attributes = {key: quick.unescape(value) for key, value in ATTRIBUTE.findall(opened[1])}
    return UsualRow(attributes, opened.end(), CELL.findall(record, opened.end()))


@dataclass(frozen=True, slots=True)
class RowShape:
    """Rows that differ in their number and in the values of their cells only.

    The groups of `pattern` are the row's number, then the values; `columns` says whose they are.
    """

    pattern: re.Pattern[str]
    visibility: Visibility
    columns: tuple[int, ...]
    strings: tuple[int, ...]
    """The columns of values that are indices of shared strings."""

    numbers: tuple[int, ...]
    styles: dict[int, str]
    """The style of each column of strings."""

    others: tuple[tuple[int, str, str], ...]
    """The column, kind and style of all other values."""

    def place(self, values: tuple[str, ...]) -> list[str]:
        """Values by column, "" where there is none."""
        if len(self.columns) == self.columns[-1] + 1:
            return list(values)
        cells = [""] * (self.columns[-1] + 1)
        for column, value in zip(self.columns, values, strict=True):
            cells[column] = value
        return cells


@dataclass(slots=True)
class RowShapes:
    """The shapes of a sheet's rows, learnt as they repeat: a pattern for the whole row is five times as fast as one for any cell."""

    last: RowShape | None = None
    known: dict[str, list[RowShape]] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    room: int = MOST_CELLS

    def find(self, record: str) -> tuple[RowShape, tuple[str, ...]] | None:
        """The shape of a row and the groups of its pattern; None where it was not learnt."""
        if self.last is None:
            return None
        if (match := self.last.pattern.fullmatch(record)) is not None:
            return self.last, match.groups()
        for shape in self.known.get(make_key(record), ()):
            if (match := shape.pattern.fullmatch(record)) is not None:
                self.last = shape
                return shape, match.groups()
        return None

    def deserves(self, record: str, cells: int) -> bool:
        """Whether a row of the usual form is to be learnt: it came often, and there is room."""
        if not 0 < cells <= min(WIDEST, self.room) or NUMBERED.match(record) is None:
            return False
        key = make_key(record)
        if key in self.met or len(self.met) < MOST_KEYS:
            self.met[key] += 1
        return self.met[key] >= OFTEN

    def learn(self, record: str, shape: RowShape) -> None:
        """Remember a shape, by a row of it."""
        self.room -= len(shape.columns)
        self.known.setdefault(make_key(record), []).append(shape)
        self.met[make_key(record)] = 0
        self.last = shape


def make_key(record: str) -> str:
    """What rows of one shape have in common, though not they alone: the markup without its digits."""
    return TEXT.sub("><", record).translate(DIGITS)


def make_pattern(record: str, start: int) -> tuple[re.Pattern[str], list[tuple[str, str, str]]]:
    """The pattern of all rows like a numbered one whose cells begin at `start`: its groups are the number and the values.

    Beside it, of each value, the name of the column, style and kind.
    """
    pieces = ['<row r="([1-9][0-9]{0,6})', re.escape(record[record.index('"', len('<row r="')) : start])]
    valued: list[tuple[str, str, str]] = []
    for cell in CELL.finditer(record, start):
        name, style, kind, *_ = cell.groups(default="")
        pieces.append(f'<c r="{name}[0-9]{{1,7}}')
        rest = record.index('"', cell.end(1))
        group = VALUE if cell[VALUE] is not None else INLINE
        if cell[group] is None:
            pieces.append(re.escape(record[rest : cell.end()]))
            continue
        valued.append((name, style, kind))
        form = "([0-9]{1,7}+)" if kind == "s" else "([^<>]*+)"
        pieces += re.escape(record[rest : cell.start(group)]), form, re.escape(record[cell.end(group) : cell.end()])
    return re.compile("".join(pieces)), valued
