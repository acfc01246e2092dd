"""Telephone number of a person: geographic (01, 02) or mobile (07) in the United Kingdom, or any of another country with its +."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.normal import compact

# ITU-T E.164 country codes, without 44 (told apart by its ranges), satellite and shared-cost services.
COUNTRIES_LISTED = """
    1 7 20 27 30 31 32 33 34 36 39 40 41 43 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93
    94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242
    243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299
    350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389 420 421 423
    500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680
    681 682 683 685 686 687 688 689 690 691 692 850 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972
    973 974 975 976 977 992 993 994 995 996 998
"""
COUNTRIES = frozenset(COUNTRIES_LISTED.split())


def national(value: str) -> str:
    """The number in national form, digits only, or with + and country code where it is foreign; "" when it has no digits.

    A spreadsheet drops the leading zero.
    """
    digits = compact(value)
    for prefix in ("0044", "44"):
        if digits.startswith(prefix) and len(digits) - len(prefix) in {10, 11}:
            digits = digits[len(prefix) :].removeprefix("0")
            return f"0{digits}"
    if value.lstrip("( ").startswith("+"):
        return f"+{digits}"
    if len(digits) == 10 and digits[0] in "127":
        return f"0{digits}"
    return digits


def check(value: str) -> bool:
    """Eleven digits in a range that people have, or a country's code with as many digits as its numbers may have."""
    number = national(value)
    return is_foreign(number[1:]) if number.startswith("+") else is_british(number)


def is_british(number: str) -> bool:
    """Not 03, 08, 09 (organisations), not 070 or 076 (relays, pagers). Source: Ofcom's National Telephone Numbering Plan."""
    if len(number) != 11 or not number.isdigit() or len(set(number[4:])) == 1:
        return False
    if number.startswith("02"):
        return number[2] in "03489"
    if number.startswith("01"):
        return number[2] != "0"
    return number.startswith("07") and number[2] in "12345789"


def is_foreign(digits: str) -> bool:
    """Eight to fifteen digits after a country's code; in North America ten, of which area and exchange begin with 2 to 9."""
    if not (digits.isdigit() and 9 <= len(digits) <= 15) or len(set(digits[4:])) == 1:
        return False
    if digits[0] == "1":
        return len(digits) == 11 and digits[1] in "23456789" and digits[4] in "23456789"
    return any(digits[:size] in COUNTRIES for size in (1, 2, 3))


def lacks_prefix(value: str) -> bool:
    """Neither a leading zero nor a plus."""
    return not value.startswith(("0", "+", "(0", "(+"))


GAP = r"[ .-]{1,2}"

IDENTIFIER = Identifier(
    kind="phone",
    patterns=(
        r"\+44[ .-]{0,2}(?:\(0\))? ?[1-9]\d{1,4}[ .-]?\d{3,4}[ .-]?\d{3,4}",
        r"0044 ?(?:\(0\))? ?[1-9]\d{1,4}[ -]?\d{3,4}[ -]?\d{3,4}",
        r"0[127]\d{9}",
        rf"\(?0[127]\d{{1,4}}\)?{GAP}\d{{3,8}}",
        rf"\(?0[127]\d{{1,4}}\)?{GAP}\d{{2,4}}{GAP}\d{{3,4}}",
        rf"\(?0[127]\d{{1,4}}\)?{GAP}\d{{2,3}}{GAP}\d{{2,3}}{GAP}\d{{2,3}}",
        r"447\d{9}",
        r"7[1-57-9]\d{8}",
        r"\+[1-9]\d{8,14}",
        r"\+[1-9]\d{0,2}[ .-]?\(?\d{1,5}\)?[ .-]\d{2,9}",
        r"\+[1-9]\d{0,2}[ .-]?\(?\d{1,5}\)?[ .-]\d{2,5}[ .-]\d{2,5}",
        r"\+[1-9]\d{0,2}[ .-]?\(?\d{1,5}\)?[ .-]\d{2,4}[ .-]\d{2,4}[ .-]\d{2,4}",
    ),
    check=check,
    because="telephone number of a geographic or mobile range, or of another country",
    strong=False,
    labels=r"tel(?:ephone)?|phone|mob(?:ile)?|call|contact",
    needs_label=lacks_prefix,
    confidence=0.7,
    canonical=national,
)
