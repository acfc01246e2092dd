"""What a number format makes of a cell's value: a date, padded digits, or nothing at all (ECMA-376 part 1, 18.8.30-31)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats 14-22 and 45-47 are dates and times everywhere, 27-36 and 50-58 in East Asian locales."""

QUOTED = re.compile(r'"([^"]*)"')
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
DIGITS = re.compile(r"[0#? ./()+-]*0[0#? ./()+-]*")
"""Formats that only place digits: 00000 000000, 000 000 0000."""

LAST_DAY = 2_958_466


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format as far as it changes what a reader learns.

    `date`: the number is a day or a time. `hides`: the sections of numbers are empty (`;;`), `hides_text`: that of texts is too (`;;;`).
    `words`: the texts that the format itself shows, whatever the value. `digits`: the first section, where it only places digits.
    """

    date: bool = False
    hides: bool = False
    hides_text: bool = False
    words: str = ""
    digits: str = ""


GENERAL = NumberFormat()


def read_format(code: str | None) -> NumberFormat:
    """A format code of the file's own."""
    if not code or code.lower() == "general":
        return GENERAL
    words = " ".join(word for word in QUOTED.findall(code[:4096]) if len(word) > 2)
    bare = LITERALS.sub("", code).lower()
    date = any(letter in bare for letter in "dy") and "general" not in bare
    first = code.split(";")[0].replace("\\ ", " ").replace("\\-", "-").replace('" "', " ")
    digits = first if DIGITS.fullmatch(first) and not first.startswith("#") and "." not in first else ""
    empty = [not LITERALS.sub("", section).strip() for section in code.split(";")]
    hides = len(empty) > 2 and all(empty)
    return NumberFormat(date, hides, hides and len(empty) > 3, words, digits)


def built_in(identifier: int) -> NumberFormat:
    """A format that the file names by its number alone."""
    return NumberFormat(date=True) if identifier in BUILT_IN_DATES else GENERAL


def show(raw: str, form: NumberFormat, *, since_1904: bool) -> str:
    """A number as its cell shows it, as far as that adds something: a date, or digits with their leading zeros and gaps.

    `raw` where the format adds nothing or the value does not fit it.
    """
    if form.date:
        return show_date(raw, since_1904=since_1904)
    value = plain(raw)
    return place(value, form.digits) if form.digits and value.isascii() and value.isdigit() else value


def plain(raw: str) -> str:
    """A number without an exponent where it is whole: 7.7009E+10 is a telephone number."""
    if "E" not in raw and "e" not in raw:
        return raw
    value = float_or_none(raw)
    return str(int(value)) if value is not None and value.is_integer() and abs(value) < 1e16 else raw


def place(value: str, digits: str) -> str:
    """Digits in the places of a format, from the right: 7700900123 in `00000 000000` is 07700 900123."""
    placed: list[str] = []
    left = list(value)
    for sign in reversed(digits):
        if sign not in "0#?":
            placed.append(sign)
        elif left:
            placed.append(left.pop())
        elif sign == "0":
            placed.append("0")
    return "".join(left) + "".join(reversed(placed)).strip()


def show_date(raw: str, *, since_1904: bool) -> str:
    """A serial number as `1980-02-01`, with the time when there is one; raw where it is no day of the calendar.

    Day 60 of the 1900 system is 29 February 1900, which never was: days before it are one later than the sum says (18.17.4.1).
    """
    serial = float_or_none(raw)
    if serial is None or not 1 <= serial < LAST_DAY:
        return raw
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if serial >= 60 else 31)  # noqa: DTZ001 a day
    try:
        moment = start + timedelta(days=int(serial), seconds=round(serial % 1 * 86400))
    except OverflowError:  # beyond the year 9999
        return raw
    return moment.strftime("%Y-%m-%d") if moment.hour == moment.minute == 0 else moment.strftime("%Y-%m-%d %H:%M")


def float_or_none(text: str | None) -> float | None:
    """A number from an attribute or cell; None for what is none, and for what is not finite."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < float("inf") else None
