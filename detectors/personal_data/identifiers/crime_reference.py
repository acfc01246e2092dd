"""Crime reference of the form force/serial/year: 36/67827/19."""

from __future__ import annotations

from collections.abc import Collection

from detectors.personal_data.identifiers.identifier import Identifier


def declare(forces: Collection[str]) -> Identifier:
    """The kind, for the force codes given."""

    def check(value: str) -> bool:
        return value[:2] in forces

    return Identifier(
        kind="crime_reference",
        patterns=(r"\d{2}/\d{1,6}/\d{2}",),
        check=check,
        because="crime reference with a force's code",
        strong=False,
        labels=r"(?:crime|occurrence|offence|investigation) (?:ref(?:erence)?|no|num|number)(?: (?:no|number))?\.?",
        needs_label=may_be_date,
        confidence=0.7,
    )


def may_be_date(value: str) -> bool:
    """A serial of one or two digits leaves a date: 01/12/19."""
    return len(value.split("/")[1]) < 3
