"""What replies mostly hold and nobody may be found in: statistics of many shapes, and ordinary running text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from evaluation import ordinary_prose
from evaluation.case import Case, Form
from evaluation.names import Pool

TITLE_LISTS = 40
"""Of offences, a round."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLACES = (
    "Norwich", "Breckland", "King's Lynn and West Norfolk", "Great Yarmouth", "North Norfolk", "South Norfolk", "West Suffolk", "Bury St Edmunds",
    "Babergh", "East Suffolk", "Martlesham Heath", "St Margaret's", "Thorpe Hamlet", "Nelson", "Wensum", "Bowthorpe", "Lakenham", "Sewell", "Eaton",
)  # fmt: skip
OFFENCES = (
    "Burglary - residential", "Violence with injury", "Rape", "Theft from the person", "Robbery of personal property", "Domestic abuse", "Stalking",
    "Possession of weapons", "Shoplifting", "Arson endangering life", "Racially or religiously aggravated harassment", "Bicycle theft",
)  # fmt: skip
RANKS = ("Constable", "Sergeant", "Inspector", "Chief Inspector", "Superintendent", "PCSO", "Police Staff")
NATIONALITIES = (
    "British",
    "Polish",
    "Jordan",
    "Chad",
    "Georgia",
    "Irish",
    "Portuguese",
    "Romanian",
    "Lithuanian",
    "Kenya",
)
BREEDS = (
    "Staffordshire Bull Terrier",
    "Jack Russell",
    "German Shepherd",
    "Border Collie",
    "King Charles Spaniel",
    "Doberman",
)
MAKES = (
    "Ford Focus",
    "Vauxhall Astra",
    "BMW X5",
    "Mercedes Sprinter",
    "Peugeot Expert",
    "Land Rover Defender",
    "Aston Martin",
)
SUPPLIERS = (
    "Johnson Controls Ltd",
    "Arthur Price plc",
    "Ernest Doe & Sons",
    "Morgan Sindall Group",
    "Marks & Spencer",
    "Rolls Royce plc",
)
SCHOOLS = (
    "St John Fisher Catholic High School",
    "Thomas Clarkson Academy",
    "Alderman Peel High School",
    "Sir Isaac Newton Sixth Form",
    "Jane Austen College",
)
ROADS = (
    "On or near Nelson Close",
    "On or near Rosemary Road",
    "On or near Chaucer Close",
    "On or near Supermarket",
    "On or near Margaret Paston Avenue",
)
OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Charged",
    "Victim declines to support",
    "Caution",
    "Community resolution",
)
Rows = list[list[str]]


