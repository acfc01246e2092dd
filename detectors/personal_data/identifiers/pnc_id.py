"""Police National Computer identifier of a person: 1999/1234567B."""

from __future__ import annotations

from detectors.personal_data.identifiers.check_letter import check_letter
from detectors.personal_data.identifiers.identifier import Identifier


def check(value: str) -> bool:
    """Year, serial of up to seven digits, and the letter over the two-digit year and the padded serial."""
    year, slash, rest = value.partition("/")
    serial, letter = rest[:-1], rest[-1:]
    if not (slash and year.isdigit() and serial.isdigit() and 1 <= len(serial) <= 7):
        return False
    return len(year) in {2, 4} and check_letter(year[-2:] + serial.zfill(7)) == letter


def is_short(value: str) -> bool:
    """Few digits: "12/3A" is also a flat, a section, an offence class, "21/01234F" an application for planning."""
    year, _, rest = value.partition("/")
    return len(rest) < (5 if len(year) == 4 else 7)


def spell(value: str) -> str:
    """The year in two digits, the serial padded: 1999/123456X and 99/0123456X are one person."""
    year, _, rest = value.upper().partition("/")
    return f"{year[-2:]}{rest[:-1].zfill(7)}{rest[-1:]}"


IDENTIFIER = Identifier(
    kind="pnc_id",
    patterns=(r"(?:(?:19|20)\d{2}|\d{2})/\d{1,7}[A-HJ-NP-RT-Z]",),
    check=check,
    because="PNC ID format and check letter valid",
    strong=True,
    labels=r"pnc",
    needs_label=is_short,
    canonical=spell,
)
