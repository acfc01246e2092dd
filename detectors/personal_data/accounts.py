"""How much the words around a name read like an account of what happened to particular people."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

NEAR, FAR = 120, 300
"""Characters on both sides of a name: words within the first count in full, those up to the second by half."""

WORD = re.compile(r"[a-z0-9%]+")
MOST = 4.0
"""More words of one kind say no more."""


class Sign(enum.Enum):
    """What a word is a sign of."""

    EVENT = "events"
    ACT = "acts"
    STEP = "steps"
    TRACE = "traces"
    PERSON = "people"
    THING = "things"
    PRONOUN = "pronouns"
    OTHERWISE = "otherwise"


WEIGHTS = {
    Sign.EVENT: 0.8, Sign.ACT: 0.4, Sign.STEP: 1.25, Sign.TRACE: 1.0, Sign.PERSON: 0.65, Sign.THING: 0.7, Sign.PRONOUN: 1.1, Sign.OTHERWISE: -0.55,
}  # fmt: skip
"""Fitted once by logistic regression to names in accounts, in ordinary letters and in technical documents, and rounded."""

NUMBER, MOST_NUMBERS = 1.3, 2
"""What a date of birth, a phone number or a crime reference near a name says, and how many count."""

HINT = 0.4
"""What a part in a crime says that the words beside the name hint at."""

START = -4.8
"""What speaks against an account before any word is read; from 0 on a text is one. No ordinary text of the evaluation gets so far."""

HAPPENED = frozenset({Sign.EVENT, Sign.ACT, Sign.STEP, Sign.TRACE})
SOMEBODY = frozenset({Sign.PERSON, Sign.PRONOUN})


@dataclass(frozen=True, slots=True)
class Accounts:
    """The signs of `config/vocabulary/accounts.toml`: one word, or two with a space between."""

    signs: Mapping[str, Sign] = field(repr=False)

    def tell(self, text: str, start: int, end: int, *, numbers: int, hinted: bool) -> bool:
        """Whether the words around the name at `start` to `end`, so many numbers of people near it and a hint make an account."""
        score = START + NUMBER * min(numbers, MOST_NUMBERS) + (HINT if hinted else 0.0)
        near = {*self.find(text, start - NEAR, start), *self.find(text, end, end + NEAR)}
        far = {*self.find(text, start - FAR, start - NEAR), *self.find(text, end + NEAR, end + FAR)}
        counts = dict.fromkeys(Sign, 0.0)
        for words, share in ((near, 1.0), (far, 0.5)):
            for word in words:
                counts[self.signs[word]] += share
        happened = any(counts[sign] for sign in HAPPENED)
        somebody = numbers > 0 or any(counts[sign] for sign in SOMEBODY)
        score += sum(WEIGHTS[sign] * min(count, MOST) for sign, count in counts.items())
        return happened and somebody and score >= 0

    def find(self, text: str, start: int, end: int) -> Iterator[str]:
        """The signs in a stretch of text."""
        words = WORD.findall(text[max(0, start) : max(0, end)].casefold())
        for number, word in enumerate(words):
            if word in self.signs:
                yield word
            if (pair := " ".join(words[number : number + 2])) in self.signs and pair != word:
                yield pair

    def opens(self, words: set[str]) -> bool:
        """Whether some single words of a text may begin an account: what happened for certain, or perhaps and to somebody."""
        signs = {self.signs[word] for word in words if word in self.signs}
        if not signs.isdisjoint({Sign.EVENT, Sign.STEP}):
            return True
        return not signs.isdisjoint(HAPPENED) and not signs.isdisjoint(SOMEBODY)
