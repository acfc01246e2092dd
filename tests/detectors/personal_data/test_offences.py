"""What kind of crime a text is about."""

from __future__ import annotations

import pytest

from detectors.model import OffenceGroup
from detectors.personal_data import Vocabulary

KINDS = [
    ("Rape of a female aged 16 or over", OffenceGroup.SEXUAL),
    ("SEXUAL ASSAULT ON A FEMALE", OffenceGroup.SEXUAL),
    ("Indecent exposure", OffenceGroup.SEXUAL),
    ("19C", OffenceGroup.SEXUAL),
    ("020/05", OffenceGroup.SEXUAL),
    ("Domestic rape", OffenceGroup.SEXUAL),
    ("Domestic abuse - assault", OffenceGroup.DOMESTIC),
    ("DV", OffenceGroup.DOMESTIC),
    ("domestic", OffenceGroup.DOMESTIC),
    ("Controlling or coercive behaviour in an intimate relationship", OffenceGroup.DOMESTIC),
    ("Breach of non-molestation order", OffenceGroup.DOMESTIC),
    ("8U", OffenceGroup.DOMESTIC),
    ("Racially or religiously aggravated common assault", OffenceGroup.HATE),
    ("Hate crime - sexual orientation", OffenceGroup.HATE),
    ("Homophobic", OffenceGroup.HATE),
    ("105B", OffenceGroup.HATE),
    ("Common assault and battery", OffenceGroup.VIOLENCE),
    ("s.47 ABH", OffenceGroup.VIOLENCE),
    ("Assault with intent to rob", OffenceGroup.VIOLENCE),
    ("Stalking involving fear of violence", OffenceGroup.VIOLENCE),
    ("Violence without injury", OffenceGroup.VIOLENCE),
    ("Threats to kill", OffenceGroup.VIOLENCE),
    ("008/06", OffenceGroup.VIOLENCE),
    ("8N", OffenceGroup.VIOLENCE),
    ("Theft from shop", OffenceGroup.THEFT),
    ("Burglary - domestic", OffenceGroup.THEFT),
    ("Domestic burglary", OffenceGroup.THEFT),
    ("Robbery of personal property", OffenceGroup.THEFT),
    ("TWOC", OffenceGroup.THEFT),
    ("unknown male broke into garden shed and took pedal cycle", OffenceGroup.THEFT),
    ("30C", OffenceGroup.THEFT),
    ("34B", OffenceGroup.THEFT),
    ("Criminal damage to a vehicle", OffenceGroup.OTHER),
    ("Possession of cannabis", OffenceGroup.OTHER),
]


@pytest.mark.parametrize(("text", "group"), KINDS)
def test_a_text_is_about_one_kind_of_crime(vocabulary: Vocabulary, text: str, group: OffenceGroup) -> None:
    """Of several, the one that weighs most."""
    assert vocabulary.offence_groups.group_of(text) is group


@pytest.mark.parametrize(
    "text",
    [
        "", "Y", "No", "Norwich", "non-domestic", "Domestic waste", "Complaint handling", "999", "1234567", "Section 40", "Sussex", "Middlesex", "Scunthorpe",
        "Data protection", "exposure to asbestos", "Grapevine Close", "Total", "AB12345", "12/03/2021",
    ],
)  # fmt: skip
def test_other_texts_are_about_none(vocabulary: Vocabulary, text: str) -> None:
    """Words that hold others, and phrases that mean something else."""
    assert vocabulary.offence_groups.group_of(text) is None


def test_a_long_account_costs_no_more_than_its_beginning(vocabulary: Vocabulary) -> None:
    """Whatever a cell holds."""
    assert vocabulary.offence_groups.group_of("nothing to say " * 1_000_000 + "rape") is None
    assert vocabulary.offence_groups.group_of("attacked " * 1_000_000) is OffenceGroup.VIOLENCE
