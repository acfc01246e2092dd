"""Lettering that a language model can read: it learnt names from mixed case, and finds one in five in ALL CAPITALS."""

from __future__ import annotations

import re
from collections.abc import Collection

from spacy.lang.en.stop_words import STOP_WORDS

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
CAPITALS, SMALL = 0.6, 0.02
"""Shares of capital letters above and below which they tell nothing."""


def lacks_case(text: str) -> bool:
    """Whether capitals say nothing in a text: nearly all letters are, or none."""
    letters = [c for c in text if c.isalpha()]
    share = sum(map(str.isupper, letters)) / len(letters) if letters else 0.5
    return share > CAPITALS or share < SMALL


def repair_case(text: str, ordinary: Collection[str]) -> str:
    """The text, of the same length, with capitals where names may be.

    Words of the language's commonest, and the `ordinary` ones given (lower case), are written small, all others with a capital.
    """

    def write(match: re.Match[str]) -> str:
        word = match[0].lower()
        if len(word) != len(match[0]):
            return match[0]  # Turkish İ grows
        return word if word in STOP_WORDS or word in ordinary else word.capitalize()

    repaired = WORD.sub(write, text)
    return repaired if len(repaired) == len(text) else text
