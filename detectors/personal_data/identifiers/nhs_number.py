"""NHS number: ten digits, the last a check digit."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SPACED = re.compile(r"\d{3} \d{3} \d{4}")


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
    return 320 <= area <= 499 or 600 <= area <= 799 or area >= 900 or is_scottish(digits)


def is_scottish(digits: str) -> bool:
    """A CHI number begins with a date of birth: 0101900000."""
    day, month = int(digits[:2]), int(digits[2:4])
    return 1 <= month <= 12 and 1 <= day <= DAYS[month - 1]


def is_doubtful(value: str) -> bool:
    """Ten digits on end are valid by chance once in eleven; with hyphens they are a phone number of America; a CHI is not so grouped."""
    return SPACED.fullmatch(value) is None or int(value[:3]) < 320


IDENTIFIER = Identifier(
    kind="nhs_number",
    patterns=(r"\d{3} \d{3} \d{4}", r"\d{10}", r"\d{3}-\d{3}-\d{4}", r"\d{6} \d{4}"),
    check=check,
    because="NHS number check digit and range valid",
    strong=True,
    labels=r"n\.?h\.?s\.?(?: (?:no|num|number|id)\.?)?|chi(?: (?:no|number))?|community health index",
    needs_label=is_doubtful,
)
