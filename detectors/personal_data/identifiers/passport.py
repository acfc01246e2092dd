"""Passport number: nine digits in the United Kingdom, known only by what stands before it, or by its machine-readable line."""

from __future__ import annotations

from itertools import cycle

from detectors.personal_data.identifiers.identifier import Identifier, beside

LINE = 28
"""Characters of the machine-readable line that are read: number, country, birth, sex and expiry. Source: ICAO 9303-4."""


def check(value: str) -> bool:
    """Nine digits; a letter or two before six to eight; six before a letter; or a machine-readable line whose checks fit."""
    if len(value) >= LINE:
        fields = ((0, 9, 9), (13, 19, 19), (21, 27, 27))
        return all(weigh(value[start:end]) == value[at] for start, end, at in fields)
    if value.isdigit():
        return len(value) == 9 and len(set(value)) > 1
    digits = sum(map(str.isdigit, value))
    return 6 <= digits <= 8 and len(value) - digits <= 2


def weigh(field: str) -> str:
    """The check digit of a field: weights 7, 3, 1; A is 10, the filler 0."""
    values = (0 if c == "<" else int(c, 36) for c in field)
    return str(sum(value * weight for value, weight in zip(values, cycle((7, 3, 1)), strict=False)) % 10)


def is_bare(value: str) -> bool:
    """Whatever is no machine-readable line is also a thousand other things."""
    return len(value) < LINE


def spell(value: str) -> str:
    """The number alone."""
    return value[:9].rstrip("<").upper()


IDENTIFIER = Identifier(
    kind="passport",
    patterns=(
        r"\d{9}",
        r"[A-Z]{1,2}\d{6,8}",
        r"\d{6}[A-Z]",
        r"[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}",
    ),
    check=check,
    because="passport number beside a label, or machine-readable line with valid checks",
    strong=True,
    labels=beside(r"passports?"),
    needs_label=is_bare,
    canonical=spell,
)
