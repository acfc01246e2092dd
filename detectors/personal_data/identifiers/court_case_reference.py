"""Court case reference of the Police National Computer: 97/1626/008395Q, or 97/1626/8395Q."""

from __future__ import annotations

from detectors.personal_data.identifiers.check_letter import check_letter
from detectors.personal_data.identifiers.identifier import Identifier


def check(value: str) -> bool:
    """The letter over year, court and padded serial; it fits the published 97/1626/008395Q, 12/2732/000030H and 31J."""
    year, court, rest = ([*value.split("/"), "", ""])[:3]
    serial, letter = rest[:-1], rest[-1:]
    if not (serial.isdigit() and len(serial) <= 6 and int(serial)):
        return False
    return check_letter(year + court + serial.zfill(6)) == letter


def spell(value: str) -> str:
    """The serial padded."""
    year, court, rest = value.upper().split("/")
    return f"{year}{court}{rest[:-1].zfill(6)}{rest[-1:]}"


IDENTIFIER = Identifier(
    kind="court_case_reference",
    patterns=(r"\d{2}/\d{4}/\d{1,6}[A-HJ-NP-RT-Z]",),
    check=check,
    because="court case reference format and check letter valid",
    strong=True,
    labels=r"court|ccr|case ref",
    canonical=spell,
)
