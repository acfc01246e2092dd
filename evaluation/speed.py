"""How fast the engines are on the same content, in processor time; what would take the stock engine hours is extrapolated."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any

from evaluation import ordinary_prose
from evaluation.case import Case, Form, Lettering
from evaluation.layouts import make_table
from evaluation.names import Pool
from evaluation.narratives import TEXTS, make_text
from evaluation.people import World
from evaluation.seen import Engine

CELLS_ROWS = 6_000
STOCK_ROWS = 30
STOCK_CHARACTERS = 30_000
"""What the stock engine takes a second or two for; a longer text costs it more a character, since it looks at every pair of match and word."""

LAYOUT = "many columns"
APART = 50_000
"""Characters from one report of a crime to the next. Nothing but reports or letters is held as unread beyond some 350,000 characters."""


def cut_table(case: Case, rows: int) -> Case:
    """The first rows of a table."""
    return Case(name=case.name, layout=case.layout, form=Form.TABLE, held=None, rows=case.rows[:rows])


SUBJECTS = "The unit|Each department|The contractor|A manager|The panel|Every supplier|The estates team|The archive"
VERBS = "reviews|publishes|keeps|orders|replaces|inspects|returns|budgets for"
OBJECTS = "the vehicle fleet|its training records|office furniture|the heating of the building|radio batteries|its key indicators|uniforms|leases"
WHEN = "once a quarter|before the end of the financial year|as the procedure says|within ten working days|when stocks run low|after each audit"


def write_sentence(chance: random.Random) -> str:
    """A sentence of a manual, which names nobody and tells of no crime."""
    subject, verb, thing, when = (chance.choice(words.split("|")) for words in (SUBJECTS, VERBS, OBJECTS, WHEN))
    return f"{subject} {verb} {thing} {when}, see paragraph {chance.randrange(1, 400)}.{chance.randrange(1, 30)}."


def write_manual(world: World, origins: Sequence[str], size: int) -> str:
    """A long manual, with a report of a crime every 50,000 characters."""
    chance = random.Random(size)
    reports = itertools.cycle(itertools.product(TEXTS, origins))
    written: list[str] = []
    left, until_report = size, 0
    while left > 0:
        if until_report <= 0:
            layout, origin = next(reports)
            piece, until_report = make_text(world, layout, origin, Lettering.MIXED).text, APART
        else:
            piece = " ".join(write_sentence(chance) for _ in range(5))
        written.append(f"{piece}\n\n")
        left -= len(piece) + 2
        until_report -= len(piece)
    return "".join(written)[:size]


def write_letters(pools: dict[str, Pool], size: int) -> str:
    """Letters, minutes and notices of a police force one after another: nearly every window names somebody or speaks of crime."""
    written: list[str] = []
    for number in itertools.count():
        written += [case.text for case in ordinary_prose.make_texts(f"speed {number}", pools)]
        if sum(map(len, written)) >= size:
            break
    return "\n\n".join(written)[:size]


def make_texts(world: World, pools: dict[str, Pool], origins: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The texts that are measured, with their names."""
    yield "letters, 100 kB", write_letters(pools, 100_000)
    yield "manual, 100 kB", write_manual(world, origins, 100_000)
    yield "manual, 10 MB", write_manual(world, origins, 10_000_000)


def measure(
    ours: Engine, stock: Engine | None, pools: dict[str, Pool], origins: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """One figure a kind of content: our rate, the stock engine's, and how often the one goes into the other."""
    world = World(pools, "speed")
    table = make_table(world, LAYOUT, origins[0], headings="first", rows=CELLS_ROWS, lettering=Lettering.MIXED)
    whole, part = cut_table(table, CELLS_ROWS), cut_table(table, STOCK_ROWS)
    yield compare("cells", (ours, whole, len(whole.units())), stock, (part, len(part.units())))
    for name, text in make_texts(world, pools, origins):
        long = Case(name=name, layout="speed", form=Form.PROSE, held=None, text=text)
        short = Case(name=name, layout="speed", form=Form.PROSE, held=None, text=text[:STOCK_CHARACTERS])
        yield compare(name, (ours, long, len(text)), stock, (short, len(short.text)))


def compare(name: str, our: tuple[Engine, Case, int], stock: Engine | None, part: tuple[Case, int]) -> dict[str, Any]:
    """Our rate over the whole beside that of the stock engine over a part, which is taken to stand for the whole."""
    engine, case, size = our
    seen = engine.look(case)
    rate = size / max(seen.seconds, 1e-6)
    figures: dict[str, Any] = {"of": name, "size": size, "people": seen.people, "a_second": round(rate)}
    if stock is not None:
        theirs = part[1] / max(stock.look(part[0]).seconds, 1e-6)
        figures |= {"stock_a_second": round(theirs), "stock_measured_on": part[1], "ratio": round(rate / theirs, 1)}
    return figures


def tell(figures: dict[str, Any]) -> str:
    """A figure for people."""
    told = f"  {figures['of']:18} {figures['a_second']:12,} a second, {figures['people']:,} people"
    if "ratio" in figures:
        told += f"; stock {figures['stock_a_second']:8,} (measured on {figures['stock_measured_on']:,}): {figures['ratio']:,} times"
    return told
