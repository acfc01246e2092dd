"""Ordinary running text passes."""

from __future__ import annotations

from pathlib import Path

from detectors.personal_data import Vocabulary, load_language_model
from evaluation.names import Pool
from evaluation.ordinary_prose import TEXTS, make_texts, make_titles
from evaluation.ours import Ours

POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


def test_no_ordinary_text_is_held(vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """A gateway that cries wolf is switched off."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    cases = [*make_texts("test", pools), *make_titles("test", 20)]
    assert len(cases) == len(TEXTS) + 20
    assert [case.name for case in cases if ours.look(case).held] == []
