"""How fast detection is: cells a second on a crime table and on statistics, characters a second on prose."""

from __future__ import annotations

import random
import time
from pathlib import Path

from detectors.model import Column, Location, Passage, Row, Table, Visibility
from detectors.personal_data import Detection, load_vocabulary

ROWS = 10_000
WORDS = [
    "the",
    "officer",
    "attended",
    "and",
    "recorded",
    "that",
    "a",
    "number",
    "of",
    "items",
    "were",
    "taken",
    "from",
    "premises",
    "in",
    "Norwich",
    "on",
    "Tuesday",
]


def crime_rows(chance: random.Random) -> list[tuple[str, ...]]:
    """Ten columns, one person a row, free text in one."""
    return [
        (
            f"36/{10_000 + number}/21",
            chance.choice(("Victim", "Witness", "Suspect")),
            f"Surname{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}".replace("S", "T"),
            chance.choice(("Aurelia", "Barnaby", "Horatio", "Ianthe")),
            f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/{chance.randrange(1940, 2005)}",
            f"NR{chance.randrange(1, 30)} {chance.randrange(9)}AB",
            f"07700 900{chance.randrange(1000):03}",
            chance.choice(("Common assault", "Burglary", "Robbery")),
            f"{chance.randrange(1, 29):02}/06/2021",
            " ".join(chance.choices(WORDS, k=12)),
        )
        for number in range(ROWS)
    ]


def count_rows(chance: random.Random) -> list[tuple[str, ...]]:
    """Ten columns of statistics."""
    places = ("Norwich", "Breckland", "Broadland")
    return [
        (chance.choice(places), "Burglary", *(str(chance.randrange(10_000)) for _ in range(8))) for _ in range(ROWS)
    ]


def measure(name: str, size: int, content: Passage | Table, detection: Detection) -> None:
    """Print the rate of one run, in processor time."""
    start = time.process_time()
    detection.observe(content)
    account = detection.take()
    seconds = time.process_time() - start
    print(f"{name:12} {size / seconds:12,.0f} a second, {account.people.total} people, {seconds:.2f} s")


def main() -> None:
    """Run each measurement thrice."""
    start = time.process_time()
    vocabulary = load_vocabulary(Path("config/vocabulary"))
    print(f"vocabulary {time.process_time() - start:.2f} s")
    chance = random.Random(1)
    text = "\n".join(" ".join(chance.choices(WORDS, k=14)) for _ in range(120_000))
    for _ in range(3):
        for name, rows in (("crime cells", crime_rows(chance)), ("count cells", count_rows(chance))):
            names = tuple(Column(n) for n in HEADINGS) if name.startswith("crime") else (Column(),) * 10
            listed = [Row(number, cells) for number, cells in enumerate(rows, 1)]
            table = Table(Location() / "table", Visibility.PIVOT_CACHE, "records", names, listed)
            measure(name, 10 * ROWS, table, Detection(vocabulary, b"k" * 16))
        passage = Passage(Location() / "body", Visibility.SHOWN, "body", text)
        measure("characters", len(text), passage, Detection(vocabulary, b"k" * 16))


HEADINGS = ("Crime ref", "Role", "Surname", "Forename", "DOB", "Postcode", "Mobile", "Offence", "Date", "MO")

if __name__ == "__main__":
    main()
