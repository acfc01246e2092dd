"""People who do not exist, with everything that may be said of them, and the crimes they are part of."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from detectors.personal_data.identifiers.check_letter import check_letter
from evaluation.names import Pool

STREETS = (
    "Mill Road",
    "Church Lane",
    "Station Approach",
    "Orchard Close",
    "Victoria Street",
    "The Paddocks",
    "St Benedict's View",
)
TOWNS = ("Norwich", "Ipswich", "Thetford", "Lowestoft", "Great Yarmouth", "King's Lynn", "Bury St Edmunds", "Dereham")
WARDS = ("Mancroft", "Catton Grove", "Heartsease", "Nelson", "Gainsborough", "Westgate", "Kirkley", "Sprowston East")
OFFENCES = (
    "Burglary - residential", "Common assault", "Assault occasioning actual bodily harm", "Harassment", "Theft from the person",
    "Criminal damage to a vehicle", "Stalking involving fear of violence", "Robbery of personal property", "Rape of a female aged 16 and over",
    "Controlling or coercive behaviour", "Malicious communications", "Racially aggravated public order",
)  # fmt: skip
OUTCOMES = (
    "Charged",
    "NFA - evidential difficulties",
    "No suspect identified",
    "Community resolution",
    "Under investigation",
)
METHODS = (
    "Offender approached from behind, took handbag and made off on foot towards the station",
    "Entry gained through insecure rear kitchen window, untidy search, jewellery and laptop taken",
    "During a verbal argument the offender punched the aggrieved once to the face causing swelling",
    "Unknown person has keyed the driver's side of the vehicle while parked overnight on the drive",
    "Repeated unwanted messages over social media after the end of a relationship, fear of violence",
)  # fmt: skip
RANKS = ("PC", "DC", "PS", "DS", "T/DC")
POSTCODE_AREAS = ("NR", "IP", "PE", "CB", "CO")
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
FIRST_BIRTH = date(1938, 1, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up."""

    surname: str = field(repr=False)
    forename: str = field(repr=False)
    origin: str
    female: bool
    birth: date = field(repr=False)
    house: int = field(repr=False)
    street: str = field(repr=False)
    town: str
    postcode: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    nino: str = field(repr=False)
    nhs_number: str = field(repr=False)
    pnc_id: str = field(repr=False)
    collar: str = field(repr=False)
    rank: str

    @property
    def title(self) -> str:
        """Mr, or Ms."""
        return "Ms" if self.female else "Mr"

    @property
    def plain(self) -> str:
        """Forename and surname."""
        return f"{self.forename} {self.surname}"

    @property
    def listed(self) -> str:
        """SURNAME, Forename."""
        return f"{self.surname.upper()}, {self.forename}"

    @property
    def address(self) -> str:
        """House, street and town."""
        return f"{self.house} {self.street}, {self.town}"


@dataclass(frozen=True, slots=True)
class Incident:
    """A crime that nobody committed."""

    reference: str
    offence: str
    day: date
    ward: str
    outcome: str
    method: str


class World:
    """Makes people and incidents; the same seed makes the same ones. No two people share name and birth."""

    def __init__(self, pools: dict[str, Pool], seed: str) -> None:
        self.pools = pools
        self.chance = random.Random(seed)
        self.made: set[tuple[str, str, date]] = set()
        self.number = self.chance.randrange(10_000, 60_000)

    def person(self, origin: str) -> Person:
        """Somebody new of an origin."""
        chance, pool = self.chance, self.pools[origin]
        while True:
            forename, surname = chance.choice(pool.forenames), chance.choice(pool.surnames)
            birth = FIRST_BIRTH + timedelta(days=chance.randrange(25_000))
            if (forename, surname, birth) not in self.made:
                break
        self.made.add((forename, surname, birth))
        return Person(
            surname=surname,
            forename=forename,
            origin=origin,
            female=chance.random() < 0.5,
            birth=birth,
            house=chance.randrange(1, 240),
            street=chance.choice(STREETS),
            town=chance.choice(TOWNS),
            postcode=f"{chance.choice(POSTCODE_AREAS)}{chance.randrange(1, 34)} {chance.randrange(1, 10)}{self.letters(INWARD, 2)}",
            phone=f"07{chance.choice('345789')}{chance.randrange(10, 100)} {chance.randrange(10**5, 10**6)}",
            email=f"{ascii_of(forename)}.{ascii_of(surname)}{len(self.made)}@example.org",
            nino=f"{self.letters('ABCEHJLMPRSTWXY', 1)}{self.letters('ACEHJLMPRSWXYZ', 1)}{chance.randrange(10**5, 10**6)}{self.letters('ABCD', 1)}",
            nhs_number=make_nhs_number(chance),
            pnc_id=make_pnc_id(chance),
            collar=str(chance.randrange(100, 9999)),
            rank=chance.choice(RANKS),
        )

    def incident(self) -> Incident:
        """Another crime."""
        chance = self.chance
        self.number += chance.randrange(1, 4)
        day = date(2021, 1, 1) + timedelta(days=chance.randrange(1000))
        return Incident(
            reference=f"{chance.choice(('36', '37'))}/{self.number}/{day:%y}",
            offence=chance.choice(OFFENCES),
            day=day,
            ward=chance.choice(WARDS),
            outcome=chance.choice(OUTCOMES),
            method=chance.choice(METHODS),
        )

    def letters(self, alphabet: str, count: int) -> str:
        """Some letters."""
        return "".join(self.chance.choices(alphabet, k=count))


def ascii_of(name: str) -> str:
    """A name as an address spells it."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if c.isascii() and c.isalpha()).lower() or "x"


def make_nhs_number(chance: random.Random) -> str:
    """Ten digits with a valid check digit, as they are printed."""
    while True:
        digits = str(chance.randrange(400_000_000, 499_999_999))
        check = (11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}{check}"


def make_pnc_id(chance: random.Random) -> str:
    """A PNC ID with its check letter."""
    year, serial = chance.randrange(1985, 2021), chance.randrange(10_000, 999_999)
    return f"{year}/{serial:07}{check_letter(f'{year % 100:02}{serial:07}')}"
