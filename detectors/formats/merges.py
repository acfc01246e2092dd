"""Merged ranges of a sheet, which cover all their cells but the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MOST_BLANK = 20_000
MOST_ROWS = 50_000
"""Of more rows under merges the further ones are not told as covered."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: its top row, its columns."""

    top: int
    left: int
    right: int


@dataclass(slots=True)
class Merges:
    """The merged ranges of a sheet by row; rows and columns are counted as the sheet's reader counts them."""

    rows: dict[int, list[Merge]] = field(default_factory=dict)
    room: int = MOST_ROWS

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """A range, all within."""
        merge = Merge(top, left, right)
        last = min(bottom, top + self.room - 1)
        for row in range(top, last + 1):
            self.rows.setdefault(row, []).append(merge)
        self.room -= max(0, last - top + 1)

    def covered(self, row: int, cells: Sequence[str]) -> Iterator[int]:
        """The columns of a row's cells that keep a value, and show none."""
        left = 2 * len(cells) + MOST_BLANK  # ranges do not overlap; where they do all the same, not for long
        for merge in self.rows.get(row, ()):
            left -= max(1, min(merge.right + 1, len(cells)) - merge.left)
            if left < 0:
                return
            for column in range(merge.left, min(merge.right + 1, len(cells))):
                if cells[column] and not (row == merge.top and column == merge.left):
                    yield column
