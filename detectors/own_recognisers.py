"""The recognisers that a force adds in `config/recognisers.yaml`, in the form that Presidio reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from detectors.faults import say_fault
from detectors.model import IDENTIFIER_KINDS

WORD_CHARACTERS = 64


def check_line(value: str) -> str:
    """One line that can be shown anywhere."""
    if not value.isprintable() or value != value.strip():
        raise ValueError("must be one line without control characters, or spaces at its ends")
    return value


Line = Annotated[str, Field(min_length=1, max_length=WORD_CHARACTERS), AfterValidator(check_line)]
Score = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A table of the file: unknown names are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class OwnPattern(Part):
    """A regular expression, and how sure a match of it is."""

    name: Line
    regex: Annotated[str, Field(min_length=1, max_length=500)]
    score: Score


class OwnRecogniser(Part):
    """One recogniser as the file writes it. A match counts from a score of 0.4 on, or beside one of the words of `context`."""

    name: Line
    supported_entity: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")
    supported_language: Literal["en"] = "en"
    type: Literal["custom"] = "custom"
    enabled: bool = Field(True, strict=True)
    patterns: tuple[OwnPattern, ...] = ()
    context: tuple[Line, ...] = ()
    deny_list: tuple[Line, ...] = ()
    deny_list_score: Score = 1.0

    @property
    def kind(self) -> str:
        """What its findings are called in reports and policies: the entity in small letters."""
        return self.supported_entity.lower()

    @field_validator("supported_entity")
    @classmethod
    def check_entity(cls, entity: str) -> str:
        """A kind of its own: nobody could tell its findings from ours."""
        if entity == "PERSON" or entity.lower() in IDENTIFIER_KINDS:
            raise ValueError("is a kind that the gateway has already; take another name")
        return entity

    @model_validator(mode="after")
    def check_use(self) -> Self:
        """It must be able to find something."""
        if not (self.patterns or self.deny_list):
            raise ValueError("needs 'patterns' or a 'deny_list'")
        return self


class OwnRecognisers(Part):
    """The file."""

    recognizers: tuple[OwnRecogniser, ...]

    @field_validator("recognizers")
    @classmethod
    def check_names(cls, recognisers: tuple[OwnRecogniser, ...]) -> tuple[OwnRecogniser, ...]:
        """No two of one name."""
        names = [recogniser.name for recogniser in recognisers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there are two recognisers named '{name}'")
        return recognisers


def load_own(path: Path) -> tuple[OwnRecogniser, ...]:
    """The recognisers of a file that are enabled. Raises ValueError, one sentence that names file, recogniser and field."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}.") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise ValueError(f"{path}: not valid YAML{line}.") from None
    try:
        own = OwnRecognisers.model_validate(values)
    except ValidationError as error:
        raise ValueError(explain(error, path, values)) from None
    return tuple(recogniser for recogniser in own.recognizers if recogniser.enabled)


def explain(error: ValidationError, path: Path, values: Any) -> str:
    """The first fault of the file as one sentence."""
    fault = error.errors(include_url=False, include_input=False)[0]
    words = "there is no such field" if fault["type"] == "extra_forbidden" else say_fault(fault)
    match fault["loc"]:
        case ("recognizers", int(number), *field):
            return f"{path}: {name_recogniser(values, number)}{name_field(field)}: {words}."
        case field:
            return f"{path}{name_field(field)}: {words}."


def name_recogniser(values: Mapping[str, Any], number: int) -> str:
    """A recogniser as its author knows it: by name, else by its number in the file."""
    recogniser = values["recognizers"][number]
    name = recogniser.get("name") if isinstance(recogniser, dict) else None
    return f"recogniser '{name}'" if isinstance(name, str) and name.isprintable() else f"recogniser {number + 1}"


def name_field(field: Any) -> str:
    """A field as the file has it, counted from 1: `patterns.1.regex`."""
    steps = [str(step + 1) if isinstance(step, int) else step for step in field]
    return f", field '{'.'.join(steps)}'" if steps else ""
