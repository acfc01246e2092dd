"""Dates as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.personal_data.dates import look_like_births, read_birth, read_date, today


@pytest.mark.parametrize(
    "text",
    [
        "03/05/1985", "3.5.1985", "3-5-85", "1985-05-03", "1985-05-03T00:00:00", "1985-05-03 00:00:00", "19850503", "3 May 1985", "3rd May, 1985",
        "03-May-85", "03/05/1985 00:00",
    ],
)  # fmt: skip
def test_one_day_has_many_spellings(text: str) -> None:
    """Day before month, as here; years of two digits are past."""
    assert read_date(text) == date(1985, 5, 3)


@pytest.mark.parametrize(
    "text",
    ["", "31/02/1985", "13/13/1985", "May 1985", "1985", "36/67827/19", "2019/20", "12:30", "1.2.3.4", "1" * 5000],
)
def test_what_is_no_day_is_none(text: str) -> None:
    """And never raises."""
    assert read_date(text) is None


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    """Cells hold anything."""
    read_date(text)
    read_birth(text)


def test_serial_numbers_are_births_only() -> None:
    """29221 under "DOB" is a day in 1980; a date column never holds bare numbers."""
    assert read_birth("29221") == date(1980, 1, 1)
    assert read_birth("29221.0") == date(1980, 1, 1)
    assert read_date("29221") is None


def test_nobody_is_born_tomorrow() -> None:
    """Nor before 1880."""
    assert read_birth((today() + timedelta(days=2)).isoformat()) is None
    assert read_birth("01/01/1870") is None


def test_births_are_told_from_events() -> None:
    """Offences of five years lie close together; lives do not."""
    assert look_like_births([date(1940 + 7 * n, 3, 1) for n in range(10)])
    assert not look_like_births([date(2018, 1, 1) + timedelta(days=90 * n) for n in range(20)])
    assert not look_like_births([date(1940, 1, 1), date(1980, 1, 1)])
