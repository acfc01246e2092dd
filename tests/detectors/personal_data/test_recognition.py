"""Presidio around the one search."""

from __future__ import annotations

import pytest
from presidio_analyzer import PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from detectors.model import IDENTIFIER_KINDS
from detectors.personal_data import LanguageModel, Vocabulary
from detectors.personal_data.recognition import SearchEngine, kind_of

TEXT = "Siân\u00ad’s number is JG\u200b123456C, her NHS number ９４３ 476 5919."


def test_the_registry_holds_ours_and_nothing_else(vocabulary: Vocabulary) -> None:
    """Presidio's own would come in of themselves were the registry empty, or asked to load them."""
    recognisers = vocabulary.recognition.registry.recognizers
    assert {entity for each in recognisers for entity in each.supported_entities} == {
        kind.upper() for kind in IDENTIFIER_KINDS
    }
    assert {type(each).__module__ for each in recognisers} == {"detectors.personal_data.recognition"}
    assert not any(isinstance(each, PatternRecognizer) for each in recognisers)


def test_the_model_has_a_registry_with_the_one_recogniser_that_reads_it(model: LanguageModel) -> None:
    """Its other entities are told of nobody."""
    (names,) = model.registry.recognizers
    assert isinstance(names, SpacyRecognizer)
    assert names.supported_entities == ["PERSON"]
    assert list(model.find_people(["Yesterday Margaret Holloway of Barclays flew to Paris."])) == [[(10, 27)]]


def test_presidios_front_door_finds_what_the_gateway_finds(vocabulary: Vocabulary) -> None:
    """With the places in the text as it was given, before it was normalised."""
    results = vocabulary.recognition.make_analyzer().analyze(TEXT, "en", return_decision_process=True)
    assert {(kind_of(result), TEXT[result.start : result.end]) for result in results} == {
        ("nino", "JG\u200b123456C"),
        ("nhs_number", "９４３ 476 5919"),
    }


def test_an_explanation_says_why_and_never_what(vocabulary: Vocabulary) -> None:
    """The rule and the column by its meaning; neither the value nor the pattern it matched."""
    for result in vocabulary.recognition.make_analyzer().analyze(TEXT, "en", return_decision_process=True):
        said = str(result.analysis_explanation.to_dict())
        assert result.analysis_explanation.textual_explanation
        assert "123456" not in said
        assert "476" not in said


def test_the_explanation_of_a_column_names_its_meaning(vocabulary: Vocabulary) -> None:
    """In our words, not in those of the sender's heading."""
    identifier = vocabulary.search.identifiers[0]
    result = vocabulary.recognition.explain(identifier, "secret", "column 'victim asn'")
    assert isinstance(result, RecognizerResult)
    assert result.analysis_explanation.textual_explanation == f"{identifier.because}, column 'victim asn'"
    assert (result.entity_type, result.start, result.end) == ("ASN", 0, 6)


def test_a_recogniser_refuses_a_text_that_was_not_searched(vocabulary: Vocabulary) -> None:
    """With another engine it would find nothing, which is not the same as nothing there."""
    recogniser = vocabulary.recognition.by_kind["asn"]
    artifacts: NlpArtifacts | None = None
    with pytest.raises(TypeError, match="SearchEngine"):
        recogniser.analyze(TEXT, ["ASN"], artifacts)


def test_the_search_engine_looks_at_no_language(vocabulary: Vocabulary) -> None:
    """No tokens, no lemmas, no entities: nothing that grows with a text but the one pass."""
    artifacts = SearchEngine(vocabulary.search).process_text(TEXT, "en")
    assert (artifacts.entities, artifacts.lemmas, len(artifacts.tokens)) == ([], [], 0)
    assert {hit.identifier.kind for hit in artifacts.hits} == {"nino", "nhs_number"}
