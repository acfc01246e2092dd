"""Registration of a vehicle: AB51 CDE, A123 BCD, ABC 123D; in Northern Ireland AIZ 1234."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier

# DVLA INF104: I and Q are never used, Z only among the last three; the age of the current series, from September 2001 on.
CURRENT = re.compile(r"[A-HJ-PR-Y]{2}(\d{2}) ?[A-HJ-PR-Z]{3}")
PREFIX = re.compile(r"[A-HJ-NP-TV-Y]\d{1,3} ?[A-HJ-PR-Y][A-HJ-PR-Z]{2}")
SUFFIX = re.compile(r"[A-HJ-PR-Y]{3} ?\d{1,3}[A-HJ-NP-TV-Y]")
IRISH = re.compile(r"[A-Z](?:[IZ][A-Z]|[A-Z][IZ]) ?\d{1,4}")
WORDS_LISTED = """
    ALL AND ANY APR ARE AUG BST BUT CAN DAY DEC END FEB FOR GMT HAD HAS HER JAN JUL JUN KEY LEG MAN MAR MAX MAY MEN MON NET NEW NOT NOV
    OCT OFF OLD ONE OUR OUT PER ROW SAT SEE SEP SET SHE SUM SUN TAX TEN THE THU TUE TWO WAS WAY WED WHO WHY YET YOU
"""
WORDS = frozenset(WORDS_LISTED.split())
"""Three letters that end a registration more rarely than they begin the next word: roads, districts and dates in capitals."""


def check(value: str) -> bool:
    """One of the four series, with an age that exists."""
    if match := CURRENT.fullmatch(value):
        age = int(match[1])
        return (2 <= age <= 29 or 51 <= age <= 79) and not ends_in_word(value)
    if PREFIX.fullmatch(value):
        return not ends_in_word(value)
    return SUFFIX.fullmatch(value) is not None or IRISH.fullmatch(value) is not None


def ends_in_word(value: str) -> bool:
    """A gap before three letters that are a word."""
    return value[-4] == " " and value[-3:] in WORDS


def is_doubtful(value: str) -> bool:
    """Only the current series in capitals is like nothing else; the older ones are also rooms, parts and roads."""
    return CURRENT.fullmatch(value) is None


IDENTIFIER = Identifier(
    kind="vehicle_registration",
    patterns=(
        r"[A-Z]{2}\d{2} ?[A-Z]{3}",
        r"[A-Z]\d{1,3} ?[A-Z]{3}",
        r"[A-Z]{3} ?\d{1,3}[A-Z]",
        r"[A-Z](?:[IZ][A-Z]|[A-Z][IZ]) ?\d{1,4}",
    ),
    check=check,
    because="vehicle registration of an existing series and age",
    strong=False,
    labels=r"vrm|vrn|registration|reg|reg(?:istration)? (?:no|number|mark|plate)|number plate|index|vehicle|car|van|lorry|motorcycle",
    needs_label=is_doubtful,
    confidence=0.6,
)
