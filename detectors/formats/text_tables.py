"""Text as tables with the words between them, while it streams."""

from __future__ import annotations

import collections
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from detectors.formats.delimiters import (
    LEAST_ROWS,
    SAMPLE_LINES,
    Delimiter,
    find_delimiter,
    is_ruling,
    split,
    split_line,
)
from detectors.formats.fixed_width import Cuts, find_cuts
from detectors.model import Column, Content, Part, Passage, Row, Table, letters

QUOTED_LINES = 100
"""More lines than this in one quoted field mean that its quote was never closed."""

STRAY_QUOTES = 20
"""After so many quotes that are not closed, no quote of the table is one."""

LAST_ROWS = 3
"""Lines at the end of a look ahead that are left for the next: a table may begin with them."""

COLUMNS = 16_384
PASSAGE_CHARACTERS = 256 * 1024
OVERLAP = 512
"""Characters that a passage repeats of the one before, so that nothing is cut in two."""

Form = Delimiter | Cuts


def find_form(text_lines: Sequence[str]) -> Form | None:
    """How the lines of a block are a table, if they are one."""
    if len(text_lines) < LEAST_ROWS:
        return None
    return find_delimiter(text_lines) or find_cuts(text_lines)


@dataclass(slots=True)
class Feed:
    """Lines that can be looked at before they are taken. `taken` are those of the row that is being read."""

    source: Iterator[str]
    ahead: collections.deque[str] = field(default_factory=collections.deque)
    taken: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) > QUOTED_LINES:
            raise StopIteration
        line = self.ahead.popleft() if self.ahead else next(self.source)
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """All lines of the row but its first, which is returned."""
        first = self.taken[0]
        self.ahead.extendleft(reversed(self.taken[1:]))
        self.taken.clear()
        return first

    def peek(self) -> list[str]:
        """The lines up to the next empty one, fifty at most."""
        while len(self.ahead) < SAMPLE_LINES:
            line = next(self.source, None)
            if line is None:
                break
            self.ahead.append(line)
            if not line.strip():
                break
        block: list[str] = []
        for line in self.ahead:
            if not line.strip() or len(block) == SAMPLE_LINES:
                break
            block.append(line)
        return block

    def take(self, count: int) -> list[str]:
        """Some lines that were looked at."""
        return [self.ahead.popleft() for _ in range(count)]

    def take_empty(self) -> list[str]:
        """The empty lines that come next."""
        empty: list[str] = []
        while True:
            if not self.ahead:
                line = next(self.source, None)
                if line is None:
                    return empty
                self.ahead.append(line)
            if self.ahead[0].strip():
                return empty
            empty.append(self.ahead.popleft())


