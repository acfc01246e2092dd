"""How much the words around a name read like an account of what happened to particular people."""

from __future__ import annotations

import enum
import lzma
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

WEIGHTS_FILE = Path(__file__).parent / "standing" / "accounts.xz"
"""Made by `scripts/build_accounts.py`; `standing/NOTICE.md` says from what."""

NEAR, FAR = 120, 300
"""Characters on both sides of a name: signs within the first count in full, those up to the second by half."""

PARAGRAPH = "\n\n"
"""What stands between two of them."""

WORD = re.compile(r"[a-z0-9%]+")
MOST = 4.0
"""More signs of one kind, and more words of the narrator's own, say no more."""

FEWEST_WORDS = 8
"""Fewer words count as so many."""

MOST_ALIKE = 3
"""The same word more often says no more."""

MOST_NUMBERS = 2
"""How many dates of birth, phone numbers and crime references near a name count."""

PERHAPS = -4.0
"""From here on a short text may be part of an account: of those that are hardly any weighs less, and of others half do."""

HARDLY = -0.5
"""Below this a text is no account, though it says of somebody that they were beaten: darts."""

NARRATOR = frozenset({"i", "me", "my", "mine", "myself"})


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


CERTAIN = frozenset({Sign.EVENT, Sign.STEP})
"""Signs of which one is enough where there are too few words to say anything against it."""

TOO_FEW = 20

NUMBER, NARRATED, HINT, START = "number", "narrator", "hint", "start"
FEATURES = (*(sign.value for sign in Sign), NUMBER, NARRATED, HINT, START)
"""What has a weight beside the words: signs; numbers of people near; the narrator's own words; a hint at a part in a crime; everything."""


Around = tuple[list[str], list[str]]
"""Words on one side of a name, in two stretches of which one is near."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What speaks for an account and what against it: the features, and the single words."""

    features: Mapping[str, float]
    words: Mapping[str, float] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The signs of `config/vocabulary/accounts.toml`, one word or two with a space between, and the weights of all words."""

    signs: Mapping[str, Sign] = field(repr=False)
    weights: Weights = field(repr=False)
    firsts: frozenset[str] = field(init=False, repr=False)
    """The first words of signs of two."""

    def __post_init__(self) -> None:
        """What two words are looked up by."""
        object.__setattr__(self, "firsts", frozenset(sign.partition(" ")[0] for sign in self.signs if " " in sign))

    def tell(self, text: str, start: int, end: int, *, numbers: int, hinted: bool) -> bool:
        """Whether the words around the name at `start` to `end`, so many numbers of people near it and a hint make an account."""
        return self.weigh_around(*split_words(text, start, end), numbers=numbers, hinted=hinted) >= 0

    def denies(self, text: str, start: int, end: int) -> bool:
        """Whether there are words enough around the name at `start` to `end`, and they read like no account, even if its bearer has a part in one.

        Those of its own paragraph where they are enough: an account may stand between paragraphs of other things. What the police
        and the courts then did is said of hardly anybody in a game or a play.
        """
        before, after = split_words(text, start, end)
        if any(self.signs[sign] is Sign.STEP for sign in (*self.find(before[1]), *self.find(after[0]))):
            return False
        paragraph, place = cut_paragraph(text, start, end)
        for around in (split_words(paragraph, place, place + end - start), (before, after)):
            if sum(len(words) for side in around for words in side) > TOO_FEW:
                return self.weigh_around(*around, numbers=0, hinted=True) < HARDLY
        return False

    def weigh_around(self, before: Around, after: Around, *, numbers: int, hinted: bool) -> float:
        """How much the words around a name speak for an account, from 0 on; against one below."""
        features = self.measure(before, after, numbers=numbers, hinted=hinted)
        return self.weigh(features) + self.gather([*before[0], *before[1], *after[0], *after[1]])

    def may_tell(self, words: list[str]) -> bool:
        """Whether the words of a short text may be of an account, were there a name in it and more said of its bearer."""
        if len(words) <= TOO_FEW and any(self.signs.get(word) in CERTAIN for word in words):
            return True
        features = self.measure(([], words), ([], []), numbers=0, hinted=False)
        return self.weigh(features) + self.gather(words) >= PERHAPS

    def weigh(self, features: Mapping[str, float]) -> float:
        """What the features say together."""
        weights = self.weights.features
        return sum(weights[name] * value for name, value in features.items())

    def measure(self, before: Around, after: Around, *, numbers: int, hinted: bool) -> dict[str, float]:
        """The features of the words before and after a name, each far and near as they stand."""
        near = {*self.find(before[1]), *self.find(after[0])}
        far = {*self.find(before[0]), *self.find(after[1])}
        features = dict.fromkeys(FEATURES, 0.0)
        for words, share in ((near, 1.0), (far, 0.5)):
            for word in words:
                features[self.signs[word].value] += share
        features[NARRATED] = sum(word in NARRATOR for words in (*before, *after) for word in words)
        features = {name: min(value, MOST) for name, value in features.items()}
        return features | {NUMBER: min(numbers, MOST_NUMBERS), HINT: float(hinted), START: 1.0}

    def gather(self, words: Sequence[str]) -> float:
        """What some words say together: the more of them agree the more, but not in step."""
        known, counts = self.weights.words, count_words(words)
        return sum(known.get(word, 0.0) * count for word, count in counts.items()) / reckon(counts)

    def find(self, words: Sequence[str]) -> Iterator[str]:
        """The signs among some words in a row."""
        for number, word in enumerate(words):
            if word in self.signs:
                yield word
            if word in self.firsts and (pair := " ".join(words[number : number + 2])) in self.signs and pair != word:
                yield pair


def count_words(words: Sequence[str]) -> Mapping[str, int]:
    """How often each of some words stands among them, as far as that says more."""
    return {word: min(count, MOST_ALIKE) for word, count in Counter(words).items()}


def reckon(counts: Mapping[str, int]) -> float:
    """By what the sum of words' weights is divided, for it to grow as its certainty does."""
    return math.sqrt(max(sum(counts.values()), FEWEST_WORDS))


