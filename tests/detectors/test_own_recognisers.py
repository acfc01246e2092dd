"""A force's own recognisers, read from their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.own_recognisers import load_own

SHIPPED = Path(__file__).parents[2] / "config" / "recognisers.yaml"

GOOD = """
recognizers:
  - name: Exhibit number
    supported_entity: EXHIBIT_NUMBER
    supported_language: en
    type: custom
    patterns:
      - name: initials and number
        regex: '[A-Z]{2,3}/\\d{1,3}'
        score: 0.2
    context: [exhibit]
  - name: Old
    supported_entity: OLD
    enabled: false
    deny_list: [old]
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recognisers.yaml"
    path.write_text(text)
    return path


def test_the_shipped_file_adds_nothing() -> None:
    """An example in comments, to be made one's own."""
    assert load_own(SHIPPED) == ()


def test_the_example_in_the_shipped_file_is_sound(tmp_path: Path) -> None:
    """Who uncomments it can start the gateway."""
    lines = [line.removeprefix("# ") for line in SHIPPED.read_text().splitlines() if line.startswith("# ")]
    example = "\n".join(lines[lines.index("recognizers:") :])
    assert [own.kind for own in load_own(write(tmp_path, example))] == ["exhibit_number", "operation_name"]


def test_presidios_own_form_is_read_and_what_is_disabled_left_out(tmp_path: Path) -> None:
    """The kind is the entity in small letters."""
    (own,) = load_own(write(tmp_path, GOOD))
    assert (own.kind, own.patterns[0].score, own.context) == ("exhibit_number", 0.2, ("exhibit",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("recognizers: [", "not valid YAML, line 1"),
        ("", "must be a table"),
        ("recognisers: []", "field 'recognizers': is missing"),
        ("recognizers: {}", "field 'recognizers': must be a list"),
        (GOOD.replace("EXHIBIT_NUMBER", "exhibit"), "'Exhibit number', field 'supported_entity'"),
        (GOOD.replace("EXHIBIT_NUMBER", "NINO"), "is a kind that the gateway has already"),
        (GOOD.replace("EXHIBIT_NUMBER", "PERSON"), "is a kind that the gateway has already"),
        (GOOD.replace("score: 0.2", "score: 2"), "'Exhibit number', field 'patterns.1.score'"),
        (GOOD.replace("score: 0.2", "weight: 2"), "field 'patterns.1.score': is missing"),
        (GOOD.replace("type: custom", "type: predefined"), "field 'type'"),
        (GOOD.replace("supported_language: en", "supported_language: es"), "field 'supported_language'"),
        (GOOD.replace("context:", "contexts:"), "field 'contexts': there is no such field"),
        (GOOD.replace("deny_list: [old]", "context: [old]"), "'Old': needs 'patterns' or a 'deny_list'"),
        (GOOD.replace("name: Old", "name: Exhibit number"), "there are two recognisers named 'Exhibit number'"),
        (GOOD.replace("enabled: false", "enabled: 'no'"), "'Old', field 'enabled': must be true or false"),
        (GOOD.replace("name: Exhibit number", "nome: Exhibit number"), "recogniser 1, field 'name': is missing"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_where(tmp_path: Path, text: str, words: str) -> None:
    """File, recogniser, field."""
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=r"\.$") as caught:
        load_own(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """Whoever named it in the settings meant something."""
    with pytest.raises(ValueError, match=r"none\.yaml: cannot be read: No such file or directory\.$"):
        load_own(tmp_path / "none.yaml")
