"""Lettering that a language model can read: it learnt names from mixed case, and finds one in five in ALL CAPITALS."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from detectors.personal_data.lexicon import Lexicon, spell
from detectors.personal_data.recall import Recall

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
CAPITAL_LETTERS, SMALL_LETTERS = string.ascii_uppercase.encode(), string.ascii_lowercase.encode()
CAPITALS, SMALL = 0.6, 0.02
"""Shares of capital letters above and below which they tell nothing."""

VOWELS = frozenset("aeiouyáéíóúàèìòùâêîôûäëïöüãõåæøąęėįųūășț")
"""A word without one is an abbreviation."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr"})

BETWEEN = frozenset({" ", "-", ", "})
"""What stands between two words of a name."""


def lacks_case(text: str) -> bool:
    """Whether capitals say nothing in a text: nearly all letters are, or none."""
    if text.isascii():
        raw = text.encode()
        capitals = len(raw) - len(raw.translate(None, CAPITAL_LETTERS))
        letters = capitals + len(raw) - len(raw.translate(None, SMALL_LETTERS))
    else:
        letters, capitals = sum(map(str.isalpha, text)), sum(map(str.isupper, text))
    share = capitals / letters if letters else 0.5
    return share > CAPITALS or share < SMALL


@dataclass(frozen=True, slots=True)
class Word:
    """What a word may be in a name.

    `raised`: it is a name, a title, or nothing that is known, so that it has a capital wherever it stands; `named`: the same but
    for titles. `weak`: it means something else, and is a name beside one. `forename`, `surname`: whatever else it means.
    """

    raised: bool
    named: bool
    weak: bool
    forename: bool
    surname: bool


class CaseRepair:
    """Writes capitals where names may be. Remembers what words are, so one is made for a message; `ordinary` words are in small letters."""

    def __init__(self, lexicon: Lexicon, ordinary: Collection[str]) -> None:
        self.lexicon = lexicon
        self.ordinary = ordinary
        self.known = Recall(self.read_word)

    def repair(self, text: str) -> str:
        """The text, of the same length, with capitals where names may be, in every line that lacks them.

        Words of English, and the ordinary ones, are written small unless they are names too and stand beside one; all others
        get a capital.
        """
        return "".join(self.repair_line(line) if lacks_case(line) else line for line in text.splitlines(keepends=True))

    def repair_line(self, line: str) -> str:
        """A line so written."""
        small = line.replace("İ", "I").lower()  # a Turkish İ grows when it is made small
        matches = list(WORD.finditer(small))
        pieces, done = [], 0
        for number in self.find_raised(small, matches):
            match = matches[number]
            raised = match[0].capitalize()
            if len(raised) == len(match[0]):
                pieces += [small[done : match.start()], raised]
                done = match.end()
        return "".join((*pieces, small[done:]))

    def find_raised(self, line: str, matches: Sequence[re.Match[str]]) -> Iterator[int]:
        """Which words of a line get a capital: those that are names, and those that may be beside one."""
        words = [self.known[match[0]] for match in matches]
        for number, word in enumerate(words):
            if word.raised or (
                word.weak and (is_paired(words, number) or is_beside_name(line, matches, words, number))
            ):
                yield number

    def read_word(self, word: str) -> Word:
        """What a word in small letters is."""
        spelt = spell(word)
        common = word in STOP_WORDS
        forename = not common and spelt in self.lexicon.forenames
        surname = not common and spelt in self.lexicon.surnames
        ordinary = word in self.ordinary
        nothing_else = not (common or ordinary or spelt in self.lexicon.words) and len(word) > 1
        named = nothing_else and (not VOWELS.isdisjoint(word) or self.lexicon.is_name(word))
        weak = len(word) > 1 and not ordinary and (forename or surname)
        return Word(named or word in TITLES, named, weak, forename, surname)


def is_paired(words: Sequence[Word], number: int) -> bool:
    """Whether a word and one beside it are a forename and a surname, both of which mean something else: mark young."""
    return any(
        words[first].forename and words[first + 1].surname
        for first in (number - 1, number)
        if 0 <= first < len(words) - 1
    )


def is_beside_name(line: str, matches: Sequence[re.Match[str]], words: Sequence[Word], number: int) -> bool:
    """Whether a name stands before or after a word, with a space, a hyphen or a comma between them."""
    return any(
        0 <= first < len(words) - 1
        and words[name].named
        and line[matches[first].end() : matches[first + 1].start()] in BETWEEN
        for first, name in ((number - 1, number - 1), (number, number + 1))
    )


def raise_names(text: str, lexicon: Lexicon) -> str:
    """The text, of the same length, with a capital for every word that is a name, whatever else it means.

    For stretches where a name is all there may be.
    """

    def write(match: re.Match[str]) -> str:
        raised, small = match[0].capitalize(), match[0].lower()
        named = len(small) > 1 and small not in STOP_WORDS and lexicon.is_listed(small)
        return raised if named and len(raised) == len(match[0]) else match[0]

    return WORD.sub(write, text)
