"""Masks show a shape and never the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.personal_data.masks import mask


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("AB123456C", "A••••••••"),
        ("943 476 5919", "9•• ••• ••••"),
        ("36/67827/19", "3•/•••••/••"),
        ("jane@example.org", "j•••@•••••••.•••"),
        ("7", "•"),
        ("", "•"),
        ("Żaneta", "••••••"),
    ],
)
def test_a_mask_keeps_the_first_character_and_the_separators(value: str, masked: str) -> None:
    """Enough for a reviewer to recognise the kind."""
    assert mask(value) == masked


@given(st.text(min_size=2))
def test_a_mask_never_holds_more_than_one_letter_or_digit(value: str) -> None:
    """Whatever the value is."""
    assert sum(c.isalnum() for c in mask(value)) <= 1
    assert len(mask(value)) <= 24
