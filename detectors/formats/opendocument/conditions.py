"""The conditions under which a cell takes another style (ODF 1.3 part 3, 16.3 `style:map`)."""

from __future__ import annotations

import re

from detectors.formats.conditions import Comparison

NUMBER = r"\s*(-?\d{1,17}(?:\.\d{1,17})?)\s*"
CONTENT = re.compile(rf"cell-content\(\)\s*(<=|>=|!=|=|<|>){NUMBER}")
BETWEEN = re.compile(rf"cell-content-is-(not-)?between\({NUMBER},{NUMBER}\)")
OPERATORS = {
    "=": "equal",
    "!=": "notEqual",
    "<": "lessThan",
    ">": "greaterThan",
    "<=": "lessThanOrEqual",
    ">=": "greaterThanOrEqual",
}
NEVER = re.compile(r"is-true-formula\(\s*(?:0|FALSE\(\))\s*\)", re.IGNORECASE)


def read_condition(said: str) -> Comparison | None:
    """A comparison of the cell with numbers; None where something is to be computed."""
    if match := CONTENT.fullmatch(said):
        return Comparison(OPERATORS[match[1]], float(match[2]))
    if match := BETWEEN.fullmatch(said):
        return Comparison("notBetween" if match[1] else "between", float(match[2]), float(match[3]))
    return None
