"""Made-up crime tables and statistics: nobody in them exists, and few of their names are in the shipped vocabulary."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from detectors.model import Column, Location, Passage, Row, Table, Visibility, letters

FORENAMES = (
    "Aurelia", "Barnaby", "Clementine", "Dashiell", "Esmeralda", "Fitzgerald", "Guinevere", "Horatio", "Ianthe", "Jolyon",
    "Kestrel", "Leopold", "Marguerite", "Nathaniel", "Ottoline", "Peregrine", "Quentin", "Rosalind", "Sebastian", "Thaddeus",
    "Uzoamaka", "Valentina", "Wilhelmina", "Xiomara", "Yevgenia", "Zbigniew", "Oluwadamilola", "Ashwini", "Żaneta", "Siân-Mair",
    "Jeremy", "Penelope", "Rupert", "Gwendolen", "Iqra", "Tanveer", "Kasimir", "Eglantine", "Lwazi", "Beatriz",
)  # fmt: skip
SURNAMES = (
    "Abernethy", "Blenkinsop", "Cholmondeley", "Dunwoody", "Etherington", "Featherstonehaugh", "Gallivan", "Hargreaves", "Illingworth",
    "Jellicoe", "Kilbride", "Lovelace", "Mainwaring", "Nethercott", "O'Shaughnessy", "Postlethwaite", "Quatermain", "Ravenscroft",
    "Satterthwaite", "Trelawney", "Underhill", "Vavasour", "Wolstenholme", "Yelverton", "Zielińska", "Okonkwo", "Chakraborty", "Nowakowski",
    "de Souza", "van der Berg", "Kaur-Gill", "Mbeki", "Kazlauskas", "Ferreira", "Ibáñez", "Adeyemi", "Qureshi", "White", "West", "Park",
)  # fmt: skip
OFFENCES = (
    "Burglary - residential", "Common assault", "Rape of a female aged 16 and over", "Harassment", "Theft from the person", "Criminal damage",
    "Assault occasioning ABH", "Stalking involving fear of violence", "Robbery of personal property",
)  # fmt: skip
ROLES = ("Victim", "Witness", "Suspect")
TOWNS = ("Norwich", "Ipswich", "Thetford", "Lowestoft", "Great Yarmouth", "King's Lynn", "Bury St Edmunds", "Dereham")
STREETS = ("Chapel Lane", "Mill Road", "High Street", "Station Road", "The Green", "Church Close")


class Person:
    """Somebody made up."""

    def __init__(self, chance: random.Random) -> None:
        self.forename = chance.choice(FORENAMES)
        self.surname = chance.choice(SURNAMES)
        self.born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
        self.postcode = (
            f"NR{chance.randrange(1, 30)} {chance.randrange(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('ABDEFGH')}"
        )
        self.address = f"{chance.randrange(1, 200)} {chance.choice(STREETS)}, {chance.choice(TOWNS)}"
        self.phone = f"07700 900{chance.randrange(1000):03}"
        plain = unicodedata.normalize("NFKD", f"{self.forename}.{self.surname}.{self.born:%y%j}@example.org")
        self.email = "".join(c for c in plain if c.isascii() and c not in " '").lower()


def people(count: int, seed: int = 1) -> list[Person]:
    """Distinct people: no two share name and birth."""
    chance = random.Random(seed)
    found: dict[tuple[str, str, date], Person] = {}
    while len(found) < count:
        person = Person(chance)
        found.setdefault((person.forename, person.surname, person.born), person)
    return list(found.values())


def crime_reference(number: int) -> str:
    """A Norfolk crime reference."""
    return f"36/{10_000 + number}/21"


CRIME_HEADINGS = ("Crime ref", "Role", "Surname", "Forename", "DOB", "Postcode", "Offence")


def crime_rows(count: int, seed: int = 1) -> list[list[str]]:
    """Raw crime records, one person a row, roles in turn."""
    chance = random.Random(seed)
    return [
        [
            crime_reference(number // 3),
            ROLES[number % 3],
            person.surname,
            person.forename,
            person.born.strftime("%d/%m/%Y"),
            person.postcode,
            chance.choice(OFFENCES),
        ]
        for number, person in enumerate(people(count, seed))
    ]


def make_table(
    rows: Iterable[Sequence[str]],
    *,
    names: Sequence[str] = (),
    visibility: Visibility = Visibility.SHOWN,
    channel: str = "cells",
    where: str = "sheet",
) -> Table:
    """A table as a reader yields it: of a pivot cache where columns have names, else of a sheet."""
    listed = [tuple(map(str, row)) for row in rows]
    width = max((len(row) for row in listed), default=0)
    columns = tuple(map(Column, names)) or tuple(Column(letter=letters(n)) for n in range(width))
    return Table(Location() / where, visibility, channel, columns, [Row(n, row) for n, row in enumerate(listed, 1)])


def make_passage(text: str, *, visibility: Visibility = Visibility.SHOWN, channel: str = "body") -> Passage:
    """A passage as a reader yields it."""
    return Passage(Location() / "body", visibility, channel, text)
