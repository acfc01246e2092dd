"""How fast the engines are on the same content, in processor time; what would take the stock engine hours is extrapolated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evaluation.case import Case, Form, Lettering
from evaluation.layouts import make_table
from evaluation.narratives import TEXTS, make_text
from evaluation.people import World
from evaluation.seen import Engine

CELLS_ROWS = 6_000
STOCK_ROWS = 30
TEXT_SIZES = (100_000, 10_000_000)
STOCK_CHARACTERS = 30_000
LAYOUT = "many columns"


def cut_table(case: Case, rows: int) -> Case:
    """The first rows of a table."""
    return Case(name=case.name, layout=case.layout, form=Form.TABLE, held=None, rows=case.rows[:rows])


def write_text(world: World, origins: tuple[str, ...], size: int) -> str:
    """Crime reports of all origins one after another, up to a size."""
    parts: list[str] = []
    written = 0
    while written < size:
        for layout in TEXTS:
            text = make_text(world, layout, origins[len(parts) % len(origins)], Lettering.MIXED).text
            parts.append(text)
            written += len(text) + 2
    return "\n\n".join(parts)[:size]


def measure(ours: Engine, stock: Engine | None, world: World, origins: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """One figure a kind of content: our rate, the stock engine's, and how often the one goes into the other."""
    table = make_table(world, LAYOUT, origins[0], headings="first", rows=CELLS_ROWS, lettering=Lettering.MIXED)
    whole, part = cut_table(table, CELLS_ROWS), cut_table(table, STOCK_ROWS)
    yield compare("cells", (ours, whole, len(whole.units())), stock, (part, len(part.units())))
    for size in TEXT_SIZES:
        text = write_text(world, origins, size)
        long = Case(name=f"{size}", layout="speed", form=Form.PROSE, held=None, text=text)
        short = Case(name=f"{size}", layout="speed", form=Form.PROSE, held=None, text=text[:STOCK_CHARACTERS])
        yield compare(f"characters of {size:,}", (ours, long, size), stock, (short, len(short.text)))


def compare(name: str, our: tuple[Engine, Case, int], stock: Engine | None, part: tuple[Case, int]) -> dict[str, Any]:
    """Our rate over the whole beside that of the stock engine over a part, which is taken to stand for the whole."""
    engine, case, size = our
    rate = size / max(engine.look(case).seconds, 1e-6)
    figures: dict[str, Any] = {"of": name, "size": size, "a_second": round(rate)}
    if stock is not None:
        theirs = part[1] / max(stock.look(part[0]).seconds, 1e-6)
        figures |= {"stock_a_second": round(theirs), "stock_measured_on": part[1], "ratio": round(rate / theirs, 1)}
    return figures


def tell(figures: dict[str, Any]) -> str:
    """A figure for people."""
    told = f"  {figures['of']:26} {figures['a_second']:12,} a second"
    if "ratio" in figures:
        told += f"; stock {figures['stock_a_second']:8,} (measured on {figures['stock_measured_on']:,}): {figures['ratio']:,} times"
    return told
