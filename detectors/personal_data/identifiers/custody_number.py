"""Custody record: 36BG/1234/22, known only by what stands before it."""

from __future__ import annotations

from detectors.personal_data.dates import is_past_year
from detectors.personal_data.identifiers.identifier import Identifier, always, beside


def check(value: str) -> bool:
    """A suite, a serial that is not all zeros and a year that has come."""
    _, serial, year = value.split("/")
    return int(serial) > 0 and is_past_year(year)


IDENTIFIER = Identifier(
    kind="custody_number",
    patterns=(r"(?:\d{2})?[A-Z]{1,4}/\d{1,6}/(?:20)?\d{2}",),
    check=check,
    because="labelled custody record",
    strong=False,
    labels=beside(r"custody(?: record)?"),
    needs_label=always,
    confidence=0.7,
)
