"""The shape of a value without the value."""

from __future__ import annotations

from detectors.personal_data.normal import normalise

SHAPE = frozenset(" /@.-,()+")
MASK_CHARACTERS = 24
HIDDEN = "•"


def mask(value: str) -> str:
    """The first character, a dot for each further letter or digit, separators as they are; at most 24 characters."""
    value = normalise(value).strip()
    shape = "".join(c if c in SHAPE else HIDDEN for c in value[1:MASK_CHARACTERS])
    first = value[:1] if value[:1].isalnum() and value[:1].isascii() else HIDDEN
    return first + shape if len(value) > 1 else HIDDEN
