"""E-mail address."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier, Span

NAME_CHARACTERS = 64
DOMAIN_CHARACTERS = 253
"""RFC 5321, section 4.5.3.1."""

NAME = re.compile(r"[A-Za-z0-9._%+'-]{0,65}")
DOMAIN = re.compile(r"[A-Za-z0-9.-]{0,254}")
FILES = frozenset({"PNG", "JPG", "JPEG", "GIF", "SVG", "CSS", "JS", "WEBP"})
"""A picture for sharp screens is called logo@2x.png."""


def check(value: str) -> bool:
    """One @ between a name and a domain that has a dot; no dots in a row or at an end."""
    name, _, domain = value.upper().partition("@")
    if not name or len(name) > NAME_CHARACTERS or len(domain) > DOMAIN_CHARACTERS or name[0] == "." or name[-1] == ".":
        return False
    labels = domain.split(".")
    top = labels[-1]
    return (
        len(labels) >= 2 and all(labels) and len(top) >= 2 and top.isalpha() and top not in FILES and ".." not in name
    )


def place(text: str, span: Span) -> Span:
    """The whole address around its @. Each character is looked at for one @ only, so that a million of them cost no more."""
    at = text.index("@", *span)
    before = NAME.match(text[max(0, at - NAME_CHARACTERS - 1) : at][::-1])
    after = DOMAIN.match(text, at + 1, at + 2 + DOMAIN_CHARACTERS)
    name = (before[0] if before else "")[::-1].lstrip(".'-+%_")
    domain = (after[0] if after else "").rstrip(".-")
    return at - len(name), at + 1 + len(domain)


IDENTIFIER = Identifier(
    kind="email",
    patterns=("@",),
    whole=(r"[A-Z0-9._%+'-]+@[A-Z0-9.-]+",),
    place=place,
    check=check,
    because="e-mail address",
    strong=False,
    labels=r"e-?mail",
    confidence=0.6,
    canonical=str.casefold,
)