@dataclass(slots=True)
class Reading:
    """One text that is being read; rows are numbered as a spreadsheet would, through all its tables.

    `delimiter` is that of the file where one is known, "" for none. `damaged`: something else than text stood in a table.
    """

    part: Part
    feed: Feed
    delimiter: str = ""
    number: int = 0
    width: int = 1
    damaged: bool = False
    words: list[str] = field(default_factory=list)
    size: int = 0

    def read(self) -> Iterator[Content]:
        """Block by block. Raises ValueError where binary follows upon words."""
        try:
            while True:
                yield from self.keep(self.feed.take_empty())
                block = self.feed.peek()
                if not block:
                    return
                form = self.form_of(block)
                if form is None:
                    left = LAST_ROWS if len(block) == SAMPLE_LINES else 0
                    yield from self.keep(self.feed.take(len(block) - left))
                    continue
                yield from self.keep(self.feed.take(form.start))
                yield from self.say_words()
                yield from self.read_table(form, block[form.start :])
        finally:
            yield from self.say_words()

    def form_of(self, block: list[str]) -> Form | None:
        """The form of a block: its own, or that of the file where a line of the block has its delimiter."""
        own = find_form(block)
        if own is not None or not self.delimiter:
            return own
        return Delimiter(self.delimiter) if any(self.delimiter in line for line in block) else None

    def keep(self, text_lines: list[str]) -> Iterator[Content]:
        """Lines that are no table: a title, a letter."""
        self.number += len(text_lines)
        for line in text_lines:
            if not self.words and not line.strip():
                continue
            self.words.append(line)
            self.size += len(line)
            if self.size > PASSAGE_CHARACTERS:
                text = "".join(self.words)
                yield from self.say_words()
                self.words, self.size = [text[-OVERLAP:]], OVERLAP

    def say_words(self) -> Iterator[Content]:
        """The words so far as a passage."""
        while self.words and not self.words[-1].strip():
            self.words.pop()
        text = "".join(self.words)
        self.words, self.size = [], 0
        if text:
            yield Passage(self.part.where, self.part.visibility, "text", text)

    def read_table(self, form: Form, block: list[str]) -> Iterator[Content]:
        """One table."""
        match form:
            case Cuts():
                self.width = len(form.columns)
                rows = self.cut_rows(form)
            case Delimiter():
                self.width = max((len(row) for row in split(block, form.sign)), default=1)
                rows = self.split_rows(form, block)
        columns = tuple(Column(letter=letters(index)) for index in range(min(self.width, COLUMNS)))
        numbered = self.number_rows(rows, form)
        yield Table(self.part.where, self.part.visibility, "csv", columns, numbered)
        collections.deque(numbered, maxlen=0)

    def number_rows(self, rows: Iterator[list[str]], form: Form) -> Iterator[Row]:
        """The rows of one table; an empty line ends it when what follows is of another form."""
        try:
            for row in rows:
                self.number += 1
                if row:
                    yield Row(self.number, tuple(row))
                    continue
                self.number += len(self.feed.take_empty())
                if self.is_over(form):
                    return
        except ValueError:
            self.damaged = True

    def cut_rows(self, form: Cuts) -> Iterator[list[str]]:
        """Fields by their place; an empty row for a ruling."""
        for line in self.feed:
            self.feed.taken.clear()
            if is_ruling(line):
                self.number += 1
            else:
                yield form.split(line) if line.strip() else []

    def split_rows(self, form: Delimiter, block: list[str]) -> Iterator[list[str]]:
        """Fields by the rules of RFC 4180, tidied where the first lines show that they need it."""
        rows = rows_of(self.feed, form, self.width)
        if any(is_ruling(line) for line in block):
            rows = self.without_rulings(rows)
        return map(unwrap, rows) if any('="' in line for line in block) else rows

    def without_rulings(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Rows without those that only draw a line."""
        for row in rows:
            if row and is_ruling("|".join(row)):
                self.number += 1
            else:
                yield row

    def is_over(self, form: Form) -> bool:
        """Whether the next block is of another form than the table before it."""
        block = self.feed.peek()
        if not block:
            return False
        match form:
            case Cuts():
                return not form.fits(block)
            case Delimiter():
                if len(split_line(block[0], form.sign, form.quote)) == self.width:
                    return False
                return form.sign not in block[0] or find_form(block) is not None


def rows_of(feed: Feed, form: Delimiter, width: int) -> Iterator[list[str]]:
    """Fields by the rules of RFC 4180; a line whose quote is never closed, or takes rows in, is a row as if it had no quotes."""
    stray = 0
    feed.taken.clear()
    while stray < STRAY_QUOTES:
        reader = csv.reader(feed, delimiter=form.sign, quotechar=form.quote, skipinitialspace=True, strict=True)
        try:
            for row in reader:
                if len(feed.taken) > 1 and swallows(row, form.sign, width):
                    break
                feed.taken.clear()
                yield row
        except csv.Error:
            pass
        if not feed.taken:
            return
        stray += len(feed.taken) > 1
        yield split_line(feed.give_back(), form.sign, form.quote)
    for line in feed:
        feed.taken.clear()
        yield line.rstrip("\n").split(form.sign) if line.strip() else []


def swallows(row: list[str], sign: str, width: int) -> bool:
    """Whether a field of several lines has rows in it: its quote was never meant to open anything."""
    inside = [line for cell in row if "\n" in cell for line in cell.split("\n")[1:] if line]
    rows = sum(line.count(sign) >= width - 1 for line in inside)
    return rows * 2 > len(inside) if len(row) == width else rows > 0


def unwrap(row: list[str]) -> list[str]:
    """Cells without the `="…"` that keeps Excel from taking digits for a number."""
    return [cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in row]
