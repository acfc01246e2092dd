"""Delimited text: CSV, TSV and their kin, recognised by lines that agree on a delimiter."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detectors.formats.charsets import guess
from detectors.formats.text_stream import HEAD, encoding, lines
from detectors.model import Column, Content, OverLimit, Part, Row, Table, Why, letters

FIELD_CHARACTERS = 1024 * 1024
SAMPLE_LINES = 50
LEAST_ROWS = 2
csv.field_size_limit(FIELD_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table in text; its columns have letters as in a sheet, its first row may be headings."""

    name: str = "csv"
    media_type: str = "text/csv"

    def recognises(self, part: Part) -> bool:
        """Whether at least two of the first lines, and four of five, have the same number of the same delimiter."""
        return find_delimiter(sample(part)) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """One table."""
        text = sample(part)
        delimiter = find_delimiter(text) or ","
        width = max((len(row) for row in rows_of(text.splitlines(), delimiter)), default=1)
        columns = tuple(Column(letter=letters(index)) for index in range(min(width, 16384)))
        yield Table(part.where, part.visibility, "csv", columns, read_rows(part, delimiter))


def sample(part: Part) -> str:
    """The first lines as text, without the last, which may be cut; empty for what is not text."""
    head = part.head(HEAD)
    name = guess(head) if head else None
    if name is None:
        return ""
    text = head.decode(name, "replace")
    return text if len(head) < HEAD else text[: text.rfind("\n") + 1]


def find_delimiter(text: str) -> str | None:
    """The delimiter on which the lines agree, the most frequent first; None for prose."""
    found = [(width, delimiter) for delimiter in ",\t;|" if (width := agreed_width(text, delimiter)) > 1]
    return max(found)[1] if found else None


def agreed_width(text: str, delimiter: str) -> int:
    """The number of fields that four of five rows share, 0 when they do not agree. Two fields need a short, tidy first field."""
    lines_ = text.splitlines()[:SAMPLE_LINES]
    rows = [row for row in rows_of(lines_, delimiter) if row]
    if len(rows) < LEAST_ROWS:
        return 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if count * 5 < len(rows) * 4 or width < 2:
        return 0
    return width if not is_prose(rows, delimiter) else 0


def is_prose(rows: list[list[str]], delimiter: str) -> bool:
    """Whether rows are sentences that happen to have as many commas: a delimiter followed by a space, in most of them."""
    spaced = sum(field.startswith(" ") for row in rows for field in row[1:])
    fields = sum(len(row) - 1 for row in rows)
    return delimiter in ",;" and spaced * 2 > fields


def rows_of(lines_: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Fields by the rules of RFC 4180. Raises OverLimit for an endless field."""
    reader = csv.reader(lines_, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise OverLimit(Why.TOO_LARGE) from None
        yield row


def read_rows(part: Part, delimiter: str) -> Iterator[Row]:
    """All rows, numbered as a spreadsheet would."""
    name = encoding(part) or "utf-8"
    for number, row in enumerate(rows_of(lines(part, name), delimiter), 1):
        if row:
            yield Row(number, tuple(row))
