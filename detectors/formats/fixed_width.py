"""Columns of text that stand under one another, parted by spaces alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RULER = re.compile(r" *(?:[-=]{2,} +)+[-=]{2,} *\n?")
"""Dashes under headings, a run a column, as databases draw them."""

LEAST_ROWS = 3
LEAST_COLUMNS = 3
LONGEST = 4096
GAP = 2
"""Spaces between columns. One is a space between words."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where columns begin. `start`: the line at which the rows begin, after a title."""

    columns: tuple[int, ...]
    start: int = 0

    def split(self, line: str) -> list[str]:
        """The fields of a line; of one that does not keep to the columns, what is parted by spaces."""
        line = line.rstrip("\n")
        if any(column and line[column - 1 : column].strip() for column in self.columns):
            return [field for field in re.split(r"\s{2,}", line.strip()) if field]
        ends = (*self.columns[1:], len(line))
        return [line[start:end].strip() for start, end in zip(self.columns, ends, strict=True)]

    def fits(self, text_lines: Iterable[str]) -> bool:
        """Whether lines keep to the columns."""
        return all(not line[column - 1 : column].strip() for line in text_lines for column in self.columns if column)


def find_cuts(text_lines: Sequence[str]) -> Cuts | None:
    """The columns of a block of lines: those of a ruler, else those on which a run of lines agrees; None for prose."""
    if len(text_lines) < LEAST_ROWS:
        return None
    rulers = [number for number, line in enumerate(text_lines) if is_ruler(line)]
    if rulers and (rulers[0] or len(rulers) > 1):
        number = rulers[0]
        start = number + 1 if number + 2 in rulers else number - 1  # headings stand between two, or above one
        return Cuts(tuple(match.start() for match in re.finditer(r"\S+", text_lines[number])), max(start, 0))
    start = 0
    while start < len(text_lines):
        end = start
        while end < len(text_lines) and has_gaps(text_lines[end]):
            end += 1
        cuts = Cuts(common_columns(text_lines[start + 1 : end]), start)
        if cuts.columns and cuts.fits(text_lines[start : start + 1]):
            return cuts  # headings may be as wide as their columns, with one space between them
        cuts = Cuts(common_columns(text_lines[start:end]), start)
        if cuts.columns:
            return cuts
        start = end + 1
    return None


def is_ruler(line: str) -> bool:
    """Whether a line is of dashes that tell columns apart."""
    return line[:1] in "-= " and len(line) <= LONGEST and RULER.fullmatch(line) is not None


def has_gaps(line: str) -> bool:
    """Whether a line may be of columns."""
    return len(line) <= LONGEST and "  " in line.strip()


def common_columns(text_lines: Sequence[str]) -> tuple[int, ...]:
    """Where the columns of some lines begin; nothing unless there are three, each with something in half of the lines."""
    if len(text_lines) < LEAST_ROWS:
        return ()
    length = max(len(line.rstrip()) for line in text_lines)
    filled = [False] * length
    for line in text_lines:
        for match in re.finditer(r"\S+", line):
            filled[match.start() : match.end()] = [True] * (match.end() - match.start())
    marks = "".join("x" if each else " " for each in filled)
    columns = tuple(match.end() for match in re.finditer(rf" {{{GAP},}}|^ *", marks) if match.end() < length)
    ends = (*columns[1:], length)
    for start, end in zip(columns, ends, strict=True):
        if sum(bool(line[start:end].strip()) for line in text_lines) * 2 < len(text_lines):
            return ()
    return columns if len(columns) >= LEAST_COLUMNS else ()
