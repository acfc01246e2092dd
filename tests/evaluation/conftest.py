"""Names for generated cases, gathered once."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.personal_data import Vocabulary, load_vocabulary
from evaluation.names import Pool, gather_all

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped."""
    return load_vocabulary(CONFIG / "vocabulary")


@pytest.fixture(scope="session")
def pools(vocabulary: Vocabulary) -> dict[str, Pool]:
    """The names that it does not know."""
    return gather_all(vocabulary)
