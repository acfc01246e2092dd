"""What people read of a value that a file has wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detectors.faults import say_fault


class Inner(BaseModel):
    """A table."""


class Section(BaseModel):
    """Every type that settings and policies have."""

    model_config = ConfigDict(allow_inf_nan=False)

    text: str = Field("x", min_length=1)
    number: int = Field(1, ge=1)
    share: float = 1.0
    truth: bool = Field(True, strict=True)
    several: tuple[str, ...] = Field(("x",), min_length=1)
    table: Inner = Inner()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("text", 5, "must be text in quotes"),
        ("text", "", "must not be empty"),
        ("number", "five", "must be a whole number"),
        ("number", 1.5, "must be a whole number"),
        ("number", 0, "must be greater than or equal to 1"),
        ("share", "x", "must be a number"),
        ("share", float("nan"), "must be a finite number"),
        ("truth", "yes", "must be true or false"),
        ("several", 5, "must be a list"),
        ("several", [], "must not be empty"),
        ("table", 5, "must be a table, under a line in brackets"),
    ],
)
def test_a_fault_is_said_without_a_word_of_python(name: str, value: Any, words: str) -> None:
    """An administrator edits the file, not the program."""
    with pytest.raises(ValidationError) as error:
        Section.model_validate({name: value})
    assert say_fault(dict(error.value.errors()[0])) == words
