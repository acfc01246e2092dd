"""Our recognisers in Presidio's registry, whose results say why without saying what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    LocalRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from detectors.personal_data.identifiers.identifier import Identifier, Span
from detectors.personal_data.search import Hit, Search
from detectors.personal_data.spelling import Spelling, spell

LANGUAGE = "en"
NO_WORDS = Vocab()


class SearchedText(NlpArtifacts):
    """What all recognisers share of one text: the hits of the one pass over it, and nothing of its language."""

    def __init__(self, spelling: Spelling, hits: Sequence[Hit]) -> None:
        super().__init__([], Doc(NO_WORDS), [], [], None, LANGUAGE)
        self.spelling = spelling
        self.hits = hits


class SearchEngine(NoOpNlpEngine):
    """Presidio's place for what is done once a text: no language is looked at, identifiers are searched for in one pass."""

    def __init__(self, search: Search) -> None:
        super().__init__([{"lang_code": LANGUAGE, "model_name": "none"}])
        self.search = search
        self.load()

    def process_text(self, text: str, language: str) -> SearchedText:
        """The hits in a text that count. Raises the error of the search engine."""
        self._validate_loaded_language(language)
        spelling = spell(text)
        return SearchedText(spelling, [hit for hit in self.search.find(spelling.text) if hit.counts])


class IdentifierRecognizer(LocalRecognizer):
    """All rules for one kind of identifier."""

    def __init__(self, kind: str, identifiers: Sequence[Identifier]) -> None:
        super().__init__([entity_of(kind)], name=kind)
        self.kind = kind
        self.identifiers = tuple(identifiers)

    def load(self) -> None:
        """Nothing: the patterns of all kinds are compiled together."""

    def analyze(
        self,
        text: str,  # noqa: ARG002 Presidio's
        entities: list[str],  # noqa: ARG002 Presidio's
        nlp_artifacts: NlpArtifacts | None = None,
    ) -> list[RecognizerResult]:
        """The hits of this kind that SearchEngine has found; start and end are those of the text as it was given.

        Raises TypeError where another engine was asked: nothing was looked at then.
        """
        if not isinstance(nlp_artifacts, SearchedText):
            raise TypeError("the recognisers of the gateway need its SearchEngine")
        return [
            self.explain(hit.identifier, nlp_artifacts.spelling.locate((hit.start, hit.end)))
            for hit in nlp_artifacts.hits
            if hit.identifier in self.identifiers
        ]

    def explain(self, identifier: Identifier, span: Span, column: str = "") -> RecognizerResult:
        """A result for a value: which rule, and which column of a table by what it means; never the value."""
        because = f"{identifier.because}, {column}" if column else identifier.because
        return RecognizerResult(
            entity_type=self.supported_entities[0],
            start=span[0],
            end=span[1],
            score=identifier.confidence,
            analysis_explanation=AnalysisExplanation(
                recognizer=self.kind, original_score=identifier.confidence, textual_explanation=because
            ),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.kind,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


class NoEnhancer(ContextAwareEnhancer):
    """Leaves scores alone: labels were looked at when a hit was examined, each once."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 Presidio's
        raw_results: list[RecognizerResult],
        *_: object,
        **__: object,
    ) -> list[RecognizerResult]:
        """The results as they are."""
        return raw_results


@dataclass(frozen=True)
class Recognition:
    """The registry of all recognisers, ours and the force's, with the search that is compiled from it. Made once; nothing in it changes."""

    registry: RecognizerRegistry
    search: Search
    by_kind: dict[str, IdentifierRecognizer] = field(repr=False)

    def explain(self, identifier: Identifier, value: str, column: str = "") -> RecognizerResult:
        """A result for a value that was found; start and end are counted from its first character."""
        return self.by_kind[identifier.kind].explain(identifier, (0, len(value)), column)

    def make_analyzer(self) -> AnalyzerEngine:
        """Presidio's front door to the same recognisers, for trying them on single texts; a hundred times slower than the search."""
        return AnalyzerEngine(
            registry=self.registry,
            nlp_engine=SearchEngine(self.search),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=NoEnhancer(),
        )


def make_recognition(identifiers: Iterable[Identifier]) -> Recognition:
    """A registry of a recogniser a kind and of nothing else: none of Presidio's own, most of which cannot be trusted here."""
    kinds: dict[str, list[Identifier]] = {}
    for identifier in identifiers:
        kinds.setdefault(identifier.kind, []).append(identifier)
    by_kind = {kind: IdentifierRecognizer(kind, rules) for kind, rules in kinds.items()}
    registry = RecognizerRegistry(recognizers=list(by_kind.values()), supported_languages=[LANGUAGE])
    search = Search([identifier for recogniser in by_kind.values() for identifier in recogniser.identifiers])
    return Recognition(registry, search, by_kind)


def entity_of(kind: str) -> str:
    """What Presidio calls a kind."""
    return kind.upper()


def kind_of(result: RecognizerResult) -> str:
    """What we call the entity of a result."""
    return str(result.entity_type).lower()
