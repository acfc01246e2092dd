"""Held messages: what was found, the state of the review, and who decided what."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, func, literal_column, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from detectors.model import Report, printable
from gateway.message import Envelope, Message, Notice
from gateway.policy import Fired, Verdict
from gateway.store.blobs import Blobs
from gateway.store.database import CASES, DECISIONS, INSPECTIONS, Database
from gateway.store.keys import Keys, Purpose, StoreError
from gateway.store.outbox import READY, WAITING, Outbox, Progress, envelope_from_json, envelope_to_json

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""Letters and digits that are told apart over the telephone and spell no words."""

GATEWAY = "gateway"
"""Who decided, where nobody did."""

REPORTS: TypeAdapter[Report] = TypeAdapter(Report)
FIRED: TypeAdapter[tuple[Fired, ...]] = TypeAdapter(tuple[Fired, ...])


class State(enum.StrEnum):
    """Where the review of a case stands. Only HELD is ever left."""

    HELD = "held"
    RELEASED = "released"
    RETURNED = "returned"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Nobody decided in time."""


IS_HELD = CASES.c.state == literal_column(f"'{State.HELD.value}'")
"""Written out, not as a parameter: SQLite uses the index of open cases only for words that it can read beforehand."""

IS_OPEN = "SELECT 1 FROM cases WHERE retry_key = ? AND state = 'held'"
"""The same question for `Database.glance`, for it is asked of every message."""


class UnknownCase(Exception):
    """There is no case of that reference."""


class AlreadyDecided(Exception):
    """Somebody was first; the text says what they decided and when."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One entry of a case's history."""

    decision: State
    at: datetime
    by: str = field(repr=False)
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A held message with everything known of it but its bytes."""

    reference: str
    state: State
    received: datetime
    envelope: Envelope = field(repr=False)
    fired: tuple[Fired, ...]
    policy_version: str
    report: Report = field(repr=False)
    blob: str
    automatic: bool = False
    """Whether a program wrote the message: it is sent no notices (RFC 3834 section 2)."""

    history: tuple[Decided, ...] = ()
    deliveries: tuple[Progress, ...] = ()
    """How far a released message is; empty before its release."""

    @property
    def verdict(self) -> Verdict:
        """The verdict that the message was held by."""
        return Verdict(max(fired.action for fired in self.fired), self.fired, self.report, self.policy_version)


MakeNotice = Callable[[Case], Notice | None]
"""What to tell the sender about a case; None when there is nobody to tell."""


@dataclass(frozen=True)
class Cases:
    """The cases of a store. Synchronous: the event loop calls it in a thread."""

    database: Database
    blobs: Blobs
    outbox: Outbox
    keys: Keys

    def hold(
        self, message: Message, wire: Iterator[bytes], verdict: Verdict, make_notice: MakeNotice
    ) -> tuple[Case, bool]:
        """Store a message for review: bytes on disk, then the row with the notice, then this returns.

        The second value tells a new case from a retry of a message that is held already. Raises OSError, StoreError or a database
        error when anything is not on disk.
        """

        def add_notice(connection: Connection, case: Case) -> None:
            self.outbox.add_notice(connection, case.reference, self.notice(case, make_notice), message.received)

        return self.store(message, wire, verdict, add_notice)

    def hold_unfinished(self, message: Message, wire: Iterator[bytes], verdict: Verdict) -> tuple[Case, bool]:
        """Store a message whose inspection is to go on; nobody is told yet. Returns and raises what `hold` does."""

        def add_inspection(connection: Connection, case: Case) -> None:
            due = message.received.timestamp()
            connection.execute(INSPECTIONS.insert().values(reference=case.reference, due=due, attempts=0))

        return self.store(message, wire, verdict, add_inspection)

    def store(
        self,
        message: Message,
        wire: Iterator[bytes],
        verdict: Verdict,
        add_more: Callable[[Connection, Case], None],
    ) -> tuple[Case, bool]:
        """Bytes, then the row with whatever belongs to it in one transaction."""
        known = self.find_held(message)
        if known is not None:
            return known, False
        retry_key = self.retry_key(message)
        blob = self.blobs.write(wire)
        case = Case(
            new_reference(), State.HELD, message.received, message.envelope, verdict.fired, verdict.policy_version,
            verdict.report, blob, message.automatic,
        )  # fmt: skip
        try:
            with self.database.write() as connection:
                self.insert(connection, case, retry_key)
                add_more(connection, case)
        except Exception as error:
            self.delete_unused(blob)
            known = self.find_open(retry_key) if isinstance(error, IntegrityError) else None
            if known is None:
                raise
            return known, False
        return case, True

    def delete_unused(self, blob: str) -> None:
        """Remove a blob of which no row came to speak, or every retry would leave one on a disk that may be full already.

        Whether a row did is for the database to say, for a commit that fails may be on disk; while it cannot, `collect` is left to it.
        """
        with contextlib.suppress(OSError, SQLAlchemyError), self.database.read() as connection:
            if connection.scalar(select(CASES.c.blob).where(CASES.c.blob == blob)) is None:
                self.blobs.delete(blob)

    def retry_key(self, message: Message) -> str:
        """What a message and its retries share."""
        return message.key(self.keys.derive(Purpose.RETRY))

    def is_surely_new(self, retry_key: str) -> bool:
        """Whether no open case holds the message of a key; False also when that cannot be told without waiting. For the event loop."""
        return self.database.glance(IS_OPEN, retry_key) == []

    def find_held(self, message: Message) -> Case | None:
        """The open case that holds this very message, if there is one. Raises StoreError when its bytes are gone."""
        known = self.find_open(self.retry_key(message))
        if known is not None:
            self.blobs.check(known.blob)
        return known

    def notice(self, case: Case, make_notice: MakeNotice) -> Notice | None:
        """The notice about a case, unless a program wrote the message."""
        return None if case.automatic else make_notice(case)

    def insert(self, connection: Connection, case: Case, retry_key: str) -> None:
        """The row of a new case."""
        connection.execute(
            CASES.insert().values(
                reference=case.reference,
                state=case.state.value,
                received=case.received.timestamp(),
                retry_key=retry_key,
                blob=case.blob,
                **self.describe(case),
            )
        )

    def describe(self, case: Case) -> dict[str, Any]:
        """What of a row a verdict changes."""
        report = case.report
        return {
            "rules": " ".join(fired.rule for fired in case.fired),
            "policy": case.policy_version,
            "people": report.people.total,
            "hidden": report.people.hidden,
            "unread": len(report.unread),
            "sealed": self.keys.seal(pack(case), context("cases", case.reference, case.blob)),
        }

    def find_open(self, retry_key: str) -> Case | None:
        """The case that holds this very message, if one is open."""
        with self.database.read() as connection:
            row = connection.execute(select(CASES).where(CASES.c.retry_key == retry_key, IS_HELD)).first()
        return self.unpack(row) if row else None

    def references(self, *states: State) -> tuple[str, ...]:
        """The references of the cases in the given states (all without any), and of those in no state that there is, oldest first."""
        others = [state.value for state in State if states and state not in states]
        query = select(CASES.c.reference).where(CASES.c.state.not_in(others)).order_by(CASES.c.received)
        with self.database.read() as connection:
            return tuple(connection.scalars(query))

    def get(self, reference: str) -> Case:
        """One case with its history. Raises UnknownCase, StoreError for one that was changed or is damaged."""
        with self.database.read() as connection:
            row = connection.execute(select(CASES).where(CASES.c.reference == reference)).first()
            decisions = connection.execute(
                select(DECISIONS).where(DECISIONS.c.reference == reference).order_by(DECISIONS.c.id)
            ).all()
            deliveries = self.outbox.progress(connection, reference)
        if row is None:
            raise UnknownCase(f"there is no case {printable(reference)}.")
        history = tuple(self.unpack_decision(decision) for decision in decisions)
        return dataclasses.replace(self.unpack(row), history=history, deliveries=deliveries)

    def original(self, case: Case) -> Iterator[bytes]:
        """The message's wire form with our Received line, decrypted while it is read."""
        return self.blobs.read(case.blob)

    def decide(self, reference: str, decision: State, by: str, reason: str, make_notice: MakeNotice) -> Case:
        """Release, return or reject: state, history, outbox in one transaction.

        Releasing again a released case whose delivery was refused tries those recipients again. Raises UnknownCase, AlreadyDecided,
        StoreError.
        """
        case = self.get(reference)
        at = datetime.now(UTC)
        with self.database.write() as connection:
            changed = connection.execute(
                update(CASES)
                .where(CASES.c.reference == reference, CASES.c.state == State.HELD.value)
                .values(state=decision.value)
            )
            if changed.rowcount == 1:
                self.carry_out(connection, case, decision, self.notice(case, make_notice), at)
            elif decision is not State.RELEASED or not self.outbox.retry(connection, reference, at):
                raise AlreadyDecided(describe_decision(self.get(reference)))
            self.remember(connection, reference, decision, at, {"by": by, "reason": reason})
        return self.get(reference)

    def expire(self, before: datetime, make_notice: MakeNotice) -> int:
        """Give up the cases that came before a time and that nobody decided; their senders are told. Returns how many.

        Raises StoreError for one that was changed or is damaged, when all others are done.
        """
        query = select(CASES.c.reference).where(IS_HELD, CASES.c.received < before.timestamp())
        with self.database.read() as connection:
            references = tuple(connection.scalars(query))
        damaged: StoreError | None = None
        for reference in references:
            try:
                self.decide(reference, State.EXPIRED, GATEWAY, "nobody decided in time", make_notice)
            except AlreadyDecided:
                continue
            except StoreError as error:
                damaged = error
        if damaged is not None:
            raise damaged
        return len(references)

    def carry_out(
        self, connection: Connection, case: Case, decision: State, notice: Notice | None, at: datetime
    ) -> None:
        """Put into the outbox what a decision sends; a sender is told "sent" only once it is."""
        if decision is State.RELEASED:
            self.outbox.add_mail(connection, case.reference, case.envelope, case.blob, at)
        self.outbox.add_notice(connection, case.reference, notice, at, WAITING if decision is State.RELEASED else READY)

    def remember(
        self, connection: Connection, reference: str, decision: State, at: datetime, words: dict[str, str]
    ) -> None:
        """An entry of a case's history."""
        sealed = self.keys.seal(json.dumps(words).encode(), context("decisions", reference))
        connection.execute(
            DECISIONS.insert().values(reference=reference, at=at.timestamp(), decision=decision.value, sealed=sealed)
        )

    def count(self) -> dict[str, int]:
        """How many cases there are in each state."""
        with self.database.read() as connection:
            rows = connection.execute(select(CASES.c.state, func.count()).group_by(CASES.c.state)).all()
        return {state.value: 0 for state in State} | {row[0]: row[1] for row in rows}

    def oldest_held(self) -> datetime | None:
        """When the case that has waited longest came in."""
        with self.database.read() as connection:
            oldest = connection.scalar(select(func.min(CASES.c.received)).where(CASES.c.state == State.HELD.value))
        return datetime.fromtimestamp(oldest, UTC) if oldest is not None else None

    def collect(self) -> int:
        """Remove what a crash left in the blob folder. Returns how many files."""
        with self.database.read() as connection:
            known = frozenset(connection.scalars(select(CASES.c.blob))) | self.outbox.blobs_in_use(connection)
        return self.blobs.collect(known)

    def unpack(self, row: Row[Any]) -> Case:
        """A case from its row, without history. Raises StoreError when the row was changed."""
        values = self.unseal(row, context("cases", row.reference, row.blob))
        with believing(row.reference):
            return Case(
                row.reference,
                State(row.state),
                datetime.fromtimestamp(row.received, UTC),
                envelope_from_json(values["envelope"]),
                FIRED.validate_python(values["fired"]),
                row.policy,
                REPORTS.validate_python(values["report"]),
                row.blob,
                values["automatic"],
            )

    def unpack_decision(self, row: Row[Any]) -> Decided:
        """A decision from its row. Raises StoreError when the row was changed."""
        values = self.unseal(row, context("decisions", row.reference))
        with believing(row.reference):
            return Decided(State(row.decision), datetime.fromtimestamp(row.at, UTC), values["by"], values["reason"])

    def unseal(self, row: Row[Any], bound_to: bytes) -> Any:
        """The sealed values of a row. Raises StoreError when they were changed."""
        with believing(row.reference):
            return json.loads(self.keys.unseal(row.sealed, bound_to))


