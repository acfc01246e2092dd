"""Conditional formats that may keep cells from being seen.

Nobody computes formulas here: a cell counts as hidden where some rule of its range may apply and would hide it on its own. Only comparisons
with numbers are decided by the value, for tables of figures often write their zeros in white. What is hidden is still read and searched;
being hidden holds nothing that would otherwise pass.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from detectors.formats.appearance import Look
from detectors.formats.number_formats import NumberFormat

Area = tuple[int, int, int, int]
"""Top row, left column, bottom row, right column: all within, counted as the sheet's reader counts them."""

MOST_AREAS = 200
"""Ranges of a sheet under rules that can hide; cells of further ones are told by their own formats."""

TEXT = float("inf")
"""Texts are greater than all numbers (18.18.15 compares as formulas do)."""

OPERATORS: dict[str, Callable[[float, float, float], bool]] = {
    "between": lambda value, low, high: min(low, high) <= value <= max(low, high),
    "notBetween": lambda value, low, high: not min(low, high) <= value <= max(low, high),
    "equal": lambda value, other, _: value == other,
    "notEqual": lambda value, other, _: value != other,
    "greaterThan": lambda value, other, _: value > other,
    "lessThan": lambda value, other, _: value < other,
    "greaterThanOrEqual": lambda value, other, _: value >= other,
    "lessThanOrEqual": lambda value, other, _: value <= other,
}

NUMBERED = (
    "",
    "between",
    "notBetween",
    "equal",
    "notEqual",
    "greaterThan",
    "lessThan",
    "greaterThanOrEqual",
    "lessThanOrEqual",
)
"""The same by the numbers of binary workbooks (MS-XLS 2.4.42, MS-XLSB 2.5.16)."""

NEVER = (b"\x1d\0", b"\x1e\0\0", b"\x21\x23\0")
"""The formulas of binary workbooks that are FALSE: as a value, as a number, as a function."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule changes of the look of a cell; None and 0 for what it leaves."""

    ink: int | None = None
    ground: int | None = None
    patterned: bool = False
    points: float = 0.0
    number: NumberFormat | None = None

    def over(self, look: Look) -> Look:
        """The look of a cell to which the rule applies."""
        grounded = self.ground is not None or self.patterned
        return replace(
            look,
            ink=look.ink if self.ink is None else self.ink,
            ground=self.ground if grounded else look.ground,
            patterned=self.patterned if grounded else look.patterned,
            points=self.points or look.points,
        )

    def conceals_number(self, form: NumberFormat, look: Look) -> bool:
        """Whether a number of that format and look is not seen where the rule applies."""
        return (self.number or form).conceals_number(self.over(look))

    def conceals_text(self, form: NumberFormat, look: Look) -> bool:
        """The same of a text."""
        return (self.number or form).conceals_text(self.over(look))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on the value of the cell itself; `operator` is one of ECMA-376's (18.18.15)."""

    operator: str
    first: float
    second: float = 0.0

    def holds(self, value: float) -> bool:
        """Whether a number, or TEXT, fulfils it."""
        return OPERATORS[self.operator](value, self.first, self.second)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: where, what it changes, and its condition; None for one that is not computed and so may always hold."""

    areas: tuple[Area, ...]
    change: Change
    comparison: Comparison | None = None


@dataclass(slots=True)
class Conditions:
    """The rules of a sheet that can hide."""

    rules: list[Rule] = field(default_factory=list)
    room: int = MOST_AREAS
    row: int = -1
    here: list[tuple[int, int, Rule]] = field(default_factory=list)
    """Of the row that is being read: first and last column of each area, its rule."""

    def add(self, rule: Rule) -> None:
        """A rule, as long as there is room for its ranges."""
        areas = rule.areas[: self.room]
        self.room -= len(areas)
        if areas:
            self.rules.append(replace(rule, areas=areas))

    def over(self, row: int, column: int, value: float) -> Iterator[Change]:
        """What the rules that may apply to a cell change; `value` is TEXT for all that is no number."""
        if row != self.row:
            self.row = row
            self.here = [
                (left, right, rule)
                for rule in self.rules
                for top, left, bottom, right in rule.areas
                if top <= row <= bottom
            ]
        for left, right, rule in self.here:
            if left <= column <= right and (rule.comparison is None or rule.comparison.holds(value)):
                yield rule.change


def compare(operator: int, formulas: list[bytes]) -> Comparison | None:
    """The comparison of a binary workbook by its number and the tokens of its operands; None where something is to be computed."""
    name = NUMBERED[operator] if operator < len(NUMBERED) else ""
    operands = [number for each in formulas if (number := read_operand(each)) is not None]
    wanted = 2 if name in {"between", "notBetween"} else 1
    return Comparison(name, *operands) if name and len(operands) == len(formulas) == wanted else None


def read_operand(formula: bytes) -> float | None:
    """A formula that is a number: PtgInt, PtgNum (MS-XLS 2.5.198.66, 2.5.198.79; the same in MS-XLSB)."""
    if len(formula) == 3 and formula[0] == 0x1E:
        return float(int.from_bytes(formula[1:], "little"))
    if len(formula) == 9 and formula[0] == 0x1F:
        value: float = struct.unpack_from("<d", formula, 1)[0]
        return value
    return None
