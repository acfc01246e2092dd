"""Evaluate detection.

usage: python -m evaluation [FOLDER…] [--seed S] [--rows N] [--rounds N] [--origins …] [--stock-cases N] [--no-speed] [--json FILE]

FOLDER holds labelled files (`evaluation/labelled.py` says in which formats); without any, only generated content is looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from detectors.personal_data import load_language_model, load_vocabulary
from evaluation import report, speed
from evaluation.case import Case, Form
from evaluation.labelled import read_folder
from evaluation.layouts import hide_one, make_tables
from evaluation.names import ORIGINS, Pool, gather_all
from evaluation.narratives import make_texts
from evaluation.ordinary import make_ordinary
from evaluation.ours import Ours
from evaluation.people import World
from evaluation.report import Looked, Results, is_positive
from evaluation.seen import Engine
from evaluation.stock import Stock

WORKBOOK_ROWS = 50_000
STOCK_UNITS = 500
STOCK_CHARACTERS = 20_000
"""Larger cases are too much for the stock engine."""


def generate(pools: dict[str, Pool], options: argparse.Namespace) -> Iterator[Case]:
    """All generated cases; the same for the same seed, lexicon and version of Faker."""
    for origin in options.origins:
        world = World(pools, f"{options.seed} {origin}")
        yield from make_tables(world, origin, options.rows)
        for _ in range(options.rounds):
            yield from make_texts(world, origin)
        yield hide_one(world, origin, WORKBOOK_ROWS)
    yield from make_ordinary(options.seed, pools, options.rounds)


def look(engine: Engine, cases: Sequence[Case]) -> Results:
    """What an engine says of cases."""
    results = Results(engine.name)
    for number, case in enumerate(cases):
        results.looked.append(Looked(case, engine.look(case)))
        if sys.stderr.isatty():
            print(f"\r{engine.name}: {number + 1} of {len(cases)}", end="", file=sys.stderr)
    return results


def choose_for_stock(cases: Sequence[Case], most: int) -> list[Case]:
    """At most so many cases of each form with people in them, and of each without, evenly spread; large ones left out."""
    groups: dict[tuple[Form, bool], list[Case]] = {}
    for case in cases:
        if len(case.units()) <= STOCK_UNITS and len(case.text) < STOCK_CHARACTERS:
            groups.setdefault((case.form, is_positive(case)), []).append(case)
    return [case for group in groups.values() for case in spread(group, most)]


def spread(cases: Sequence[Case], most: int) -> list[Case]:
    """Some of the cases; a stride could fall in step with the layouts."""
    return random.Random(most).sample(cases, min(most, len(cases)))


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rows", type=int, default=24, help="rows of the larger tables")
    parser.add_argument("--rounds", type=int, default=2, help="how often each text is written anew")
    parser.add_argument("--origins", nargs="+", choices=ORIGINS, default=list(ORIGINS), metavar="ORIGIN")
    parser.add_argument("--stock-cases", type=int, default=40, help="of each form, with and without people; 0: none")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--vocabulary", type=Path, default=Path("config/vocabulary"))
    parser.add_argument("--policy", type=Path, default=Path("config/policy.toml"))
    parser.add_argument("--json", type=Path, default=Path("evaluation/results/latest.json"))
    return parser.parse_args()


def main() -> None:
    """Generate, read, look, report."""
    options = read_options()
    vocabulary = load_vocabulary(options.vocabulary)
    pools = gather_all(vocabulary)
    cases = [*generate(pools, options), *(case for folder in options.folders for case in read_folder(folder))]
    ours = Ours(vocabulary, options.policy, load_language_model())
    results = [look(ours, cases)]
    stock = Stock() if options.stock_cases else None
    if stock is not None:
        chosen = choose_for_stock(cases, options.stock_cases)
        same = {id(case) for case in chosen}
        results.append(Results("ours, same cases", [each for each in results[0].looked if id(each.case) in same]))
        results.append(look(stock, chosen))
    for each in report.tell(results):
        print(each)
    speeds: list[dict[str, Any]] = []
    if not options.no_speed:
        print("\nSPEED, processor time of one thread; the whole path, model and all")
        for figures in speed.measure(ours, stock, pools, options.origins):
            speeds.append(figures)
            print(speed.tell(figures))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report.as_json(results, {"figures": speeds}), indent=1), encoding="utf-8")
    print(f"\n{len(cases)} cases; figures in {options.json}")


if __name__ == "__main__":
    main()
