"""Names that their own words give away."""

from __future__ import annotations

import pytest

from detectors.personal_data import Vocabulary
from detectors.personal_data.spotting import Spotting

NAMES = [
    ("Yesterday John Brown and Priya Okonkwo left", [("John Brown", True), ("Priya Okonkwo", True)]),
    ("Mr Brzęczyszczykiewicz rang", [("Brzęczyszczykiewicz", True)]),
    ("Zorvath Quillmoor of no known address", [("Zorvath Quillmoor", True)]),
    ("Young Quillmoor of no known address", [("Young Quillmoor", False)]),
    ("OKONKWO, Chidi was there", [("OKONKWO, Chidi", True)]),
    ("João da Silva", [("João da Silva", True)]),
    ("J. P. Okonkwo wrote", [("J. P. Okonkwo", True)]),
    ("Siân O'Shaughnessy-Jones", [("Siân O'Shaughnessy-Jones", True)]),
]
NOT_NAMES = [
    "Bury St Edmunds and Great Yarmouth", "the Red Lion in King's Lynn", "Kent County Council", "Freedom of Information Act", "Monday Morning", "Mill Road", "St Nicholas",
    "Burglary Dwelling", "He saw Jane", "Ford Focus", "West Suffolk", "Dear Sir", "Police Headquarters", "North Walsham", "Crown Court", "Section Forty", "New York", "South Sudan",
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_runs_of_names_are_spotted(text: str, names: list[tuple[str, bool]], vocabulary: Vocabulary) -> None:
    """Known where the lexicon has a word of them, or two mean nothing else."""
    spotted = {(text[name.start : name.end], name.known) for name in Spotting(vocabulary).spot(text)}
    assert spotted == set(names)


@pytest.mark.parametrize("text", NOT_NAMES)
def test_other_capitals_are_not(text: str, vocabulary: Vocabulary) -> None:
    """Places, bodies, words."""
    assert [name for name in Spotting(vocabulary).spot(text) if name.known] == []


@pytest.mark.parametrize(("text", "may"), [
    ("PRIYA OKONKWO WAS PUNCHED", True), ("seen with jane brown", True), ("by zorvath quillmoor", True),
    ("taken from the garden shed", False), ("VRM of the van noted", False), ("Police in Norwich", False), ("", False),
])  # fmt: skip
def test_most_texts_without_names_are_told_quickly(text: str, may: bool, vocabulary: Vocabulary) -> None:
    """In any lettering."""
    assert Spotting(vocabulary).may_spot(text) is may
