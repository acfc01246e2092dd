"""E-mail address."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier


def check(value: str) -> bool:
    """One @ between a name and a domain that has a dot; no dots in a row or at an end."""
    name, _, domain = value.partition("@")
    if not name or len(name) > 64 or len(domain) > 253 or name[0] == "." or name[-1] == ".":
        return False
    labels = domain.split(".")
    return len(labels) >= 2 and all(labels) and labels[-1].isalpha() and ".." not in name


IDENTIFIER = Identifier(
    kind="email",
    patterns=(r"[A-Z0-9._%+'-]+@[A-Z0-9-]+\.[A-Z0-9.-]*[A-Z]",),
    check=check,
    because="e-mail address",
    strong=False,
    labels=r"e-?mail",
    confidence=0.6,
)
