"""A driver number says whose it is."""

from __future__ import annotations

from datetime import date

import pytest

from detectors.model import Column, Location, Passage, Row, Table, Visibility
from detectors.personal_data.identifiers.driving_licence import belongs, decode
from tests.detectors.personal_data.conftest import Look

HERE = Location() / "body"
MORGAN = "MORGA753116SM9IJ"
"""Sarah Meredith Morgan, born on 11 March 1976, as published in explanations of the format."""

BORN = date(1976, 3, 11)


def test_a_number_says_surname_birth_and_sex() -> None:
    """POLE DS_061: five letters, decade, month with 50 for women, day, year, initials."""
    driver = decode(MORGAN)
    assert driver is not None
    assert (driver.surname, driver.year, driver.month, driver.day, driver.initials) == ("MORGA", 76, 3, 11, "SM")
    assert driver.female


@pytest.mark.parametrize(
    ("surname", "birth"),
    [
        ("", None),
        ("Morgan", None),
        ("morgan-jones", BORN),
        ("MORGAN", date(1976, 11, 3)),
        ("Married", BORN),
        ("", BORN),
    ],
)
def test_it_belongs_where_anything_known_agrees(surname: str, birth: date | None) -> None:
    """People marry and clerks mistype, seldom both."""
    assert belongs(MORGAN, surname, birth)


@pytest.mark.parametrize(
    ("surname", "birth"),
    [
        ("Jones", None),
        ("Jones", date(1980, 1, 1)),
        ("Mo", None),
        ("Morag", None),
        ("", date(1976, 3, 12)),
        ("", date(1966, 3, 11)),
        ("Jones", date(1976, 3, 12)),
    ],
)
def test_it_is_a_strangers_where_nothing_known_agrees(surname: str, birth: date | None) -> None:
    """The victim's name beside the suspect's licence."""
    assert not belongs(MORGAN, surname, birth)


@pytest.mark.parametrize(("surname", "number"), [("MacDonald", "MCDON"), ("O\u2019Brien", "OBRIE"), ("Fo", "FO999")])
def test_surnames_are_spelt_as_the_agency_spells_them(surname: str, number: str) -> None:
    """Mac is Mc, short names are filled with nines, signs are left out."""
    assert belongs(f"{number}753116SM9IJ", surname, None)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (f"VICTIM: MORGAN, Sarah (DOB 11/03/1976), licence {MORGAN}, assault", 1),
        (f"VICTIM: JONES, Harriet (DOB 01/02/1980). The driver's licence was {MORGAN}. Assault.", 2),
        (f"VICTIM: MORGAN, Sarah (DOB 01/02/1980), licence {MORGAN}, assault", 1),
    ],
)
def test_in_a_text_it_is_the_persons_before_it_or_somebody_elses(look: Look, text: str, people: int) -> None:
    """Two people where nothing agrees."""
    assert look(Passage(HERE, Visibility.SHOWN, "body", text)).people.total == people


@pytest.mark.parametrize(("second", "people"), [("Morgan", 2), ("Okonkwo", 3)])
def test_in_a_row_too(look: Look, second: str, people: int) -> None:
    """The owner of the car beside the driver."""
    rows = [
        Row(1, ("Role", "Surname", "Forename", "DOB", "Driving licence")),
        Row(2, ("Victim", "Jones", "Harriet", "01/02/1980", "JONES852010H99AB")),
        Row(3, ("Victim", second, "Sarah", "12/03/1976", MORGAN)),
    ]
    table = Table(HERE, Visibility.HIDDEN_SHEET, "cells", tuple(Column(letter=each) for each in "ABCDE"), rows)
    assert look(table).people.total == people
