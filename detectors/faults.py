"""Says in plain words what is wrong with a value in a file of `config/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "path_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must be a table, under a line in brackets",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
"""By the kinds of faults that pydantic tells apart, for which its own words speak of Python."""


def say_fault(fault: Mapping[str, Any]) -> str:
    """The end of a sentence about one fault that pydantic found: `must be a whole number`."""
    words = str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    return WORDS.get(str(fault["type"]), words)
