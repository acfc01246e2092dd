"""Rows in batches of bounded size, and by column."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from detectors.model import Column, Location, Row, Table, Visibility
from detectors.personal_data import Vocabulary
from detectors.personal_data.batch import BATCH_AREA, BATCH_CHARACTERS, BATCH_ROWS, make_batch, take_batches


def table(rows: Iterable[Row], *columns: Column, visibility: Visibility = Visibility.SHOWN) -> Table:
    return Table(Location() / "sheet", visibility, "cells", columns, rows)


def test_no_row_is_lost_between_batches() -> None:
    """In their order."""
    rows = [Row(number, (str(number),)) for number in range(1, 3 * BATCH_ROWS + 2)]
    batches = list(take_batches(table(rows)))
    assert [len(batch) for batch in batches] == [BATCH_ROWS] * 3 + [1]
    assert [row for batch in batches for row in batch] == rows


def test_one_cell_in_the_last_column_does_not_make_a_batch_of_millions() -> None:
    """A stray cell in XFD1 beside a long narrow table."""
    rows = [Row(1, ("",) * 16_383 + ("x",)), *(Row(number, ("a", "b")) for number in range(2, 5000))]
    for batch in take_batches(table(rows)):
        assert len(batch) * max(len(row.cells) for row in batch) <= BATCH_AREA + 16_384


def test_long_cells_make_short_batches() -> None:
    """Two thousand cells of a megabyte are not held at once."""
    rows = (Row(number, ("x" * 1_000_000,)) for number in range(1, 30))
    assert {len(batch) for batch in take_batches(table(rows))} == {BATCH_CHARACTERS // 1_000_000, 29 % 8}


def test_the_rows_before_an_error_come_before_it() -> None:
    """What was read of a damaged sheet is looked at."""

    def rows() -> Iterable[Row]:
        yield Row(1, ("a",))
        raise ValueError("damaged")

    batches = take_batches(table(rows()))
    assert next(batches) == [Row(1, ("a",))]
    with pytest.raises(ValueError, match="damaged"):
        next(batches)


def test_columns_are_as_wide_as_the_widest_row_and_tell_what_says_something(vocabulary: Vocabulary) -> None:
    """ "N/A" is nothing; columns further than are looked at have no told cells."""
    rows = [Row(1, ("Doe", " N/A ")), Row(2, ("unknown", "MO", "PC")), Row(3, ())]
    batch = make_batch(table(rows), rows, 2, vocabulary)
    assert batch.columns == [("Doe", "unknown", ""), (" N/A ", "MO", ""), ("", "PC", "")]
    assert [list(cells) for cells in batch.told] == [["Doe", "", ""], ["", "MO", ""]]
    assert list(batch.first([1, 0])) == ["Doe", "MO", ""]
    assert list(batch.first([])) == ["", "", ""]
    assert batch.say([0, 1], 1) == ["MO"]


def test_cells_are_as_visible_as_table_row_column_and_cell(vocabulary: Vocabulary) -> None:
    """Counted under each way, with the first of each."""
    rows = [
        Row(1, ("a", "b")),
        Row(2, ("a", "b"), Visibility.HIDDEN_ROW),
        Row(3, ("a", "b"), cell_visibility={0: Visibility.HIDDEN_TEXT}),
        Row(4, ("a", "b")),
    ]
    batch = make_batch(table(rows, Column(), Column(visibility=Visibility.HIDDEN_COLUMN)), rows, 9, vocabulary)
    assert not batch.plain
    assert batch.count_seen([0, 1, 2, 3], 0) == {
        Visibility.SHOWN: (0, 2),
        Visibility.HIDDEN_ROW: (1, 1),
        Visibility.HIDDEN_TEXT: (2, 1),
    }
    assert batch.count_seen([1, 3], 1) == {Visibility.HIDDEN_COLUMN: (1, 2)}
    plain = make_batch(table(rows[:1], visibility=Visibility.PIVOT_CACHE), rows[:1], 9, vocabulary)
    assert plain.plain
    assert plain.count_seen([0], 1) == {Visibility.PIVOT_CACHE: (0, 1)}
    assert plain.count_seen([], 1) == {}
