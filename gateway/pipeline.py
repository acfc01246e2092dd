"""The way of one message: inspect it, judge it, carry the verdict out."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.inspect import Inspector, Subject
from detectors.model import Location, Report, Step, Unread, Why
from detectors.wire import name_error
from gateway.logs import Log
from gateway.message import CLIENT_GONE, UNANSWERED, Message, Notice, Reply, Transaction
from gateway.metrics import Metrics
from gateway.notices import Notices, Trouble
from gateway.policy import Action, Condition, Policy, Verdict, judge
from gateway.store.cases import Case, Cases
from gateway.store.journal import Journal, Past
from gateway.store.keys import StoreError
from gateway.trace import Tracer

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


SCANS = 3
"""Failed inspections of one message after which it is held unread: an endless loop of tries helps nobody."""

WHOLE = Location((Step("message", "message"),))


@dataclass
class Decision:
    """What is known of a message's fate so far; becomes the one `message.decided` line."""

    key: str
    started: float = field(default_factory=time.monotonic)
    verdict: Verdict | None = None
    outcome: str = "undecided"
    reference: str = ""
    error: str = ""
    repeat: bool = False
    """Whether the next hop may have had the message before."""


@dataclass(frozen=True)
class Pipeline:
    """Decides messages. Holds no state of its own between them."""

    inspector: Inspector
    policy: Policy
    cases: Cases
    journal: Journal
    notices: Notices
    tracer: Tracer
    places: asyncio.Semaphore
    answer_seconds: float
    """How long the sending server is kept waiting for a verdict."""

    log: Log
    metrics: Metrics

    async def handle(self, message: Message, transaction: Transaction) -> Reply:
        """Decide one message and return the reply its sending server gets.

        Whatever goes wrong, the sending server keeps the message and tries again; raises only when it is cancelled.
        """
        decision = Decision(self.cases.retry_key(message))
        reply = self.notices.try_later(Trouble.INTERNAL)
        try:
            reply = await self.decide(decision, message, transaction)
        except Exception as error:  # noqa: BLE001 the front door: doubt is 4xx, and one line in the log
            decision.error = name_error(error)
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                reply = self.notices.try_later(Trouble.STORAGE)
        finally:
            self.record(message, decision, reply, transaction.name)
        return reply

    async def decide(self, decision: Decision, message: Message, transaction: Transaction) -> Reply:
        """Answer a second try at what was forwarded; else inspect, judge, carry out."""
        past, stored = self.journal.find(decision.key)
        if past is Past.FORWARDED and stored is not None:
            await transaction.drop()
            decision.outcome = "forwarded_before"
            self.journal.begin_answer(decision.key, message.id)
            return stored
        if past is Past.UNDERWAY:
            decision.outcome = "underway"
            return self.notices.try_later(Trouble.UNDERWAY)
        decision.repeat = past is Past.UNCERTAIN
        report = await self.inspect_in_time(decision, message)
        decision.verdict = judge(report, self.policy)
        return await self.carry_out(decision, message, transaction)

    def heard(self, message: Message) -> None:
        """The client knows what became of its message: what was delivered and comes again is a new one."""
        self.journal.acknowledge(self.cases.retry_key(message), message.id)

    def unheard(self, message: Message) -> None:
        """The client went before it knew: the same message again is its second try."""
        self.journal.lose(self.cases.retry_key(message), message.id)

    async def inspect_in_time(self, decision: Decision, message: Message) -> Report:
        """The report on a message: that it took too long where it did, and that it is unread where it could not be had so often.

        Raises what the inspection raises.
        """
        try:
            async with asyncio.timeout(self.answer_seconds):
                return await self.inspect(message)
        except TimeoutError:
            return Report(unread=(Unread(WHOLE, Why.TOOK_TOO_LONG),))
        except Exception as error:
            if self.journal.fail(decision.key) < SCANS:
                raise
            decision.error = name_error(error)
            return Report(unread=(Unread(WHOLE, Why.CRASHED),))

    async def inspect(self, message: Message) -> Report:
        """The report on a message, when its turn has come."""
        async with self.places:
            subject = Subject(
                message.spool.fileno(),
                "message",
                "message/rfc822",
                stuffed=True,
                recipients=message.envelope.readers(),
            )
            return await self.inspector.inspect(subject)

    async def carry_out(self, decision: Decision, message: Message, transaction: Transaction) -> Reply:
        """Forward, hold or refuse."""
        assert decision.verdict is not None
        if decision.verdict.carried_out is not Action.QUARANTINE and not self.cases.is_surely_new(decision.key):
            known = await asyncio.to_thread(self.cases.find_held, message)
            if known is not None:
                await transaction.drop()
                return self.reply_held(decision, message, known, "held_before")
        if is_unfinished(decision.verdict):
            await transaction.drop()
            return await self.hold_unfinished(decision, message, decision.verdict)
        match decision.verdict.carried_out:
            case Action.FORWARD:
                return await self.forward(decision, message, transaction)
            case Action.QUARANTINE:
                await transaction.drop()
                return await self.hold(decision, message, decision.verdict)
            case Action.BOUNCE:
                await transaction.drop()
                decision.outcome = "refused"
                return self.notices.refusal(decision.verdict)

    async def forward(self, decision: Decision, message: Message, transaction: Transaction) -> Reply:
        """Send a message on. The journal knows before the final dot that it may, and before the client that it was."""
        try:
            reply = await transaction.data(self.journalled(decision.key, message))
        except Exception:  # not one that came after the final dot: see Relay.data
            self.forget(decision, message)
            raise
        decision.outcome = name_outcome(reply)
        if reply.positive:
            await self.confirm(decision, reply)
        elif reply is UNANSWERED:
            self.journal.leave(decision.key, message.id)
        else:
            self.forget(decision, message)
        return reply

    def journalled(self, key: str, message: Message) -> Iterator[bytes]:
        """What goes to the next hop; when it asks for more than there is, only the final dot is left."""
        yield from self.traced(message)
        try:
            self.journal.begin(key, message.id)
        except OSError as error:  # ours: the next hop's side would take it for a connection that broke
            raise StoreError(f"the journal cannot be written: {name_error(error)}.") from None

    def forget(self, decision: Decision, message: Message) -> None:
        """The next hop has nothing of this try; that it may have an earlier one is not forgotten."""
        if decision.repeat:
            self.journal.leave(decision.key, message.id)
        else:
            self.journal.settle(decision.key, message.id)

    async def confirm(self, decision: Decision, reply: Reply) -> None:
        """Write down that the next hop has the message. Where that fails the client hears so all the same: it has it."""
        try:
            await self.journal.finish(decision.key, reply)
        except OSError as error:
            decision.error = name_error(error)

    async def hold(self, decision: Decision, message: Message, verdict: Verdict) -> Reply:
        """Store a message for review; 250 only once it is on disk."""
        case, created = await asyncio.to_thread(self.cases.hold, message, self.traced(message), verdict, self.tell_held)
        return self.reply_held(decision, message, case, "held" if created else "held_before")

    async def hold_unfinished(self, decision: Decision, message: Message, verdict: Verdict) -> Reply:
        """Store a message whose inspection goes on behind the sending server's back (see Overtime); 250 only once it is on disk."""
        case, created = await asyncio.to_thread(self.cases.hold_unfinished, message, self.traced(message), verdict)
        reply = self.reply_held(decision, message, case, "unfinished" if created else "held_before")
        return self.notices.reply_unfinished(case.reference) if created else reply

    def reply_held(self, decision: Decision, message: Message, case: Case, outcome: str) -> Reply:
        """250 with the reference.

        A retry finds its case whatever the verdict on it is this time, or a message whose first inspection took too long would
        be both held and forwarded.
        """
        decision.reference, decision.outcome = case.reference, outcome
        self.log("message.held", message=message.id, reference=case.reference, retry=outcome == "held_before")
        return self.notices.reply_held(case.reference)

    def tell_held(self, case: Case) -> Notice | None:
        """The notice to the sender of a held message; one that cannot be written must not undo the hold."""
        try:
            return self.notices.held(case.envelope, case.verdict, case.reference, case.received)
        except Exception as error:  # noqa: BLE001 the message matters more than the notice
            self.log("notice.failed", reference=case.reference, error=name_error(error))
            return None

    def traced(self, message: Message) -> Iterator[bytes]:
        """The message in wire form below our one Received line (RFC 5321 4.4)."""
        chunks = message.chunks()
        yield self.tracer.trace(message) + next(chunks, b"")
        yield from chunks

    def record(self, message: Message, decision: Decision, reply: Reply, next_hop: str) -> None:
        """The one line and the counts of a message."""
        verdict = decision.verdict
        facts = describe(verdict) if verdict else {}
        self.log(
            "message.decided",
            message=message.id,
            outcome=decision.outcome,
            reference=decision.reference or None,
            reply=reply.code,
            next_hop=next_hop,
            recipients=len(message.envelope.recipients),
            size=message.size,
            seconds=round(time.monotonic() - decision.started, 3),
            error=decision.error or None,
            repeat=decision.repeat or None,
            **facts,
        )
        count(self.metrics, verdict, decision.outcome, message.size, reply)


