"""The modulo-23 letter of the criminal justice system (PNC ID, CRO, ASN)."""

from __future__ import annotations

LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def check_letter(digits: str) -> str:
    """The letter that goes with a number. Source: hmpps-person-record and bichard7-next-core, which agree."""
    return LETTERS[int(digits) % 23]
