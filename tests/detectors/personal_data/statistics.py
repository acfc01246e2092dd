"""Ordinary statistics, as replies hold them: nobody is in them."""

from __future__ import annotations

import random

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DISTRICTS = (
    "Norwich",
    "Breckland",
    "King's Lynn",
    "Great Yarmouth",
    "North Norfolk",
    "West Suffolk",
    "Bury St Edmunds",
)
OFFENCES = ("Burglary", "Violence with injury", "Rape", "Theft from the person", "Robbery", "Domestic abuse")
RANKS = ("Constable", "Sergeant", "Inspector", "Chief Inspector", "Superintendent", "PCSO", "Police Staff")
Rows = list[list[str]]


def statistics(seed: int = 3) -> dict[str, Rows]:
    """Aggregate tables by name, headings first."""
    chance = random.Random(seed)

    def count(most: int = 500) -> str:
        return str(chance.randrange(most))

    def day() -> str:
        return f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/2019"

    return {
        "counts by month, district and offence over five years": [
            ["Year", "Month", "District", "Offence", "Count"],
            *([str(y), m, d, o, count()] for y in range(2016, 2021) for m in MONTHS for d in DISTRICTS for o in OFFENCES),
        ],
        "months across": [
            ["Burglary offences by district"],
            ["District", *(f"{m}-{y}" for y in (16, 17) for m in MONTHS), "Total"],
            *([d, *(count() for _ in range(25))] for d in DISTRICTS),
            ["Total", *(count() for _ in range(25))],
        ],
        "counts a day": [
            ["Date", "District", "Offence", "Number of offences"],
            *([day(), chance.choice(DISTRICTS), chance.choice(OFFENCES), count(9)] for _ in range(900)),
        ],
        "outcomes in per cent": [
            ["Outcome", "2018/19", "2019/20"],
            *([o, f"{chance.random():.1%}", f"{chance.random():.1%}"] for o in ("Charged", "No suspect identified", "Victim declined")),
        ],
        "response times": [
            ["Month", "Grade A median (mm:ss)", "Calls"],
            *([f"{m}-19", f"{chance.randrange(5, 15)}:{chance.randrange(60):02}", count(9999)] for m in MONTHS),
        ],
        "workforce by rank": [
            ["Rank", "Male", "Female", "Headcount", "FTE"],
            *([rank, count(), count(), count(), f"{chance.random() * 900:.2f}"] for rank in RANKS),
        ],
        "budget with codes of ten digits": [
            ["Cost centre", "Account code", "Description", "Budget"],
            *(
                [str(chance.randrange(10**9, 10**10)), str(chance.randrange(10**9, 10**10)), "Overtime", f"£{chance.randrange(10**6):,}.00"]
                for _ in range(2000)
            ),
        ],
        "invoices": [
            ["Date", "Supplier", "Invoice number", "Amount"],
            *([day(), "Softcat plc", str(chance.randrange(10**9, 10**10)), f"{chance.random() * 9999:.2f}"] for _ in range(500)),
        ],
        "victims and suspects by age": [
            ["Age", "Gender", "Victims", "Suspects"],
            *([str(age), gender, count(), count()] for age in range(10, 90) for gender in ("Male", "Female")),
        ],
        "roles by year": [
            ["Role", "Year", "Number"],
            *([role, str(year), count()] for role in ("Victim", "Witness", "Suspect") for year in range(2015, 2021)),
        ],
        "nationalities that are forenames": [
            ["Nationality", "Arrests 2019"],
            *([name, count()] for name in ("British", "Polish", "Jordan", "Chad", "Georgia", "Irish", "Portuguese")),
        ],
        "districts under 'Name'": [["Name", "Code"], *([d, f"E0700{n:04}"] for n, d in enumerate(DISTRICTS))],
        "speed cameras": [
            ["Site", "Grid ref", "UPRN", "Activations"],
            *([f"A11 {d}", f"TG{chance.randrange(10**5, 10**6)}", str(chance.randrange(10**10, 10**12)), count()] for d in DISTRICTS),
        ],
        "LSOA rates": [
            ["LSOA code", "LSOA name", "Crimes", "Rate per 1000"],
            *([f"E0102{chance.randrange(6000, 7000)}", f"{d} 001A", count(), f"{chance.random() * 90:.1f}"] for d in DISTRICTS),
        ],
        "questions": [["No.", "Question", "Answer"], *([str(n), "How many burglaries were recorded?", count()] for n in range(1, 30))],
        "offence list": [["Code", "Offence"], *([f"{n}/1", f"{o} of a kind that takes long to describe in words"] for n, o in enumerate(OFFENCES * 6))],
        "calendar": [["Date", "Financial year"], *([f"{d:02}/{m:02}/2020", "2019/20"] for m in range(1, 13) for d in range(1, 29))],
    }  # fmt: skip
