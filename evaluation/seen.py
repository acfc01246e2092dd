"""What an engine says of a case, in terms that engines can be compared by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from detectors.model import Role
from evaluation.case import Case


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person whom an engine saw: words of a name in one spelling, numbers, a role."""

    words: frozenset[str] = field(repr=False)
    marks: frozenset[str] = field(default=frozenset(), repr=False)
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What an engine says of a case."""

    people: int
    """How many distinct people it counts."""

    somebodies: Sequence[Somebody] = field(repr=False)
    kinds: Counter[str]
    """How many identifiers of each kind it found."""

    held: bool
    seconds: float
    """Processor time."""

    by_role: Counter[Role] = field(default_factory=Counter)
    pseudonymous: bool = False
    """Whether it says that there are records of individuals whom it cannot name."""


class Engine(Protocol):
    """Something that looks at cases."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def look(self, case: Case) -> Seen:
        """What it says of a case."""
        ...
