"""Labelled files of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detectors.model import Role
from evaluation.case import Form, Truth
from evaluation.labelled import read_folder


def test_cases_a_line(tmp_path: Path) -> None:
    """Text and rows, labelled as far as anybody knew."""
    lines = [
        {
            "text": "VICTIM: Doe, Jane",
            "held": True,
            "people": [{"surname": "Doe", "forename": "Jane", "role": "victim"}],
        },
        {"rows": [["Count"], [3]], "held": False, "layout": "counts"},
        {"text": "nothing is known of this"},
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, lines)))
    said, counts, unknown = read_folder(tmp_path)
    assert said.people == (Truth("Doe", "Jane", Role.VICTIM),)
    assert (said.held, said.form, said.layout) == (True, Form.PROSE, "set")
    assert (counts.held, counts.form, counts.layout, counts.rows) == (False, Form.TABLE, "counts", (("Count",), ("3",)))
    assert (unknown.held, unknown.people) == (None, ())


def test_spans_of_presidio_research(tmp_path: Path) -> None:
    """Nobody said whether such a sentence should be held."""
    spans = [
        {"entity_type": "PERSON", "entity_value": "Jane Ann Doe"},
        {"entity_type": "PHONE_NUMBER", "entity_value": "1"},
        {"entity_type": "CITY", "entity_value": "York"},
    ]
    (tmp_path / "synth.json").write_text(json.dumps([{"full_text": "…", "spans": spans}]))
    (case,) = read_folder(tmp_path)
    assert case.people == (Truth("Doe", "Jane Ann"),)
    assert (case.identifiers, case.held) == (("phone",), None)


def test_tables_and_texts_in_which_nobody_is(tmp_path: Path) -> None:
    """Whole, and a text line by line as well."""
    (tmp_path / "a.csv").write_text("Month,Count\nMay,3\n")
    (tmp_path / "b.txt").write_text("Common assault\n\nTheft\n")
    (tmp_path / "README").write_text("not a case")
    cases = list(read_folder(tmp_path))
    assert all(case.held is False and not case.people for case in cases)
    assert [case.rows or case.text for case in cases] == [
        (("Month", "Count"), ("May", "3")),
        "Common assault\n\nTheft\n",
        "Common assault",
        "Theft",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", "{"),
        ("a.jsonl", '{"held": true}'),
        ("a.jsonl", '{"text": "", "people": [{"role": "king"}]}'),
        ("a.jsonl", "[]"),
        ("a.json", '[{"full_text": "…"}]'),
        ("a.json", '{"full_text": "…"}'),
    ],
)
def test_a_file_of_another_format_is_named(tmp_path: Path, name: str, text: str) -> None:
    """Not passed over: figures would be of less than was given."""
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=rf"{name}: not of the format"):
        list(read_folder(tmp_path))
