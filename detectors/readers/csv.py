"""Delimited text: CSV, TSV and their kin, recognised by lines that agree on a delimiter."""

from __future__ import annotations

import collections
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats.charsets import clean, guess
from detectors.formats.residue import sweep_part
from detectors.formats.text_stream import HEAD, encoding, lines
from detectors.model import Column, Content, Part, Passage, Row, Table, Unread, Why, letters

FIELD_CHARACTERS = 1024 * 1024
QUOTED_LINES = 100
"""More lines than this in one quoted field at the end of a file mean that its quote was never closed."""

SAMPLE_LINES = 50
BLOCK_LINES = 1_000
LEAST_ROWS = 2
COLUMNS = 16_384
SENTENCE = 30
"""Characters of a field above which a line of them reads like a sentence."""

DIRECTIVE = re.compile(r'\s*"?sep=(.)"?\s*')
"""What Excel takes from a first line: `sep=;`."""

csv.field_size_limit(FIELD_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Delimited:
    """Tables in text; their columns have letters as in a sheet, their first rows may be headings."""

    name: str = "csv"
    media_type: str = "text/csv"

    def recognises(self, part: Part) -> bool:
        """Whether the first lines, or half of their blocks, have the same number of the same delimiter."""
        text = sample(part)
        return bool(DIRECTIVE.match(text)) or find_delimiter(text) is not None or has_tables(text)

    def read(self, part: Part) -> Iterator[Content]:
        """A table, or several with the words between them; what else stands in the file after binary bytes."""
        reading = Reading(part, Feed(lines(part, encoding(part) or "utf-8")), find_delimiter(sample(part)))
        try:
            yield from reading.read()
        except ValueError:
            reading.damaged = True
        if reading.damaged:
            yield Unread(part.where, Why.DAMAGED)
            yield from sweep_part(part)


@dataclass(slots=True)
class Feed:
    """Lines that can be looked at before they are taken. `taken` are those of the row that is being read."""

    source: Iterator[str]
    ahead: collections.deque[str] = field(default_factory=collections.deque)
    taken: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.ahead.popleft() if self.ahead else next(self.source)
        self.taken.append(line)
        return line

    def peek(self) -> list[str]:
        """The lines up to the next empty one, fifty at most."""
        while len(self.ahead) < SAMPLE_LINES:
            line = next(self.source, None)
            if line is None:
                break
            self.ahead.append(line)
            if not line.strip():
                break
        block = []
        for line in self.ahead:
            if not line.strip():
                break
            block.append(line)
        return block

    def skip_empty(self) -> int:
        """Take the empty lines that come next. Returns how many there were."""
        count = 0
        while True:
            if not self.ahead:
                line = next(self.source, None)
                if line is None:
                    return count
                self.ahead.append(line)
            if self.ahead[0].strip():
                return count
            self.ahead.popleft()
            count += 1


@dataclass(slots=True)
class Reading:
    """One file that is being read; rows are numbered as a spreadsheet would, through all its tables."""

    part: Part
    feed: Feed
    delimiter: str | None
    number: int = 0
    width: int = 1
    damaged: bool = False

    def read(self) -> Iterator[Content]:
        """Block by block."""
        while True:
            self.number += self.feed.skip_empty()
            block = self.feed.peek()
            if not block:
                return
            self.choose(block)
            delimiter = self.block_delimiter(block)
            if delimiter is None:
                yield from self.read_words(len(block))
                continue
            self.delimiter = delimiter
            self.width = max((len(row) for row in split(block, delimiter)), default=1)
            columns = tuple(Column(letter=letters(index)) for index in range(min(self.width, COLUMNS)))
            rows = self.read_rows(delimiter)
            yield Table(self.part.where, self.part.visibility, "csv", columns, rows)
            collections.deque(rows, maxlen=0)

    def choose(self, block: list[str]) -> None:
        """A first line that names the delimiter is believed."""
        directive = DIRECTIVE.fullmatch(block[0]) if not self.number else None
        if directive:
            self.delimiter = directive[1]

    def block_delimiter(self, block: list[str]) -> str | None:
        """The delimiter of a block: its own, or that of the file where a line of the block has it."""
        own = find_delimiter("".join(block))
        if own is not None or self.delimiter is None:
            return own
        return self.delimiter if any(self.delimiter in line for line in block) else None

    def read_words(self, count: int) -> Iterator[Content]:
        """Lines that are no table: a title, a remark."""
        words = [next(self.feed) for _ in range(count)]
        self.feed.taken.clear()
        self.number += count
        yield Passage(self.part.where, self.part.visibility, "text", "".join(words))

    def read_rows(self, delimiter: str) -> Iterator[Row]:
        """The rows of one table; an empty line ends it when what follows is of another form."""
        try:
            for row in rows_of(self.feed, delimiter):
                self.number += 1
                if row:
                    yield Row(self.number, tuple(row))
                    continue
                self.number += self.feed.skip_empty()
                if self.is_over(delimiter):
                    return
        except ValueError:
            self.damaged = True

    def is_over(self, delimiter: str) -> bool:
        """Whether the next block is of another form than the table before it."""
        block = self.feed.peek()
        if not block or len(next(split(block[:1], delimiter), [])) == self.width:
            return False
        return find_delimiter("".join(block)) is not None or delimiter not in block[0]


def sample(part: Part) -> str:
    """The first lines as text, without the last, which may be cut; empty for what is not text."""
    head = part.head(HEAD)
    name = guess(head) if head else None
    if name is None:
        return ""
    text = clean(head.decode(name, "replace"))
    return text if len(head) < HEAD else text[: text.rfind("\n") + 1]


def plain_lines(text: str) -> list[str]:
    """Lines as a spreadsheet ends them: no form feeds, no line separators of Unicode."""
    return [line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")]


def has_tables(text: str) -> bool:
    """Whether half of the lines stand in blocks that are tables each in their own way."""
    blocks: list[list[str]] = [[]]
    for line in plain_lines(text)[:BLOCK_LINES]:
        if line.strip():
            blocks[-1].append(line)
        else:
            blocks.append([])
    all_lines = sum(len(block) for block in blocks)
    tabular = sum(len(block) for block in blocks if find_delimiter("".join(block)) is not None)
    return bool(tabular) and tabular * 2 >= all_lines


def find_delimiter(text: str) -> str | None:
    """The delimiter on which the lines agree, the most frequent first; None for prose."""
    first_lines = plain_lines(text)[:SAMPLE_LINES]
    found = [(width, delimiter) for delimiter in ",\t;|" if (width := agreed_width(first_lines, delimiter)) > 1]
    return max(found)[1] if found else None


def agreed_width(first_lines: list[str], delimiter: str) -> int:
    """The number of fields that four of five rows share, 0 when they do not agree. Two fields need a short, tidy first field."""
    width = width_of([row for row in split(first_lines, delimiter) if row], delimiter)
    if width or not any('"' in line for line in first_lines):
        return width
    return width_of([line.rstrip("\n").split(delimiter) for line in first_lines if line.strip()], delimiter)


def width_of(rows: list[list[str]], delimiter: str) -> int:
    """The number of fields that four of five rows share."""
    if len(rows) < LEAST_ROWS:
        return 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if count * 5 < len(rows) * 4 or width < 2:
        return 0
    return width if not is_prose(rows, delimiter) else 0


def is_prose(rows: list[list[str]], delimiter: str) -> bool:
    """Whether rows are sentences that happen to have as many commas: a delimiter followed by a space, in most of them."""
    spaced = sum(field_.startswith(" ") for row in rows for field_ in row[1:])
    fields = sum(len(row) - 1 for row in rows)
    if delimiter not in ",;" or spaced * 2 <= fields:
        return False
    if len(rows) <= LEAST_ROWS or any(row[-1].rstrip().endswith((".", "!", "?", ":")) for row in rows):
        return True
    return fields == len(rows) or sum(len(field_) for row in rows for field_ in row) > SENTENCE * (fields + len(rows))


def split(some_lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Fields by the rules of RFC 4180; nothing more after an endless field."""
    reader = csv.reader(some_lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            return
        if row is None:
            return
        yield row


def rows_of(feed: Feed, delimiter: str) -> Iterator[list[str]]:
    """Fields by the rules of RFC 4180; where a quote is never closed, its lines are rows as if there were no quotes."""
    while True:
        reader = csv.reader(feed, delimiter=delimiter)
        try:
            for row in reader:
                if len(feed.taken) > QUOTED_LINES:
                    break
                yield row
                feed.taken.clear()
        except csv.Error:
            pass
        if not feed.taken:
            return
        yield from (line.rstrip("\n").split(delimiter) for line in feed.taken)
        feed.taken.clear()
