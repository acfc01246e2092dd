"""What may stand in visible text, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from detectors.model import Account, Column, Location, Passage, Report, Row, Table, Visibility
from detectors.personal_data import Allowances, Detection, LanguageModel, Vocabulary, load_allowances
from detectors.personal_data.allowances import NOTHING_ALLOWED
from gateway.policy import Action, find_shipped, judge, load

SHIPPED = Path(__file__).parents[3] / "config" / "allowances.toml"
POLICY = load(find_shipped("policy.toml"))
HERE = Location() / "body"

DECLARED = """
[force]
domains = ["norfolk.police.uk"]
phones = ["01953 424242"]
postcodes = ["NR18 0WW"]

[[staff]]
name = "Margaret Holloway"
phone = "01603 276000"

[[requester]]
email = "sam.pemberton@example.org"
name = "Sam Pemberton"
phone = "07700 900123"
postcode = "NR3 1AB"
"""
REQUESTER = ("sam.pemberton@example.org",)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "allowances.toml"
    path.write_text(text)
    return path


@pytest.fixture
def allowances(tmp_path: Path, vocabulary: Vocabulary) -> Allowances:
    return load_allowances(write(tmp_path, DECLARED), vocabulary)


Look = Callable[..., Account]


@pytest.fixture
def look(allowances: Allowances, model: LanguageModel) -> Look:
    """What content amounts to in a message to some recipients."""

    def observe(content: Passage | Table | str, *recipients: str) -> Account:
        if isinstance(content, str):
            content = Passage(HERE, Visibility.SHOWN, "body", content)
        allowed = allowances.allow(recipients)
        detection = Detection(allowances.vocabulary, b"key for this message", model, allowed)
        detection.observe(content)
        return detection.take()

    return observe


def act(account: Account) -> Action:
    """What the shipped policy does with a message that holds it."""
    report = Report(people=account.people, records=account.records, findings=account.findings)
    return judge(report, POLICY).action


def kinds(account: Account) -> list[str]:
    return sorted(finding.kind for finding in account.findings)


SIGNED = """Dear Sam Pemberton

The crime reference is 36/67827/19. No further records are held.

Margaret Holloway
FOI Decision Maker
01603 276000, or switchboard 01953 424242
foi@norfolk.police.uk, press@mail.norfolk.police.uk
Wymondham NR18 0WW
"""

TOLD = "VICTIM: PEMBERTON, Sam, 07700 900123, NR3 1AB, sam.pemberton@example.org. Assault, crime reference 36/67827/19."


def test_what_the_force_publishes_and_signs_with_is_nothing(look: Look) -> None:
    """A signature under a reply, with the reference of the crime above it."""
    account = look(SIGNED, *REQUESTER)
    assert kinds(account) == ["crime_reference"]
    assert account.people.total == 0
    assert act(account) is Action.FORWARD


def test_the_requester_may_read_their_own_name_and_address(look: Look) -> None:
    """What is said of a victim to that victim."""
    account = look(TOLD, *REQUESTER)
    assert kinds(account) == ["crime_reference"]
    assert act(account) is Action.FORWARD


def test_nor_is_it_news_to_them_what_befell_them(look: Look) -> None:
    """Told without a contact or a reference."""
    text = "On 3 May the victim, Sam Pemberton, was assaulted outside the station."
    assert act(look(text, *REQUESTER)) is Action.FORWARD
    assert act(look(text, "other@example.org")) is Action.QUARANTINE


@pytest.mark.parametrize(
    "recipients",
    [
        (),
        ("other@example.org",),
        (*REQUESTER, "other@example.org"),
        ("Sam.Pemberton@example.com",),
        ("colleague@norfolk.police.uk",),
    ],
)
def test_nobody_else_may(look: Look, recipients: tuple[str, ...]) -> None:
    """A file that is scanned goes to nobody; a copy to somebody outside the force tells them too."""
    account = look(TOLD, *recipients)
    assert account.people.exposed == 1
    assert act(account) is Action.QUARANTINE


@pytest.mark.parametrize(
    "recipients",
    [REQUESTER, ("Sam.Pemberton@Example.ORG",), (*REQUESTER, "foi@norfolk.police.uk", "x@mail.norfolk.police.uk")],
)
def test_a_copy_within_the_force_tells_nobody(look: Look, recipients: tuple[str, ...]) -> None:
    """The mailbox that keeps what was sent; letters of both cases."""
    assert act(look(TOLD, *recipients)) is Action.FORWARD


@pytest.mark.parametrize("visibility", [each for each in Visibility if each is not Visibility.SHOWN])
def test_nothing_is_lifted_in_hidden_content(look: Look, visibility: Visibility) -> None:
    """Where nobody meant to say it."""
    account = look(Passage(HERE, visibility, "comment", TOLD), *REQUESTER)
    assert account.people.hidden == 1
    assert act(account) is Action.QUARANTINE
    assert kinds(account) == ["crime_reference", "email", "phone", "postcode"]


@pytest.mark.parametrize(
    "text",
    [
        "VICTIM: PEMBERTON, Sam (DOB 01/02/1980), assault",
        "Sam Pemberton, NINO JG123456C",
        "VICTIM: PEMBERTON, Sam, 07700 900999, assault",
        "VICTIM: PEMBERTON, Samantha, NR3 1AB, assault",
        "VICTIM: PEMBERTON, John, NR3 1AB, assault, crime reference 36/67827/19",
        "SUSPECT: HOLLOWAY, Margaret, 01603 276000, assault",
        "WITNESS: HOLLOWAY, Margaret, 36/67827/19, assault",
        "VICTIM: PEMBROKE, Jane, 07700 900123, assault on 3 May",
    ],
)
def test_more_than_a_name_and_address_is_held(look: Look, text: str) -> None:
    """A date of birth, a number that identifies one person, a contact not declared, a namesake, staff as somebody in a crime."""
    assert act(look(text, *REQUESTER)) is Action.QUARANTINE


def test_a_table_of_records_is_never_lifted(look: Look) -> None:
    """The requester and the staff among the others."""
    rows = [
        Row(1, ("Role", "Surname", "Forename", "Phone", "Notes")),
        *(
            Row(n, ("Victim", surname, forename, number, f"spoke to {surname}, {forename} on {number} about assault"))
            for n, (surname, forename, number) in enumerate(
                [
                    ("Pemberton", "Sam", "07700 900123"),
                    ("Holloway", "Margaret", "01603 276000"),
                    ("Okonkwo", "Chidi", "07700 900456"),
                ],
                2,
            )
        ),
    ]
    table = Table(HERE, Visibility.SHOWN, "cells", tuple(Column(letter=letter) for letter in "ABCDE"), rows)
    account = look(table, *REQUESTER)
    assert account.people.exposed == 3
    assert act(account) is Action.QUARANTINE


def test_the_one_address_outside_the_force_needs_no_entry(look: Look) -> None:
    """It is on the envelope. Another's is told."""
    text = "Sent to new.person@example.net as you asked."
    assert kinds(look(text, "new.person@example.net")) == []
    assert kinds(look(text, "other@example.net")) == ["email"]
    assert kinds(look(text, "new.person@example.net", "other@example.net")) == ["email"]


