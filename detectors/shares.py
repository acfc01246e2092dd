"""How much of what is read is shown and how much is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from detectors.model import Passage, Row, Share, Table, Visibility


@dataclass(slots=True)
class Shares:
    """A running count of rows, cells and characters, for one part at a time."""

    rows_shown: int = 0
    rows_hidden: int = 0
    cells_shown: int = 0
    cells_hidden: int = 0
    characters_shown: int = 0
    characters_hidden: int = 0

    def count(self, content: Passage | Table) -> Passage | Table:
        """The content, counted: a passage now, a table as its rows stream."""
        if isinstance(content, Table):
            return replace(content, rows=self.count_rows(content))
        if content.visibility is Visibility.SHOWN:
            self.characters_shown += len(content.text)
        else:
            self.characters_hidden += len(content.text)
        return content

    def count_rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table."""
        columns = frozenset(index for index, column in enumerate(table.columns) if column.visibility)
        whole = table.visibility is not Visibility.SHOWN
        for row in table.rows:
            cells = row.cells
            total, size = len(cells) - cells.count(""), sum(map(len, cells))
            if whole or row.visibility:
                self.rows_hidden += 1
                self.cells_hidden += total
                self.characters_hidden += size
            else:
                self.rows_shown += 1
                self.count_cells(row, columns | row.cell_visibility.keys(), total, size)
            yield row

    def count_cells(self, row: Row, hidden: frozenset[int], total: int, size: int) -> None:
        """A row that is shown, but perhaps for some cells."""
        unseen = [cell for index in hidden if index < len(row.cells) and (cell := row.cells[index])]
        self.cells_hidden += len(unseen)
        self.cells_shown += total - len(unseen)
        unseen_size = sum(map(len, unseen))
        self.characters_hidden += unseen_size
        self.characters_shown += size - unseen_size

    def take(self) -> Share:
        """What was counted since the last take."""
        counts = [getattr(self, each.name) for each in fields(self)]
        for each in fields(self):
            setattr(self, each.name, 0)
        return Share(*counts)
