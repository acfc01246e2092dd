from __future__ import annotations

import pytest

from detectors.model import Column, Location, Passage, Row, Share, Table, Visibility
from detectors.shares import Shares

HERE = Location()


def count(visibility: Visibility, columns: tuple[Column, ...], *rows: Row) -> Share:
    shares = Shares()
    table = shares.count(Table(HERE, visibility, "cells", columns, rows))
    assert isinstance(table, Table)
    assert tuple(table.rows) == rows
    return shares.take()


SHOWN = Row(1, ("Jane", "", "Doe"))


@pytest.mark.parametrize(
    ("visibility", "columns", "row", "expected"),
    [
        (Visibility.SHOWN, (), SHOWN, Share(1, 0, 2, 0, 7, 0)),
        (Visibility.PIVOT_CACHE, (), SHOWN, Share(0, 1, 0, 2, 0, 7)),
        (Visibility.SHOWN, (), Row(1, ("Jane",), Visibility.HIDDEN_ROW), Share(0, 1, 0, 1, 0, 4)),
        (Visibility.SHOWN, (Column(visibility=Visibility.HIDDEN_COLUMN),), SHOWN, Share(1, 0, 1, 1, 3, 4)),
        (Visibility.SHOWN, (Column(visibility=Visibility.HIDDEN_COLUMN),) * 9, SHOWN, Share(1, 0, 0, 2, 0, 7)),
        (
            Visibility.SHOWN,
            (),
            Row(1, ("a", "bc"), cell_visibility={1: Visibility.HIDDEN_TEXT}),
            Share(1, 0, 1, 1, 1, 2),
        ),
    ],
)
def test_rows_cells_and_characters_are_shown_or_hidden(
    visibility: Visibility, columns: tuple[Column, ...], row: Row, expected: Share
) -> None:
    """By table, row, column and cell; rows pass through unchanged."""
    assert count(visibility, columns, row) == expected


def test_passages_count_as_characters() -> None:
    """A comment is hidden, a body is not; what was taken is not counted again."""
    shares = Shares()
    shares.count(Passage(HERE, Visibility.SHOWN, "body", "abc"))
    shares.count(Passage(HERE, Visibility.COMMENT, "comment", "de"))
    assert shares.take() == Share(0, 0, 0, 0, 3, 2)
    assert shares.take() == Share()


def test_shares_of_parts_add_up() -> None:
    """An attachment with all that is nested in it."""
    assert Share(1, 2, 3, 4, 5, 6) + Share(1, 1, 1, 1, 1, 1) == Share(2, 3, 4, 5, 6, 7)
