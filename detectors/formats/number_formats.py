"""What a number format makes of a cell's value: a date, padded digits, or nothing at all (ECMA-376 part 1, 18.8.30-31)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from detectors.formats.appearance import Look, indexed

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats 14-22 and 45-47 are dates and times everywhere, 27-36 and 50-58 in East Asian locales."""

QUOTED = re.compile(r'"([^"]*)"')
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
DIGITS = re.compile(r"[0#? ./()+-]*0[0#? ./()+-]*")
"""Formats that only place digits: 00000 000000, 000 000 0000."""

NAMED_INKS = {
    "black": 0x000000, "white": 0xFFFFFF, "red": 0xFF0000, "green": 0x00FF00,
    "blue": 0x0000FF, "yellow": 0xFFFF00, "magenta": 0xFF00FF, "cyan": 0x00FFFF,
}  # fmt: skip
INK = re.compile(
    r"\[(?:(black|white|red|green|blue|yellow|magenta|cyan)|color ?([1-9]|[1-4][0-9]|5[0-6]))\]", re.IGNORECASE
)
"""The colours of a code (18.8.31): eight by name, 56 by their place in the palette."""

LAST_DAY = 2_958_466


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format as far as it changes what a reader learns.

    `date`: the number is a day or a time. `hides`: the sections of numbers are empty (`;;`), `hides_text`: that of texts is too (`;;;`).
    `ink`: the colour that every section gives (0xRRGGBB), `ink_of_text` that of texts; None for none.
    `words`: the texts that the format itself shows, whatever the value. `digits`: the first section, where it only places digits.
    """

    date: bool = False
    hides: bool = False
    hides_text: bool = False
    words: str = ""
    digits: str = ""
    ink: int | None = None
    ink_of_text: int | None = None

    def conceals_number(self, look: Look) -> bool:
        """Whether a number in a cell of that look cannot be seen."""
        return self.hides or look.painted(self.ink).hides

    def conceals_text(self, look: Look) -> bool:
        """Whether a text in a cell of that look cannot be seen."""
        return self.hides_text or look.painted(self.ink_of_text).hides


GENERAL = NumberFormat()


def read_format(code: str | None) -> NumberFormat:
    """A format code of the file's own."""
    if not code or code.lower() == "general":
        return GENERAL
    words = " ".join(word for word in QUOTED.findall(code[:4096]) if len(word) > 2)
    bare = LITERALS.sub("", code).lower()
    date = is_date(bare)
    first = code.split(";")[0].replace("\\ ", " ").replace("\\-", "-").replace('" "', " ")
    digits = first if DIGITS.fullmatch(first) and not first.startswith("#") and "." not in first else ""
    sections = code.split(";")
    empty = [not LITERALS.sub("", section).strip() for section in sections]
    hides = len(empty) > 1 and all(empty[:3])
    hides_text = len(empty) > 3 and empty[3]
    inks = [read_ink(section) for section in sections]
    ink = inks[0] if len(set(inks[:3])) == 1 else None
    ink_of_text = inks[-1] if "@" in sections[-1] else None
    return NumberFormat(date, hides, hides_text, words, digits, ink, ink_of_text)


def is_date(bare: str) -> bool:
    """Whether a code in small letters and without literals shows days, months or years; `m` beside hours or seconds is minutes."""
    if "general" in bare:
        return False
    month = "m" in bare and not any(sign in bare for sign in "hs0#?")
    return month or any(letter in bare for letter in "dy")


def read_ink(section: str) -> int | None:
    """The colour that a section of a code gives: `[White]`, `[Color 2]`."""
    match = INK.search(section)
    if match is None:
        return None
    return indexed(int(match[2]) + 7) if match[2] else NAMED_INKS[match[1].lower()]


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
