"""Phrases in short texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.personal_data import Vocabulary
from detectors.personal_data.phrases import WORD, compile_phrases, make_phrases

PHRASES = ("assault", "in custody", "d.o.b", "s.18", "common assault", "café raid", "a b", "witness's")


def are_in(text: str) -> bool:
    """Whether one of the phrases is in a text, told by its words."""
    return make_phrases(PHRASES).are_in(text, set(WORD.findall(text)))


@pytest.mark.parametrize(
    "text", ["an assault!", "held in custody.", "d.o.b", "s.18 wounding", "a café raid", "(a b)", "the witness's coat"]
)
def test_a_phrase_is_found_as_whole_words(text: str) -> None:
    """With signs, accents and words of one letter."""
    assert are_in(text)


@pytest.mark.parametrize(
    "text",
    ["assaults", "assaulté", "in custodyx", "custody", "s.180", "a cafe raid", "a bc", "witness", "1assault", ""],
)
def test_parts_of_words_are_not(text: str) -> None:
    """Nor a word of a phrase by itself."""
    assert not are_in(text)


@given(st.lists(st.sampled_from([*PHRASES, " ", "-", "é", "x", ".", "'s", "in", "custody", "1"]), max_size=8))
def test_looking_at_the_words_first_changes_nothing(pieces: list[str]) -> None:
    """It only saves the search."""
    text = "".join(pieces)
    assert are_in(text) == (compile_phrases(PHRASES).search(text) is not None)


def test_of_no_phrases_none_is_found() -> None:
    """An empty alternative would match anything."""
    assert not make_phrases(()).are_in("anything", {"anything"})


def test_no_sign_of_a_crime_is_searched_for_in_every_text(vocabulary: Vocabulary) -> None:
    """Each has a word that most texts lack."""
    assert vocabulary.signs.others.pattern == compile_phrases(()).pattern
