"""NHS number: ten digits, the last a check digit."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact


def check(value: str) -> bool:
    """Modulo 11 with weights 10 to 2, and a range that is issued (or, 9xx, set aside for tests). Source: nhs-number."""
    digits = compact(value)
    if len(digits) != 10 or not digits.isdigit() or not is_issued(digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])  # a remainder of 10 equals no digit


def is_issued(digits: str) -> bool:
    """England, Wales and Man 400-499 and 600-799, Northern Ireland 320-399, tests 9xx, Scotland's CHI by day and month."""
    area = int(digits[:3])
    if len(set(digits)) == 1:
        return False
    if 320 <= area <= 499 or 600 <= area <= 799 or area >= 900:
        return True
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def is_unspaced(value: str) -> bool:
    """Ten digits on end are an NHS number by chance once in eleven: any code, count or phone number."""
    return " " not in value


IDENTIFIER = Identifier(
    kind="nhs_number",
    patterns=(r"\d{3} \d{3} \d{4}", r"\d{10}", r"\d{3}-\d{3}-\d{4}"),
    check=check,
    because="NHS number check digit and range valid",
    strong=True,
    labels=r"n\.?h\.?s\.?(?: (?:no|num|number|id)\.?)?|chi(?: (?:no|number))?",
    needs_label=is_unspaced,
)
