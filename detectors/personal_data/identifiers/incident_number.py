"""Incident or command-and-control log: CAD 1234/08DEC18, log 1234 of 8 December 2018, incident number 0123."""

from __future__ import annotations

import re

from detectors.personal_data.dates import MONTH_PATTERN, MONTHS
from detectors.personal_data.identifiers.identifier import Identifier, Span

LABEL = (
    r"(?:CAD|(?:CAD|STORM|incident|event|log|occurrence|serial)(?: (?:log|no|num|number|ref|reference|id))\.?|STORM)"
)
DAY = rf"\d{{1,2}}(?:[/.-]\d{{1,2}}[/.-]\d{{2,4}}|(?:st|nd|rd|th)? ?{MONTH_PATTERN} ?(?:\d{{4}}|\d{{2}}))"
VALUE = re.compile(
    rf"(\d{{1,6}}/\d{{1,2}}[A-Za-z]{{3}}\d{{2,4}}|\d{{1,6}} (?:of|on) (?:the )?{DAY}|[A-Za-z]{{2,4}}-\d{{8}}-\d{{1,5}}|[0-9][0-9/-]{{2,14}})$",
    re.IGNORECASE,
)
DATED = re.compile(r"/\d{1,2}([A-Z]{3})")
YEAR = re.compile(r"(?:19|20)\d{2}")


def check(value: str) -> bool:
    """A number with a day that exists, or more digits than two that are not a year."""
    if (match := DATED.search(value)) is not None:
        return match[1].lower() in MONTHS
    return sum(map(str.isdigit, value)) >= 3 and YEAR.fullmatch(value) is None


def is_undated(value: str) -> bool:
    """Without the day that it is of it is any number."""
    return DATED.search(value.upper()) is None


def place(text: str, span: Span) -> Span:
    """The number without its label."""
    match = VALUE.search(text, *span)
    return match.span() if match else span


IDENTIFIER = Identifier(
    kind="incident_number",
    patterns=(
        rf"{LABEL}[ :#.-]{{0,3}}\d{{1,6}} (?:of|on) (?:the )?{DAY}",
        rf"{LABEL}[ :#.-]{{0,3}}[A-Z]{{2,4}}-\d{{8}}-\d{{1,5}}",
        rf"{LABEL}[ :#.-]{{0,3}}\d[0-9/-]{{2,14}}",
        r"\d{1,5}/\d{1,2}[A-Z]{3}\d{2}",
        r"\d{1,5}/\d{1,2}[A-Z]{3}20\d{2}",
    ),
    whole=(r"\d{1,6}/\d{1,2}[A-Z]{3}(?:20)?\d{2}", r"[A-Z]{2,4}-\d{8}-\d{1,5}", r"\d[0-9/-]{2,14}"),
    place=place,
    check=check,
    because="number of an incident beside its label, or with its day",
    strong=False,
    labels=r"cad|incident|storm|log|event|occurrence|serial",
    needs_label=is_undated,
    confidence=0.5,
)
