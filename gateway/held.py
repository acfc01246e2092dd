"""The reviewer's actions from a terminal: list, show, release, return, reject."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from detectors.model import one_line, printable
from gateway import policy as policies
from gateway.json_line import write_json
from gateway.message import Notice
from gateway.notices import Notices, PlainWords, explain, number, say_people, summarise
from gateway.settings import Settings
from gateway.store import open_existing_store
from gateway.store.cases import AlreadyDecided, Case, State, UnknownCase
from gateway.store.keys import StoreError
from gateway.store.outbox import DELIVERED, FAILED, READY, SENDING, Progress
from gateway.summary import describe_findings, describe_people, describe_shares, describe_unread

REFUSED = 1


class Decision(enum.StrEnum):
    """What a reviewer can decide."""

    RELEASE = "release"
    RETURN = "return"
    REJECT = "reject"

    @property
    def state(self) -> State:
        """The state that it leads to."""
        return {Decision.RELEASE: State.RELEASED, Decision.RETURN: State.RETURNED, Decision.REJECT: State.REJECTED}[
            self
        ]


def plain_words(settings: Settings) -> PlainWords:
    """The words in force."""
    return PlainWords.load(settings.policy.vocabulary or policies.find_shipped("vocabulary"))


def list_cases(settings: Settings, states: tuple[State, ...], show: Callable[[Case, PlainWords], str]) -> int:
    """A line a case, oldest first."""
    plain, cases, code = plain_words(settings), open_existing_store(settings.store).cases, 0
    for reference in cases.references(*states):
        try:
            print(show(cases.get(reference), plain), flush=True)
        except StoreError as error:  # one damaged case must not hide the others
            code = refuse(error)
    return code


def show_case(settings: Settings, reference: str, show: Callable[[Case, PlainWords], str]) -> int:
    """One case."""
    try:
        case = open_existing_store(settings.store).cases.get(reference.upper())
    except (UnknownCase, StoreError) as error:
        return refuse(error)
    print(show(case, plain_words(settings)))
    return 0


def decide(settings: Settings, decision: Decision, reference: str, by: str, reason: str) -> int:
    """Carry a decision out: the state, the outbox and the notice in one transaction."""
    store = open_existing_store(settings.store)
    notices = Notices(settings.notices, plain_words(settings))
    try:
        case = store.cases.decide(
            reference.upper(), decision.state, by, reason, partial(make_notice, notices, decision)
        )
    except (UnknownCase, AlreadyDecided, StoreError) as error:
        return refuse(error)
    print(f"{case.reference}: {case.state.value}.", file=sys.stderr)
    return 0


def make_notice(notices: Notices, decision: Decision, case: Case) -> Notice | None:
    """What the sender is told of a decision."""
    match decision:
        case Decision.RELEASE:
            return notices.released(case.envelope, case.reference, case.received)
        case Decision.RETURN:
            return notices.returned(case.envelope, case.verdict, case.reference, case.received)
        case Decision.REJECT:
            return notices.rejected(case.envelope, case.reference, case.received)


def refuse(error: Exception) -> int:
    """Say why nothing was done."""
    print(f"foi-gateway: {error}", file=sys.stderr)
    return REFUSED


def as_json(case: Case, plain: PlainWords) -> str:
    """The line of `held list --json` and `held show --json`."""
    return write_json(describe(case, plain))


def describe(case: Case, plain: PlainWords) -> dict[str, Any]:
    """A case with its evidence, masked."""
    return {
        "reference": case.reference,
        "subject": case.report.subject,
        "sender": say_address(case.envelope.sender),
        "recipients": [say_address(recipient) for recipient in case.envelope.recipients],
        "received": case.received.isoformat(),
        "state": case.state.value,
        "rules": [fired.rule for fired in case.fired],
        "reason": summarise(case.verdict, plain),
        "people": describe_people(case.report),
        "findings": describe_findings(case.report),
        "unread": describe_unread(case.report),
        "shares": describe_shares(case.report),
        "deliveries": [
            {"state": each.state, "recipients": each.recipients, "code": each.code} for each in case.deliveries
        ],
        "history": [
            {"decision": entry.decision.value, "at": entry.at.isoformat(), "by": entry.by, "reason": entry.reason}
            for entry in case.history
        ],
    }


def say_address(untrusted_address: bytes) -> str:
    """An address for a reviewer's eyes."""
    return printable(untrusted_address.decode("utf-8", "replace"))


def as_line(case: Case, _: PlainWords) -> str:
    """A case in one line."""
    people = case.report.people
    rules = ", ".join(fired.rule for fired in case.fired)
    return (
        f"{case.reference}  {case.state.value:9} {case.received:%Y-%m-%d %H:%M}  "
        f"{say_address(case.envelope.sender)}: {people.total:,} people, {people.hidden:,} hidden ({rules})"
        + "".join(f"; {say_progress(each)}" for each in case.deliveries)
    )


def as_page(case: Case, plain: PlainWords) -> str:
    """A case for reading."""
    values = describe(case, plain)
    people = say_people(case.report.people) or ["nobody was identified"]
    lines = [
        f"{case.reference} ({case.state.value})",
        f"  received    {case.received:%Y-%m-%d %H:%M:%S UTC}",
        f"  from        {values['sender']}",
        f"  to          {', '.join(values['recipients'])}",
        f"  subject     {values['subject']}",
        f"  rules       {', '.join(values['rules'])}",
        *(f"  {'people' if place == 0 else '':10}  {line}" for place, line in enumerate(people)),
        "",
        *(f"  {sentence}" for sentence in explain(case.verdict, plain)),
        "",
        *(f"  {line}" for line in map(say_finding, values["findings"])),
        *(f"  {say_share(each)}" for each in values["shares"] if each["rows_hidden"] or each["cells_hidden"]),
        *(f"  unread: {each['where']} ({each['why']})" for each in values["unread"]),
        *(f"  {say_progress(each)}" for each in case.deliveries),
        *(f"  {one_line(say_entry(entry))}" for entry in values["history"]),
    ]
    return os.linesep.join(lines)


def say_entry(entry: dict[str, Any]) -> str:
    """For instance: 2026-11-03T09:12:45+00:00 released by jo: asked for by the requester."""
    return f"{entry['at']} {entry['decision']} by {entry['by']}: {entry['reason']}"


PROGRESS = {
    READY: "waits to be delivered to",
    SENDING: "is being delivered to",
    DELIVERED: "was delivered to",
    FAILED: "was NOT delivered to",
}


def say_progress(progress: Progress) -> str:
    """How far a released message is, for some of its recipients; `held release` tries again what was not delivered."""
    code = f" (last reply {progress.code})" if progress.code else ""
    return f"{PROGRESS[progress.state]} {number(progress.recipients, 'recipient')}{code}"


def say_share(share: dict[str, Any]) -> str:
    """For instance: reply › figures.xlsx: 6 rows are shown, 1,230 are hidden; 14 cells are shown, 8,610 are hidden."""
    return (
        f"{share['where']}: {share['rows_shown']:,} rows are shown, {share['rows_hidden']:,} are hidden; "
        f"{share['cells_shown']:,} cells are shown, {share['cells_hidden']:,} are hidden."
    )


def say_finding(finding: dict[str, Any]) -> str:
    """A finding in one line."""
    mask = f" {finding['masked']}" if finding["masked"] else ""
    return f"{finding['kind']:24} {finding['count']:>6,}  {finding['visibility']:18} {finding['where']}{mask}"
