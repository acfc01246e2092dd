"""Criminal Records Office number: 123456/07L, or SF39/1234L for old files."""

from __future__ import annotations

from detectors.personal_data.identifiers.check_letter import check_letter
from detectors.personal_data.identifiers.identifier import Identifier


def check(value: str) -> bool:
    """The letter over year and padded serial; over the bare serial in the old SF series of 1939-95."""
    if value.startswith("SF"):
        year, _, rest = value[2:].partition("/")
        serial, letter = rest[:-1], rest[-1:]
        return in_old_series(year) and serial.isdigit() and check_letter(year + serial) == letter
    serial, _, rest = value.partition("/")
    year, letter = rest[:-1], rest[-1:]
    if not (serial.isdigit() and len(serial) <= 6 and year.isdigit() and len(year) == 2):
        return False
    return check_letter(year + serial.zfill(6)) == letter


def in_old_series(year: str) -> bool:
    """1939 to 1995."""
    return len(year) == 2 and year.isdigit() and 39 <= int(year) <= 95


def is_short(value: str) -> bool:
    """Few digits: "12/34A" and "1234/19A" may be anything."""
    serial, _, rest = value.upper().partition("/")
    return len(rest) < 4 if serial.startswith("SF") else len(serial) < 5


def spell(value: str) -> str:
    """The serial padded."""
    serial, _, rest = value.upper().partition("/")
    return f"{serial}{rest}" if serial.startswith("SF") else f"{serial.zfill(6)}{rest}"


IDENTIFIER = Identifier(
    kind="cro",
    patterns=(r"\d{1,6}/\d{2}[A-HJ-NP-RT-Z]", r"SF\d{2}/\d{1,6}[A-HJ-NP-RT-Z]"),
    check=check,
    because="CRO format and check letter valid",
    strong=True,
    labels=r"cro|criminal records? office",
    needs_label=is_short,
    canonical=spell,
)
