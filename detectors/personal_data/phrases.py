"""Words and phrases that are looked for in many short texts, in most of which there are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

WORD = re.compile(r"[a-z0-9]{3,}")
"""What a text is told by; shorter words are in every text."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases as whole words of case-folded text.

    A text that lacks the longest word of each need not be searched; those of short words only are always searched for.
    """

    pattern: re.Pattern[str] = field(repr=False)
    telling: frozenset[str] = field(repr=False)
    others: re.Pattern[str] = field(repr=False)

    def are_in(self, folded: str, words: Collection[str]) -> bool:
        """Whether one of them is in a text, of which `words` are all runs of at least three small letters and digits."""
        if self.telling.isdisjoint(words):
            return self.others.search(folded) is not None
        return self.pattern.search(folded) is not None


def make_phrases(phrases: Iterable[str]) -> Phrases:
    """Some phrases, ready for use."""
    everything = tuple(dict.fromkeys(phrases))
    longest = {phrase: max(WORD.findall(phrase), key=len, default="") for phrase in everything}
    return Phrases(
        compile_phrases(everything),
        frozenset(filter(None, longest.values())),
        compile_phrases([phrase for phrase in everything if not longest[phrase]]),
    )


def compile_phrases(phrases: Collection[str]) -> re.Pattern[str]:
    """A pattern for any of some phrases as whole words, the longest first; it matches nothing where there are none."""
    alternatives = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"\b(?:{alternatives})\b" if phrases else r"(?!)")
