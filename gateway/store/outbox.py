"""The one queue we own: released mail and notices, until the next hop has taken them."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, func, or_, select, update

from gateway.message import Envelope, Notice, Reply
from gateway.store.blobs import Blobs
from gateway.store.database import OUTBOX, Database
from gateway.store.keys import Keys, StoreError

MAIL, NOTICE = "mail", "notice"
READY, SENDING, DELIVERED, FAILED = "ready", "sending", "delivered", "failed"
WAITING = "waiting"
"""A notice that may not leave before the mail that it speaks of."""


class UnreadableParcel(StoreError):
    """A row that does not open: changed or damaged. It is set aside as failed, so that the others go on."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message to deliver. `route` is "mail" for released messages, "notice" for ours; `case` the reference it belongs to."""

    id: int
    route: str
    envelope: Envelope = field(repr=False)
    attempts: int
    case: str
    blob: str
    lease: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far some of a case's recipients are: `state` as in this module, `code` of the last reply if there was one."""

    state: str
    recipients: int
    code: int | None


@dataclass(frozen=True)
class Outbox:
    """Parcels on disk. Synchronous: the event loop calls it in a thread.

    A claimed parcel carries a lease; whoever finishes it after the lease ran out and another claimed it changes nothing. SMTP cannot
    deliver exactly once: a crash between the next hop's 250 and `settle` sends the parcel a second time.
    """

    database: Database
    blobs: Blobs
    keys: Keys

    def claim(self, now: datetime, lease: timedelta) -> Parcel | None:
        """The oldest parcel that is due and that nobody is sending, leased to the caller; None when there is none.

        Raises UnreadableParcel for one that does not open, which is then marked as failed.
        """
        mark = secrets.token_hex(16)
        with self.database.write() as connection:
            due = (
                select(OUTBOX.c.id)
                .where(OUTBOX.c.state.in_((READY, SENDING)), OUTBOX.c.due <= now.timestamp())
                .order_by(OUTBOX.c.due, OUTBOX.c.id)
                .limit(1)
                .scalar_subquery()
            )
            # For the time of the lease a parcel is not due; a worker that dies leaves it to the next one.
            claimed = connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.id == due)
                .values(state=SENDING, lease=mark, due=(now + lease).timestamp(), attempts=OUTBOX.c.attempts + 1)
                .returning(*OUTBOX.c)
            ).first()
        if claimed is None:
            return None
        try:
            envelope = self.unseal(claimed)
        except StoreError:
            with self.database.write() as connection:
                connection.execute(update(OUTBOX).where(OUTBOX.c.id == claimed.id).values(state=FAILED, lease=None))
            raise UnreadableParcel(f"parcel {claimed.id} was changed or is damaged.") from None
        return Parcel(claimed.id, claimed.route, envelope, claimed.attempts - 1, claimed.reference, claimed.blob, mark)

    @contextmanager
    def open(self, parcel: Parcel) -> Iterator[Iterator[bytes]]:
        """The parcel's wire form, decrypted while it is read. Raises StoreError when it cannot be trusted."""
        with closing(self.blobs.read(parcel.blob)) as wire:
            yield wire

    def settle(
        self,
        parcel: Parcel,
        replies: Sequence[Reply],
        now: datetime,
        again: datetime,
        report: Notice | None = None,
    ) -> None:
        """Write down what became of each recipient, `replies` in their order, unless the lease was taken over.

        Taken: delivered. 4xx: ready again at `again`. Refused for good: failed, kept and shown, never dropped. A parcel whose recipients
        fared differently becomes one row for each fate. `report` goes to the sender with it.
        """
        fates: dict[str, list[int]] = {}
        for index, reply in enumerate(replies):
            fates.setdefault(name_fate(reply), []).append(index)
        with self.database.write() as connection:
            mine = OUTBOX.c.id == parcel.id, OUTBOX.c.lease == parcel.lease
            if connection.execute(OUTBOX.delete().where(*mine)).rowcount != 1:
                return
            for state, indices in fates.items():
                self.insert(
                    connection,
                    parcel.envelope.only(indices),
                    route=parcel.route,
                    reference=parcel.case,
                    blob=parcel.blob,
                    state=state,
                    due=(again if state == READY else now).timestamp(),
                    attempts=parcel.attempts + 1,
                    code=replies[indices[0]].code,
                )
            self.free_notices(connection, parcel, now)
            self.add_notice(connection, parcel.case, report, now)
        if parcel.route == NOTICE and set(fates) == {DELIVERED}:
            self.blobs.delete(parcel.blob)

    def free_notices(self, connection: Connection, parcel: Parcel, now: datetime) -> None:
        """Let the notices of a case go once all its mail is delivered."""
        left = select(func.count()).where(
            OUTBOX.c.reference == parcel.case, OUTBOX.c.route == MAIL, OUTBOX.c.state != DELIVERED
        )
        if parcel.route == MAIL and connection.scalar(left) == 0:
            waiting = OUTBOX.c.reference == parcel.case, OUTBOX.c.state == WAITING
            connection.execute(update(OUTBOX).where(*waiting).values(state=READY, due=now.timestamp()))

    def retry(self, connection: Connection, reference: str, at: datetime) -> bool:
        """Try the failed mail of a case again, within the transaction that decides on it. Returns whether there was any."""
        failed = OUTBOX.c.reference == reference, OUTBOX.c.route == MAIL, OUTBOX.c.state == FAILED
        values = {"state": READY, "due": at.timestamp(), "attempts": 0}
        return connection.execute(update(OUTBOX).where(*failed).values(**values)).rowcount > 0

    def take_back(self, now: datetime) -> None:
        """Make due what a gateway was sending when it died. Call it only when no other gateway uses the store."""
        with self.database.write() as connection:
            sending = OUTBOX.c.state == SENDING
            connection.execute(update(OUTBOX).where(sending).values(state=READY, lease=None, due=now.timestamp()))

    def progress(self, connection: Connection, reference: str) -> tuple[Progress, ...]:
        """How far the released mail of a case is; a row that does not open counts as failed for nobody we know."""
        rows = connection.execute(
            select(OUTBOX).where(OUTBOX.c.reference == reference, OUTBOX.c.route == MAIL).order_by(OUTBOX.c.id)
        )
        return tuple(self.describe(row) for row in rows)

    def describe(self, row: Row[Any]) -> Progress:
        """One row of the mail of a case."""
        if row.state not in {READY, SENDING, DELIVERED, FAILED}:
            return Progress(FAILED, 0, None)
        try:
            return Progress(row.state, len(self.unseal(row).recipients), row.code)
        except StoreError:
            return Progress(FAILED, 0, row.code)

    def depth(self) -> dict[str, int]:
        """How many parcels there are in each state."""
        with self.database.read() as connection:
            rows = connection.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
            return {state: count for state, count in rows}  # noqa: C416 rows are not pairs to the type checker

    def blobs_in_use(self, connection: Connection) -> frozenset[str]:
        """The blobs that a parcel not yet delivered needs."""
        waiting = or_(OUTBOX.c.state != DELIVERED, OUTBOX.c.route == MAIL)
        return frozenset(connection.scalars(select(OUTBOX.c.blob).where(waiting)))

    def add_mail(self, connection: Connection, reference: str, envelope: Envelope, blob: str, at: datetime) -> None:
        """A released message, within the transaction that decides on it."""
        self.insert(
            connection,
            envelope,
            route=MAIL,
            reference=reference,
            blob=blob,
            state=READY,
            due=at.timestamp(),
            attempts=0,
        )

    def add_notice(
        self, connection: Connection, reference: str, notice: Notice | None, at: datetime, state: str = READY
    ) -> None:
        """A notice, if there is one to send; its bytes are stored like a message's. WAITING: not before the case's mail."""
        if notice is not None:
            blob = self.blobs.write([notice.wire])
            try:
                self.insert(
                    connection,
                    notice.envelope,
                    route=NOTICE,
                    reference=reference,
                    blob=blob,
                    state=state,
                    due=at.timestamp(),
                    attempts=0,
                )
            except BaseException:
                self.blobs.delete(blob)
                raise

    def insert(self, connection: Connection, envelope: Envelope, **values: Any) -> None:
        """A row, its envelope sealed."""
        clear = json.dumps(envelope_to_json(envelope)).encode()
        sealed = self.keys.seal(clear, context(values["route"], values["reference"], values["blob"]))
        connection.execute(OUTBOX.insert().values(**values, sealed=sealed))

    def unseal(self, row: Row[Any]) -> Envelope:
        """The envelope of a row. Raises StoreError when row or envelope were changed."""
        try:
            clear = self.keys.unseal(row.sealed, context(row.route, row.reference, row.blob))
            return envelope_from_json(json.loads(clear))
        except (InvalidTag, ValueError, KeyError, TypeError):
            raise StoreError(f"parcel {row.id} was changed or is damaged.") from None


