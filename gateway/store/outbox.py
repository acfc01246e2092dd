"""The one queue we own: released mail and notices, until the next hop has taken them."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from gateway.message import Envelope, Notice, Reply
from gateway.store.blobs import Blobs
from gateway.store.database import OUTBOX, Database
from gateway.store.keys import Keys

MAIL, NOTICE = "mail", "notice"
READY, SENDING, DELIVERED, FAILED = "ready", "sending", "delivered", "failed"


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


@dataclass(frozen=True)
class Outbox:
    """Parcels on disk. Synchronous: the event loop calls it in a thread.

    A claimed parcel carries a lease; whoever finishes it after the lease ran out and another claimed it changes nothing. SMTP cannot
    deliver exactly once: a crash between the next hop's 250 and `delivered` sends the parcel a second time.
    """

    database: Database
    blobs: Blobs
    keys: Keys

    def claim(self, now: datetime, lease: timedelta) -> Parcel | None:
        """The oldest parcel that is due and that nobody is sending, leased to the caller; None when there is none."""
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
        envelope = unseal_envelope(self.keys, claimed.sealed)
        return Parcel(claimed.id, claimed.route, envelope, claimed.attempts - 1, claimed.reference, claimed.blob, mark)

    @contextmanager
    def open(self, parcel: Parcel) -> Iterator[Iterator[bytes]]:
        """The parcel's wire form, decrypted while it is read. Raises StoreError when it cannot be trusted."""
        with closing(self.blobs.read(parcel.blob)) as wire:
            yield wire

    def delivered(self, parcel: Parcel, reply: Reply) -> None:
        """The next hop has it."""
        self.finish(parcel, state=DELIVERED, code=reply.code)
        if parcel.route == NOTICE:
            self.blobs.delete(parcel.blob)

    def postpone(self, parcel: Parcel, until: datetime, reply: Reply) -> None:
        """Not now; again at `until`."""
        self.finish(parcel, state=READY, due=until.timestamp(), code=reply.code)

    def failed(self, parcel: Parcel, reply: Reply) -> None:
        """Refused for good: kept, marked, never dropped."""
        self.finish(parcel, state=FAILED, code=reply.code)

    def finish(self, parcel: Parcel, **values: Any) -> None:
        """Write down what became of a parcel, unless its lease was taken over."""
        with self.database.write() as connection:
            connection.execute(
                update(OUTBOX)
                .where(OUTBOX.c.id == parcel.id, OUTBOX.c.lease == parcel.lease)
                .values(lease=None, **values)
            )

    def depth(self) -> dict[str, int]:
        """How many parcels there are in each state."""
        with self.database.read() as connection:
            rows = connection.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
            return {state: count for state, count in rows}  # noqa: C416 rows are not pairs to the type checker

    def blobs_in_use(self, connection: Connection) -> frozenset[str]:
        """The blobs that a parcel not yet delivered needs."""
        waiting = or_(OUTBOX.c.state != DELIVERED, OUTBOX.c.route == MAIL)
        return frozenset(connection.scalars(select(OUTBOX.c.blob).where(waiting)))

    def add(
        self, connection: Connection, route: str, reference: str, envelope: Envelope, blob: str, at: datetime
    ) -> None:
        """A parcel, within the transaction that decides on it."""
        sealed = seal_envelope(self.keys, envelope)
        values = {"route": route, "reference": reference, "state": READY, "due": at.timestamp(), "attempts": 0}
        connection.execute(OUTBOX.insert().values(**values, blob=blob, sealed=sealed))

    def add_notice(self, connection: Connection, reference: str, notice: Notice | None, at: datetime) -> None:
        """A notice, if there is one to send; its bytes are stored like a message's."""
        if notice is not None:
            self.add(connection, NOTICE, reference, notice.envelope, self.blobs.write([notice.wire]), at)


ENVELOPE_CONTEXT = b"outbox.sealed"


def seal_envelope(keys: Keys, envelope: Envelope) -> bytes:
    """An envelope as the database keeps it."""
    return keys.seal(json.dumps(envelope_to_json(envelope)).encode(), ENVELOPE_CONTEXT)


def unseal_envelope(keys: Keys, sealed: bytes) -> Envelope:
    """An envelope from the database."""
    return envelope_from_json(json.loads(keys.unseal(sealed, ENVELOPE_CONTEXT)))


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
