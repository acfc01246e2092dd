"""The engines that look for many patterns at once, in time that grows with the text alone whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import re2

try:
    import hyperscan
except ImportError:  # it has no package for this kind of machine
    hyperscan = None  # type: ignore[assignment] # an absent module

SEARCH_ERRORS: tuple[type[Exception], ...] = (re2.error, getattr(hyperscan, "error", re2.error))
"""What the engines raise."""

Take = Callable[[int, int, int], None]
"""Told of a match: the number of its pattern's kind, its first character, one past its last."""

ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, caseless over ASCII, and the number of the kind that it is of.

    It stands between word boundaries, an underscore being one: file_AB123456C.pdf names a person. It may match at most a
    few dozen characters.
    """

    number: int
    expression: str

    @property
    def bounded(self) -> bytes:
        """The expression between its boundaries."""
        before = "" if self.expression.startswith(r"\+") else r"(?:\b|_)"
        return rf"{before}(?:{self.expression})(?:\b|_)".encode()


class Engine(Protocol):
    """Compiled patterns. Made before the children are forked, which share it."""

    def scan(self, untrusted_text: bytes, take: Take) -> None:
        """Tell of every place where a pattern may end, each with the first start that it has; in any order.

        Raises the engine's own error when it could not look to the end.
        """
        ...


class Vectorscan:
    """Vectorscan, the portable Hyperscan: all patterns in one pass."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Compile. Raises hyperscan.error for a pattern that it does not know, ArchitectureError on a processor that is too old."""
        self.numbers = [pattern.number for pattern in patterns]
        self.database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self.database.compile(
            expressions=[pattern.bounded for pattern in patterns],
            ids=list(range(len(patterns))),  # of two that share one it tells only once where both end
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SOM_LEFTMOST] * len(patterns),
        )
        self.scratch = hyperscan.Scratch(self.database)

    def scan(self, untrusted_text: bytes, take: Take) -> None:
        """As Engine."""
        numbers = self.numbers

        def note(pattern: int, start: int, end: int, _: int, __: object) -> None:
            take(numbers[pattern], start, end)

        self.database.scan(untrusted_text, match_event_handler=note, scratch=self.scratch)


class Re2:
    """RE2: a pass a pattern, for machines that Vectorscan does not run on; finds the same, at about a tenth of the speed."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Compile. Raises re2.error for a pattern that it does not know."""
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = False
        options.longest_match = True
        options.log_errors = False
        self.patterns = [(pattern.number, re2.compile(pattern.bounded, options)) for pattern in patterns]

    def scan(self, untrusted_text: bytes, take: Take) -> None:
        """As Engine."""
        for number, pattern in self.patterns:
            told: set[int] = set()
            match = pattern.search(untrusted_text)
            while match is not None:
                start, longest = match.span()
                for end in self.find_ends(pattern, untrusted_text, start, longest):
                    if end not in told:
                        told.add(end)
                        take(number, start, end)
                match = pattern.search(untrusted_text, start + 1)

    def find_ends(self, pattern: re2._Regexp, untrusted_text: bytes, start: int, longest: int) -> list[int]:
        """Where the matches end that begin at a start; RE2 tells of the longest only."""
        ends = [
            end
            for end in range(start + 1, longest)
            if not {untrusted_text[end - 1], untrusted_text[end]} <= ALPHANUMERIC
            and pattern.fullmatch(untrusted_text, start, end) is not None
        ]
        return [*ends, longest]


def compile_patterns(patterns: Sequence[Pattern]) -> Engine:
    """The patterns in the fastest engine that this machine has."""
    if hyperscan is None:
        return Re2(patterns)
    try:
        return Vectorscan(patterns)
    except hyperscan.ArchitectureError:  # a processor without SSE 4.2
        return Re2(patterns)
