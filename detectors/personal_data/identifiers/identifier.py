"""What a kind of identifier declares of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

WHOLE_CHARACTERS = 60


def never(_: str) -> bool:
    """No spelling is meant."""
    return False


def always(_: str) -> bool:
    """Every spelling is meant."""
    return True


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of number or text that points at a person.

    `patterns` are Hyperscan's, caseless, over normalised text; each hit that stands alone goes to `check` as written,
    upper case. `needs_label` says which spellings count only beside a label: words of `labels` shortly before, or a column
    that is known to hold this kind. `strong`: names one person by itself.
    """

    kind: str
    patterns: tuple[str, ...]
    check: Callable[[str], bool]
    because: str
    strong: bool
    labels: str
    """Alternatives of a regular expression."""

    needs_label: Callable[[str], bool] = never
    confidence: float = 0.9

    def compile_whole(self) -> Callable[[str], bool]:
        """A test of whether a whole value, of at most 60 characters, is this kind of identifier and nothing else."""
        pattern = re.compile("|".join(self.patterns), re.IGNORECASE | re.ASCII)
        check = self.check

        def is_whole(value: str) -> bool:
            value = value.strip().upper()
            return len(value) <= WHOLE_CHARACTERS and pattern.fullmatch(value) is not None and check(value)

        return is_whole

    def compile_labels(self) -> re.Pattern[str]:
        """The labels as whole words, to be searched in the few dozen characters before a hit."""
        return re.compile(rf"(?:^|[^A-Za-z])(?:{self.labels})(?![A-Za-z])", re.IGNORECASE)
