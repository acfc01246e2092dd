"""Content that others wrote and labelled, from a folder of files.

What a file is depends on its ending:

`.jsonl`  one case a line: `{"text": "…"}` or `{"rows": [["…", "…"], …]}`, and what is true of it, all of it optional:
          `"name": "…"`, `"layout": "…"` (cases of one layout are summed up together), `"origin": "…"`, `"headed": true`,
          `"held": true` (must be held) or `false` (must pass),
          `"people": [{"surname": "…", "forename": "…", "role": "victim", "origin": "…", "marks": ["AB123456C"]}, …]`,
          `"identifiers": ["nino", "phone", …]` (one each; the kinds of `detectors.model.IDENTIFIER_KINDS`).
`.json`   a list in the format of presidio-research: `full_text` and `spans` with `entity_type` and `entity_value`.
`.csv`    a table in which nobody is: it must pass.
`.txt`    text in which nobody is: the whole must pass, and so must each of its lines (500 of them at most).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from detectors.model import Role
from evaluation.case import Case, Form, Truth

MOST_LINES = 500
KINDS = {
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "UK_NHS": "nhs_number",
    "UK_NINO": "nino",
    "UK_POSTCODE": "postcode",
}
"""Labels of presidio-research that are kinds of ours."""


def read_folder(folder: Path) -> Iterator[Case]:
    """The cases of every file in a folder, in the order of their names. Raises ValueError naming the file at fault."""
    for file in sorted(folder.iterdir()):
        read = READERS.get(file.suffix)
        if read is None:
            continue
        try:
            yield from read(file)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file}: not of the format that `evaluation/labelled.py` describes: {error}") from error


def read_cases(file: Path) -> Iterator[Case]:
    """One case a line."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield read_case(json.loads(line), f"{file.name}:{number}", file.stem)


def read_case(said: Mapping[str, Any], place: str, layout: str) -> Case:
    """A case from its labels."""
    rows = tuple(tuple(map(str, row)) for row in said.get("rows", ()))
    return Case(
        name=said.get("name", place),
        layout=said.get("layout", layout),
        form=Form.TABLE if rows else Form.PROSE,
        held=said.get("held"),
        rows=rows,
        text="" if rows else said["text"],
        people=tuple(read_person(person) for person in said.get("people", ())),
        identifiers=tuple(said.get("identifiers", ())),
        origin=said.get("origin", ""),
        headed=said.get("headed", True),
    )


def read_person(said: Mapping[str, Any]) -> Truth:
    """A person from their labels."""
    return Truth(
        surname=said.get("surname", ""),
        forename=said.get("forename", ""),
        role=Role(said["role"]) if "role" in said else None,
        origin=said.get("origin", ""),
        marks=tuple(said.get("marks", ())),
    )


def read_spans(file: Path) -> Iterator[Case]:
    """Sentences with the spans of what they name; whether they should be held, nobody said."""
    for number, said in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        named = dict.fromkeys(span["entity_value"] for span in said["spans"] if span["entity_type"] == "PERSON")
        kinds = tuple(KINDS[span["entity_type"]] for span in said["spans"] if span["entity_type"] in KINDS)
        yield Case(
            name=f"{file.name}[{number}]",
            layout=file.stem,
            form=Form.PROSE,
            held=None,
            text=said["full_text"],
            people=tuple(name_person(name) for name in named),
            identifiers=kinds,
        )


def name_person(name: str) -> Truth:
    """A person from a name in running text: the last word is taken for the surname."""
    forename, _, surname = name.strip().rpartition(" ")
    return Truth(surname=surname, forename=forename)


def read_table(file: Path) -> Iterator[Case]:
    """A table that must pass."""
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = tuple(map(tuple, csv.reader(stream)))
    yield Case(name=file.name, layout=file.name, form=Form.TABLE, held=False, rows=rows)


def read_lines(file: Path) -> Iterator[Case]:
    """A text that must pass, whole and line by line."""
    text = file.read_text(encoding="utf-8", errors="replace")
    yield Case(name=file.name, layout=f"{file.name}, whole", form=Form.PROSE, held=False, text=text)
    lines = [line for line in text.splitlines() if line.strip()]
    for number in range(0, len(lines), max(1, len(lines) // MOST_LINES)):
        yield Case(
            name=f"{file.name}:{number}",
            layout=f"{file.name}, by line",
            form=Form.PROSE,
            held=False,
            text=lines[number],
        )


READERS = {".jsonl": read_cases, ".json": read_spans, ".csv": read_table, ".txt": read_lines}
