"""Scores and the report that tells them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from detectors.model import Role
from evaluation.case import Case, Form, Truth
from evaluation.report import Looked, Results, as_json, tell
from evaluation.scores import Score, match_people
from evaluation.seen import Seen, Somebody

JANE = Truth("Doe", "Jane", Role.VICTIM, "British")
JOHN = Truth("Doe", "John", Role.SUSPECT, "British")
BERG = Truth("van der Berg", "Aurelia", None, "British", ("AB123456C",))


def somebody(words: str, role: Role | None = None, *marks: str) -> Somebody:
    """Whom an engine saw."""
    return Somebody(frozenset(words.split()), frozenset(marks), role)


def case(*people: Truth, held: bool | None = True) -> Case:
    """A text with some people."""
    return Case(
        name="a case", layout="a layout", form=Form.PROSE, held=held, text="…", people=people, identifiers=("nino",)
    )


def seen(somebodies: Sequence[Somebody], *, people: int, held: bool = True) -> Seen:
    """What an engine says."""
    return Seen(people, somebodies, Counter({"nino": 2}), held, 1.0)


@pytest.mark.parametrize(
    ("people", "somebodies", "recognised"),
    [
        ((JANE, JOHN), [somebody("doe jane"), somebody("doe john")], [True, True]),
        ((JANE, JOHN), [somebody("doe john"), somebody("doe john")], [False, True]),
        ((JANE, JOHN), [somebody("doe"), somebody("doe")], [True, True]),
        ((BERG,), [somebody("van der berg aurelia")], [True]),
        ((BERG,), [somebody("", None, "AB123456C")], [True]),
        ((BERG,), [somebody("berg aurelia")], [False]),
        ((BERG,), [somebody("", None, "AB123456D")], [False]),
        ((JANE,), [somebody("jane")], [False]),
        ((JANE,), [somebody("doeringer jane")], [False]),
        ((JANE,), [], [False]),
    ],
)
def test_people_are_matched_by_surname_or_number(
    people: tuple[Truth, ...], somebodies: list[Somebody], recognised: list[bool]
) -> None:
    """The forename tells those of one surname apart."""
    assert [found is not None for found in match_people(people, somebodies)] == recognised


def test_a_second_sighting_in_the_right_role_counts() -> None:
    """Somebody may be named before their part in it is."""
    (found,) = match_people([JANE], [somebody("doe jane"), somebody("doe jane", Role.VICTIM)])
    assert found is not None
    assert found.role is Role.VICTIM


def test_a_score_adds_up() -> None:
    """Counts, recall, precision, roles, holds."""
    score = Score()
    score.add(case(JANE, JOHN), seen([somebody("doe jane", Role.WITNESS), somebody("kent")], people=1))
    score.add(case(held=False), seen([], people=0, held=True))
    score.add(case(held=False), seen([], people=0, held=False))
    assert (score.to_hold, score.held, score.to_pass, score.stopped) == (1, 1, 2, 1)
    assert (score.recall, score.precision, score.off) == (0.5, 0.5, 0.5)
    assert (score.roles_told, score.roles_right) == (1, 0)


def test_the_report_tells_the_cases_that_are_not_right() -> None:
    """Beside another engine, for people and for programs."""
    wrong = Looked(case(JANE), seen([], people=0, held=False))
    passed = Looked(case(held=False), seen([somebody("kent")], people=1))
    results = [Results("ours", [wrong, passed]), Results("theirs", [passed])]
    text = "\n".join(tell(results))
    assert "NOT HELD: a case" in text
    assert "must pass: theirs holds 1 of 1" in text
    figures = json.loads(json.dumps(as_json(results, {})))
    assert figures["ours"]["prose"]["positives"]["everything"]["all"]["recall"] == 0
    assert figures["theirs"]["prose"]["must_pass"]["a layout"]["stopped"] == 1
    assert figures["ours"]["prose"]["identifiers"]["nino"] == {"number": 1, "recall": 1.0, "precision": 0.5}
