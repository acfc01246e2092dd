"""The figures as tables for people and as JSON for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.case import Case, Form
from evaluation.scores import Kinds, Score, match_people
from evaluation.seen import Seen

Key = Callable[[Case], str]
MOST_MISSES = 40

CUTS: dict[str, Key] = {
    "everything": lambda _: "all",
    "letters": lambda case: case.lettering.value,
    "headings": lambda case: "headed" if case.headed else "none",
    "origin": lambda case: case.origin or "-",
    "layout": lambda case: case.layout,
}
"""How positive cases are summed up."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A case and what an engine said of it."""

    case: Case
    seen: Seen


@dataclass
class Results:
    """All that one engine said."""

    engine: str
    looked: list[Looked] = field(default_factory=list)

    def choose(self, form: Form, *, positive: bool) -> list[Looked]:
        """The cases of a form with people or records in them, or the others."""
        return [each for each in self.looked if each.case.form is form and is_positive(each.case) is positive]

    def sum_up(self, chosen: Iterable[Looked], key: Key) -> dict[str, Score]:
        """A score for each value of a key."""
        scores: dict[str, Score] = {}
        for each in chosen:
            scores.setdefault(key(each.case), Score()).add(each.case, each.seen)
        return scores

    def kinds(self, form: Form) -> Kinds:
        """Identifiers by kind, of generated and labelled positives."""
        kinds = Kinds()
        for each in self.choose(form, positive=True):
            kinds.add(each.case, each.seen)
        return kinds


def is_positive(case: Case) -> bool:
    """Whether there is anything to find."""
    return bool(case.people or case.pseudonymous or case.held)


def percent(value: float) -> str:
    """A share for people; a dash where there is none."""
    return "     -" if math.isnan(value) else f"{100 * value:5.1f}%"


def line(name: str, score: Score) -> str:
    """One line of the table of positives."""
    return (
        f"  {name[:36]:36} {score.cases:5} {percent(score.held / score.to_hold if score.to_hold else math.nan)} "
        f"{score.true:7,} {score.counted:7,} {percent(score.off)} {percent(score.recall)} {percent(score.precision)} "
        f"{percent(score.roles_right / score.roles_told if score.roles_told else math.nan)}"
    )


HEAD = f"  {'':36} {'cases':>5} {'held':>6} {'people':>7} {'counted':>7} {'off':>6} {'recall':>6} {'precis':>6} {'roles':>6}"


def tell(results: Sequence[Results]) -> Iterator[str]:
    """The report, line by line: the first engine in full, the others in sum."""
    for form in Form:
        for number, each in enumerate(results):
            yield from tell_positives(each, form, tuple(CUTS) if number == 0 else ("everything", "letters", "origin"))
        yield from tell_kinds(results, form)
        for each in results:
            yield from tell_negatives(each, form)
    yield from tell_records(results[0])
    yield from tell_spread(results[0])
    yield from tell_misses(results[0])


def tell_positives(results: Results, form: Form, cuts: Iterable[str]) -> Iterator[str]:
    """Who was found."""
    chosen = [each for each in results.choose(form, positive=True) if not each.case.pseudonymous]
    if not chosen:
        return
    yield f"\n{form.value.upper()}, positives: {results.engine}"
    yield HEAD
    for cut in cuts:
        scores = results.sum_up(chosen, CUTS[cut])
        if cut == "everything" or len(scores) > 1:
            yield f"  -- {cut}"
            yield from (line(name, scores[name]) for name in sorted(scores))


def tell_kinds(results: Sequence[Results], form: Form) -> Iterator[str]:
    """Identifiers by kind, the engines side by side."""
    rows = [{kind: rest for kind, *rest in each.kinds(form).rows()} for each in results]
    kinds = [kind for kind in rows[0] if rows[0][kind][0]]
    if not kinds:
        return
    yield f"\n{form.value.upper()}, identifiers: recall, precision of " + "; of ".join(each.engine for each in results)
    for kind in kinds:
        told = (row.get(kind, [0, math.nan, math.nan]) for row in rows)
        yield f"  {kind:24} {rows[0][kind][0]:7,}" + "".join(f"   {percent(r)} {percent(p)}" for _, r, p in told)


