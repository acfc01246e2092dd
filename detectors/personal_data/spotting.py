"""Names that their own words give away: runs of capitalised words that are names, or nothing else that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from detectors.personal_data.lexicon import spell
from detectors.personal_data.vocabulary import Vocabulary

CAPITALISED = r"[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['’-](?=[^\W\d_])){0,30}"
PARTICLE = r"(?:(?:de|da|dos|do|di|del|van|von|der|den|la|le|al|el|bin|bint|ul|ur|ibn|abu) ){0,2}"
WORD = rf"(?:[A-Z]\.(?: ?[A-Z]\.)*|{CAPITALISED})"
RUN = re.compile(rf"{WORD}(?: {PARTICLE}{WORD}){{1,5}}")
TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Master)\.? (?P<name>{CAPITALISED}(?: {CAPITALISED}){{0,3}})")
LISTED = re.compile(rf"(?P<name>[^\W\d_a-z](?:[^\W\d_a-z]|['’ -](?=[^\W\d_a-z])){{1,30}}, {CAPITALISED})")
"""SURNAME, Forename, in text that is not all in capitals."""

INVERTED = re.compile(rf"(?<=[a-z.:] )(?P<name>{CAPITALISED}(?:[ -]{CAPITALISED})?, {CAPITALISED})")
"""Surname, Forename: a person only where a part in a crime stands before it."""


SPLIT = re.compile(r"[\s,.;:()/]+")

MOST_PLACE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Spotted:
    """Where a name may be. `known`: the language model or the lexicon says so, or two of its words are nothing else that is known."""

    start: int
    end: int
    known: bool


class Spotting:
    """Finds runs of words that may be names. Made once; holds nothing of a message."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.lexicon = vocabulary.lexicon
        self.never = vocabulary.never_names
        self.titles = vocabulary.titles
        self.ordinary = vocabulary.ordinary

    def may_spot(self, text: str) -> bool:
        """Whether a text in any lettering has a word that is a name and nothing else, or two together that are nothing known; quickly told."""
        unknown = [word.isalpha() and not self.is_plain(word) for word in SPLIT.split(text.casefold())]
        if not any(unknown):
            return False
        return any(map(self.lexicon.is_name, SPLIT.split(text))) or any(
            one and other for one, other in pairwise(unknown)
        )

    def is_plain(self, word: str) -> bool:
        """Whether a word in small letters is one of the language's, of a place's or of the vocabulary's."""
        return word in self.lexicon.words or word in self.ordinary or word in self.never or word in self.lexicon.places

    def spot(self, text: str) -> list[Spotted]:
        """The names in a short text that has case."""
        found = [spotted for match in RUN.finditer(text) for spotted in self.read_run(match[0], match.start())]
        found += [
            Spotted(match.start("name"), match.end("name"), known=True)
            for pattern in (TITLED, LISTED)
            for match in pattern.finditer(text)
            if not self.is_place(match["name"]) and any(self.is_nameable(word) for word in match["name"].split())
        ]
        found += [
            Spotted(match.start("name"), match.end("name"), known=False)
            for match in INVERTED.finditer(text)
            if not any(self.means_something(word) for word in match["name"].split())
        ]
        return found

    def read_run(self, run: str, start: int) -> Iterator[Spotted]:
        """The stretches of a run, two words or more, that may be names."""
        stretch: list[re.Match[str]] = []
        words = list(re.finditer(r"\S+", run))
        places = self.find_places([word[0] for word in words])
        for number, word in enumerate((*words, None)):
            if word is not None and number not in places and self.is_nameable(word[0]):
                stretch.append(word)
                continue
            written = [each[0] for each in stretch]
            if self.is_full(written):
                named = any(map(self.lexicon.is_name, (part for each in written for part in each.split("-"))))
                known = named or sum(not self.means_something(each) for each in written) > 1
                yield Spotted(start + stretch[0].start(), start + stretch[-1].end(), known)
            stretch = []

    def find_places(self, words: list[str]) -> set[int]:
        """Which of some words are parts of places of several words: Bury St Edmunds; and what follows a "St"."""
        found: set[int] = set()
        for first in range(len(words) - 1):
            for last in range(first + 2, min(first + MOST_PLACE_WORDS, len(words)) + 1):
                if self.is_place(" ".join(words[first:last])) or words[first] == "St":
                    found.update(range(first, last))
        return found

    def is_full(self, words: list[str]) -> bool:
        """Whether words make a name: two or more, one of which means nothing else."""
        written = [word for word in words if len(word.strip(".")) > 1]
        return len(words) >= 2 and any(not self.means_something(word) for word in written)

    def is_nameable(self, word: str) -> bool:
        """Whether a word may be part of a name: an initial, a name, or a word with no other meaning that is known."""
        folded = word.strip(".,").casefold()
        if folded in self.never or folded in self.titles:
            return False
        if len(folded) == 1:
            return True
        return not self.means_something(word) or self.is_listed(word)

    def is_listed(self, word: str) -> bool:
        """Whether the lexicon has a word as a name, whatever else it means."""
        return any(map(self.lexicon.is_listed, word.split("-")))

    def means_something(self, word: str) -> bool:
        """Whether a word means something else."""
        folded = word.strip(".,").casefold().removesuffix("'s")
        return folded in self.ordinary or all(map(self.lexicon.is_ordinary, folded.split("-")))

    def is_place(self, name: str) -> bool:
        """Whether the whole is a place."""
        return spell(name) in self.lexicon.places
