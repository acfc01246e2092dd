"""Whether the cells of a column are identifiers of its kind and nothing else."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence

from detectors.personal_data.normal import normalise
from detectors.personal_data.recall import Recall

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
        self.known = Recall(self)

    def judge_all(self, cells: Sequence[str]) -> list[bool]:
        """The same of every cell of a column. Their shapes are found at once: most cells are of one that many have passed."""
        shapes = "\n".join(cells).translate(SHAPES).split("\n") if self.by_shape else []
        if len(shapes) != len(cells):  # no shapes, or cells of several lines
            return list(map(self.known.__getitem__, cells))
        shapes = [cell[:PREFIX] + shape[PREFIX:] for cell, shape in zip(cells, shapes, strict=True)]
        sure = {shape for shape in set(shapes) if self.passed.get(shape, 0) >= ENOUGH}
        return [shape in sure or self.known[cell] for cell, shape in zip(cells, shapes, strict=True)]

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
