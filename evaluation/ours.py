"""Our detection, as a message goes through it, with the shipped policy behind it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from detectors.model import Account, Location, OverLimit, Report
from detectors.people import Register, Sighting
from detectors.personal_data import Detection, LanguageModel, Vocabulary
from detectors.personal_data.normal import compact
from evaluation.case import Case
from evaluation.seen import Seen, Somebody
from gateway.policy import Action, judge, load


@dataclass
class Listening(Register):
    """A register that keeps what it is told; only here, for counts alone cannot say who was missed."""

    told: list[Sighting] = field(default_factory=list, repr=False)

    def see(self, sighting: Sighting, where: Location) -> None:
        """As the register, and remember."""
        self.told.append(sighting)
        super().see(sighting, where)


class Ours:
    """Our detection."""

    name = "ours"

    def __init__(self, vocabulary: Vocabulary, policy: Path, model: LanguageModel | None = None) -> None:
        self.vocabulary = vocabulary
        self.model = model
        self.policy = load(policy)

    def look(self, case: Case) -> Seen:
        """One message that holds the case and nothing else; what goes over a limit is unread, and held for that."""
        started = time.process_time()
        detection = Detection(self.vocabulary, b"evaluation only", self.model)
        register = Listening(b"evaluation only")
        detection.people = register
        unread = False
        try:
            detection.observe(case.content())
            detection.finish_prose()
        except OverLimit:
            unread = True
        account = detection.take()
        seconds = time.process_time() - started
        return Seen(
            people=account.people.total,
            somebodies=[describe(sighting) for sighting in register.told],
            kinds=count_kinds(account),
            held=unread or self.holds(account),
            seconds=seconds,
            by_role=Counter(account.people.by_role),
            pseudonymous=any(records.pseudonymous for records in account.records),
        )

    def holds(self, account: Account) -> bool:
        """Whether the policy stops a message in which this was found."""
        report = Report(
            people=account.people, groups=account.groups, records=account.records, findings=account.findings
        )
        return judge(report, self.policy).action > Action.FORWARD


def describe(sighting: Sighting) -> Somebody:
    """A sighting in the terms of the evaluation."""
    words = sighting.name.replace("|", " ").replace("-", " ").split()
    marks = (mark.partition(":")[2] for mark in sighting.marks)
    return Somebody(frozenset(words), frozenset(map(compact, marks)), sighting.role)


def count_kinds(account: Account) -> Counter[str]:
    """Identifiers by kind."""
    kinds: Counter[str] = Counter()
    for finding in account.findings:
        kinds[finding.kind] += finding.count
    return kinds