def split_words(text: str, start: int, end: int) -> tuple[Around, Around]:
    """The words before a name, far and near, and those after it, near and far."""
    edges = (start - FAR, start - NEAR, start, end, end + NEAR, end + FAR)
    far, near, _, after, beyond = (
        WORD.findall(text[max(0, first) : max(0, last)].casefold()) for first, last in pairwise(edges)
    )
    return (far, near), (after, beyond)


def cut_paragraph(text: str, start: int, end: int) -> tuple[str, int]:
    """As much of a name's paragraph as is weighed with it, and where the name begins in that."""
    before, after = text[max(0, start - FAR) : start], text[end : end + FAR]
    lead = before.rpartition(PARAGRAPH)[2]
    return lead + text[start:end] + after.partition(PARAGRAPH)[0], len(lead)


def load_weights(file: Path = WEIGHTS_FILE) -> Weights:
    """The shipped weights. Raises ValueError when the file is not one, OSError when it is missing."""
    try:
        features, words = (
            {name: float(weight) for name, _, weight in (line.partition(" ") for line in block.split("\n"))}
            for block in lzma.decompress(file.read_bytes()).decode().split("\n\n")
        )
    except (lzma.LZMAError, UnicodeDecodeError, ValueError):
        raise ValueError(f"{file.name}: no weights of words.") from None
    if features.keys() != set(FEATURES):
        raise ValueError(f"{file.name}: no weights of words.")
    return Weights(features, words)


def save_weights(weights: Weights, file: Path = WEIGHTS_FILE) -> None:
    """Write weights as `load_weights` reads them, always the same bytes."""
    blocks = (
        "\n".join(f"{name} {weight:g}" for name, weight in sorted(each.items()))
        for each in (weights.features, weights.words)
    )
    file.write_bytes(lzma.compress("\n\n".join(blocks).encode(), preset=9))
