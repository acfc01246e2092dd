"""Words that are names of people, and words that are not."""

from __future__ import annotations

import lzma
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

NAMES_FILE = Path(__file__).parent / "standing" / "names.xz"
"""Made by `scripts/build_names.py`; `standing/NOTICE.md` says from what."""

KINDS = ("forenames", "surnames", "words", "places")

APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´"))
UNMARKED = str.maketrans("łŁøØđĐßıæÆœŒ", "lLoOdDsiaAoO")
"""Letters that no decomposition takes apart, as people without them on their keyboard write them."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of single words; places may be several. All in one `spell`ing. Made once, shared by all children."""

    forenames: frozenset[str] = field(repr=False)
    surnames: frozenset[str] = field(repr=False)
    words: frozenset[str] = field(repr=False)
    places: frozenset[str] = field(repr=False)

    def is_ordinary(self, word: str) -> bool:
        """Whether a word means something else too, so that it is no name by itself: April, Brown, Kent."""
        spelt = spell(word)
        return spelt in self.words or spelt in self.places

    def is_listed(self, word: str) -> bool:
        """Whether a word is a forename or a surname, whatever else it means."""
        spelt = spell(word)
        return spelt in self.forenames or spelt in self.surnames

    def share_of_names(self, values: Sequence[str]) -> float:
        """The share of some values, each a word or a few, that hold a word which is a name and mostly nothing else."""
        named = sum(any(map(self.is_name, value.replace("-", " ").replace(",", " ").split())) for value in values)
        return named / len(values) if values else 0.0

    def is_name(self, word: str) -> bool:
        """Whether a word is a forename or surname and mostly nothing else."""
        spelt = spell(word)
        return (spelt in self.forenames or spelt in self.surnames) and not (spelt in self.words or spelt in self.places)


def spell(name: str) -> str:
    """A name in small letters, without accents, apostrophes and dots: Łukasz is "lukasz", O'Neill "oneill"."""
    name = name.strip(" .,").translate(APOSTROPHES)
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(UNMARKED))
        name = "".join(c for c in name if not unicodedata.combining(c))
    return name.casefold()


def load_lexicon(file: Path = NAMES_FILE) -> Lexicon:
    """The shipped lexicon. Raises ValueError when the file is not one, OSError when it is missing."""
    try:
        blocks = lzma.decompress(file.read_bytes()).decode().split("\n\n")
    except (lzma.LZMAError, UnicodeDecodeError):
        raise ValueError(f"{file.name}: not a lexicon.") from None
    if len(blocks) != len(KINDS):
        raise ValueError(f"{file.name}: not a lexicon of {len(KINDS)} kinds.")
    return Lexicon(**{kind: frozenset(block.split("\n")) for kind, block in zip(KINDS, blocks, strict=True)})
