"""Bank account: sort code with account number, or an IBAN."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier, Span
from detectors.personal_data.normal import compact

SORT_CODE = r"\d{2}[- ]\d{2}[- ]\d{2}"
ACCOUNT = r"(?:bank )?(?:account|acc|acct|a/c)(?: ?(?:no|num|number|#)\.?)?"
PAIR = re.compile(r"\d{6}\d{8}")


def check(value: str) -> bool:
    """A sort code and eight digits, eight digits, or an IBAN whose remainder modulo 97 is 1 (ISO 13616)."""
    plain = compact(value)
    if plain.isdigit():
        return len(plain) in {8, 14} and len(set(plain[-8:])) > 1
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def lacks_letters(value: str) -> bool:
    """Only an IBAN has check digits."""
    return compact(value).isdigit()


def place(text: str, span: Span) -> Span:
    """The account number, where a sort code follows it."""
    match = re.compile(r"\d{8}(?=\D)").match(text, *span)
    return (span[0], match.end()) if match and span[1] - span[0] > 21 else span


IDENTIFIER = Identifier(
    kind="bank_account",
    patterns=(
        rf"{SORT_CODE}[ ,;/]{{1,3}}\d{{8}}",
        r"\d{6}[ ,;/]{1,3}\d{8}",
        r"\d{8}",
        r"[A-Z]{2}\d{2}[A-Z]{4}\d{14}",
        r"[A-Z]{2}\d{2} [A-Z]{4} \d{4} \d{4} \d{4} \d{2}",
        r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}",
    ),
    check=check,
    because="account number beside a sort code, or valid IBAN",
    strong=True,
    labels=rf"sort ?-?code\D{{0,16}}(?:\d{{2}}[- ]?\d{{2}}[- ]?\d{{2}}\D{{0,48}})?$|bank account(?: (?:no|num|number))?\W{{0,4}}(?:is |was )?$"
    rf"|{ACCOUNT}\W{{0,3}}(?:\d{{2}}-\d{{2}}-\d{{2}}\W{{1,3}})$",
    needs_label=lacks_letters,
    reach=96,
)
