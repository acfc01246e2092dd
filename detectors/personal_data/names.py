"""Names of people in one spelling."""

from __future__ import annotations

from collections.abc import Sequence

from detectors.personal_data.normal import normalise
from detectors.personal_data.vocabulary import Vocabulary

NAME_CHARACTERS = 60
"""Longer texts are not a name."""

MARKS = str.maketrans(dict.fromkeys(".*\"'", " ") | {"'": None, "’": None})


def split_name(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Surname and first forename of a full name, folded: "DOE, Jane Ann" and "Ms Jane Doe" are ("doe", "jane").

    The forename is "" where there is one word only; both are "" when there is none.
    """
    before, comma, after = normalise(text).casefold().translate(MARKS).partition(",")
    words = [word for word in before.split() if word not in vocabulary.titles]
    others = [word for word in after.split() if word not in vocabulary.titles]
    if comma and words and others:
        return " ".join(words), others[0]
    if not words:
        return "", ""
    return words[-1], words[0] if len(words) > 1 else ""


def fold(text: str) -> str:
    """A surname or forename for comparing."""
    return " ".join(normalise(text).casefold().translate(MARKS).split())


def is_name(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text may be (part of) a name: letters, at most five words, none that names of people never hold."""
    if not text or len(text) > NAME_CHARACTERS:
        return False
    words = [word for part in text.split() for word in part.replace("-", " ").split()]
    if not 1 <= len(words) <= 6 or any(word.strip(".,()").casefold() in vocabulary.never_names for word in words):
        return False
    letters = [c for c in text if c not in " -'’.,()"]
    return bool(letters) and all(c.isalpha() for c in letters)


def is_full_name(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text may be a name with at least two words, each written as a name is: Jane Doe, DOE, Jane; not jane doe."""
    if not is_name(text, vocabulary):
        return False
    words = [word for word in text.replace(",", " ").split() if word.strip(".").casefold() not in vocabulary.titles]
    if not 2 <= len(words) <= 5 or not all(word[0].isupper() or word in PARTICLES for word in words):
        return False
    others = words[1:] if "," in text else words[:-1]
    return not any(word.casefold() in vocabulary.ambiguous_surnames for word in others)


PARTICLES = frozenset(
    {
        "de",
        "da",
        "dos",
        "do",
        "di",
        "del",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "bint",
        "ul",
        "ur",
    }
)


def count_forenames(values: Sequence[str], vocabulary: Vocabulary) -> int:
    """How many of some values hold a forename of the vocabulary."""
    return sum(any(word.strip(".,") in vocabulary.forenames for word in value.casefold().split()) for value in values)
