"""Tables on their side."""

from __future__ import annotations

from detectors.model import Role
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import make_table, people

JANE, JOHN = people(2)


def test_labels_down_the_side_are_headings(look: Look) -> None:
    """One person a sheet; the place is told as the sheet stands."""
    account = look(
        make_table(
            [
                ["Crime report", ""],
                ["Role", "Victim"],
                ["Name:", f"{JANE.forename} {JANE.surname}"],
                ["DOB:", str(JANE.born)],
                ["NHS number", "9434765919"],
            ]
        )
    )
    assert account.people.by_role == {Role.VICTIM: 1}
    assert {f.kind: f.where.steps[-1].label for f in account.findings} == {"date_of_birth": "B4", "nhs_number": "B5"}


def test_sections_give_their_role(look: Look) -> None:
    """VICTIM alone on a line, then what is said of them; SUSPECT, the same again."""
    rows = []
    for role, person in (("VICTIM", JANE), ("SUSPECT", JOHN)):
        rows += [[role, ""], ["Surname", person.surname], ["Forename", person.forename], ["DOB", str(person.born)]]
    assert look(make_table(rows)).people.by_role == {Role.VICTIM: 1, Role.SUSPECT: 1}


def test_repeated_labels_are_further_people(look: Look) -> None:
    """Without sections they are told apart by their order."""
    rows = []
    for person in people(3):
        rows += [["Name", f"{person.forename} {person.surname}"], ["Date of birth", str(person.born)]]
    assert look(make_table(rows)).people.total == 3


def test_roles_down_the_side_are_no_labels(look: Look) -> None:
    """The first column of a list of people may be their role."""
    rows = [["Victim", p.surname, p.forename, str(p.born)] for p in people(8)]
    account = look(make_table([["Role", "Surname", "Forename", "DOB"], *rows]))
    assert account.people.by_role == {Role.VICTIM: 8}


def test_offences_down_the_side_of_counts_are_no_form(look: Look) -> None:
    """Nobody is in it."""
    assert look(make_table([["Age", "12"], ["Gender", "7"], ["Ethnicity", "3"]])).people.total == 0
