"""Telephone number of a person in the United Kingdom: geographic (01, 02) or mobile (07)."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact


def national(value: str) -> str:
    """The number in national form, digits only; "" when it is none. A spreadsheet drops the leading zero."""
    digits = compact(value)
    for prefix in ("0044", "44"):
        if digits.startswith(prefix) and len(digits) - len(prefix) in {10, 11}:
            digits = digits[len(prefix) :].removeprefix("0")
            return f"0{digits}"
    if len(digits) == 10 and digits[0] in "127":
        return f"0{digits}"
    return digits


def check(value: str) -> bool:
    """Eleven digits in a range that people have: not 03, 08, 09 (organisations), not 070 or 076 (relays, pagers)."""
    number = national(value)
    if len(number) != 11 or not number.isdigit() or len(set(number[4:])) == 1:
        return False
    if number.startswith("02"):
        return number[2] in "03489"
    if number.startswith("01"):
        return number[2] != "0"
    return number.startswith("07") and number[2] in "1234579"


def lacks_prefix(value: str) -> bool:
    """Neither a leading zero nor +44."""
    return not value.startswith(("0", "+44", "(0", "(+44"))


IDENTIFIER = Identifier(
    kind="uk_phone",
    patterns=(
        r"\+44 ?(?:\(0\))? ?[1-9]\d{1,4}[ -]?\d{3,4}[ -]?\d{3,4}",
        r"0044 ?(?:\(0\))? ?[1-9]\d{1,4}[ -]?\d{3,4}[ -]?\d{3,4}",
        r"0[127]\d{9}",
        r"\(?0[127]\d{1,4}\)?[ -]\d{3,8}",
        r"\(?0[127]\d{1,4}\)?[ -]\d{3,4}[ -]\d{3,4}",
        r"447\d{9}",
        r"7[1-57-9]\d{8}",
    ),
    check=check,
    because="UK telephone number of a geographic or mobile range",
    strong=False,
    labels=r"tel(?:ephone)?|phone|mob(?:ile)?|call|contact",
    needs_label=lacks_prefix,
    confidence=0.7,
)
