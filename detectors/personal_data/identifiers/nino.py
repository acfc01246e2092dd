"""National Insurance number: two letters, six digits, a suffix A to D."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact

# HMRC's manual NIM39110: letters not used, and pairs that are not allocated.
NEVER_FIRST = frozenset("DFIQUV")
NEVER_SECOND = frozenset("DFIOQUV")
NEVER_TOGETHER = frozenset({"GB", "BG", "NK", "KN", "TN", "NT", "ZZ"})


def check(value: str) -> bool:
    """Prefix letters that are allocated, six digits, and a suffix where it is not left blank."""
    plain = compact(value)
    prefix, digits, suffix = plain[:2], plain[2:8], plain[8:]
    if prefix[0] in NEVER_FIRST or prefix[1] in NEVER_SECOND or prefix in NEVER_TOGETHER:
        return False
    return len(digits) == 6 and digits.isdigit() and suffix in {"", "A", "B", "C", "D"}


def lacks_suffix(value: str) -> bool:
    """Without its suffix it is also a grid reference (TG123456) or a stock number."""
    return value[-1:].isdigit()


IDENTIFIER = Identifier(
    kind="nino",
    patterns=(
        r"[A-Z]{2}\d{6} ?[A-D]",
        r"[A-Z]{2}[ -]\d{6}[ -]?[A-D]",
        r"[A-Z]{2}([ -])?\d{2}[ -]\d{2}[ -]\d{2}[ -]?[A-D]",
        r"[A-Z]{2} ?\d{6}",
        r"[A-Z]{2} ?\d{2} \d{2} \d{2}",
    ),
    check=check,
    because="NINO format and prefix valid",
    strong=True,
    labels=r"n\.?i\.?n\.?o?\.?|n\.?i\.? ?(?:no|num|number)?\.?|nat(?:ional)?\.? ins(?:urance)?(?: (?:no|num|number))?\.?",
    needs_label=lacks_suffix,
)
