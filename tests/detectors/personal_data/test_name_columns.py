"""Names in columns that no heading names, and words that are none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from detectors.model import Role
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import OFFENCES, Person, crime_reference, make_table, people

SOME = people(48)
PAIRS = list(zip(SOME[:24], SOME[24:], strict=True))
ONE = list(enumerate(SOME[:24]))


def full(person: Person) -> str:
    """Forename and surname."""
    return f"{person.forename} {person.surname}"


def born(person: Person) -> str:
    """As officers write it."""
    return f"{person.born:%d/%m/%Y}"


PEOPLE: dict[str, tuple[Sequence[Sequence[str]], int]] = {
    "two full names a row, each with something of its own": (
        [[crime_reference(n), full(a), a.phone, full(b), born(b), OFFENCES[n % 9]] for n, (a, b) in enumerate(PAIRS)],
        48,
    ),
    "surnames and forenames twice a row": (
        [[crime_reference(n), a.surname, a.forename, born(a), b.surname, b.forename, born(b)] for n, (a, b) in enumerate(PAIRS)],
        48,
    ),
    "a full name, and a surname beside a forename": (
        [[crime_reference(n), full(a), a.phone, b.surname, b.forename, b.postcode] for n, (a, b) in enumerate(PAIRS)],
        48,
    ),
    "everything in small letters": (
        [[value.lower() for value in (crime_reference(n), full(p), born(p), p.postcode, OFFENCES[n % 9])] for n, p in ONE],
        24,
    ),
    "a name in the record of a crime": ([[crime_reference(n), full(p), OFFENCES[n % 9]] for n, p in ONE], 24),
}  # fmt: skip

PLACES = (
    "Catton Grove",
    "Sprowston East",
    "Great Yarmouth",
    "Thorpe Hamlet",
    "King's Lynn",
    "Bury St Edmunds",
    "Nelson",
    "Martlesham Heath",
)
SHOPS = ("Jarrold Stores", "Tesco Express", "Boots the Chemist", "Marks & Spencer", "Roys of Wroxham", "Palmers Ltd")
MAKES = ("Ford Focus", "Vauxhall Astra", "Land Rover", "Aston Martin", "Mini Cooper", "Alfa Romeo")
NOBODY: dict[str, Sequence[Sequence[str]]] = {
    "districts beside crimes": [[crime_reference(n), PLACES[n % 8], OFFENCES[n % 9]] for n in range(60)],
    "districts beside dates": [[PLACES[n % 8], f"{n % 28 + 1:02}/03/2020", OFFENCES[n % 9]] for n in range(60)],
    "shops beside postcodes": [[SHOPS[n % 6], f"NR{n % 30 + 1} 1AB", str(n)] for n in range(60)],
    "cars beside crimes": [[crime_reference(n), MAKES[n % 6], OFFENCES[n % 9]] for n in range(60)],
    "two columns of places": [[PLACES[n % 8], PLACES[(n + 3) % 8], f"0160327{n:04}"] for n in range(60)],
    "names beside nothing": [[p.surname, p.forename, str(n)] for n, p in ONE],
    "names beside offences": [[full(p), OFFENCES[n % 9]] for n, p in ONE],
    "counts": [[PLACES[n % 8], str(n), str(7 * n)] for n in range(60)],
}  # fmt: skip


@pytest.mark.parametrize(("rows", "count"), PEOPLE.values(), ids=PEOPLE)
def test_people_are_told_apart_without_headings(look: Look, rows: Sequence[Sequence[str]], count: int) -> None:
    """By how their columns differ, and by what stands beside them."""
    account = look(make_table(rows))
    assert (account.people.total, account.people.exposed) == (count, count)


@pytest.mark.parametrize("rows", NOBODY.values(), ids=NOBODY)
def test_words_that_are_no_names_of_people_are_nobody(look: Look, rows: Sequence[Sequence[str]]) -> None:
    """Nor are names that nothing else is said of."""
    assert look(make_table(rows)).people.total == 0


@pytest.mark.parametrize(
    ("headings", "victims", "suspects"),
    [
        (("Vicitm Name", "Victim DOB", "Supsect Name", "Suspect DOB"), 24, 24),
        (("Victim", "DOB", "Suspect", "DOB"), 24, 24),
        (("Aggreived", "Date of brith", "Offendr", "Date of bitrh"), 24, 24),
    ],
)
def test_headings_may_be_spelt_badly_or_be_short(
    look: Look, headings: Sequence[str], victims: int, suspects: int
) -> None:
    """A date of birth belongs to the name before it."""
    rows = [[full(a), born(a), full(b), born(b), OFFENCES[n % 9]] for n, (a, b) in enumerate(PAIRS)]
    account = look(make_table([[*headings, "Offence"], *rows]))
    assert account.people.by_role == {Role.VICTIM: victims, Role.SUSPECT: suspects}


def test_the_second_pair_under_the_same_headings_is_a_second_person(look: Look) -> None:
    """Surname, Forename, DOB, twice; an alias is no second person."""
    rows = [[a.surname, a.forename, born(a), b.surname, b.forename, born(b)] for a, b in PAIRS]
    assert look(make_table([["Surname", "Forename", "DOB"] * 2, *rows])).people.total == 48
    aliases = [[full(a), full(b), born(a)] for a, b in PAIRS]
    assert look(make_table([["Name", "Alias", "DOB"], *aliases])).people.total == 24


def test_a_further_person_may_have_one_of_few_surnames(look: Look) -> None:
    """Half of a village is called the same; streets and outcomes, of which there are few as well, are nobody."""
    rows = [
        [full(a), a.phone, PAIRS[n % 9][1].surname, b.forename, crime_reference(n)] for n, (a, b) in enumerate(PAIRS)
    ]
    assert look(make_table(rows)).people.total == 48
    rows = [
        [full(a), a.phone, ("Mancroft", "Nelson", "Kirkley")[n % 3], ("Charged", "Closed")[n % 2], crime_reference(n)]
        for n, (a, _) in enumerate(PAIRS)
    ]
    assert look(make_table(rows)).people.total == 24


def test_shops_under_a_heading_of_victims_are_nobody(look: Look) -> None:
    """Most victims of theft are; a person among them is still found."""
    rows = [[crime_reference(n), full(p) if n % 3 else "Tesco", "Theft"] for n, p in ONE]
    account = look(make_table([["Crime ref", "Victim", "Offence"], *rows]))
    assert account.people.by_role == {Role.VICTIM: 16}


def test_a_row_of_values_is_not_taken_for_headings(look: Look) -> None:
    """Some surnames are nearly headings; an e-mail address is none."""
    rows = [["FIBIKEMI", "ANYANGO", "f.anyango@example.org", "SUSPECT", "36/29256/21"]]
    rows += [[p.forename, p.surname, p.email, "SUSPECT", crime_reference(n)] for n, p in ONE[1:]]
    assert look(make_table(rows)).people.total == 24
