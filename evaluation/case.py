"""A piece of content, and what is true of it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from detectors.model import Column, Location, Passage, Role, Row, Table, Visibility, letters
from detectors.personal_data.names import fold


class Form(enum.StrEnum):
    """Rows and columns, or running text."""

    TABLE = "table"
    PROSE = "prose"


class Lettering(enum.StrEnum):
    """How the content is written."""

    MIXED = "mixed"
    UPPER = "upper"
    LOWER = "lower"

    def write(self, text: str) -> str:
        """A text so written."""
        match self:
            case Lettering.UPPER:
                return text.upper()
            case Lettering.LOWER:
                return text.lower()
        return text


@dataclass(frozen=True, slots=True)
class Truth:
    """Somebody whom the content identifies. `role` is None where the content does not say it, or the labels do not."""

    surname: str = field(repr=False)
    forename: str = field(repr=False)
    role: Role | None = None
    origin: str = ""
    marks: tuple[str, ...] = field(default=(), repr=False)
    """Numbers that name them, letters and digits only."""

    @property
    def words(self) -> frozenset[str]:
        """The words of the surname, or of the forename where there is none, in one spelling."""
        return frozenset(fold(self.surname or self.forename).replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Case:
    """Content with its truth. `rows` where it is a table, else `text`."""

    name: str
    layout: str
    form: Form
    held: bool | None
    """Whether it must be held or must pass; None where nobody said."""

    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    people: tuple[Truth, ...] = ()
    identifiers: tuple[str, ...] = ()
    """The kinds of the identifiers in it, one each."""

    origin: str = ""
    lettering: Lettering = Lettering.MIXED
    headed: bool = True
    pseudonymous: bool = False
    """Records of individuals whom it does not identify."""

    visibility: Visibility = Visibility.SHOWN

    def content(self) -> Passage | Table:
        """What a reader would yield."""
        where = Location() / self.layout
        if self.form is Form.PROSE:
            return Passage(where, self.visibility, "body", self.text)
        width = max((len(row) for row in self.rows), default=0)
        columns = tuple(Column(letter=letters(number)) for number in range(width))
        rows = (Row(number, row) for number, row in enumerate(self.rows, 1))
        return Table(where, self.visibility, "cells", columns, rows)

    def units(self) -> Sequence[str]:
        """The texts that an engine for running text is given: every cell, or the whole."""
        if self.form is Form.PROSE:
            return [self.text]
        return [cell for row in self.rows for cell in row if cell.strip()]
