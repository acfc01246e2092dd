"""Crime reference in the forms that forces use: 36/67827/19, CR/012345/22, CRI/06AA/0012345/22, NP-20220101-0001, 47220012345."""

from __future__ import annotations

import re
from collections.abc import Collection

from detectors.personal_data.dates import is_past_year, read_date
from detectors.personal_data.identifiers.identifier import Identifier, beside

BY_FORCE = re.compile(r"(\d{2})/(\d{1,7})/(\d{2})")
"""Norfolk, Suffolk, West Midlands and all others on Athena: force, serial, year."""

BY_DAY = re.compile(r"([A-Z]{2,3})-(\d{4})(\d{4})-\d{1,5}")
OWN_DAYS = frozenset({"NP", "NC", "SC", "LC", "PS", "DHM"})
"""Northumbria, Norfolk, Suffolk, Lancashire, Scotland and Durham begin a reference so; others may be orders or invoices."""

BY_WORD = re.compile(r"(?:CR/\d{4,7}|CRI/\d{2}[A-Z]{2}/\d{5,7})/(\d{2})")
"""Scotland and Greater Manchester."""

BY_YEAR = re.compile(r"\d{6,7}[A-Z]?/(\d{2})")
"""CRIS of the Metropolitan Police."""

LABELS = (
    r"(?:(?:crime|cris|occurrence|offence|investigation|niche|athena)(?: report)?(?: (?:refs?|references?|nos?|num|numbers?|id))?(?: (?:no|number))?"
    r"|crime|cris|niche|athena|connect)\.?"
)


def declare(forces: Collection[str]) -> Identifier:
    """The kind, for the force codes given."""

    def check(value: str) -> bool:
        if match := BY_FORCE.fullmatch(value):
            return match[1] in forces and int(match[2]) > 0 and is_past_year(match[3]) and read_date(value) is None
        if match := BY_DAY.fullmatch(value):
            return is_day(match[2] + match[3])
        if match := BY_WORD.fullmatch(value) or BY_YEAR.fullmatch(value):
            return is_past_year(match[1])
        return value.isdigit() or "*" in value

    return Identifier(
        kind="crime_reference",
        patterns=(
            r"\d{2}/\d{1,7}/\d{2}",
            r"CR/\d{4,7}/\d{2}",
            r"CRI/\d{2}[A-Z]{2}/\d{5,7}/\d{2}",
            r"[A-Z]{2,3}-\d{8}-\d{1,5}",
            r"\d{6,7}[A-Z]?/\d{2}",
            r"[1-9]\d{9,10}",
            r"\d{2}\*\d{5,7}",
        ),
        check=check,
        because="crime reference in the form of a force",
        strong=False,
        labels=beside(LABELS),
        needs_label=is_doubtful,
        confidence=0.7,
    )


def is_day(digits: str) -> bool:
    """A day, the year first or last."""
    return read_date(digits) is not None or read_date(f"{digits[:2]}/{digits[2:4]}/{digits[4:]}") is not None


def is_doubtful(value: str) -> bool:
    """Ten or eleven digits may be anything, a number over a year an FOI request, a serial of two digits a flat."""
    if match := BY_FORCE.fullmatch(value):
        return len(match[2]) < 3
    if match := BY_DAY.fullmatch(value):
        return match[1] not in OWN_DAYS
    return BY_WORD.fullmatch(value) is None
