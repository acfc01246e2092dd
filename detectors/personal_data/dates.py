"""Dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}

DATE_CHARACTERS = 40
"""Longer texts are not a date; also what bounds the patterns below."""

MONTH_PATTERN = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)

PATTERNS = (
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})",
    r"\d{4}-\d{2}-\d{2}",
    rf"\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{MONTH_PATTERN},?[ -](?:\d{{4}}|\d{{2}})",
)
"""A date in running text, for the search engine."""

CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z?)?"
DAY_FIRST = re.compile(rf"(\d{{1,2}})[/. -](\d{{1,2}})[/. -](\d{{4}}|\d{{2}}){CLOCK}")
YEAR_FIRST = re.compile(rf"(\d{{4}})[/.-]?(\d{{2}})[/.-]?(\d{{2}}){CLOCK}")
MONTH_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -]+(?:of )?([A-Za-z]{{3,9}})[., -]+(\d{{4}}|\d{{2}}){CLOCK}", re.IGNORECASE
)
SERIAL = re.compile(r"(\d{3,5})(?:\.\d+)?")

EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial dates, for days after its imaginary 29 February 1900."""


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()


def read_date(text: str) -> date | None:
    """The day a cell or a few words name, day before month, or None. Never raises."""
    text = text.strip()
    if not text or len(text) > DATE_CHARACTERS or not text[0].isdigit():
        return None
    if match := DAY_FIRST.fullmatch(text):
        return make_date(match[3], int(match[2]), match[1])
    if match := YEAR_FIRST.fullmatch(text):
        return make_date(match[1], int(match[2]), match[3])
    if (match := MONTH_NAMED.fullmatch(text)) and (month := MONTHS.get(match[2].lower())):
        return make_date(match[3], month, match[1])
    return None


def make_date(year: str, month: int, day: str) -> date | None:
    """A date if there is such a day; two-digit years lie in the hundred years before today."""
    number = int(year)
    if len(year) == 2:
        number += 2000 if 2000 + number <= today().year else 1900
    try:
        return date(number, month, int(day))
    except ValueError:
        return None


def is_past_year(two_digits: str) -> bool:
    """Whether the last digits of a year may be those of a record: from 1970 to this year."""
    number = int(two_digits) % 100
    return number <= today().year % 100 or number >= 70


def read_birth(text: str) -> date | None:
    """A date of birth: a date, or a spreadsheet's serial number of one, of somebody who may be alive or long dead."""
    found = read_date(text)
    if found is None and (match := SERIAL.fullmatch(text.strip())):
        found = EPOCH + timedelta(days=int(match[1]))
    return found if found is not None and date(1880, 1, 1) <= found <= today() else None


def look_like_births(days: Iterable[date]) -> bool:
    """Whether dates are those of births rather than of events: over 25 years apart, mostly over 10 years ago."""
    ordered = sorted(days)
    if len(ordered) < 5 or ordered[0].year < 1880 or ordered[-1] > today():
        return False
    span = ordered[-1] - ordered[0]
    median = ordered[len(ordered) // 2]
    return span >= timedelta(days=25 * 365) and today() - median >= timedelta(days=10 * 365)
