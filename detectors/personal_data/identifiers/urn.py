"""Unique reference number of a prosecution file (PTI-URN): 01ZD0303908."""

from __future__ import annotations

from collections.abc import Collection

from detectors.personal_data.identifiers.identifier import Identifier, always


def declare(forces: Collection[str]) -> Identifier:
    """The kind, for the force codes given. Its format is that of too much else to count without a label."""

    def check(value: str) -> bool:
        return value[:2] in forces and 7 <= len(value) <= 11

    return Identifier(
        kind="urn",
        patterns=(r"\d{2}[A-Z0-9]{2}\d{3,7}",),
        check=check,
        because="labelled URN with a force's code",
        strong=False,
        labels=r"urn",
        needs_label=always,
        confidence=0.7,
    )
