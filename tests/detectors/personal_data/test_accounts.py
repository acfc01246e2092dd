"""What reads as an account of what happened to somebody."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from detectors.personal_data import Vocabulary
from detectors.personal_data.accounts import FEATURES, Accounts, Sign, Weights, load_weights, save_weights

ACCOUNTS = [
    "A lad she knows as [Zorvath Quill] came up behind her and snatched her bag. He ran off towards the river.",
    "[Zorvath Quill] is in cell 4 for the shop theft, arrested at noon; his solicitor is on the way to see him.",
    "The doorman ejected [Zorvath Quill] and kicked him while he was on the floor, breaking two ribs.",
    "Blood on the blade, recovered from his bedroom, matches that of [Zorvath Quill], who denies having been there.",
    "[Zorvath Quill] refused to get out of the bed, shouted at her mother and smashed the television. She was crying.",
]
OTHER = [
    "[Zorvath Quill] said that burglary had fallen and that the public should report offences.",
    "The exhibition tells of [Zorvath Quill], a smuggler. The guide, in costume, shows visitors the cells.",
    "[Zorvath Quill] moved that the minutes be approved. The committee agreed. Theft was discussed.",
    "Goalkeeper [Zorvath Quill] was beaten twice in the first half and hit the post. The match ended 2-1.",
    "[Zorvath Quill] of the University has won a grant to study why victims withdraw. The research will take a year.",
    "Dear [Zorvath Quill], thank you for your request for the number of offences of assault.",
    "[Zorvath Quill]",
]


def tell(marked: str, accounts: Accounts) -> bool:
    """Whether the words around the name in brackets make an account."""
    before, _, rest = marked.partition("[")
    name, _, after = rest.partition("]")
    return accounts.tell(before + name + after, len(before), len(before) + len(name), numbers=0, hinted=False)


@pytest.mark.parametrize("text", ACCOUNTS)
def test_accounts_are_told_by_their_words(text: str, vocabulary: Vocabulary) -> None:
    """In any lettering."""
    for write in (str, str.upper, str.lower):
        assert tell(write(text), vocabulary.accounts)


@pytest.mark.xfail(reason="nobody else is spoken of, and a cell, a theft and an interview are those of a drama too")
def test_an_account_of_one_alone_is_told(vocabulary: Vocabulary) -> None:
    """As shifts hand over."""
    text = "[Zorvath Quill] is in cell 4 for the shop theft; interview still to do, solicitor on the way."
    assert tell(text, vocabulary.accounts)


@pytest.mark.parametrize("text", OTHER)
def test_other_texts_are_none(text: str, vocabulary: Vocabulary) -> None:
    """Though they speak of crimes."""
    assert not tell(text, vocabulary.accounts)


def test_numbers_of_people_and_hints_weigh_too() -> None:
    """A date of birth or a crime reference; who took what."""
    weights = Weights(dict.fromkeys(FEATURES, 0.0) | {"events": 1.0, "number": 1.0, "hint": 0.5, "start": -4.0}, {})
    accounts = Accounts({"stole": Sign.EVENT, "kicked": Sign.EVENT}, weights)
    assert accounts.tell("Jane Doe stole from her, kicked", 0, 8, numbers=2, hinted=True)
    assert not accounts.tell("Jane Doe stole from her, kicked", 0, 8, numbers=0, hinted=True)
    assert not accounts.tell("Jane Doe", 0, 8, numbers=9, hinted=True)


def test_all_words_weigh(tmp_path: Path) -> None:
    """Three of one as much as thirty; weights are read as they were written."""
    file = tmp_path / "weights"
    save_weights(Weights(dict.fromkeys(FEATURES, 0.0) | {"start": -2.0}, {"ewes": 2.0}), file)
    accounts = Accounts({}, load_weights(file))
    assert accounts.tell("Jane Doe lost ewes, ewes, ewes", 0, 8, numbers=0, hinted=False)
    assert not accounts.tell("Jane Doe lost ewes", 0, 8, numbers=0, hinted=False)
    assert not accounts.tell("Jane Doe lost ewes, ewes, ewes" + " and so on" * 20, 0, 8, numbers=0, hinted=False)


@pytest.mark.parametrize(
    "written", [b"", b"no weights", lzma.compress(b"events 1\n\newes 2"), lzma.compress(b"a b\n\nc d")]
)
def test_other_files_are_no_weights(written: bytes, tmp_path: Path) -> None:
    """A sentence names the file."""
    file = tmp_path / "weights"
    file.write_bytes(written)
    with pytest.raises(ValueError, match="weights"):
        load_weights(file)


def test_words_far_away_say_nothing(vocabulary: Vocabulary) -> None:
    """Nor does the same word over and over."""
    assert not tell(
        "[Zorvath Quill]" + " and so on" * 60 + ACCOUNTS[0].replace("[", "").replace("]", ""), vocabulary.accounts
    )
    assert not tell("[Zorvath Quill] arrested" + " arrested" * 30, vocabulary.accounts)


def test_what_other_paragraphs_say_denies_nothing() -> None:
    """A report within a manual; words of the same paragraph do deny, and those around it where it has too few."""
    weights = Weights(dict.fromkeys(FEATURES, 0.0), {"kicked": 3.0, "indicators": -6.0})
    accounts = Accounts({}, weights)
    manual = "Each department publishes its indicators. " * 3
    report = "Jane Doe was kicked to the floor, kicked again and kicked on her way out, and has not been seen at the club since then."
    for text, denied in (
        (f"{manual}\n\n{report}\n\n{manual}", False),
        (f"{manual}{manual}{report} {manual}{manual}", True),
        (f"{manual}\n\nJane Doe was kicked.\n\n{manual}", True),
        ("Jane Doe was kicked. The indicators.", False),
    ):
        assert accounts.denies(text, text.index("Jane"), text.index("Jane") + len("Jane Doe")) is denied


@pytest.mark.parametrize("told", ["was charged with theft", "pleaded guilty to theft", "was bailed"])
def test_what_the_police_and_courts_did_is_not_denied(told: str) -> None:
    """In a letter to a victim most words are those of any letter; of a player they are not said."""
    weights = Weights(dict.fromkeys(FEATURES, 0.0), {"letter": -3.0})
    accounts = Accounts(dict.fromkeys(("charged", "pleaded", "bailed"), Sign.STEP), weights)
    letter = " In this letter we say what this letter is for." * 3
    assert not accounts.denies(f"Jane Doe {told}.{letter}", 0, 8)
    assert accounts.denies(f"Jane Doe was beaten.{letter}", 0, 8)
