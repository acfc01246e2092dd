"""One pass over a text for every kind of identifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from detectors.model import IDENTIFIER_KINDS
from detectors.personal_data.engines import Engine, Pattern, compile_patterns
from detectors.personal_data.identifiers.identifier import DENIALS, Identifier, Span

CELL_END = "\x1e"
"""Between texts that are searched together and have nothing to do with each other."""

JOINERS = frozenset("-/.\\")


@dataclass(frozen=True, slots=True)
class Hit:
    """A value that passed its check. `labelled`: words before it say what it is. `counts`: it needs no further support."""

    identifier: Identifier
    value: str = field(repr=False)
    start: int
    labelled: bool
    counts: bool

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.value)


class Search:
    """The compiled patterns. Made before the children are forked, which share it; each scan is its own.

    `own`: the kinds that the force has added, of which nobody knows how short they are, or whether they are but figures.
    """

    def __init__(
        self,
        identifiers: Sequence[Identifier],
        compile_all: Callable[[Sequence[Pattern]], Engine] = compile_patterns,
    ) -> None:
        self.identifiers = tuple(identifiers)
        self.labels = tuple(identifier.compile_labels() for identifier in identifiers)
        self.own = frozenset(identifier.kind for identifier in identifiers) - frozenset(IDENTIFIER_KINDS)
        self.engine = compile_all(
            [
                Pattern(number, pattern)
                for number, identifier in enumerate(identifiers)
                for pattern in identifier.patterns
            ]
        )

    def find(self, text: str) -> list[Hit]:
        """Every identifier in a normalised text, in order, none overlapping another. Raises the engine's error."""
        found = self.scan(text)
        if not found:
            return []
        taken: list[Hit] = []
        for hit in sorted(self.check(text, found), key=lambda hit: hit.start):
            if not taken or taken[-1].end <= hit.start:
                taken.append(hit)
            elif weigh(hit) > weigh(taken[-1]):
                taken[-1] = hit
        return taken

    def is_label(self, identifier: Identifier, text: str) -> bool:
        """Whether a text has words that say what a value of a kind is."""
        return self.labels[self.identifiers.index(identifier)].search(text) is not None

    def scan(self, text: str) -> dict[int, dict[int, list[int]]]:
        """Candidates: kind → start → ends. One byte a character, so that offsets are those of the text."""
        found: dict[int, dict[int, list[int]]] = {}

        def note(number: int, start: int, end: int) -> None:
            found.setdefault(number, {}).setdefault(start, []).append(end)

        self.engine.scan(text.encode("ascii", "replace"), note)
        return found

    def check(self, text: str, found: dict[int, dict[int, list[int]]]) -> Iterable[Hit]:
        """The candidates that stand alone and are valid, in the order of the identifiers; of several ends the longest."""
        for number, starts in sorted(found.items()):
            covered = -1
            for start in sorted(starts):
                if start < covered:
                    continue
                hits = (self.examine(text, number, (start, end)) for end in sorted(starts[start], reverse=True))
                hit = next((hit for hit in hits if hit is not None), None)
                if hit is not None:
                    covered = hit.end
                    yield hit

    def examine(self, text: str, number: int, span: Span) -> Hit | None:
        """One candidate, or None if it is part of something longer or fails its check."""
        identifier = self.identifiers[number]
        start, end = identifier.place(text, trim(text, span))
        value = text[start:end]
        if not stands_alone(text, (start, end)) or not identifier.check(value.upper()):
            return None
        before = text[max(0, start - identifier.reach) : start].rpartition(CELL_END)[2]
        labelled = self.labels[number].search(before) is not None or identifier.confirms(before, value)
        counts = labelled or not (
            identifier.needs_label(value) or is_in_figures(text, (start, end)) or is_denied(before)
        )
        return Hit(identifier, value, start, labelled, counts)


def weigh(hit: Hit) -> tuple[bool, int]:
    """Which of two hits at one place is meant: one that counts, then the longer."""
    return hit.counts, len(hit.value)


def trim(text: str, span: Span) -> Span:
    """A span without the underscores that bounded it."""
    start, end = span
    return start + (text[start] == "_"), end - (text[end - 1] == "_")


def stands_alone(text: str, span: Span) -> bool:
    """Whether a value is not a piece of a longer number, code or path."""
    before, after = text[max(0, span[0] - 2) : span[0]], text[span[1] : span[1] + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    joined_before = len(before) == 2 and before[1] in JOINERS and before[0].isdigit()
    joined_after = len(after) == 2 and after[0] in JOINERS and after[1].isdigit()
    return not (joined_before or joined_after)


def is_denied(before: str) -> bool:
    """Whether the words before a value say that it is a thing's."""
    return DENIALS.search(before) is not None


FIGURES_BEFORE = re.compile(r"\d[,.%]? {1,3}$|[£$€]$")
FIGURES_AFTER = re.compile(r"%| {1,3}\d")


def is_in_figures(text: str, span: Span) -> bool:
    """Whether digits stand in a row of figures, as in a table pasted into text; values with letters never do."""
    if any(c.isalpha() for c in text[span[0] : span[1]]) or "/" in text[span[0] : span[1]]:
        return False
    before, after = text[max(0, span[0] - 5) : span[0]], text[span[1] : span[1] + 5]
    return FIGURES_BEFORE.search(before) is not None or FIGURES_AFTER.match(after) is not None