@pytest.mark.parametrize("address", ["x@norfolk.police.uk.evil.test", "x@evilnorfolk.police.uk", "x@police.uk"])
def test_a_domain_is_the_forces_own_or_is_not(look: Look, address: str) -> None:
    """Below it, not beside it."""
    assert kinds(look(f"Write to {address}.")) == ["email"]


def test_the_shipped_file_allows_nothing(vocabulary: Vocabulary) -> None:
    """But the address that a message goes to."""
    assert load_allowances(SHIPPED, vocabulary).allow(()) == NOTHING_ALLOWED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[force", "not valid TOML"),
        ("[people]", "field 'people': there is no such field"),
        ('[force]\nphones = "01953 424242"', "field 'force.phones': must be a list"),
        ('[force]\nphones = ["424242"]', "field 'force.phones.1': must be a telephone number"),
        ('[force]\npostcodes = ["NR18"]', "field 'force.postcodes.1': must be a full postcode"),
        ('[force]\nemails = ["norfolk.police.uk"]', "field 'force.emails.1': must be an address"),
        ('[force]\ndomains = ["uk"]', "field 'force.domains.1': must be a domain"),
        ('[force]\ndomains = ["Norfolk.police.uk"]', "field 'force.domains.1': must be a domain in small letters"),
        ('[[staff]]\nphone = "01603 276000"', "field 'staff.1.name': is missing"),
        ('[[staff]]\nname = "Smith"', "field 'staff.1.name': must be a forename and a surname"),
        ('[[requester]]\nname = "Jane Doe"', "field 'requester.1.email': is missing"),
        ('[[requester]]\nemail = "a@b.test"\nbirth = "1980"', "field 'requester.1.birth': there is no such field"),
    ],
)
def test_a_mistake_is_one_sentence_that_repeats_nobodys_data(
    tmp_path: Path, vocabulary: Vocabulary, text: str, words: str
) -> None:
    """File, table, field."""
    with pytest.raises(ValueError, match=r"^[^\n]*\.$") as caught:
        load_allowances(write(tmp_path, text), vocabulary)
    assert words in str(caught.value)
    assert "Doe" not in str(caught.value)
