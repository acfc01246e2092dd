"""Arrest summons number: 11/01ZD/01/448754K, or 1101ZD0100000448754K."""

from __future__ import annotations

import re
from collections.abc import Collection

from detectors.personal_data.identifiers.check_letter import check_letter
from detectors.personal_data.identifiers.identifier import Identifier

# Numbers that stand for none, when a person was not arrested by the police. Source: bichard7-next-core, isDummyAsn.ts.
DUMMY = re.compile(r"0800[NP]P01|....NRPR|..12LN00|..00NP00|..6300|..06SS|..00XX|..50(?:11|12|21|4[123]|OF|SJ)")


def split(value: str) -> tuple[str, str, str, str, str, str]:
    """Year, force, unit, system, serial and letter; of 21 characters the third, a country's letter, is left out."""
    if "/" in value:
        year, owner, system, rest = ([*value.split("/"), "", "", ""])[:4]
        return year, owner[:2], owner[2:], system, rest[:-1], rest[-1:]
    plain = value[:2] + value[3:] if len(value) == 21 else value
    return plain[:2], plain[2:4], plain[4:6], plain[6:8], plain[8:-1], plain[-1:]


def check(value: str) -> bool:
    """The letter over force, system, year and padded serial, of which letters are left out."""
    year, force, _, system, serial, letter = split(value)
    if not (year.isdigit() and serial.isdigit() and len(serial) <= 11 and int(serial)):
        return False
    digits = "".join(field for field in (force, system) if field.isdigit())
    return check_letter(digits + year + serial.zfill(11)) == letter


def is_dummy(value: str) -> bool:
    """Whether a number stands for none."""
    return DUMMY.match("".join(split(value)[:4])) is not None


def spell(value: str) -> str:
    """Without slashes, the serial padded."""
    *owner, serial, letter = split(value.upper())
    return "".join(owner) + serial.zfill(11) + letter


def declare(forces: Collection[str]) -> Identifier:
    """The kind, for the force codes given."""

    def check_force(value: str) -> bool:
        return split(value)[1] in forces and check(value) and not is_dummy(value)

    return Identifier(
        kind="asn",
        patterns=(
            r"\d{2}/[0-9A-Z]{4}/[0-9A-Z]{2}/\d{1,11}[A-HJ-NP-RT-Z]",
            r"\d{2}[0-9A-Z]{6,7}\d{11}[A-HJ-NP-RT-Z]",
        ),
        check=check_force,
        because="ASN with a force's code, check letter valid",
        strong=True,
        labels=r"asn|arrest summons",
        canonical=spell,
    )
