"""Scores: what an engine says of cases against what is true of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from detectors.personal_data.names import fold
from evaluation.case import Case, Truth
from evaluation.seen import Seen, Somebody


@dataclass
class Score:
    """Sums over some cases."""

    cases: int = 0
    to_hold: int = 0
    held: int = 0
    """Of those that must be held."""

    to_pass: int = 0
    stopped: int = 0
    """Of those that must pass."""

    true: int = 0
    """People who are in them."""

    counted: int = 0
    """People whom the engine counts."""

    difference: int = 0
    """By how many people it is wrong, case by case."""

    recognised: int = 0
    """True people whom it named."""

    called: int = 0
    """Distinct people whom it named, true or not."""

    right: int = 0
    """Those that are true."""

    roles_told: int = 0
    roles_right: int = 0
    records: int = 0
    """Record-level tables of people without names."""

    records_told: int = 0
    seconds: float = 0.0

    def add(self, case: Case, seen: Seen) -> None:
        """Account for a case."""
        self.cases += 1
        self.to_hold += case.held is True
        self.held += case.held is True and seen.held
        self.to_pass += case.held is False
        self.stopped += case.held is False and seen.held
        self.true += len(case.people)
        self.counted += seen.people
        self.difference += abs(seen.people - len(case.people))
        self.records += case.pseudonymous
        self.records_told += case.pseudonymous and seen.pseudonymous
        self.seconds += seen.seconds
        self.match(case, seen)

    def match(self, case: Case, seen: Seen) -> None:
        """Tell who was recognised, and whether in the right role."""
        matched = match_people(case.people, seen.somebodies)
        for truth, somebody in zip(case.people, matched, strict=True):
            if somebody is None:
                continue
            self.recognised += 1
            if truth.role is not None and somebody.role is not None:
                self.roles_told += 1
                self.roles_right += truth.role is somebody.role
        distinct = dict.fromkeys((each.words, each.marks) for each in seen.somebodies)
        self.called += len(distinct)
        known = Index(case.people)
        self.right += sum(bool(known.find(Somebody(words, marks))) for words, marks in distinct)

    @property
    def recall(self) -> float:
        """The share of true people who were named."""
        return share(self.recognised, self.true)

    @property
    def precision(self) -> float:
        """The share of named people who are true."""
        return share(self.right, self.called)

    @property
    def off(self) -> float:
        """By what share of the true people the counts are wrong, case by case."""
        return share(self.difference, self.true)


def share(part: int, whole: int) -> float:
    """A share; nan of nothing."""
    return part / whole if whole else float("nan")


class Index:
    """Finds those of some true people who fit what an engine saw."""

    def __init__(self, people: Iterable[Truth]) -> None:
        self.people = list(people)
        self.by_word: dict[str, set[int]] = defaultdict(set)
        self.by_mark: dict[str, set[int]] = defaultdict(set)
        for number, truth in enumerate(self.people):
            for word in truth.words:
                self.by_word[word].add(number)
            for mark in truth.marks:
                self.by_mark[mark].add(number)

    def find(self, somebody: Somebody) -> list[int]:
        """The numbers of the people who have one of the numbers, or all words of whose surname are among the words."""
        found: set[int] = set()
        for mark in somebody.marks:
            found |= self.by_mark.get(mark, set())
        for word in somebody.words:
            found |= {number for number in self.by_word.get(word, set()) if self.people[number].words <= somebody.words}
        return sorted(found)


def match_people(people: Iterable[Truth], somebodies: Iterable[Somebody]) -> list[Somebody | None]:
    """For every true person whom the engine saw as them: of several, one in the right role, else one not yet another's."""
    known = Index(people)
    matched: list[Somebody | None] = [None] * len(known.people)
    for somebody in somebodies:
        fitting = known.find(somebody)
        best = min(fitting, key=lambda number: weigh(known.people[number], somebody, matched[number]), default=None)
        if best is not None and not is_settled(known.people[best], matched[best]):
            matched[best] = somebody
    return matched


def weigh(truth: Truth, somebody: Somebody, before: Somebody | None) -> tuple[bool, bool, bool]:
    """Which of several people is meant: one of that forename, not seen before, in that role."""
    first = fold(truth.forename).replace("-", " ").partition(" ")[0]
    return first not in somebody.words, before is not None, truth.role is not somebody.role


def is_settled(truth: Truth, before: Somebody | None) -> bool:
    """Whether a person was seen in the right role already."""
    return before is not None and (truth.role is None or before.role is truth.role)


@dataclass
class Kinds:
    """Identifiers by kind: how many there are, were found, and were found of those that are."""

    true: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, seen: Seen) -> None:
        """Account for a case; more of a kind than there are in it are wrong."""
        true = Counter(case.identifiers)
        self.true.update(true)
        self.found.update(seen.kinds)
        self.right.update(true & seen.kinds)

    def rows(self) -> Iterator[tuple[str, int, float, float]]:
        """Kind, how many there are, recall, precision."""
        for kind in sorted(self.true.keys() | self.found.keys()):
            yield (
                kind,
                self.true[kind],
                share(self.right[kind], self.true[kind]),
                share(self.right[kind], self.found[kind]),
            )
