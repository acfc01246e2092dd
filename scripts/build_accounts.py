"""Fit the weights by which words around a name make an account of what happened.

usage: python -m scripts.build_accounts

Writes detectors/personal_data/standing/accounts.xz, from the texts of `evaluation/` that are there for it. A word weighs what its
vector in the language model says, so that words weigh alike that are used alike, whether the texts have them or not:
logistic regression on the features of `accounts.py` and the vectors of the words around a name together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from spacy.lang.en.stop_words import STOP_WORDS

from detectors.model import Role
from detectors.personal_data import Vocabulary, load_language_model, load_vocabulary
from detectors.personal_data.accounts import (
    FEATURES,
    WEIGHTS_FILE,
    Weights,
    count_words,
    reckon,
    save_weights,
    split_words,
)
from detectors.personal_data.language_model import LANGUAGE, LanguageModel
from detectors.personal_data.names import fold
from detectors.personal_data.narrative import NUMBERS, REACH, Named, Narrative
from detectors.personal_data.normal import normalise
from detectors.personal_data.spotting import Spotted, Spotting
from evaluation.case import Case
from evaluation.names import gather_all
from evaluation.narratives import make_fitted
from evaluation.ordinary_prose import make_fitted as make_ordinary_fitted
from evaluation.people import World

Array = np.ndarray[Any, np.dtype[np.float64]]

ORIGINS = ("British", "South Asian", "Polish")
"""Whose names stand in the texts; the words around them are what matters."""

SCALE = 1.25
"""Of the words' vectors against the features, which are from 0 to 4."""

STRICTNESS = 1.0
"""How dear large weights are."""

A_TEXT = 3.0
"""What the names of one text count together."""

MARGIN = 1.1
"""By how much more than even a text must read like an account, so that of other texts hardly any does."""

LEAST = 0.005
"""Lighter words are left out."""

STEPS = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """The words around a name in a text, and whether the text is an account that the bearer is in."""

    text: str
    account: bool
    features: dict[str, float]
    words: Mapping[str, int]


class Reader:
    """Reads the names of texts as detection does, but for which windows it looks at."""

    def __init__(self, vocabulary: Vocabulary, model: LanguageModel) -> None:
        self.vocabulary = vocabulary
        self.model = model
        self.spotting = Spotting(vocabulary)
        self.narrative = Narrative(vocabulary)

    def read(self, case: Case) -> Iterator[Reading]:
        """The names in a case that its words alone could make part of an account."""
        text = normalise(case.text)
        hits = [hit for hit in self.vocabulary.search.find(text) if hit.counts]
        (spans,) = self.model.find_people([text])
        names = [*self.spotting.spot(text), *(Spotted(start, end, known=True) for start, end in spans)]
        numbers = [hit.start for hit in hits if hit.identifier.kind in NUMBERS]
        surnames = [fold(truth.surname) for truth in case.people]
        for named in self.narrative.find_named(text, hits, names):
            if not may_be_in_account(named) or (surnames and not any(each in fold(named.name) for each in surnames)):
                continue
            before, after = split_words(text, named.start, named.start + len(named.name))
            near = sum(abs(number - named.start) <= REACH for number in numbers)
            hinted = named.part.role is not Role.UNKNOWN
            features = self.vocabulary.accounts.measure(before, after, numbers=near, hinted=hinted)
            yield Reading(
                case.layout, bool(surnames), features, count_words([*before[0], *before[1], *after[0], *after[1]])
            )


def may_be_in_account(named: Named) -> bool:
    """Whether it is for the words around a name to say that its bearer is in an account."""
    return named.known and " " in named.name and not named.part.aside and named.part.role is not Role.OFFICER


def gather(reader: Reader, vocabulary: Vocabulary) -> list[Reading]:
    """The names of all texts to fit to."""
    pools = gather_all(vocabulary)
    cases = [case for origin in ORIGINS for case in make_fitted(World(pools, f"fit {origin}"), origin)]
    cases += [case for number, _ in enumerate(ORIGINS) for case in make_ordinary_fitted(f"fit {number}", pools)]
    return [reading for case in cases for reading in reader.read(case)]


def look_up(words: set[str], model: LanguageModel) -> dict[str, Array]:
    """The vectors, of length 1, of those words that have one."""
    vocab = model.engine.nlp[LANGUAGE].vocab  # type: ignore[index] # declared as None, until it is loaded
    vectors = {word: np.asarray(vocab.get_vector(word), dtype=np.float64) for word in sorted(words)}
    return {word: vector / length for word, vector in vectors.items() if (length := float(np.linalg.norm(vector))) > 0}


def describe(reading: Reading, vectors: dict[str, Array]) -> Array:
    """What the regression is given of a name."""
    known = [count * vectors[word] for word, count in reading.words.items() if word in vectors]
    width = len(next(iter(vectors.values())))
    together = np.sum(known, axis=0) / reckon(reading.words) if known else np.zeros(width)
    return np.concatenate([[reading.features[name] for name in FEATURES], SCALE * together])


def regress(rows: Array, truths: Array, shares: Array) -> Array:
    """The weights of the columns, by Newton's method; START, the last of the features, is free."""
    dear = np.full(rows.shape[1], STRICTNESS)
    dear[len(FEATURES) - 1] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (shares * (odds - truths)) + dear * weights
        bend = (rows.T * (shares * odds * (1 - odds))) @ rows + np.diag(dear)
        weights -= np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Fit and write."""
    vocabulary, model = load_vocabulary(Path("config/vocabulary")), load_language_model()
    readings = gather(Reader(vocabulary, model), vocabulary)
    vectors = look_up({*vocabulary.lexicon.words, *STOP_WORDS, *vocabulary.accounts.signs}, model)
    counts = Counter(reading.text for reading in readings)
    weights = regress(
        np.array([describe(reading, vectors) for reading in readings]),
        np.array([float(reading.account) for reading in readings]),
        np.array([A_TEXT / counts[reading.text] for reading in readings]),
    )
    features = {name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=False)}
    features["start"] -= MARGIN
    words = {word: round(SCALE * float(vector @ weights[len(FEATURES) :]), 2) for word, vector in vectors.items()}
    save_weights(Weights(features, {word: weight for word, weight in words.items() if abs(weight) >= LEAST}))
    print(
        f"{len(readings):,} names in {len(counts)} texts; {len(words):,} words, {WEIGHTS_FILE.stat().st_size:,} bytes"
    )
    print(features)


if __name__ == "__main__":
    main()
