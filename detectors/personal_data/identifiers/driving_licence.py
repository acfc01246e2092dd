"""Driver number: MORGA753116SM9IJ in Great Britain, eight digits beside a label in Northern Ireland."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact

FULL = re.compile(r"([A-Z][A-Z9]{4})(\d)(\d{2})(\d{2})(\d)([A-Z9]{2})[0-9A-Z]{3}")
WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")
STEM = re.compile(r"[A-Z]+9*")
INITIALS = re.compile(r"[A-Z]{2}|[A-Z]9|99")


@dataclass(frozen=True, slots=True)
class Driver:
    """What a driver number of Great Britain says of its holder. `surname`: its first five letters; `year`: the last two digits."""

    surname: str = field(repr=False)
    year: int = field(repr=False)
    month: int = field(repr=False)
    day: int = field(repr=False)
    female: bool
    initials: str = field(repr=False)


def decode(licence: str) -> Driver | None:
    """The holder of a licence: surname padded with 9s, decade, month (+50 for women), day, year, initials padded with 9s.

    None where it is no driver number of Great Britain, or its month and day do not exist. Source: POLE DS_061.
    """
    match = FULL.fullmatch(compact(licence))
    if match is None or STEM.fullmatch(match[1]) is None or INITIALS.fullmatch(match[6]) is None:
        return None
    month, day = int(match[3]), int(match[4])
    female, month = month > 50, month - 50 if month > 50 else month
    try:
        date(2000, month, day)
    except ValueError:
        return None
    return Driver(match[1].rstrip("9"), int(match[2] + match[5]), month, day, female, match[6].rstrip("9"))


def belongs(licence: str, surname: str, birth: date | None) -> bool:
    """Whether a licence may be that of a person of this surname and date of birth, of which either may be unknown ("" or None).

    It is somebody else's where nothing that is known agrees; one of the two may differ, for people marry and clerks mistype.
    A number that says nothing of its holder may be anybody's.
    """
    driver = decode(licence)
    if driver is None or not (surname or birth):
        return True
    born = birth is not None and (driver.year, driver.month, driver.day) == (birth.year % 100, birth.month, birth.day)
    return born or (bool(surname) and stem(surname) == driver.surname)


def names_holder(before: str, licence: str) -> bool:
    """Whether a surname shortly before a licence is the one that it begins with; shorter ones than three letters say too little."""
    driver = decode(licence)
    if driver is None or len(driver.surname) < 3:
        return False
    return any(stem(word) == driver.surname for word in WORD.findall(before))


def stem(surname: str) -> str:
    """The first five letters as the licence has them: no accents or hyphens, Mac written Mc."""
    plain = unicodedata.normalize("NFKD", surname).upper()
    letters = "".join(c for c in plain if "A" <= c <= "Z")
    return (f"MC{letters[3:]}" if letters.startswith("MAC") else letters)[:5]


def check(value: str) -> bool:
    """A driver number of Great Britain, or eight digits that are not one digit repeated."""
    plain = compact(value)
    return (len(plain) == 8 and plain.isdigit() and len(set(plain)) > 1) or decode(plain) is not None


def is_doubtful(value: str) -> bool:
    """The eight digits of Northern Ireland are also a day; the usual licence ends in a digit and two letters."""
    return re.fullmatch(r".*\d[A-Z]{2}", value.upper()) is None


IDENTIFIER = Identifier(
    kind="driving_licence",
    patterns=(
        r"[A-Z][A-Z9]{4}\d{6}[A-Z9]{2}[0-9A-Z]{3}",
        r"[A-Z][A-Z9]{4}[ -]\d{6}[ -][A-Z9]{2}[ -]?[0-9A-Z]{3}",
        r"\d{8}",
    ),
    check=check,
    because="driving licence format, month and day valid",
    strong=True,
    labels=r"(?:driv(?:ing|er'?s?) (?:licen[cs]es?|number|no)|licen[cs]es?|dvla|dva|dln)(?! plate)",
    needs_label=is_doubtful,
    confirms=names_holder,
)
