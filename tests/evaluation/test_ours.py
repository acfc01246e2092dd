"""Our detection as the evaluation asks it."""

from __future__ import annotations

from detectors.model import Role
from detectors.personal_data import Vocabulary
from evaluation.case import Case, Form
from evaluation.ours import Ours
from tests.evaluation.conftest import CONFIG


def test_it_tells_who_was_seen_and_whether_it_is_held(vocabulary: Vocabulary) -> None:
    """By the shipped policy."""
    ours = Ours(vocabulary, CONFIG / "policy.toml")
    text = "AGGRIEVED: OKONKWO, Chidi (DOB 01/02/1990)"
    found = ours.look(Case(name="x", layout="x", form=Form.PROSE, held=True, text=text))
    assert (found.people, found.held, found.kinds["date_of_birth"]) == (1, True, 1)
    assert [(each.words, each.role) for each in found.somebodies] == [(frozenset({"okonkwo", "chidi"}), Role.VICTIM)]
    nothing = ours.look(
        Case(name="x", layout="x", form=Form.TABLE, held=False, rows=(("Month", "Count"), ("May", "3")))
    )
    assert (nothing.people, nothing.held, nothing.somebodies) == (0, False, [])


def test_what_goes_over_a_limit_is_held(vocabulary: Vocabulary) -> None:
    """More windows about crime than a message may have."""
    lines = [
        f"On day {n} the victim, Jane Roe, was assaulted at flat {n}." + " It was late." * 20 for n in range(1_100)
    ]
    case = Case(name="x", layout="x", form=Form.PROSE, held=True, text="\n".join(lines))
    assert Ours(vocabulary, CONFIG / "policy.toml").look(case).held
