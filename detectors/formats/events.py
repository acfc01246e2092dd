"""What a handler of one XML file with several tables finds, in the order in which it is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from detectors.model import Column, Location, Row, Visibility


@dataclass(frozen=True, slots=True)
class Opened:
    """A table begins; its rows and its end carry the same number."""

    number: int
    where: Location
    visibility: Visibility
    channel: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    number: int
    row: Row


@dataclass(frozen=True, slots=True)
class Closed:
    """A table ends."""

    number: int


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a place."""

    where: Location
    visibility: Visibility
    channel: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that stand in the text itself (`office:binary-data`, a `data:` URI)."""

    where: Location
    visibility: Visibility
    untrusted: bytes = field(repr=False)
    declared: str = ""


Event: TypeAlias = Opened | Line | Closed | Words | File
