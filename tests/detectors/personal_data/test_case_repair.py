"""Capitals where names may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.personal_data import Vocabulary
from detectors.personal_data.case_repair import CaseRepair, lacks_case, raise_names
from detectors.personal_data.lexicon import load_lexicon

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("PRIYA OKONKWO WAS ASSAULTED IN NORWICH", "Priya Okonkwo was assaulted in Norwich"),
        ("the victim priya okonkwo rang police", "the victim Priya Okonkwo rang police"),
        ("IP JOHN BROWN STATES", "ip John Brown states"),
        ("mark young was arrested", "Mark Young was arrested"),
        ("mr rose told us", "Mr rose told us"),
        ("SUSPECT MADE OFF ON FOOT", "suspect made off on foot"),
        ("grzegorz brzęczyszczykiewicz", "Grzegorz Brzęczyszczykiewicz"),
        ("Victim Jane Doe.\nSHE SAW WEI LI", "Victim Jane Doe.\nshe saw Wei Li"),
    ],
)
def test_lines_without_case_are_written_as_sentences(text: str, repaired: str, vocabulary: Vocabulary) -> None:
    """Ordinary words small, names and what nobody knows with a capital."""
    assert CaseRepair(vocabulary.lexicon, vocabulary.ordinary).repair(text) == repaired


def test_lettering_without_case_is_known() -> None:
    """Capitals of a form, the small letters of a log; not a sentence."""
    sentence = "Sheila Okonkwo was assaulted by Darius Kowalski."
    assert lacks_case(sentence.upper())
    assert lacks_case(sentence.lower())
    assert not lacks_case(sentence)


def test_where_a_name_is_all_there_may_be_any_name_is_one() -> None:
    """After a label."""
    assert raise_names("rose brown of mill road", LEXICON) == "Rose Brown of mill road"


@given(st.text(st.sampled_from("aB \n.,éİßǅﬁŁ'-"), max_size=300))
def test_offsets_hold(text: str) -> None:
    """Whatever grows when its case changes."""
    assert len(CaseRepair(LEXICON, ()).repair(text)) == len(text)
    assert len(raise_names(text, LEXICON)) == len(text)
