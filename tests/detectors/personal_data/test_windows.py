"""Names that only the language model sees, and texts that look as if they had some."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model import Location, OverLimit, Passage, Step, Visibility, Why
from detectors.personal_data import Detection, LanguageModel, Vocabulary, load_language_model
from detectors.personal_data.windows import WINDOW, cut

WHERE = Location((Step("letter", "attachment 1"),))
CRIME = "Sheila Okonkwo was assaulted outside her home by her ex-partner Darius Kowalski, who was arrested."


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load_language_model()


def count(text: str, vocabulary: Vocabulary, model: LanguageModel) -> int:
    detection = Detection(vocabulary, b"k" * 16, model)
    detection.observe(Passage(WHERE, Visibility.SHOWN, "text", text))
    return detection.take().people.total


@pytest.mark.parametrize("text", [CRIME, CRIME.upper()])
def test_people_of_a_crime_are_found_without_a_form(text: str, vocabulary: Vocabulary, model: LanguageModel) -> None:
    """Neither a label nor a date of birth; also in capitals."""
    assert count(text, vocabulary, model) == 2


@pytest.mark.parametrize("write", [str, str.upper])
def test_people_of_a_report_within_other_text_are_found(
    write: Callable[[str], str], vocabulary: Vocabulary, model: LanguageModel
) -> None:
    """Each paragraph of a window is weighed by itself too."""
    manual = "Each department publishes its key indicators within ten working days, see paragraph 3.4. " * 4
    assert count(write(f"{manual}\n\n{CRIME}\n\n{manual}"), vocabulary, model) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your request of 3 March. Yours sincerely, Margaret Holloway, Information Officer",
        "No victims were identified. Two males were arrested for theft and released.",
        "The court in Smith v Jones considered section 40 of the Freedom of Information Act 2000 and the theft offences.",
        "Chief Constable Rachel Barton said that burglary had fallen by a third in Great Yarmouth.",
        "Reports of assault near Nelson Close and King Street rose in April.",
        "The Police and Crime Commissioner, Tim Underhill, will publish figures of domestic abuse in June.",
    ],
)
def test_ordinary_letters_name_nobody_in_a_crime(text: str, vocabulary: Vocabulary, model: LanguageModel) -> None:
    """A name alone is what letters end with."""
    assert count(text, vocabulary, model) == 0


def test_more_windows_than_a_message_may_have_are_unread(
    vocabulary: Vocabulary, model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over budget is never a pass."""
    detection = Detection(vocabulary, b"k" * 16, model)
    assert detection.windows is not None
    monkeypatch.setattr(detection.windows, "left", 0)
    detection.observe(Passage(WHERE, Visibility.SHOWN, "text", f"{CRIME}\nVICTIM: DOE, Jane (DOB 01/02/1980)"))
    with pytest.raises(OverLimit) as over:
        detection.finish_prose()
    assert over.value.why is Why.TOOK_TOO_LONG
    assert detection.take().people.total == 1  # whom the form makes out is still told


@given(st.text(st.sampled_from("aB \n.,éİß"), max_size=3000))
def test_windows_cover_a_text_without_gap_or_overlap(text: str) -> None:
    """Nothing is left out."""
    spans = list(cut(text))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start <= WINDOW for start, end in spans)
