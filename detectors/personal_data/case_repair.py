"""Lettering that a language model can read: it learnt names from mixed case, and finds one in five in ALL CAPITALS."""

from __future__ import annotations

import re
from collections.abc import Collection

from spacy.lang.en.stop_words import STOP_WORDS

from detectors.personal_data.lexicon import Lexicon, spell

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
CAPITALS, SMALL = 0.6, 0.02
"""Shares of capital letters above and below which they tell nothing."""

VOWELS = frozenset("aeiouyáéíóúàèìòùâêîôûäëïöüãõåæøąęėįųūășț")
"""A word without one is an abbreviation."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr"})


def lacks_case(text: str) -> bool:
    """Whether capitals say nothing in a text: nearly all letters are, or none."""
    letters = [c for c in text if c.isalpha()]
    share = sum(map(str.isupper, letters)) / len(letters) if letters else 0.5
    return share > CAPITALS or share < SMALL


def repair_case(text: str, lexicon: Lexicon, ordinary: Collection[str]) -> str:
    """The text, of the same length, with capitals where names may be, in every line that lacks them.

    Words of English, and the `ordinary` ones given (lower case), are written small unless they are names too and stand beside
    one; all others get a capital.
    """
    return "".join(
        repair_line(line, lexicon, ordinary) if lacks_case(line) else line for line in text.splitlines(keepends=True)
    )


def repair_line(line: str, lexicon: Lexicon, ordinary: Collection[str]) -> str:
    """A line so written."""
    matches = list(WORD.finditer(line))
    words = [match[0].lower() for match in matches]
    names = [may_name(word, lexicon, ordinary) for word in words]
    written = list(line)
    for number, (match, word) in enumerate(zip(matches, words, strict=True)):
        beside = is_pair(words, number, lexicon) or any(
            0 <= other < len(words) and names[other] and is_beside(line, matches, number, other)
            for other in (number - 1, number + 1)
        )
        capital = names[number] or word in TITLES or (beside and word not in ordinary and is_weak_name(word, lexicon))
        if len(word) == len(match[0]):  # Turkish İ grows
            written[match.start() : match.end()] = (
                word.capitalize() if capital and len(word.capitalize()) == len(word) else word
            )
    return "".join(written)


def may_name(word: str, lexicon: Lexicon, ordinary: Collection[str]) -> bool:
    """Whether a word (lower case) is a name, or none that is known to be anything else."""
    spelt = spell(word)
    if word in STOP_WORDS or word in ordinary or spelt in lexicon.words:
        return False
    return len(word) > 1 and (not VOWELS.isdisjoint(word) or lexicon.is_name(word))


def is_weak_name(word: str, lexicon: Lexicon) -> bool:
    """Whether a word that means something else is a name too."""
    spelt = spell(word)
    return len(word) > 1 and word not in STOP_WORDS and (spelt in lexicon.forenames or spelt in lexicon.surnames)


def is_pair(words: list[str], number: int, lexicon: Lexicon) -> bool:
    """Whether a word and one beside it are a forename and a surname, both of which mean something else: mark young."""
    for first in (number - 1, number):
        pair = words[first : first + 2] if first >= 0 else []
        if len(pair) == 2 and STOP_WORDS.isdisjoint(pair):
            forename, surname = map(spell, pair)
            if forename in lexicon.forenames and surname in lexicon.surnames:
                return True
    return False


def is_beside(line: str, matches: list[re.Match[str]], one: int, other: int) -> bool:
    """Whether two words stand side by side, with a space, a hyphen or a comma between them."""
    first, second = sorted((one, other))
    return line[matches[first].end() : matches[second].start()] in {" ", "-", ", "}


def raise_names(text: str, lexicon: Lexicon) -> str:
    """The text, of the same length, with a capital for every word that is a name, whatever else it means.

    For stretches where a name is all there may be.
    """

    def write(match: re.Match[str]) -> str:
        raised = match[0].capitalize()
        return raised if len(raised) == len(match[0]) and is_weak_name(match[0].lower(), lexicon) else match[0]

    return WORD.sub(write, text)
