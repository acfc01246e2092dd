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
    STEP = "steps"
    PERSON = "people"
    THING = "things"
    PRONOUN = "pronouns"
    OTHERWISE = "otherwise"


WEIGHTS = {Sign.EVENT: 0.4, Sign.STEP: 0.9, Sign.PERSON: 0.25, Sign.THING: 0.4, Sign.PRONOUN: 0.6, Sign.OTHERWISE: -0.9}
"""Fitted once by logistic regression to names in generated accounts and in ordinary texts, and rounded; the words are distinct ones."""

NUMBER, MOST_NUMBERS = 1.0, 2
"""What a date of birth, a phone number or a crime reference near a name says, and how many count."""

HINT = 0.4
"""What a part in a crime says that the words beside the name hint at."""

START = -1.3
ENOUGH = 0.7
"""From here on a text is an account; no ordinary text of the evaluation gets so far."""


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
        return score + sum(WEIGHTS[sign] * min(count, MOST) for sign, count in counts.items()) >= ENOUGH

    def find(self, text: str, start: int, end: int) -> Iterator[str]:
        """The signs in a stretch of text."""
        words = WORD.findall(text[max(0, start) : max(0, end)].casefold())
        for number, word in enumerate(words):
            if word in self.signs:
                yield word
            if (pair := " ".join(words[number : number + 2])) in self.signs and pair != word:
                yield pair

    def opens(self, words: set[str]) -> bool:
        """Whether one of some single words is a sign of what happened or of what was then done."""
        return any(self.signs.get(word) in {Sign.EVENT, Sign.STEP} for word in words)
