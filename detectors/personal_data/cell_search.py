"""The search for identifiers in the cells of one table, each distinct text once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate

from detectors.personal_data.normal import normalise
from detectors.personal_data.search import CELL_END, Hit, Search

CLEAN_TEXTS = 100_000
CLEAN_CHARACTERS = 16_000_000
"""How much is remembered as clean."""

SHORTEST = 6
"""Shorter texts hold no identifier that would count without a heading."""

PLAIN_FIGURES = "0123456789.,:-%£$€"


@dataclass
class CellSearch:
    """Lives for one table; remembers texts in which there was nothing, for they repeat."""

    search: Search
    clean: set[str] = field(default_factory=set, repr=False)
    size: int = 0

    def find(self, untrusted_texts: Iterable[str]) -> dict[str, list[Hit]]:
        """What is in some texts, in one scan; those that hold nothing are left out. Raises hyperscan.error."""
        texts = [text for text in set(untrusted_texts) - self.clean if self.deserves_search(text)]
        if not texts:
            return {}
        plain = [normalise(text) for text in texts]
        starts = list(accumulate((len(text) + 1 for text in plain), initial=0))
        found: dict[str, list[Hit]] = {}
        for hit in self.search.find(CELL_END.join(plain)):
            place = bisect_right(starts, hit.start) - 1
            found.setdefault(texts[place], []).append(replace(hit, start=hit.start - starts[place]))
        self.remember(texts, starts[-1])
        self.clean.difference_update(found)
        return found

    def deserves_search(self, text: str) -> bool:
        """Whether a text can hold an identifier; a kind of the force's own may be as short as two characters."""
        return len(text) > 1 if self.search.own else may_hold_identifier(text)

    def remember(self, texts: Iterable[str], size: int) -> None:
        """Remember texts as clean; too many of them are forgotten."""
        self.size += size
        if len(self.clean) > CLEAN_TEXTS or self.size > CLEAN_CHARACTERS:
            self.clean.clear()
            self.size = size
        self.clean.update(texts)


def may_hold_identifier(text: str) -> bool:
    """Whether a text can hold an identifier at all: most cells are short, or plain figures."""
    if len(text) < SHORTEST:
        return False
    if text.strip(PLAIN_FIGURES):
        return True
    return (text[0] == "0" and len(text) >= 11) or text.startswith("447")