def is_unfinished(verdict: Verdict) -> bool:
    """Whether nothing speaks against a message but that there was no time to look at all of it."""
    return (
        verdict.carried_out is not Action.FORWARD
        and all(fired.condition is Condition.UNREAD for fired in verdict.fired)
        and all(unread.why is Why.TOOK_TOO_LONG for unread in verdict.report.unread)
    )


def name_outcome(reply: Reply) -> str:
    """What became of a message that was to be forwarded."""
    if reply is CLIENT_GONE:
        return "client_gone"
    if reply is UNANSWERED:
        return "unanswered"
    return "forwarded" if reply.positive else "next_hop_refused"


def describe(verdict: Verdict) -> dict[str, object]:
    """A verdict as the log may say it: names, counts, times."""
    report = verdict.report
    return {
        "verdict": verdict.action.label,
        "shadow": verdict.shadow,
        "rules": list(verdict.rules),
        "policy": verdict.policy_version,
        "people": report.people.total,
        "hidden": report.people.hidden,
        "exposed": report.people.exposed,
        "records": sum(records.rows for records in report.records),
        "findings": sum(finding.count for finding in report.findings),
        "unread": len(report.unread),
        "why": sorted({unread.why.value for unread in report.unread}),
        "parts": report.parts,
        "inspect_seconds": report.seconds,
    }


def count(metrics: Metrics, verdict: Verdict | None, outcome: str, size: int, reply: Reply) -> None:
    """Add a message to the metrics."""
    metrics.messages.labels(verdict.action.label if verdict else "none", outcome).inc()
    metrics.message_bytes.observe(size)
    metrics.smtp_replies.labels(f"{reply.code // 100}xx").inc()
    if verdict is None:
        return
    metrics.scan_seconds.observe(verdict.report.seconds)
    for rule in verdict.rules:
        metrics.rules.labels(rule).inc()
    for unread in verdict.report.unread:
        metrics.unread.labels(unread.why.value).inc()
