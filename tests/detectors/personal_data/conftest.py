"""The shipped vocabulary and a short way to look at content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from detectors.model import Account, Passage, Table
from detectors.personal_data import Detection, LanguageModel, Vocabulary, load_language_model, load_vocabulary

VOCABULARY = Path(__file__).parents[3] / "config" / "vocabulary"
Look = Callable[..., Account]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    return load_vocabulary(VOCABULARY)


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    """The language model, loaded once."""
    return load_language_model()


@pytest.fixture
def look(vocabulary: Vocabulary, model: LanguageModel) -> Look:
    """What one message with the given content amounts to."""

    def observe(*contents: Passage | Table) -> Account:
        detection = Detection(vocabulary, b"key for this message", model)
        for content in contents:
            detection.observe(content)
        return detection.take()

    return observe
