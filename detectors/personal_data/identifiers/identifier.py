"""What a kind of identifier declares of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from detectors.personal_data.normal import compact

WHOLE_CHARACTERS = 60

LABEL_CHARACTERS = 48
"""How far before a hit its label may begin."""

MATCH_CHARACTERS = 64
"""No pattern matches more, so that a candidate costs the same wherever it stands."""

Span = tuple[int, int]


def never(_: str) -> bool:
    """No spelling is meant."""
    return False


def always(_: str) -> bool:
    """Every spelling is meant."""
    return True


def unheard(_: str, __: str) -> bool:
    """Nothing beside a value bears it out but a label."""
    return False


def as_matched(_: str, span: Span) -> Span:
    """A value stands where its pattern matched."""
    return span


LINKS = r"(?:nos?|nr|num|numbers?|refs?|references?|ids?|is|was|are|of|and|for|the|holder|record|details?|uk|british|given as)"
EARLIER = r"[A-Za-z]{0,4}\d[0-9A-Za-z/-]{2,20}(?:, ?|; ?| and | & | or )"
GAP = rf"(?=[^A-Za-z0-9]{{0,6}}(?:{LINKS}\.?[^A-Za-z0-9]{{1,4}}){{0,4}}(?:{EARLIER}){{0,2}}$)"

DENIALS = re.compile(
    r"(?:^|[^A-Za-z])(?:foia?|eir|invoice|order|po|part|product|sku|serial|model|stock|item|batch|lot|catalogue|isbn|chassis|asset|contract"
    r"|tender|drawing|planning|application|version)(?: (?:no|num|number|code|ref|reference|id)\.?)?[^A-Za-z0-9]{0,3}$",
    re.IGNORECASE,
)
"""Words right before a number that say it is a thing's: an FOI request's, an invoice's, a spare part's."""


def beside(labels: str) -> str:
    """Labels that stand right before the value, with little but "number", "is" or an earlier value of a list between."""
    return rf"(?:{labels}){GAP}"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of number or text that points at a person.

    `patterns` are the engine's, caseless, over normalised text, at most 64 characters long; each hit that stands alone goes
    to `check` as written, upper case. `needs_label` says which spellings count only beside a label: words of `labels`
    shortly before, or a column that is known to hold this kind. `strong`: names one person by itself.
    """

    kind: str
    patterns: tuple[str, ...]
    check: Callable[[str], bool]
    because: str
    strong: bool
    labels: str
    """Alternatives of a regular expression."""

    needs_label: Callable[[str], bool] = never
    confirms: Callable[[str, str], bool] = unheard
    """Whether a text shortly before a value, both as written, bears it out as a label would."""

    confidence: float = 0.9
    whole: tuple[str, ...] = ()
    """Patterns of a value that is all there is in a cell, where they are not those of running text."""

    place: Callable[[str, Span], Span] = as_matched
    """Where in a text the value is whose pattern matched at a span."""

    canonical: Callable[[str], str] = compact
    """The one spelling of a valid value by which two are told to be the same."""

    reach: int = LABEL_CHARACTERS

    def compile_whole(self) -> Callable[[str], bool]:
        """A test of whether a whole value, of at most 60 characters, is this kind of identifier and nothing else."""
        pattern = re.compile("|".join(self.whole or self.patterns), re.IGNORECASE | re.ASCII)
        check = self.check

        def is_whole(value: str) -> bool:
            value = value.strip().upper()
            return len(value) <= WHOLE_CHARACTERS and pattern.fullmatch(value) is not None and check(value)

        return is_whole

    def compile_labels(self) -> re.Pattern[str]:
        """The labels as whole words, to be searched in the few dozen characters before a hit."""
        return re.compile(rf"(?:^|[^A-Za-z])(?:{self.labels})(?![A-Za-z])", re.IGNORECASE)

    def mark(self, value: str) -> str:
        """The kind and the one spelling of a value: what tells one number from another."""
        return f"{self.kind}:{self.canonical(value)}"
