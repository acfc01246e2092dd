"""SYLK, the symbolic link files that Multiplan wrote first and Excel, under names like .slk or .csv, still opens."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.charsets import guess
from detectors.formats.number_formats import GENERAL, NumberFormat, float_or_none, read_format, show
from detectors.formats.text_stream import HEAD, encoding, lines
from detectors.model import Column, Content, Part, Passage, Row, Table, Visibility, letters

COLUMNS = 16_384
RECORD = re.compile(r"[A-Z]{1,3}(;|$)")
KNOWN = frozenset(("P", "F", "B", "C", "O", "NN", "NE", "NU", "NL", "W", "E"))
LITERAL = re.compile(r'"((?:[^"]|"")*)"')
ESCAPED = re.compile("\x1b(N.|[ -/].|.)")
LINE_END = "\x1b :"
DIGITS = re.compile(r"[0-9]{1,7}")
SAYING = re.compile(r"[^\W\d_]{2}|\d{4}")
READ = frozenset("KEA")
PLACES = frozenset("XY")
PASSAGE_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sylk:
    """A sheet in lines of fields that a semicolon parts, each beginning with a letter that says what it is."""

    name: str = "sylk"
    media_type: str = "application/x-sylk"

    def recognises(self, part: Part) -> bool:
        """Whether it begins with an ID record and every line looks like a record: a CSV may begin with a field named ID too."""
        head = part.head(HEAD)
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\0").startswith((b"ID;", b"I\0D\0;\0")):
            return False
        name = guess(head)
        if name is None:
            return False
        begin = head.decode(name, "replace").splitlines()[:50]
        records = [line.partition(";")[0] for line in begin[1:-1] or begin[1:]]
        return bool(records) and all(record in KNOWN for record in records)

    def read(self, part: Part) -> Iterator[Content]:
        """The cells as a table, then comments, names, and whatever else the file says. Raises ValueError for binary bytes."""
        sheet = Sheet(part)
        name = encoding(part) or "cp1252"
        for line in lines(part, name):
            sheet.learn(line)
        rows = sheet.read_rows(lines(part, name))
        yield Table(part.where, part.visibility, "cells", sheet.columns(), rows)
        collections.deque(rows, maxlen=0)
        yield from sheet.read_asides()


@dataclass(slots=True)
class Sheet:
    """A sheet that is being read. Widths and heights are learned first: they may stand behind the cells."""

    part: Part
    hidden_columns: dict[int, Visibility] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    formats: list[NumberFormat] = field(default_factory=list)
    styled: NumberFormat = GENERAL
    x: int = 1
    y: int = 1
    row: int = 0
    cells: dict[int, str] = field(default_factory=dict)
    seen: dict[int, Visibility] = field(default_factory=dict)
    raw: dict[int, str] = field(default_factory=dict)
    asides: dict[str, dict[str, None]] = field(default_factory=dict)
    ended: bool = False

    def columns(self) -> tuple[Column, ...]:
        """The columns up to the last hidden one."""
        width = max(self.hidden_columns, default=-1) + 1
        get = self.hidden_columns.get
        return tuple(Column(letter=letters(index), visibility=get(index, Visibility.SHOWN)) for index in range(width))

    def learn(self, line: str) -> None:
        """Number formats, columns and rows of no size."""
        if line.startswith("P;P"):
            self.formats.append(read_format(line[3:].strip().replace(";;", ";")[:4096]))
        elif line.startswith("F;"):
            fields = split(line)
            for value in fields.get("W", ()):
                self.learn_width(value)
            if number(first(fields, "M")) == 0 and first(fields, "M") and "R" in fields:
                self.hidden_rows.add(number(first(fields, "R")))

    def learn_width(self, value: str) -> None:
        """`W1 3 0`: the first to the third column are of no width."""
        words = value.split()
        if len(words) == 3 and float_or_none(words[2]) == 0:
            start, end = number(words[0]), min(number(words[1]), COLUMNS)
            self.hidden_columns.update((index, Visibility.HIDDEN_COLUMN) for index in range(max(start, 1) - 1, end))

    def read_rows(self, source: Iterator[str]) -> Iterator[Row]:
        """Rows, each when a cell of another begins."""
        for line in source:
            record = line.partition(";")[0].strip()
            if self.ended or not RECORD.match(line):
                self.aside("unclaimed", line.strip())
            elif record == "C":
                yield from self.read_cell(split(line))
            elif record == "F":
                self.read_format(split(line))
            elif record == "E":
                self.ended = True
            else:
                self.read_other(record, line)
        yield from self.take_row()

    def move(self, fields: dict[str, list[str]]) -> None:
        """`X` and `Y` hold until they are said again."""
        self.x = number(first(fields, "X")) or self.x
        self.y = number(first(fields, "Y")) or self.y

    def read_format(self, fields: dict[str, list[str]]) -> None:
        """`F;P3;X4`: the number format of the cell that comes next."""
        self.move(fields)
        index = number(first(fields, "P"))
        self.styled = self.formats[index] if first(fields, "P") and index < len(self.formats) else GENERAL
        self.keep_others(fields)

    def read_cell(self, fields: dict[str, list[str]]) -> Iterator[Row]:
        """`C;Y1;X2;K"text";E formula;A comment`."""
        self.move(fields)
        if self.y != self.row:
            yield from self.take_row()
            self.row = self.y
        if self.x > COLUMNS:
            raise ValueError("a cell beyond the last column")
        self.keep_value(plain_text("".join(fields.get("K", ()))))
        for comment in fields.get("A", ()):
            self.aside("comment", f"{letters(self.x - 1)}{self.y}: {plain_text(comment)}")
        for formula in fields.get("E", ()):
            for literal in LITERAL.findall(formula):
                self.aside("formula", literal)
        self.keep_others(fields)

    def keep_value(self, stored: str) -> None:
        """A value as its cell shows it; the format held for this cell only."""
        column, form, self.styled = self.x - 1, self.styled, GENERAL
        if stored.startswith('"'):
            text = stored.removeprefix('"').removesuffix('"')
        else:
            text = show(stored, form, since_1904=False)
            if text != stored:
                self.raw[column] = stored
            if form.hides:
                self.seen[column] = Visibility.HIDDEN_TEXT
        if text:
            self.cells[column] = text

    def keep_others(self, fields: dict[str, list[str]]) -> None:
        """Fields that no program reads may hold words all the same."""
        for letter, values in fields.items():
            for value in values:
                if letter not in READ and SAYING.search(value) and not (letter in PLACES and DIGITS.fullmatch(value)):
                    self.aside("sylk", value)

    def take_row(self) -> Iterator[Row]:
        """The row so far."""
        if not self.cells:
            return
        width = max(self.cells) + 1
        self.part.budget.spend(width)
        visibility = Visibility.HIDDEN_ROW if self.row in self.hidden_rows else Visibility.SHOWN
        cells = tuple(self.cells.get(index, "") for index in range(width))
        yield Row(self.row, cells, visibility, self.seen, self.raw)
        self.cells, self.seen, self.raw = {}, {}, {}

    def read_other(self, record: str, line: str) -> None:
        """Names, files that cells are linked to, and what a number format says."""
        if record in {"NN", "NE", "NU", "NL"}:
            self.aside("definedName", plain_text(line.partition(";")[2].strip()))
        elif record != "P" or '"' in line:
            self.aside("sylk", plain_text(line.partition(";")[2].strip()))

    def aside(self, channel: str, text: str) -> None:
        """A line that is said when the cells are read."""
        if len(text) > 1:
            self.part.budget.spend(len(text))
            self.asides.setdefault(channel, {})[text] = None

    def read_asides(self) -> Iterator[Content]:
        """Everything that is no cell."""
        for channel, found in self.asides.items():
            visibility = max(self.part.visibility, ASIDES.get(channel, Visibility.METADATA))
            text = "\n".join(found)
            for start in range(0, len(text), PASSAGE_CHARACTERS):
                yield Passage(self.part.where / channel, visibility, channel, text[start : start + PASSAGE_CHARACTERS])


ASIDES = {"comment": Visibility.COMMENT, "unclaimed": Visibility.ORPHAN}


def split(line: str) -> dict[str, list[str]]:
    """The fields of a record by their letter; two semicolons stand for one."""
    found: dict[str, list[list[str]]] = {}
    letter = ""
    for each in line.rstrip("\n").replace(";;", "\0").split(";")[1:]:
        value = each.replace("\0", ";")
        if letter and not each[:1].isupper():
            found[letter][-1].append(value)  # behind a semicolon that some program did not double
        elif each:
            letter = value[0]
            found.setdefault(letter, []).append([value[1:]])
    return {letter: [";".join(parts) for parts in values] for letter, values in found.items()}


def first(fields: dict[str, list[str]], letter: str) -> str:
    """The first field of a letter."""
    return fields.get(letter, [""])[0]


def number(said: str) -> int:
    """A small number; 0 for anything else."""
    return int(said) if DIGITS.fullmatch(said) else 0


def plain_text(text: str) -> str:
    """Text without the escapes that stand for line ends and letters beyond ASCII."""
    return ESCAPED.sub("", text.replace(LINE_END, "\n")) if "\x1b" in text else text
