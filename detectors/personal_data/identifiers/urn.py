"""Unique reference number of a prosecution file (PTI-URN): 01ZD0303908."""

from __future__ import annotations

import re
from collections.abc import Collection

from detectors.personal_data.dates import is_past_year
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact

FULL = re.compile(r"\d{2}[A-Z]{2}\d{5}(\d{2})")


def declare(forces: Collection[str]) -> Identifier:
    """The kind, for the force codes given."""

    def check(value: str) -> bool:
        plain = compact(value)
        return plain[:2] in forces and 7 <= len(plain) <= 11

    return Identifier(
        kind="urn",
        patterns=(r"\d{2}[A-Z0-9]{2}\d{3,7}", r"\d{2}[A-Z0-9]{2}[ /-]\d{5}[ /-]\d{2}"),
        check=check,
        because="URN with a force's code",
        strong=False,
        labels=r"(?:pti[ -]?)?urn|unique reference",
        needs_label=is_doubtful,
        confidence=0.7,
    )


def is_doubtful(value: str) -> bool:
    """Whatever is not a unit of two letters, five digits and a year has the format of too much else."""
    match = FULL.fullmatch(value)
    return match is None or not is_past_year(match[1])
