"""A force's own recognisers at work."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.model import Column, Finding, Location, Passage, Row, Table, Visibility
from detectors.personal_data import Detection, Vocabulary, load_own_identifiers, load_vocabulary
from tests.cost import cost_at_most

CONFIG = Path(__file__).parents[3] / "config"
HERE = Location() / "body"

OWN = r"""
recognizers:
  - name: Exhibit number
    supported_entity: EXHIBIT_NUMBER
    patterns:
      - {name: initials and number, regex: '[A-Z]{2,3}/\d{1,3}', score: 0.2}
      - {name: property store, regex: 'PS\d{8}|PX\d{8}', score: 0.9}
    context: [exhibit, property store]
  - name: Operations
    supported_entity: OPERATION_NAME
    deny_list: [Operation Kestrel, Op Siân]
"""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    path = tmp_path_factory.mktemp("own") / "recognisers.yaml"
    path.write_text(OWN)
    return load_vocabulary(CONFIG / "vocabulary", load_own_identifiers(path))


def find(vocabulary: Vocabulary, *contents: Passage | Table) -> list[Finding]:
    detection = Detection(vocabulary, b"key for this message")
    for content in contents:
        detection.observe(content)
    return list(detection.take().findings)


def kinds(vocabulary: Vocabulary, text: str) -> list[str]:
    return [finding.kind for finding in find(vocabulary, Passage(HERE, Visibility.SHOWN, "body", text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See exhibit FXB/01 in the bundle.", ["exhibit_number"]),
        ("Property store: PS20211234", ["exhibit_number"]),
        ("kept as px20211234", ["exhibit_number"]),
        ("under operation kestrel", ["operation_name"]),
        ("under Op Siân", ["operation_name"]),
        ("under Op SIÂN.", ["operation_name"]),
    ],
)
def test_what_the_force_asked_for_is_found(vocabulary: Vocabulary, text: str, found: list[str]) -> None:
    """By a sure pattern, by an unsure one beside a word of its context, by a list of words."""
    assert kinds(vocabulary, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Rates AB/12 and CD/3 apply.",
        "The exhibition was FXB 01.",
        "An exhibit was shown, and much later in that same long afternoon the rate AB/12 was set.",
        "XPS20211234",
        "PS202112345",
        "PS2021123",
        "Operation Kestrels",
        "cooperation kestrel",
        "Operation Merlin",
        "Op Sian",
        "Op Siön",
        "",
    ],
)
def test_what_it_did_not_ask_for_is_not(vocabulary: Vocabulary, text: str) -> None:
    """Parts of longer codes and words, an unsure pattern by itself, other words of the same shape."""
    assert kinds(vocabulary, text) == []


def test_a_finding_says_which_rule_and_never_the_value(vocabulary: Vocabulary) -> None:
    """Beside a word of the context a score of 0.2 is 0.55, as Presidio counts."""
    (finding,) = find(vocabulary, Passage(HERE, Visibility.SHOWN, "body", "exhibit FXB/01"))
    assert finding.because == "pattern 'initials and number' of the recogniser 'Exhibit number'"
    assert finding.confidence == pytest.approx(0.55)
    assert finding.masked == "F••/••"


def test_cells_are_searched_too(vocabulary: Vocabulary) -> None:
    """In a column of no known kind."""
    rows = [Row(number, (f"Item {number}", "seen in Operation Kestrel")) for number in range(1, 20)]
    table = Table(HERE, Visibility.HIDDEN_SHEET, "cells", (Column(letter="A"), Column(letter="B")), rows)
    assert [(each.kind, each.count) for each in find(vocabulary, table)] == [("operation_name", 19)]


@pytest.mark.parametrize(("heading", "found"), [("Exhibit", 2), ("Ref", 0)])
def test_a_heading_is_a_word_of_the_context(vocabulary: Vocabulary, heading: str, found: int) -> None:
    """An unsure pattern counts in its own column, however short the values are."""
    rows = [Row(1, ("FX/1",)), Row(2, ("CD/2",)), Row(3, ("none",))]
    table = Table(HERE, Visibility.SHOWN, "cells", (Column(heading),), rows)
    assert sum(finding.count for finding in find(vocabulary, table)) == found


def test_a_heading_in_the_first_row_is_one_too(vocabulary: Vocabulary) -> None:
    """As in a sheet."""
    rows = [Row(1, ("Surname", "Exhibit")), Row(2, ("Doe", "FX/1")), Row(3, ("Roe", "CD/2"))]
    table = Table(HERE, Visibility.SHOWN, "cells", (Column(letter="A"), Column(letter="B")), rows)
    assert sum(each.count for each in find(vocabulary, table) if each.kind == "exhibit_number") == 2


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        (r"(a", "is not a regular expression"),
        (r"\d+", "and at most 64"),
        (r"\d{1,65}", "and at most 64"),
        (r"(a|b)*", "and at most 64"),
        (r"", "field 'patterns.1.regex': must not be empty"),
        (r"x?", "at least one character"),
        (r"(?<=a)b", "cannot be searched for in linear time"),
        (r"a(?!b)", "cannot be searched for in linear time"),
        (r"(a)\1", "cannot be searched for in linear time"),
        (r"é\d", "must be of ASCII characters"),
    ],
)
def test_a_pattern_that_cannot_be_searched_for_safely_stops_the_start(tmp_path: Path, regex: str, words: str) -> None:
    """One sentence that names file, recogniser and field."""
    path = tmp_path / "recognisers.yaml"
    path.write_text(
        "recognizers:\n  - name: Bad\n    supported_entity: BAD\n"
        f"    patterns:\n      - {{name: p, regex: '{regex}', score: 0.5}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"^[^\n]*\.$") as caught:
        load_own_identifiers(path)
    assert words in str(caught.value)
    assert "recogniser 'Bad'" in str(caught.value)


def test_a_pattern_meant_to_be_slow_is_not(tmp_path: Path) -> None:
    """Nested repeats take a backtracking engine for ever."""
    path = tmp_path / "recognisers.yaml"
    path.write_text(
        "recognizers:\n  - name: Slow\n    supported_entity: SLOW\n"
        "    patterns:\n      - {name: p, regex: '((a{1,3}){1,4}){1,4}c', score: 0.5}\n"
    )
    slow = load_vocabulary(CONFIG / "vocabulary", load_own_identifiers(path))
    with cost_at_most(200):
        assert slow.search.find("a" * 100_000) == []
