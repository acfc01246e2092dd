"""The one pass over a text."""

from __future__ import annotations

import hyperscan
import pytest

from detectors.personal_data import Vocabulary
from detectors.personal_data.search import CELL_END


def test_a_label_of_one_cell_says_nothing_of_the_next(vocabulary: Vocabulary) -> None:
    """Cells are searched together; a bare number beside another cell's "NHS" is still only a number."""
    hits = vocabulary.search.find(f"NHS number{CELL_END}9434765919")
    assert not any(hit.counts for hit in hits)


def test_two_kinds_at_one_place_are_one_hit(vocabulary: Vocabulary) -> None:
    """What counts is told once."""
    hits = vocabulary.search.find("PNC 1999/1234567B")
    assert [hit.identifier.kind for hit in hits if hit.counts] == ["pnc_id"]


def test_offsets_are_those_of_the_text_beyond_ascii(vocabulary: Vocabulary) -> None:
    """Hyperscan counts bytes; a person counts characters."""
    (hit,) = vocabulary.search.find("Siân Żaneta Ibáñez € AB123456C")
    assert hit.value == "AB123456C"


def test_a_failing_search_raises(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Could not look is never nothing found: a search without room to work says so."""
    monkeypatch.setattr(vocabulary.search.engine, "scratch", hyperscan.Scratch())
    with pytest.raises(hyperscan.HyperscanError):
        vocabulary.search.find("AB123456C")


def test_a_long_run_of_letters_is_searched_in_good_time(vocabulary: Vocabulary) -> None:
    """A megabyte that nearly is an e-mail address must not take the afternoon."""
    assert vocabulary.search.find("a" * 500_000 + "@" + "b." * 250_000) == []
