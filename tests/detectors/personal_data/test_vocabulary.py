"""The words of the force, and what is said of a file that is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from detectors.model import Role
from detectors.personal_data import Vocabulary, load_vocabulary
from detectors.personal_data.fields import Field
from tests.detectors.personal_data.conftest import VOCABULARY

HEADINGS = [
    ("Surname", Field.SURNAME, None, 0),
    ("SURNAME ", Field.SURNAME, None, 0),
    ("Surnmae", Field.SURNAME, None, 0),
    ("VictimSurname", Field.SURNAME, Role.VICTIM, 0),
    ("Victim's surname", Field.SURNAME, Role.VICTIM, 0),
    ("Surname of suspect", Field.SURNAME, Role.SUSPECT, 0),
    ("Suspect 2 D.O.B.", Field.DATE_OF_BIRTH, Role.SUSPECT, 2),
    ("IP Name", Field.FULL_NAME, Role.VICTIM, 0),
    ("Witness", Field.FULL_NAME, Role.WITNESS, 0),
    ("OIC name", Field.FULL_NAME, Role.OFFICER, 0),
    ("Date of Birth", Field.DATE_OF_BIRTH, None, 0),
    ("NHS No.", Field.NHS_NUMBER, None, 0),
    ("Home Post-Code", Field.POSTCODE, None, 0),
    ("sspect", Field.FULL_NAME, Role.SUSPECT, 0),
    ("Suspct nominal", Field.FULL_NAME, Role.SUSPECT, 0),
    ("Offenedr name", Field.FULL_NAME, Role.SUSPECT, 0),
    ("Offecne", Field.OFFENCE, None, 0),
    ("Crime_Ref_No", Field.CRIME_REFERENCE, None, 0),
]
NOT_PERSONAL = [
    "Force name", "LSOA name", "Company name", "Area name", "Username", "Filename", "Street name", "Station name", "Number of victims",
    "Victims", "Total", "Month", "Q1", "2019", "", "Birth rate", "Post title code", "Population", "Offence address", "Outcome",
    "a heading that goes on and on and on until nobody would take it for a heading at all",
]  # fmt: skip


@pytest.mark.parametrize(("text", "field", "role", "number"), HEADINGS)
def test_headings_are_read_as_officers_write_them(
    vocabulary: Vocabulary, text: str, field: Field, role: Role | None, number: int
) -> None:
    """With roles, numbers, capitals, stops and slips of the pen."""
    heading = vocabulary.read_heading(text)
    assert heading is not None
    assert (heading.field, heading.role, heading.number) == (field, role, number)


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_headings_of_statistics_are_not_personal(vocabulary: Vocabulary, text: str) -> None:
    """Though they sound alike."""
    heading = vocabulary.read_heading(text)
    personal = {Field.SURNAME, Field.FORENAME, Field.FULL_NAME, Field.DATE_OF_BIRTH, Field.ADDRESS, Field.POSTCODE}
    assert heading is None or heading.field not in personal


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("VICTIM", Role.VICTIM),
        ("Suspect 2", Role.SUSPECT),
        ("Aggrieved", Role.VICTIM),
        ("Suspect (known)", Role.SUSPECT),
        ("Person Reporting", Role.REPORTING_PERSON),
        ("Victim declined to support", None),
        ("Suspect charged", None),
        ("Investigation complete; no suspect identified", None),
        ("Manager", None),
        ("", None),
    ],
)
def test_roles_are_told_from_outcomes(vocabulary: Vocabulary, text: str, role: Role | None) -> None:
    """An outcome names a suspect; it is nobody's role."""
    assert vocabulary.read_role(text) is role


FAULTS = [
    ("roles.toml", "[victim]\nwords = ['Victim']\n", "'Victim' is not a lower-case"),
    ("roles.toml", "[villain]\nwords = ['rogue']\n", "no role 'villain'"),
    ("roles.toml", "[victim]\nwords = []\n", "'words' must be a list"),
    ("roles.toml", "[victim]\nwords = ['ip']\n[witness]\nwords = ['ip']\n", "'ip' is under victim and witness"),
    ("headings.toml", "[shoe_size]\nnames = ['shoe']\n", "no field 'shoe_size'"),
    ("headings.toml", "[surname]\nnames = ['name']\n[full_name]\nnames = ['name']\n", "'name' is under"),
    ("forces.toml", "[force]\n3 = 'Norfolk'\n", "'3' must be two digits"),
    ("forces.toml", "force = 36\n", "'force' must be a table"),
    ("offences.toml", "words = 'theft'\n", "'words' must be a list"),
    (
        "offences.toml",
        "words = ['theft']\ncontext = ['arrested']\n[treason]\nwords = ['treason']\n",
        "no group of offences 'treason'",
    ),
    (
        "offences.toml",
        "words = ['theft']\ncontext = ['arrested']\n[hate]\nwords = ['anti-semitic']\n",
        "'anti-semitic' must be words without",
    ),
    (
        "offences.toml",
        "words = ['theft']\ncontext = ['arrested']\n[hate]\nwords = ['ha*']\n",
        "'ha\\*' must begin with at least 3",
    ),
    (
        "offences.toml",
        "words = ['theft']\ncontext = ['arrested']\n[hate]\nwords = ['hate']\nclasses = 8\n",
        "'classes' must be a list",
    ),
    (
        "offences.toml",
        "words=['theft']\ncontext=['arrested']\n[hate]\nwords=['hate']\nclasses=['8']\n[theft]\nwords=['theft']\nclasses=['8']\n",
        "'8' is under hate and theft",
    ),
    ("names.toml", "blank = [1]\n", "'forenames' must be a list"),
    ("names.toml", "= 1\n", "not valid TOML"),
]


@pytest.mark.parametrize(("name", "text", "fault"), FAULTS)
def test_a_wrong_file_is_named_with_its_entry(tmp_path: Path, name: str, text: str, fault: str) -> None:
    """The person who extends the vocabulary learns where to look."""
    folder = tmp_path / "vocabulary"
    shutil.copytree(VOCABULARY, folder)
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=fault) as caught:
        load_vocabulary(folder)
    assert name in str(caught.value)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    """A gateway without its words finds nobody."""
    with pytest.raises(OSError, match=r"roles\.toml"):
        load_vocabulary(tmp_path)


def test_a_force_may_add_words(tmp_path: Path) -> None:
    """The files are data that a force extends."""
    folder = tmp_path / "vocabulary"
    shutil.copytree(VOCABULARY, folder)
    text = (VOCABULARY / "roles.toml").read_text(encoding="utf-8").replace('"survivor"', '"survivor", "punter"')
    (folder / "roles.toml").write_text(text, encoding="utf-8")
    assert load_vocabulary(folder).read_role("Punter 1") is Role.VICTIM
