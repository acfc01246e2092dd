"""Date of birth: a date that a label says is one."""

from __future__ import annotations

from detectors.personal_data.dates import PATTERNS, read_birth
from detectors.personal_data.identifiers.identifier import Identifier, always


def check(value: str) -> bool:
    """A day on which somebody now living or dead may have been born."""
    return read_birth(value) is not None


IDENTIFIER = Identifier(
    kind="date_of_birth",
    patterns=PATTERNS,
    check=check,
    because="date beside a label for a date of birth",
    strong=False,
    labels=r"(?:d\.? ?o\.? ?b\.?|date of birth|birth ?date|born(?: on)?(?: the)?)(?=\W{0,6}(?:(?:is|was|of)\W{1,3})?$)",
    needs_label=always,
    confidence=0.8,
)