def tell_negatives(results: Results, form: Form) -> Iterator[str]:
    """What was held that must pass."""
    chosen = [each for each in results.choose(form, positive=False) if each.case.held is False]
    if not chosen:
        return
    total = results.sum_up(chosen, CUTS["everything"])["all"]
    rate = percent(total.stopped / total.to_pass)
    yield f"\n{form.value.upper()}, must pass: {results.engine} holds {total.stopped} of {total.to_pass} ({rate.strip()})"
    scores = results.sum_up(chosen, CUTS["layout"])
    wrong = [name for name, score in scores.items() if score.stopped or score.counted]
    for name in wrong[:MOST_MISSES]:
        score = scores[name]
        yield f"  {name[:44]:44} held {score.stopped} of {score.to_pass}, {score.counted} people"


def tell_records(results: Results) -> Iterator[str]:
    """Whether record-level tables without names are told."""
    chosen = [each for each in results.choose(Form.TABLE, positive=True) if each.case.pseudonymous]
    if chosen:
        score = results.sum_up(chosen, CUTS["everything"])["all"]
        yield f"\nRecord-level tables of nobody: {score.records_told} of {score.records} told; {score.counted} people in them"


def tell_spread(results: Results) -> Iterator[str]:
    """How far the recall of one origin is from that of another."""
    for form in Form:
        chosen = [each for each in results.choose(form, positive=True) if each.case.origin and each.case.people]
        scores = results.sum_up(chosen, CUTS["origin"])
        recalls = {name: score.recall for name, score in scores.items()}
        if len(recalls) > 1:
            low, high = min(recalls, key=recalls.__getitem__), max(recalls, key=recalls.__getitem__)
            spread = 100 * (recalls[high] - recalls[low])
            yield f"Spread of recall between origins, {form.value}: {spread:.1f} points ({low} to {high})"


def tell_misses(results: Results) -> Iterator[str]:
    """The cases with most people missed, or that were not held."""
    misses: list[tuple[int, str]] = []
    for each in results.looked:
        missed = sum(found is None for found in match_people(each.case.people, each.seen.somebodies))
        off = each.seen.people - len(each.case.people) if each.case.held is not None else 0
        passed = each.case.held is True and not each.seen.held
        if (missed and each.case.held is not None) or off or passed:
            text = f"{missed:4} missed, {off:+4} counted{', NOT HELD' if passed else ''}: {each.case.name}"
            misses.append((missed + abs(off) + 1000 * passed, text))
    yield f"\n{len(misses)} cases are not right; the worst:"
    yield from (f"  {text}" for _, text in sorted(misses, reverse=True)[:MOST_MISSES])


def as_json(results: Sequence[Results], speeds: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures for programs."""
    return {each.engine: {form.value: figures(each, form) for form in Form} for each in results} | {"speed": speeds}


def figures(results: Results, form: Form) -> dict[str, Any]:
    """The figures of one engine and form."""
    positives = [each for each in results.choose(form, positive=True) if not each.case.pseudonymous]
    negatives = [each for each in results.choose(form, positive=False) if each.case.held is False]
    return {
        "positives": {
            cut: {name: number(score) for name, score in results.sum_up(positives, key).items()}
            for cut, key in CUTS.items()
        },
        "must_pass": {name: number(score) for name, score in results.sum_up(negatives, CUTS["layout"]).items()},
        "identifiers": {
            kind: {"number": many, "recall": finite(recall), "precision": finite(precision)}
            for kind, many, recall, precision in results.kinds(form).rows()
        },
    }


def number(score: Score) -> dict[str, Any]:
    """A score for programs."""
    return {
        "cases": score.cases,
        "to_hold": score.to_hold,
        "held": score.held,
        "to_pass": score.to_pass,
        "stopped": score.stopped,
        "people": score.true,
        "counted": score.counted,
        "difference": score.difference,
        "recall": finite(score.recall),
        "precision": finite(score.precision),
        "roles_told": score.roles_told,
        "roles_right": score.roles_right,
        "seconds": round(score.seconds, 3),
    }


def finite(value: float) -> float | None:
    """A share, or nothing."""
    return None if math.isnan(value) else round(value, 4)