def name_fate(reply: Reply) -> str:
    """What a reply means for a recipient."""
    if reply.positive:
        return DELIVERED
    return FAILED if reply.code >= 500 else READY


def context(route: str, reference: str, blob: str) -> bytes:
    """What a sealed envelope is bound to: one moved to another message does not open, for it would send it to strangers."""
    return f"outbox.sealed/{route}/{reference}/{blob}".encode()


def envelope_to_json(envelope: Envelope) -> dict[str, Any]:
    """An envelope as JSON: bytes in base64, for addresses may hold any."""
    return {
        "sender": encode(envelope.sender),
        "recipients": [encode(each) for each in envelope.recipients],
        "mail": [encode(each) for each in envelope.mail_parameters],
        "rcpt": [[encode(each) for each in parameters] for parameters in envelope.rcpt_parameters],
    }


def envelope_from_json(values: dict[str, Any]) -> Envelope:
    """An envelope from its JSON."""
    return Envelope(
        base64.b64decode(values["sender"]),
        tuple(base64.b64decode(each) for each in values["recipients"]),
        tuple(base64.b64decode(each) for each in values["mail"]),
        tuple(tuple(base64.b64decode(each) for each in parameters) for parameters in values["rcpt"]),
    )


def encode(data: bytes) -> str:
    """Bytes as JSON text."""
    return base64.b64encode(data).decode("ascii")
