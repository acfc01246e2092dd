"""Whether the cells of a column are identifiers of its kind and nothing else."""

from __future__ import annotations

import string
from collections.abc import Callable

from detectors.personal_data.normal import normalise

VALUE_CHARACTERS = 60
"""Longer texts are not an identifier alone."""

PREFIX = 2
"""The first characters tell a force, a range of telephone numbers, a postcode area."""

SHAPES = str.maketrans(
    dict.fromkeys(string.digits, "0") | dict.fromkeys(string.ascii_lowercase, "a") | dict.fromkeys(string.ascii_uppercase, "A")
)  # fmt: skip
ENOUGH = 20
MOST_SHAPES = 10_000


class Validity:
    """A test of whole cells of one kind. With `by_shape` it judges by the shape what begins and looks like many that passed.

    That is for kinds without check digits, of which a table may hold hundreds of thousands: 36/12345/21 is what 36/54321/21
    is. A shape of which a single value fails is judged value by value.
    """

    def __init__(self, check: Callable[[str], bool], *, by_shape: bool) -> None:
        self.check = check
        self.by_shape = by_shape
        self.passed: dict[str, int] = {}
        """Shape → how many values of it passed; below zero where one failed."""

    def __call__(self, text: str) -> bool:
        """Whether a cell is an identifier and nothing else."""
        if not 0 < len(text) <= VALUE_CHARACTERS:
            return False
        if not self.by_shape:
            return self.check(normalise(text))
        shape = text[:PREFIX] + text[PREFIX:].translate(SHAPES)
        passed = self.passed.get(shape, 0)
        return passed >= ENOUGH or self.judge(text, shape, passed)

    def judge(self, text: str, shape: str, passed: int) -> bool:
        """A cell by the check, with a note of it under its shape."""
        valid = self.check(normalise(text))
        if passed >= 0 and len(self.passed) < MOST_SHAPES:
            self.passed[shape] = passed + 1 if valid else -1
        return valid
