"""Generated cases: always the same, of names that the lexicon lacks, true to their labels."""

from __future__ import annotations

import itertools

import pytest

from detectors.personal_data import Vocabulary
from detectors.personal_data.normal import normalise
from evaluation import ordinary_prose
from evaluation.case import Case, Form, Lettering
from evaluation.layouts import LAYOUTS, PSEUDONYMOUS, hide_one, make_table, make_tables
from evaluation.names import FEWEST, ORIGINS, Pool, TooFewNames, gather, is_known_to
from evaluation.narratives import ALL_IDENTIFIED, ALL_TEXTS, make_texts
from evaluation.ordinary import STATISTICS, TITLE_LISTS, make_ordinary
from evaluation.people import World


def world(pools: dict[str, Pool], seed: str = "7") -> World:
    """A world of a seed."""
    return World(pools, seed)


def test_there_are_names_of_every_origin_and_none_is_in_the_lexicon(
    pools: dict[str, Pool], vocabulary: Vocabulary
) -> None:
    """Else recall is that of a list, not of a method."""
    known = is_known_to(vocabulary)
    for origin in ORIGINS:
        assert min(len(pools[origin].forenames), len(pools[origin].surnames)) >= FEWEST
        assert not any(map(known, (*pools[origin].forenames, *pools[origin].surnames)))
        assert all(name.isprintable() and name.strip() == name for name in pools[origin].surnames)


def test_a_lexicon_that_knows_all_names_of_an_origin_is_no_yardstick() -> None:
    """Better no figure than a wrong one."""
    with pytest.raises(TooFewNames, match="Polish"):
        gather("Polish", lambda _: True)


@pytest.mark.parametrize("origin", ["British", "Chinese"])
def test_the_same_seed_makes_the_same_cases(pools: dict[str, Pool], origin: str) -> None:
    """So that two versions of detection can be compared."""
    once, again = (list(make_tables(world(pools), origin, 8)) for _ in range(2))
    other = list(make_tables(world(pools, "8"), origin, 8))
    assert once == again
    assert once != other
    assert list(make_ordinary("1", pools, 1)) == list(make_ordinary("1", pools, 1))


def appears(case: Case, word: str) -> bool:
    """Whether a word of a name stands in a case, whatever its lettering."""
    return word in normalise("\n".join(case.units())).casefold()


def test_everybody_who_is_true_of_a_case_is_named_in_it(pools: dict[str, Pool]) -> None:
    """And by no more than the case says."""
    made = world(pools)
    cases = [*make_tables(made, "Irish", 6), *make_texts(made, "Irish"), hide_one(made, "Irish", 200)]
    for case, person in ((each, person) for each in cases for person in each.people):
        named = all(appears(case, word) for word in person.surname.casefold().split())
        numbered = any(
            mark in "".join(c for c in " ".join(case.units()).upper() if c.isalnum()) for mark in person.marks
        )
        assert named or numbered, case.name


def test_layouts_vary_headings_letters_and_sizes(pools: dict[str, Pool]) -> None:
    """Every layout at least once headed and once not."""
    cases = list(make_tables(world(pools), "Polish", 10))
    seen = {(case.layout, case.headed) for case in cases}
    assert seen >= set(itertools.product(LAYOUTS, (True, False)))
    assert {case.lettering for case in cases} == set(Lettering)
    assert all(case.people and case.held for case in cases if case.layout not in PSEUDONYMOUS)
    assert not any(case.people or case.held for case in cases if case.layout in PSEUDONYMOUS)


@pytest.mark.parametrize(
    ("layout", "headings", "people", "told"),
    [
        ("victim and suspect in full", "first", 12, True),
        ("victim and suspect in full", "none", 12, False),
        ("role column, titled name", "none", 6, True),
        ("names and phone", "first", 6, False),
        ("narrative alone", "first", 9, True),
        ("narrative of a log", "none", 2, True),
        ("numbers without names", "first", 6, False),
    ],
)
def test_the_truth_of_a_table_is_what_its_rows_say(
    pools: dict[str, Pool], layout: str, headings: str, people: int, told: bool
) -> None:
    """Roles only where the table tells them."""
    case = make_table(world(pools), layout, "African", headings=headings, rows=6, lettering=Lettering.MIXED)
    assert len(case.people) == people
    assert all((person.role is not None) is told for person in case.people)


def test_texts_name_whom_they_identify(pools: dict[str, Pool]) -> None:
    """Each in three letterings."""
    assert ALL_TEXTS.keys() == ALL_IDENTIFIED.keys()
    cases = list(make_texts(world(pools), "Romanian"))
    assert len(cases) == 3 * len(ALL_TEXTS)
    assert all("{" not in case.text for case in cases)
    assert all(len(case.people) == len(ALL_IDENTIFIED[case.layout]) for case in cases)


def test_ordinary_cases_must_pass(pools: dict[str, Pool]) -> None:
    """Statistics and text, every shape once a round."""
    cases = list(make_ordinary("1", pools, 2))
    assert len(cases) == 2 * (len(STATISTICS) + len(ordinary_prose.ALL_TEXTS) + TITLE_LISTS)
    assert all(case.held is False and not case.people for case in cases)
    assert all(case.rows if case.form is Form.TABLE else case.text for case in cases)
