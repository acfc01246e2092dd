"""The part that the words beside a name give to its bearer."""

from __future__ import annotations

import pytest

from detectors.model import Role
from detectors.personal_data import Vocabulary
from detectors.personal_data.parts import NO_PART, Part, read_part

VICTIM, SUSPECT, WITNESS, REPORTING, OFFICER = (
    Role.VICTIM, Role.SUSPECT, Role.WITNESS, Role.REPORTING_PERSON, Role.OFFICER,
)  # fmt: skip

CERTAIN = [
    ("[Jane Doe] was assaulted outside her home", VICTIM),
    ("[Jane Doe] (DOB 01/02/1980) had been repeatedly threatened", VICTIM),
    ("[Jane Doe], aged 34, of Mill Road, was sexually assaulted", VICTIM),
    ("[Jane Doe] reports being spat at on the bus", VICTIM),
    ("[Jane Doe] beaten by her husband", VICTIM),
    ("[Jane Doe] tried to stop him and was pushed over", VICTIM),
    ("[Jane Doe] declined to provide a statement", VICTIM),
    ("he denied hitting [Jane Doe]", VICTIM),
    ("he then punched Mr [Doe]", VICTIM),
    ("not to contact [Jane Doe]", VICTIM),
    ("the victim, [Jane Doe]", VICTIM),
    ("IP [JANE DOE] STATES", VICTIM),
    ("[Jane Doe] (victim) 07700 900123", VICTIM),
    ("a female I now know to be [Jane Doe]", VICTIM),
    ("[John Roe] was arrested on suspicion of theft", SUSPECT),
    ("[John Roe], who is 41, has today been charged", SUSPECT),
    ("[John Roe] to be arrested", SUSPECT),
    ("[John Roe] pleaded guilty", SUSPECT),
    ("[John Roe] made no comment", SUSPECT),
    ("[John Roe] then punched her in the face", SUSPECT),
    ("[John Roe] is wanted for burglary", SUSPECT),
    ("was assaulted outside the shop by her former partner [John Roe]", SUSPECT),
    ("called racist names by a man he recognises as [John Roe]", SUSPECT),
    ("we have arrested [John Roe]", SUSPECT),
    ("Suspect 2: [John Roe]", SUSPECT),
    ("a male, whom I know to be [John Roe]", SUSPECT),
    ("[Wanda Poe], who saw it, was not interviewed", WITNESS),
    ("[Wanda Poe] of Mill Road witnessed the assault", None),
    ("[Wanda Poe] called the police", WITNESS),
    ("statement from [Wanda Poe]", WITNESS),
    ("Reported online by [Ron Coe]", REPORTING),
]

LOOSE = [
    ("her friend [Wanda Poe] was also in the flat", WITNESS),
    ("her husband [John Roe]", SUSPECT),
    ("[Jane Doe] fears that he will return", VICTIM),
    ("I saw [John Roe]", SUSPECT),
    ("[John Roe] took the money", SUSPECT),
    ("she reckons [John Roe] has it", SUSPECT),
]

OFFICIAL = [
    "Dear [Jane Doe]", "Hi [Jane Doe], thanks for the figures",
    "Detective Constable [Ann Poe] said that the suspect was arrested", "PC 1471 [Poe] attended", "Cllr [Ann Poe] asked about the burglary", "the Home Secretary, [Ann Poe], visited",
    "[Ann Poe], MP for North Norfolk, said", "[Ann Poe], Head of Crime Management", "Yours sincerely,\n[Ann Poe]", "Kind regards\n[Ann Poe]\nDisclosure Officer", "From: [Ann Poe]",
    "please contact [Ann Poe]", "supervised by Dr [Ann Poe]", "[Ann Poe] said that victims deserve better", "Professor [Ann Poe]", "[Ann Poe] (CPS East)", "Chair: [Ann Poe]",
    "[Ann Poe]\nInformation Compliance Officer",
]  # fmt: skip

NONE = [
    "[Jane Doe] lent the hall", "the bequest of [Jane Doe] to the museum", "thanks to [Jane Doe] for the tea",
    "the victim's journey. [Jane Doe] has joining instructions", "no suspect was found.\n[Jane Doe] lent a ladder",
]  # fmt: skip


def read(marked: str, vocabulary: Vocabulary) -> Part:
    """The part of the name in brackets."""
    before, _, rest = marked.partition("[")
    name, _, after = rest.partition("]")
    return read_part(before + name + after, len(before), len(before) + len(name), vocabulary)


@pytest.mark.parametrize(("text", "role"), CERTAIN)
def test_what_befell_somebody_is_their_part(text: str, role: Role | None, vocabulary: Vocabulary) -> None:
    """In any lettering."""
    for write in (str, str.upper, str.lower):
        part = read(write(text), vocabulary)
        assert part == (NO_PART if role is None else Part(role)), write(text)


@pytest.mark.parametrize(("text", "role"), LOOSE)
def test_what_is_said_of_others_too_is_a_hint(text: str, role: Role, vocabulary: Vocabulary) -> None:
    """It takes company."""
    assert read(text, vocabulary) == Part(role, certain=False)


@pytest.mark.parametrize("text", OFFICIAL)
def test_those_whose_work_it_is_are_not_part_of_the_crime(text: str, vocabulary: Vocabulary) -> None:
    """Officers, politicians, authors; and whoever signs."""
    part = read(text, vocabulary)
    assert part.aside or part.role is OFFICER


@pytest.mark.parametrize("text", NONE)
def test_other_words_give_no_part(text: str, vocabulary: Vocabulary) -> None:
    """Nor do words beyond a full stop."""
    assert read(text, vocabulary) == NO_PART
