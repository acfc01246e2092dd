"""Collar number of an officer or of staff: PC 1234, PCSO 7123, collar number 1234, warrant no. 123456."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier, Span

RANK = r"(?:T/|A/)?(?:W?PC|DC|TDC|T?PS|DS|SGT|INSP?|T?DI|SC|PCSO|CSO|CONSTABLE|SERGEANT|INSPECTOR)"
LABEL = r"(?:collar|shoulder|warrant|epaulette|badge)(?: (?:number|num|no))?\.?"
ALONE = re.compile(r"(?:[A-Z]{1,3} ?)?\d{1,6}(?: ?[A-Z]{1,3})?")
YEAR = re.compile(r"(?:19|20)\d{2}")


def check(value: str) -> bool:
    """A rank or nothing before one to six digits, with up to three letters of a division before or after them."""
    return ALONE.fullmatch(value) is not None or RANKED.fullmatch(value) is not None


RANKED = re.compile(rf"{RANK}[ .]{{0,2}}\d{{3,5}}[A-Z]{{0,2}}")


def is_doubtful(value: str) -> bool:
    """Without a rank in capitals it is any number, with what may be a year it may be a personal computer of 2019."""
    return RANKED.fullmatch(value) is None or YEAR.search(value) is not None


def place(text: str, span: Span) -> Span:
    """The number without its label; a rank belongs to it."""
    found = text[span[0] : span[1]]
    labelled = LABELLED.match(found)
    return (span[0] + labelled.end(), span[1]) if labelled else span


LABELLED = re.compile(rf"{LABEL}[ :#.-]{{0,3}}", re.IGNORECASE)

IDENTIFIER = Identifier(
    kind="collar",
    patterns=(
        rf"{RANK}[ .]{{0,2}}\d{{3,5}}[A-Z]{{0,2}}",
        rf"{LABEL}[ :#.-]{{0,3}}[A-Z]{{0,3}} ?\d{{1,6}}[A-Z]{{0,3}}",
    ),
    whole=(r"[A-Z]{0,4} ?\d{1,6} ?[A-Z]{0,3}",),
    place=place,
    check=check,
    because="collar number after a rank or a label",
    strong=False,
    labels=r"collar|shoulder|warrant|epaulette|badge|officers?|oic",
    needs_label=is_doubtful,
    confidence=0.6,
)
