"""Arrest summons number: 11/01ZD/01/448754K, or 1101ZD0100000448754K."""

from __future__ import annotations

from detectors.personal_data.identifiers.check_letter import check_letter
from detectors.personal_data.identifiers.identifier import Identifier


def check(value: str) -> bool:
    """Year, force, unit, system, serial, and the letter over force, system, year and padded serial (letters left out)."""
    plain = value.replace("/", "")
    year, force, system, serial, letter = plain[:2], plain[2:4], plain[6:8], plain[8:-1], plain[-1:]
    if not (year.isdigit() and serial.isdigit() and len(serial) <= 12 and int(serial)):
        return False
    digits = "".join(field for field in (force, system) if field.isdigit())
    return check_letter(digits + year + serial.zfill(11)) == letter


IDENTIFIER = Identifier(
    kind="asn",
    patterns=(
        r"\d{2}/[0-9A-Z]{4}/[0-9A-Z]{2}/\d{1,11}[A-HJ-NP-RT-Z]",
        r"\d{2}[0-9A-Z]{6,7}\d{11}[A-HJ-NP-RT-Z]",
    ),
    check=check,
    because="ASN format and check letter valid",
    strong=True,
    labels=r"asn|arrest summons",
)
