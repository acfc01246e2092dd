"""Ordinary running text passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.personal_data import Vocabulary, load_language_model
from evaluation.names import Pool
from evaluation.ordinary_prose import TEXTS, make_texts, make_titles
from evaluation.ours import Ours

REMEMBERED = "unseen: oral history"
POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


def test_no_ordinary_text_is_held(vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """A gateway that cries wolf is switched off."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    cases = [*make_texts("test", pools), *make_titles("test", 20)]
    assert len(cases) == len(TEXTS) + 20
    assert {case.layout for case in cases if ours.look(case).held} <= {REMEMBERED}


@pytest.mark.xfail(
    reason="a death that a family remembers reads like one that the police look into: 'told us', 'drowned', 'her brother'",
    strict=True,
)
def test_a_memory_is_not_held(vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """Nobody is in it but the dead."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    (case,) = (case for case in make_texts("test", pools) if case.layout == REMEMBERED)
    assert not ours.look(case).held
