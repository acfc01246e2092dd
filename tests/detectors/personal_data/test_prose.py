"""People in running text, by its form alone."""

from __future__ import annotations

from contextlib import suppress

import pytest

from detectors.model import Location, OffenceGroup, OverLimit, Passage, Role, Visibility
from tests.cost import cost_at_most
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import make_passage

PEOPLE = [
    ("AGGRIEVED: OKONKWO, Chidi (DOB 01/02/1990) of Mill Road", {Role.VICTIM: 1}),
    ("** Victim **: Jane Doe, born 3 May 1985", {Role.VICTIM: 1}),
    ("VICTIM 1: Jane Doe\nDOB: 3 May 1985\nSUSPECT: DOE, John\nTel: 07700 900123", {Role.VICTIM: 1, Role.SUSPECT: 1}),
    ("Witness name: Siân O'Shaughnessy\nNR1 1AA", {Role.WITNESS: 1}),
    ("Suspect - WEST, Thaddeus. Crime ref 36/67827/19", {Role.SUSPECT: 1}),
    ("the victim, Aurelia van der Berg (DOB 12/03/1980), said", {Role.VICTIM: 1}),
    ("Mr John Smith born on 3rd May 1980", {Role.UNKNOWN: 1}),
    ("Informant: Mrs Ottoline Kilbride NINO AB123456C", {Role.REPORTING_PERSON: 1}),
    ("NINO AB123456C", {Role.UNKNOWN: 1}),
]
NOBODY = [
    "No victims were identified.",
    "Victim: none. Witness: not known",
    "Suspect: No suspect identified, 36/67827/19",
    "Victim: Theft from shop, 36/12345/21",
    "Victims: 123\nWitnesses: 45\nSuspects: 7",
    "Suspect: Jane Doe",
    "Victim: Norfolk Constabulary, tel 01603 276543",
    "The number of victims: 1234 (DOB recorded since 12/03/2001)",
    "Request - How many officers were born on 3 May 1985?",
    "IP: 192.168.10.1 at 12/03/2019",
    "Kent County Council (DOB 2001) 01603 276543",
    "Dear Ms Doe, thank you for your request of 3 May 2021.",
    "Crown Court, 12/03/1985. Judge: the sentence stands.",
]


@pytest.mark.parametrize(("text", "roles"), PEOPLE)
def test_lines_about_a_person_name_them(look: Look, text: str, roles: dict[Role, int]) -> None:
    """As an officer types them."""
    assert look(make_passage(text)).people.by_role == roles


@pytest.mark.parametrize("text", NOBODY)
def test_text_about_nobody_names_nobody(look: Look, text: str) -> None:
    """A label is not yet a person, nor a name alone."""
    assert look(make_passage(text)).people.total == 0


def test_a_requester_is_no_part_of_a_crime(look: Look) -> None:
    """A request quoted below the reply: a person, not exposed."""
    account = look(make_passage("Name: John Smith\nEmail: j.smith@example.org\nHow many burglaries were there?"))
    assert (account.people.total, account.people.exposed) == (1, 0)


def test_a_person_spread_over_paragraphs_is_one(look: Look) -> None:
    """A document yields a passage a paragraph; the place is that of the name."""
    lines = ("VICTIM: Jane Doe", "DOB: 03/05/1985", "NINO: AB123456C")
    passages = [
        Passage(Location() / f"paragraph {n}", Visibility.HIDDEN_TEXT, "w:p", text) for n, text in enumerate(lines)
    ]
    account = look(*passages)
    assert (account.people.total, account.people.hidden) == (1, 1)
    assert [str(group.where) for group in account.groups] == ["paragraph 0"]
    assert {f.kind: str(f.where) for f in account.findings} == {"date_of_birth": "paragraph 1", "nino": "paragraph 2"}


def test_addresses_in_a_header_are_what_mail_is_sent_by(look: Look) -> None:
    """Not findings; a strong number in a subject is one."""
    assert look(make_passage("Jane <jane@example.org>", channel="header:from")).findings == ()
    subject = look(make_passage("Re: AB123456C jane@example.org", channel="header:subject"))
    assert [finding.kind for finding in subject.findings] == ["nino"]


def test_people_are_counted_by_the_kind_of_crime_that_the_text_tells(look: Look) -> None:
    """By its words, or by an offence code."""
    text = "Priya Okonkwo was raped by Darren Cooper, who was arrested."
    assert look(make_passage(text)).people.by_offence == {OffenceGroup.SEXUAL: 2}
    coded = "Charge: TH68001. Defendant: Darren Cooper (DOB 01/02/1980)"
    assert look(make_passage(coded)).people.by_offence == {OffenceGroup.THEFT: 1}


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe was assaulted. " * 10_000,
        "VICTIM: " * 25_000,
        "A" * 250_000,
        "Aa " * 75_000,
        "O'" * 100_000,
        "DOE, JANE, " * 22_500,
        "mr " * 75_000,
        "\u202eJane Doe\u202c wa\u0301\u0301\u0301s robbed. " * 7_500,
        "Zoe\u0301\u0301\u0301\u0301 " * 25_000,
        "محمد علي was assaulted. " * 7_500,
        "by his her the " * 15_000,
        "\n" * 250_000,
        "(" * 125_000 + "Jane Doe",
    ],
    ids=["one name", "labels", "one word", "short words", "apostrophes", "commas", "titles", "directions", "marks", "arabic", "kin", "lines", "brackets"],
)  # fmt: skip
def test_a_long_text_costs_no_more_than_its_length(look: Look, text: str) -> None:
    """Whatever they are; or they are unread."""
    with cost_at_most(750), suppress(OverLimit):
        look(make_passage(text))
