"""Driver number of Great Britain: MORGA753116SM9IJ."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact


def check(value: str) -> bool:
    """Surname padded with 9s, decade, month (+50 for women), day, year, initials padded with 9s, check characters."""
    plain = compact(value)
    if len(plain) != 16:
        return False
    surname, month, day, initials = plain[:5], plain[6:8], plain[8:10], plain[11:13]
    if not (is_padded(surname) and is_padded(initials) and plain[5:11].isdigit()):
        return False
    return int(month) % 50 in range(1, 13) and int(month) < 63 and 1 <= int(day) <= 31


def is_padded(letters: str) -> bool:
    """At least a letter, then letters, then only 9s; initials may be missing altogether ("99")."""
    stem = letters.rstrip("9")
    return stem.isalpha() or letters == "99"


IDENTIFIER = Identifier(
    kind="driving_licence",
    patterns=(
        r"[A-Z][A-Z9]{4}\d{6}[A-Z9]{2}[0-9A-Z][A-Z]{2}",
        r"[A-Z][A-Z9]{4}[ -]\d{6}[ -][A-Z9]{2}[0-9A-Z][A-Z]{2}",
    ),
    check=check,
    because="driving licence format, month and day valid",
    strong=True,
    labels=r"driv(?:ing|er'?s?) (?:licen[cs]e|number|no)|licen[cs]e",
)