@contextlib.contextmanager
def believing(reference: str) -> Iterator[None]:
    """Take a row for what it says; raises StoreError when its values cannot be what was written."""
    try:
        yield
    except (InvalidTag, ValueError, TypeError, KeyError, OverflowError):
        raise StoreError(f"case {printable(reference)} was changed or is damaged.") from None


def pack(case: Case) -> bytes:
    """What of a case is personal data, as JSON."""
    return json.dumps(
        {
            "envelope": envelope_to_json(case.envelope),
            "automatic": case.automatic,
            "fired": FIRED.dump_python(case.fired, mode="json"),
            "report": REPORTS.dump_python(case.report, mode="json"),
        }
    ).encode()


def context(table: str, *bound_to: str) -> bytes:
    """What a sealed value is bound to: a row moved to another case, or given another message, does not open."""
    return "/".join((f"{table}.sealed", *bound_to)).encode()


def new_reference() -> str:
    """A reference that can be said over the telephone: `FOI-7K3Q-M2XD`, one of 282 thousand million."""
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return f"FOI-{''.join(letters[:4])}-{''.join(letters[4:])}"


def describe_decision(case: Case) -> str:
    """What became of a case that somebody else decided first."""
    at = case.history[-1].at.strftime("%d %B %Y at %H:%M UTC") if case.history else "a moment ago"
    return f"{case.reference} was already {case.state.value}, {at}."
