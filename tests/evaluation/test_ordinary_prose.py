"""Ordinary running text passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.personal_data import Vocabulary, load_language_model
from evaluation.names import Pool
from evaluation.ordinary_prose import TEXTS, UNSEEN, make_texts, make_titles
from evaluation.ours import Ours
from evaluation.texts import read_texts

HARD = ("unseen: oral history", "unseen: neighbour planning")
POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


def test_no_ordinary_text_is_held(vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """A gateway that cries wolf is switched off."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    cases = [*(case for case in make_texts("test", pools) if case.layout in TEXTS), *make_titles("test", 20)]
    assert len(cases) == len(TEXTS) + 20
    assert {case.layout for case in cases if ours.look(case).held} <= set(HARD)


def test_hardly_any_that_nothing_was_tuned_on_is_held(vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """Though they were written to be hard: novels, boxing, news of crimes, histories. Every third, to be quick."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    unseen = {f"{UNSEEN}{kind}" for kind in list(read_texts("ordinary_unseen.txt"))[::3]}
    held = [case.layout for case in make_texts("test", pools) if case.layout in unseen and ours.look(case).held]
    assert len(held) <= len(unseen) / 12


@pytest.mark.parametrize("layout", HARD)
@pytest.mark.xfail(
    reason="a death that a family remembers, and a neighbour who breaks a fence, read like what the police look into: 'told us', 'drowned', 'her brother', 'refused'",
    strict=True,
)
def test_a_memory_is_not_held(layout: str, vocabulary: Vocabulary, pools: dict[str, Pool]) -> None:
    """Nobody is in a crime in it."""
    ours = Ours(vocabulary, POLICY, load_language_model())
    (case,) = (case for case in make_texts("test", pools) if case.layout == layout)
    assert not ours.look(case).held