class Figures:
    """Draws numbers and dates."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)

    def count(self, most: int = 500) -> str:
        """A count."""
        return str(self.chance.randrange(most))

    def percent(self) -> str:
        """A percentage."""
        return f"{self.chance.random():.1%}"

    def day(self, first: int = 2017, last: int = 2023) -> str:
        """A date."""
        return (
            f"{self.chance.randrange(1, 29):02}/{self.chance.randrange(1, 13):02}/{self.chance.randrange(first, last)}"
        )

    def code(self, digits: int) -> str:
        """A number of some digits."""
        return str(self.chance.randrange(10 ** (digits - 1), 10**digits))

    def key(self) -> str:
        """What a published record has instead of a crime reference."""
        return f"{self.chance.getrandbits(256):064x}"


STATISTICS: dict[str, Callable[[Figures], Rows]] = {
    "long counts": lambda f: [
        ["Year", "Month", "District", "Offence", "Count"],
        *([str(y), m, p, o, f.count()] for y in (2019, 2020) for m in MONTHS for p in PLACES for o in OFFENCES[:4]),
    ],
    "months across": lambda f: [
        ["Burglary offences by district"], ["District", *(f"{m}-{y}" for y in (16, 17) for m in MONTHS), "Total"],
        *([p, *(f.count() for _ in range(25))] for p in PLACES), ["Total", *(f.count() for _ in range(25))],
    ],
    "without headings": lambda f: [[p, o, f.count(), f.count(), f.percent()] for p in PLACES for o in OFFENCES],
    "one column of places": lambda _: [[p] for p in PLACES],
    "places under Name": lambda f: [["Name", "Code", "Population"], *([p, f"E0700{f.code(4)}", f.code(5)] for p in PLACES)],
    "counts a day": lambda f: [["Date", "District", "Offence", "Number of offences"], *([f.day(), f.chance.choice(PLACES), f.chance.choice(OFFENCES), f.count(9)] for _ in range(300))],
    "victims by age": lambda f: [["Age", "Gender", "Victims", "Suspects"], *([str(a), g, f.count(), f.count()] for a in range(10, 90) for g in ("Male", "Female"))],
    "victims by birth year": lambda f: [["Victim year of birth", "Victims"], *([str(y), f.count()] for y in range(1930, 2015))],
    "roles by year": lambda f: [["Role", "2018", "2019"], *([r, f.count(), f.count()] for r in ("Victim", "Witness", "Suspect", "Offender"))],
    "roles across": lambda f: [["Offence", "Victim", "Suspect", "Witness"], *([o, f.count(), f.count(), f.count()] for o in OFFENCES)],
    "victim and offender gender": lambda f: [["Victim gender", "Suspect gender", "Relationship", "Count"], *([a, b, c, f.count()] for a in ("Male", "Female") for b in ("Male", "Female") for c in ("Partner", "Stranger"))],
    "nationalities": lambda f: [["Nationality", "Arrests 2019", "Charged"], *([n, f.count(), f.count()] for n in NATIONALITIES)],
    "dog breeds": lambda f: [["Breed", "Seized", "Destroyed"], *([b, f.count(30), f.count(9)] for b in BREEDS)],
    "dog names": lambda f: [["Dog name", "Breed", "Date of birth", "Date retired"], *([n, f.chance.choice(BREEDS), f.day(2008, 2014), f.day(2018, 2022)] for n in ("Max", "Bella", "Rex", "Jake", "Daisy", "Oscar", "Buddy"))],
    "vehicles": lambda f: [["Make and model", "Registered", "Mileage", "Cost"], *([m, f.day(2010, 2020), f.code(5), f"£{f.code(5)}.00"] for m in MAKES * 4)],
    "suppliers": lambda f: [["Supplier", "Invoice number", "Date", "Amount"], *([f.chance.choice(SUPPLIERS), f.code(10), f.day(), f"{f.chance.random() * 9999:.2f}"] for _ in range(150))],
    "account codes": lambda f: [["Cost centre", "Account code", "Description", "Budget"], *([f.code(10), f.code(10), "Overtime", f"£{int(f.code(6)):,}"] for _ in range(300))],
    "workforce": lambda f: [["Rank", "Male", "Female", "Headcount", "FTE"], *([r, f.count(), f.count(), f.count(), f"{f.chance.random() * 900:.2f}"] for r in RANKS)],
    "schools": lambda f: [["School name", "Incidents", "Year"], *([s, f.count(40), y] for s in SCHOOLS for y in ("2018", "2019"))],
    "published street level": lambda f: [
        ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"],
        *([f.key(), "2019-02", "Norfolk Constabulary", "Norfolk Constabulary", "1.29", f"52.{f.code(6)}", f.chance.choice(ROADS), f"E0102{f.code(4)}", "Norwich 001A", f.chance.choice(OFFENCES), f.chance.choice(OUTCOMES), ""] for _ in range(200)),
    ],
    "published stop and search": lambda f: [
        ["Type", "Date", "Part of a policing operation", "Latitude", "Longitude", "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome"],
        *(["Person search", f"2023-01-{f.chance.randrange(1, 29):02}T12:0{f.count(10)}:00+00:00", "", f"52.{f.code(6)}", "1.29", f.chance.choice(("Male", "Female")), f.chance.choice(("18-24", "25-34", "over 34", "10-17")), f.chance.choice(("White - English/Welsh/Scottish/Northern Irish/British", "Asian/Asian British - Indian", "Black/African/Caribbean/Black British - African", "Other ethnic group - Not stated")), f.chance.choice(("White", "Black", "Asian")), "Misuse of Drugs Act 1971 (section 23)", "Controlled drugs", f.chance.choice(("A no further action disposal", "Arrest", "Community resolution"))] for _ in range(150)),
    ],
    "incidents without people": lambda f: [["Date", "Time", "Ward", "Offence", "Outcome"], *([f.day(), f"{f.chance.randrange(24):02}:15", f.chance.choice(PLACES), f.chance.choice(OFFENCES), f.chance.choice(OUTCOMES)] for _ in range(200))],
    "victims without names": lambda f: [["Offence date", "Offence", "Victim age", "Victim gender", "Suspect age", "Outcome"], *([f.day(), f.chance.choice(OFFENCES), str(f.chance.randrange(16, 90)), f.chance.choice(("Male", "Female")), str(f.chance.randrange(16, 70)), f.chance.choice(OUTCOMES)] for _ in range(120))],
    "withheld names": lambda f: [["Offence", "Victim name", "Victim DOB", "Outcome"], *([f.chance.choice(OFFENCES), "Redacted", "[Section 40(2)]", f.chance.choice(OUTCOMES)] for _ in range(40))],
    "grid references": lambda f: [["Site", "Grid ref", "UPRN", "Activations"], *([f"A{f.code(2)} {p}", f"TG{f.code(6)}", f.code(11), f.count()] for p in PLACES)],
    "home office codes": lambda f: [["HO code", "Description", "2019", "2020"], *([f"{n}/{n % 4}", o, f.count(), f.count()] for n, o in enumerate(OFFENCES * 3, 3))],
    "rates": lambda f: [["LSOA code", "LSOA name", "Crimes", "Rate per 1000"], *([f"E0102{f.code(4)}", f"{p} 001A", f.count(), f"{f.chance.random() * 90:.1f}"] for p in PLACES)],
    "response times": lambda f: [["Month", "Grade A median (mm:ss)", "Calls"], *([f"{m}-19", f"{f.chance.randrange(5, 15)}:{f.chance.randrange(60):02}", f.code(4)] for m in MONTHS)],
    "questions": lambda f: [["No.", "Question", "Answer"], *([str(n), "How many burglaries were recorded in the period?", f.count()] for n in range(1, 30))],
    "policies": lambda f: [["Policy", "Version", "Owner", "Review date"], *([f"{o} policy", f"{n}.0", "Head of Professional Standards", f.day(2024, 2027)] for n, o in enumerate(OFFENCES, 1))],
    "transposed counts": lambda f: [["Year", *map(str, range(2015, 2022))], *([label, *(f.count(9999) for _ in range(7))] for label in ("Victims", "Suspects", "Arrests", "Charged"))],
    "labels and values": lambda f: [["Number of victims", f.count()], ["Number of suspects", f.count()], ["Date", f.day()], ["Total", f.count()]],
    "stations and phones": lambda _: [["Station name", "Address", "Postcode", "Telephone"], *([f"{p} Police Station", f"{n} Station Road, {p}", f"NR{n} 1AB", "01953 424242"] for n, p in enumerate(PLACES[:9], 1))],
    "courses": lambda f: [["Course", "Date", "Attendees", "Cost"], *([c, f.day(), f.count(30), f"£{f.code(4)}"] for c in ("Domestic Abuse Matters", "Taser", "Public Order Level 2", "Officer Safety") for _ in range(9))],
    "serial dates": lambda f: [["Date", "Beat", "Crimes"], *([str(f.chance.randrange(43_000, 45_000)), f.chance.choice(PLACES), f.count(30)] for _ in range(90))],
    "old serial dates": lambda f: [["Date opened", "Station name", "Floor area"], *([str(f.chance.randrange(15_000, 40_000)), f"{p} Police Station", f.code(3)] for p in PLACES)],
    "listed buildings": lambda f: [["Building", "Built", "Grade", "Postcode"], *([f"{s} House", f.day(1890, 1990), "II", f"NR{n} 2CD"] for n, s in enumerate(("Nelson", "Jubilee", "Falconers", "Margaret Thatcher", "Elizabeth Fry", "Edith Cavell"), 1))],
}  # fmt: skip
"""Shape → rows; many have words that are names too."""


def make_statistics(seed: str) -> Iterator[Case]:
    """Every shape of statistics, in which nobody is."""
    for shape, make in STATISTICS.items():
        rows = tuple(map(tuple, make(Figures(f"{seed} {shape}"))))
        yield Case(name=f"{shape} ({seed})", layout=shape, form=Form.TABLE, held=False, rows=rows)


def make_ordinary(seed: str, pools: dict[str, Pool], rounds: int) -> Iterator[Case]:
    """All of it, as often as wanted."""
    for number in range(rounds):
        yield from make_statistics(f"{seed}.{number}")
        yield from ordinary_prose.make_texts(f"{seed}.{number}", pools)
        yield from ordinary_prose.make_titles(f"{seed}.{number}", TITLE_LISTS)
