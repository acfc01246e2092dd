"""Inspections that go on after their message was held."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from gateway.message import Notice
from gateway.policy import Action, Verdict
from gateway.store.cases import GATEWAY, Case, Cases, MakeNotice, State
from gateway.store.database import CASES, INSPECTIONS, Database

CLEAN = "inspected to the end: nothing found that must not leave"


@dataclass(frozen=True, slots=True)
class Claim:
    """An inspection leased to a worker. `attempts`: how many began before."""

    case: Case = field(repr=False)
    attempts: int
    lease: str


@dataclass(frozen=True)
class Inspections:
    """The inspections of a store. Synchronous: the event loop calls it in a thread."""

    database: Database
    cases: Cases

    def claim(self, now: datetime, lease: timedelta) -> Claim | None:
        """The oldest that is due, leased to the caller; None when there is none. Raises StoreError for a case that does not open."""
        mark = secrets.token_hex(16)
        due = select(INSPECTIONS.c.reference).where(INSPECTIONS.c.due <= now.timestamp()).order_by(INSPECTIONS.c.due)
        with self.database.write() as connection:
            row = connection.execute(
                update(INSPECTIONS)
                .where(INSPECTIONS.c.reference == due.limit(1).scalar_subquery())
                .values(lease=mark, due=(now + lease).timestamp(), attempts=INSPECTIONS.c.attempts + 1)
                .returning(INSPECTIONS.c.reference, INSPECTIONS.c.attempts)
            ).first()
        if row is None:
            return None
        return Claim(self.cases.get(row.reference), row.attempts - 1, mark)

    def original(self, claim: Claim) -> Iterator[bytes]:
        """The message's wire form, decrypted while it is read. Raises StoreError."""
        return self.cases.original(claim.case)

    def conclude(
        self, claim: Claim, verdict: Verdict, tell_held: MakeNotice, tell_returned: MakeNotice
    ) -> State | None:
        """Let the verdict count: release a clean message, leave a doubtful one to the reviewers, return what policy refuses.

        Returns the state of the case afterwards, None when somebody decided meanwhile or took the inspection over.
        """
        at = datetime.now(UTC)
        case = dataclasses.replace(
            claim.case, fired=verdict.fired, policy_version=verdict.policy_version, report=verdict.report
        )
        with self.database.write() as connection:
            mine = INSPECTIONS.c.reference == case.reference, INSPECTIONS.c.lease == claim.lease
            held = select(CASES.c.state).where(CASES.c.reference == case.reference)
            if connection.execute(INSPECTIONS.delete().where(*mine)).rowcount != 1:
                return None
            if connection.scalar(held) != State.HELD.value:
                return None
            return self.carry_out(connection, case, verdict.carried_out, at, (tell_held, tell_returned))

    def carry_out(
        self, connection: Connection, case: Case, action: Action, at: datetime, tell: tuple[MakeNotice, MakeNotice]
    ) -> State:
        """What an action means for a message that was answered 250 long ago."""
        tell_held, tell_returned = tell
        if action is Action.FORWARD:
            self.set_state(connection, case, State.RELEASED, at, CLEAN)
            self.cases.outbox.add_mail(connection, case.reference, case.envelope, case.blob, at)
            return State.RELEASED
        row = CASES.c.reference == case.reference
        connection.execute(update(CASES).where(row).values(**self.cases.describe(case)))
        returned = action is Action.BOUNCE
        if returned:
            self.set_state(connection, case, State.RETURNED, at, "refused by the policy")
        notice: Notice | None = self.cases.notice(case, tell_returned if returned else tell_held)
        self.cases.outbox.add_notice(connection, case.reference, notice, at)
        return State.RETURNED if returned else State.HELD

    def set_state(self, connection: Connection, case: Case, state: State, at: datetime, reason: str) -> None:
        """The state of a case, and why, in its history."""
        connection.execute(update(CASES).where(CASES.c.reference == case.reference).values(state=state.value))
        self.cases.remember(connection, case.reference, state, at, {"by": GATEWAY, "reason": reason})

    def take_back(self, now: datetime) -> None:
        """Make due what a gateway was inspecting when it died. Call it only when no other gateway uses the store."""
        with self.database.write() as connection:
            connection.execute(update(INSPECTIONS).values(lease=None, due=now.timestamp()))

    def count(self) -> int:
        """How many go on."""
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(INSPECTIONS)) or 0
