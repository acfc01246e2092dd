"""What kind of crime a text is about: by its code, its classification or its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from detectors.model import OffenceGroup
from detectors.personal_data.normal import normalise
from detectors.personal_data.standing_offences import StandingOffences

LONGEST = 2000
"""Further characters of a text say nothing new about the kind of crime."""

KEY = 3
"""Phrases are found by so many first letters of their first word."""

WORD = re.compile(r"[^\W_]+")
CJS_CODE = re.compile(r"\b([A-Z]{2}\d{5})[ABC]?\b")
"""Act, year, number, and a letter for an attempt, aiding or conspiracy (the criminal justice system's offence codes)."""

CLASSIFICATION = re.compile(r"0{0,2}(\d{1,3})([A-Z]?)(?:[/.]0?(\d{1,2}))?")
"""Of the Home Office Counting Rules: 8N, 008/06, 105A, 19C."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row that speak for a group, or mean something else than the group's word in them."""

    words: tuple[str, ...]
    group: OffenceGroup
    denies: bool = False

    @property
    def key(self) -> str:
        """What it is found by."""
        return self.words[0].rstrip("*")[:KEY]

    def stands(self, words: Sequence[str], place: int) -> bool:
        """Whether the phrase stands at a place among some words."""
        if not alike(self.words[0], words[place]) or place + len(self.words) > len(words):
            return False
        return all(map(alike, self.words[1:], words[place + 1 :]))


def alike(mine: str, word: str) -> bool:
    """Whether a word is the phrase's, or begins as it where an asterisk says so."""
    return word.startswith(mine[:-1]) if mine.endswith("*") else word == mine


@dataclass(frozen=True)
class Offences:
    """The words and codes of `config/vocabulary/`. Made once; the texts of a message are never kept."""

    phrases: Mapping[str, tuple[Phrase, ...]] = field(repr=False)
    """By the first letters of the first word."""

    classes: Mapping[str, OffenceGroup] = field(repr=False)
    standing: StandingOffences = field(repr=False)
    crime: re.Pattern[str] = field(repr=False)
    """Words that show that a text is about crime of some kind."""

    def group_of(self, text: str) -> OffenceGroup | None:
        """The kind of crime that a text is about: of several the one that weighs most; None where it says of no crime.

        For the values of columns of offences and flags, and for accounts of what happened. A bare "8N" or "34" is taken for
        a classification: ask of no other columns. Costs a few microseconds a word; remember what repeats.
        """
        text = normalise(text[:LONGEST])
        code = self.read_code(text.strip().upper())
        if code is not None:
            return code
        found = self.find_group(text) or self.standing.read_title(text)
        if found is not None:
            return found
        codes = self.find_codes(text)
        if codes:
            return min(codes, key=WEIGHT.__getitem__)
        return OffenceGroup.OTHER if self.crime.search(text.casefold()) else None

    def find_codes(self, text: str) -> list[OffenceGroup]:
        """The groups of the offence codes in a text, which are in capitals; hundreds of words like them are no code."""
        codes = self.standing.codes
        return [codes[match[1]] for match in CJS_CODE.finditer(text) if match[1] in codes]

    def find_group(self, text: str) -> OffenceGroup | None:
        """The group that weighs most of those that the words of a text speak for."""
        groups = self.find_groups(WORD.findall(text.casefold()))
        return min(groups, key=WEIGHT.__getitem__, default=None)

    def read_code(self, text: str) -> OffenceGroup | None:
        """The group of a text that is one code and nothing else."""
        if match := CJS_CODE.fullmatch(text):
            return self.standing.codes.get(match[1])
        match = CLASSIFICATION.fullmatch(text)
        if match is None:
            return None
        number, letter, sub = match[1], match[2], match[3]
        ways = (f"{number}/{sub}", f"{number}{letter}", "" if letter else number)
        return next((self.classes[way] for way in ways if way in self.classes), None)

    def find_groups(self, words: Sequence[str]) -> set[OffenceGroup]:
        """Every group that some words speak for."""
        index = self.phrases
        found = [
            (place, phrase)
            for place, word in enumerate(words)
            if (candidates := index.get(word[:KEY]))
            for phrase in candidates
            if phrase.stands(words, place)
        ]
        denied = {
            (number, phrase.group)
            for place, phrase in found
            if phrase.denies
            for number in range(place, place + len(phrase.words))
        }
        return {phrase.group for place, phrase in found if not phrase.denies and (place, phrase.group) not in denied}


WEIGHT = {group: number for number, group in enumerate(OffenceGroup)}


def index_phrases(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    """Phrases by the first letters of their first word."""
    index: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        index.setdefault(phrase.key, []).append(phrase)
    return {key: tuple(some) for key, some in index.items()}
