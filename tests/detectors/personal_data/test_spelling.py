"""Where in the original a character of a normalised text stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.personal_data import Vocabulary
from detectors.personal_data.normal import normalise
from detectors.personal_data.spelling import spell

NUMBER = "AB123456C"


@given(st.text())
def test_the_spelling_is_that_of_normalise(text: str) -> None:
    """Two ways to one text."""
    assert spell(text).text == normalise(text)


@given(st.text(), st.text())
def test_every_character_lies_in_the_original_and_in_order(before: str, after: str) -> None:
    """Stretches never run backwards, and never past the end."""
    text = before + after
    spelling = spell(text)
    assert len(spelling.starts) == len(spelling.ends) == len(spelling.text)
    assert list(spelling.starts) == sorted(spelling.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(spelling.starts, spelling.ends, strict=True))


@pytest.mark.parametrize(
    "written",
    [
        "AB123456C",
        "ＡＢ１２３４５６Ｃ",
        "AB\u00ad123\u200b456C",
        "A\u2060B1\u200d2\ufeff3456C",
        "ΑΒ123456С",
        "AB١٢٣٤٥٦C",
        "AB१२३४५६C",
        "𝐀𝐁𝟏𝟐𝟑𝟒𝟓𝟔𝐂",
        "A\u0336B\u03361\u03362\u03363\u03364\u03365\u03366\u0336C\u0336",
        "ⒶⒷ①②③④⑤⑥Ⓒ",
        "A\ufe0fB1\ufe0f23456C",
        "AB12З456С",
        "AB123456\U000e0041C",
    ],
)
@pytest.mark.parametrize("before", ["", "Siân ﬁrst ½ … ", "שלום ", "\u202eمرحبا\u202c ", "각 가 ", "e\u0301e\u0301 "])
def test_a_number_is_found_however_it_is_written_and_where_it_stands(
    vocabulary: Vocabulary, before: str, written: str
) -> None:
    """The reviewer is shown the characters of the document, not of our spelling of it."""
    text = f"{before}NINO: {written}, and so on"
    spelling = spell(text)
    (hit,) = [hit for hit in vocabulary.search.find(spelling.text) if hit.counts]
    assert hit.value == NUMBER
    start, end = spelling.locate((hit.start, hit.end))
    assert text[start:end] in {written, written.rstrip("\u0336")}
    assert start == len(before) + 6


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Зоя", "Зoя"),
        ("О2 plan", "O2 plan"),
        ("7 З", "7 З"),
        ("café", "café"),
        ("José Łukasz Żaneta", "José Łukasz Żaneta"),
        ("naïve – “quoted” it’s", 'naïve - "quoted" it\'s'),
        ("№ 5", "No 5"),
        ("1О1", "101"),
        ("two\u00a0words", "two words"),
    ],
)
def test_letters_stay_letters_where_no_digits_are_on_both_sides(text: str, spelt: str) -> None:
    """A name in another alphabet must not become a number."""
    assert normalise(text) == spelt


def test_a_syllable_in_parts_maps_back_as_a_whole() -> None:
    """Three parts of a Korean syllable are one character."""
    spelling = spell("x\u1112\u1161\u11ab!")
    assert spelling.text == "x한!"
    assert spelling.locate((1, 2)) == (1, 4)
