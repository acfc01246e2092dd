"""Rows of a table, some thousands at a time, also by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from detectors.model import OverLimit, Row, Table, Visibility
from detectors.personal_data.vocabulary import Vocabulary

BATCH_ROWS = 2000
BATCH_CELLS = 60_000
BATCH_AREA = 1_000_000
BATCH_CHARACTERS = 8_000_000
"""Rows are taken in batches of about these sizes, so that memory is bounded however long, wide or wordy a table is.

The area is rows by the widest row: a cell in the last column makes all columns of its batch.
"""

LONGEST_BLANK = 60
"""Longer texts say something."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table. `columns` are as wide as the widest row; `told` are the same, "" where a cell says nothing.

    `plain`: nothing but the table says how visible anything in the rows is.
    """

    table: Table
    rows: Sequence[Row] = field(repr=False)
    columns: Sequence[Sequence[str]] = field(repr=False)
    told: Sequence[Sequence[str]] = field(repr=False)
    plain: bool

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def first(self, numbers: Sequence[int]) -> Sequence[str]:
        """What the first of some columns says that says anything, row by row."""
        match len(numbers):
            case 0:
                return [""] * self.size
            case 1:
                return self.told[numbers[0]]
        return [next(filter(None, values), "") for values in zip(*(self.told[n] for n in numbers), strict=True)]

    def say(self, numbers: Iterable[int], place: int) -> list[str]:
        """What those of some columns say in one row that say anything."""
        return [text for number in numbers if (text := self.told[number][place])]

    def seen(self, place: int, number: int) -> Visibility:
        """The effective visibility of a cell."""
        return self.table.visibility if self.plain else self.table.seen(self.rows[place], number)

    def count_seen(self, places: Sequence[int], number: int) -> dict[Visibility, tuple[int, int]]:
        """How many of some cells of a column there are under each way they are seen, behind the place of the first."""
        if self.plain:
            return {self.table.visibility: (places[0], len(places))} if places else {}
        seen: dict[Visibility, tuple[int, int]] = {}
        for place in places:
            visibility = self.table.seen(self.rows[place], number)
            first, count = seen.get(visibility, (place, 0))
            seen[visibility] = (first, count + 1)
        return seen


def make_batch(table: Table, rows: Sequence[Row], most_columns: int, vocabulary: Vocabulary) -> Batch:
    """The batch of some rows; the columns after `most_columns` are not looked at for what says nothing."""
    columns = list(zip_longest(*(row.cells for row in rows), fillvalue=""))
    hidden = any(column.visibility for column in table.columns)
    plain = not hidden and not any(row.visibility or row.cell_visibility for row in rows)
    return Batch(table, rows, columns, [blank_out(cells, vocabulary) for cells in columns[:most_columns]], plain)


def blank_out(cells: Sequence[str], vocabulary: Vocabulary) -> Sequence[str]:
    """The cells of a column, "" for those that say that there is nothing to say."""
    short = [cell for cell in set(cells) if len(cell) <= LONGEST_BLANK]
    if vocabulary.blanks.isdisjoint(map(str.strip, map(str.casefold, short))):
        return cells
    blank = {cell for cell in short if cell and vocabulary.is_blank(cell)}
    return ["" if cell in blank else cell for cell in cells]


def take_batches(table: Table) -> Iterator[list[Row]]:
    """The rows of a table in lists of bounded size; where the rows end in an error, those before it come first."""
    batch: list[Row] = []
    cells = width = characters = 0
    try:
        for row in table.rows:
            batch.append(row)
            cells += len(row.cells)
            width = max(width, len(row.cells))
            characters += sum(map(len, row.cells))
            area = width * len(batch)
            full = len(batch) >= BATCH_ROWS or cells >= BATCH_CELLS or area >= BATCH_AREA
            if full or characters >= BATCH_CHARACTERS:
                yield batch
                batch, cells, width, characters = [], 0, 0, 0
    except (ValueError, OverLimit):
        if batch:
            yield batch
        raise
    if batch:
        yield batch
