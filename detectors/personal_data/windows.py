"""The short windows of a text in which names are looked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from spacy.lang.en.stop_words import STOP_WORDS

from detectors.model import OverLimit, Why
from detectors.personal_data.accounts import PARAGRAPH, TOO_FEW, WORD
from detectors.personal_data.case_repair import CaseRepair
from detectors.personal_data.language_model import LanguageModel
from detectors.personal_data.names import is_full_name
from detectors.personal_data.search import Hit
from detectors.personal_data.spotting import Spotted, Spotting
from detectors.personal_data.vocabulary import Vocabulary

WINDOW = 400
"""Characters of a window: a few lines or sentences, enough for the model to tell a name from a street."""

MOST_WINDOWS = 1_000
"""Windows of one message that the model looks at, some ten seconds of processor time; with more of them a text is unread."""

TELLING = frozenset({"crime_reference", "date_of_birth", "custody_number"})
"""Kinds of identifiers that stand beside people of crimes."""

PAIR = re.compile(
    r"[^\W\d_a-z][\w'’-]{0,30}[ ,]{1,2}(?:[^\W\d_a-z][\w'’.-]{0,30}[ ,]{1,2}){0,2}[^\W\d_a-z][\w'’-]{0,30}"
)
SMALL = re.compile(r"\b[a-z][a-z']+")
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]")
CAPITALS = re.compile(r"[^\W\d_a-z]\S{0,40}[ ,]{1,2}(?:[a-z]{2,3} ){0,2}[^\W\d_a-z]")
"""Two words with a capital, if with the particles of a name between them: without such there is no name."""

Span = tuple[int, int]


@dataclass
class Windows:
    """Finds the names in texts of one message, on windows near crime, each distinct one looked at once. Lives in the child.

    Without `model`, names are those that their own words give away.
    """

    model: LanguageModel | None
    vocabulary: Vocabulary
    left: int = MOST_WINDOWS
    known: dict[str, list[Spotted]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """What spots names."""
        self.spotting = Spotting(self.vocabulary)
        self.case = CaseRepair(self.vocabulary.lexicon, self.vocabulary.ordinary)

    def find_names(self, text: str, hits: Sequence[Hit], *, hidden: bool) -> tuple[str, list[Spotted]]:
        """The text with capitals where windows lacked them, and where names are in it.

        Raises OverLimit(TOOK_TOO_LONG) when more windows deserve a look than a message has.
        """
        chosen: list[tuple[int, str]] = []
        unknown: set[str] = set()
        for start, window in self.choose(text, hits, hidden=hidden):
            chosen.append((start, window))
            if window not in self.known:
                unknown.add(window)
            if len(unknown) > self.left:
                self.left = -1  # nor does any further text of the message get a look
                raise OverLimit(Why.TOOK_TOO_LONG)
        self.look(unknown)
        pieces, done = [], 0
        for start, window in chosen:
            pieces += [text[done:start], window]
            done = start + len(window)
        names = [
            Spotted(start + name.start, start + name.end, name.known)
            for start, window in chosen
            for name in self.known[window]
        ]
        return "".join((*pieces, text[done:])), names

    def look(self, unknown: Collection[str]) -> None:
        """Find the names in windows, in the order of their letters."""
        self.left -= len(unknown)
        ordered = sorted(unknown)
        seen = self.model.find_people(ordered) if self.model is not None else ([] for _ in ordered)
        for window, spans in zip(ordered, seen, strict=True):
            self.known[window] = [
                *self.spotting.spot(window),
                *(Spotted(start, end, known=True) for start, end in spans),
            ]

    def choose(self, text: str, hits: Sequence[Hit], *, hidden: bool) -> Iterator[tuple[int, str]]:
        """The windows, with capitals, that may name somebody and have crime in them or beside them; in hidden text, or what points at a person."""
        if self.left < 0:
            raise OverLimit(Why.TOOK_TOO_LONG)
        spans = list(cut(text))
        evidence = find_evidence(spans, hits, hidden=hidden)

        @cache
        def speaks(number: int) -> bool:
            return number in evidence or self.speaks_of_crime(text[slice(*spans[number])])

        small = frozenset(SMALL.findall(text))
        for number, (start, end) in enumerate(spans):
            window = self.case.repair(text[start:end])
            if CAPITALS.search(window) is None:
                continue
            near = range(max(0, number - 1), min(number + 2, len(spans)))
            if any(map(speaks, near)) and self.may_name(window, small if window == text[start:end] else ()):
                yield start, window

    def speaks_of_crime(self, window: str) -> bool:
        """Whether a window, or a paragraph of it, may be of an account of what happened; a short one, if it but names an offence or a part in one."""
        folded = window.casefold()
        return any(map(self.is_of_crime, dict.fromkeys((folded, *folded.split(PARAGRAPH)))))

    def is_of_crime(self, folded: str) -> bool:
        """Whether a case-folded text is such."""
        words = WORD.findall(folded)
        if self.vocabulary.accounts.may_tell(words):
            return True
        return len(words) <= TOO_FEW and self.vocabulary.signs.are_in(folded, set(words))

    def may_name(self, window: str, small: Collection[str]) -> bool:
        """Whether a window holds words that may be a name, not all of which the text also has in `small` letters."""
        if TITLED.search(window) or self.spotting.spot(window):
            return True
        names = (match[0].rstrip(".,") for match in PAIR.finditer(window))
        return any(is_full_name(name, self.vocabulary) and not is_ordinary(name, small) for name in names)


def find_evidence(spans: Sequence[Span], hits: Sequence[Hit], *, hidden: bool) -> set[int]:
    """Which windows hold a number of somebody in a crime; of hidden ones, any number."""
    starts = [start for start, _ in spans]
    return {
        bisect_right(starts, hit.start) - 1
        for hit in hits
        if hidden or hit.identifier.strong or hit.identifier.kind in TELLING
    }


def is_ordinary(name: str, small: Collection[str]) -> bool:
    """Whether every word is one of a text's small ones, or of the language's commonest: Gambling Act, Young Person."""
    words = [word.strip(".,") for word in name.casefold().replace("-", " ").split()]
    return all(word in small or word in STOP_WORDS for word in words)


def cut(text: str) -> Iterator[Span]:
    """Windows that follow each other, of whole lines where they fit, else of sentences, else of words."""
    start = 0
    while start < len(text):
        end = min(start + WINDOW, len(text))
        if end < len(text):
            for mark in ("\n", ". ", " "):
                at = text.rfind(mark, start + WINDOW // 4, end)
                if at > 0:
                    end = at + len(mark)
                    break
        yield start, end
        start = end
