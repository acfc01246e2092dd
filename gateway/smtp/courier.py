"""Delivers the outbox: released mail and notices, until the next hop takes them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from detectors.wire import name_error
from gateway.logs import Log
from gateway.message import Client, Envelope, NextHop, Notice, Reply, Transaction
from gateway.metrics import Metrics
from gateway.smtp.commands import keep_known
from gateway.store.keys import StoreError
from gateway.store.outbox import DELIVERED, FAILED, MAIL, READY, Outbox, Parcel, UnreadableParcel, name_fate

LEASE = timedelta(minutes=30)
"""Longer than a delivery that goes on: reply to DATA 5 min, a message's chunks, 10 min after the final dot."""

POLL_SECONDS = 1.0
STALLED_SECONDS = 30.0
UNREADABLE = Reply.of(451, "4.3.0 stored message cannot be read")
RESULTS = {
    DELIVERED: ("delivered", "outbox.delivered"),
    READY: ("postponed", "outbox.postponed"),
    FAILED: ("failed", "outbox.failed"),
}
"""What a fate is called in the metrics, and its event."""


EXPIRED = Reply.of(554, "5.4.7 FOI gateway: could not be delivered for too long")

TellFailed = Callable[[str, Envelope, Reply], Notice | None]
"""What to tell the sender of a released message, by its reference, for the recipients who will not get it."""


def tell_nobody(_: str, __: Envelope, ___: Reply) -> Notice | None:
    """Nobody is told."""
    return None


@dataclass
class Courier:
    """One worker over an outbox. Several processes may run one each: a lease keeps them apart."""

    outbox: Outbox
    routes: Mapping[str, NextHop]
    retry_seconds: tuple[float, ...]
    give_up_seconds: float
    tell_failed: TellFailed
    log: Log
    metrics: Metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver what is due, then wait a second; until `stop`. Whatever fails is logged and tried again."""
        while not stop.is_set():
            try:
                while not stop.is_set() and await self.deliver_next(stop):
                    pass
                pause = POLL_SECONDS
            except Exception as error:  # noqa: BLE001 a courier that ends is noticed too late
                pause = self.stall(error)
            await wait(stop, pause)
        for route in self.routes.values():
            await route.close()

    def stall(self, error: Exception) -> float:
        """Say what is in the way; returns how long to wait."""
        self.log("outbox.stalled", error=name_error(error), retry_in=STALLED_SECONDS)
        return STALLED_SECONDS

    async def deliver_next(self, stop: asyncio.Event) -> bool:
        """Deliver the oldest parcel that is due; returns whether there was one."""
        try:
            parcel = await asyncio.to_thread(self.outbox.claim, datetime.now(UTC), LEASE)
        except UnreadableParcel as error:
            self.log("outbox.failed", error=name_error(error))
            return True
        if parcel is None:
            return False
        transaction = await self.routes[parcel.route].begin(Client())
        try:
            replies = await self.send(parcel, transaction)
        finally:
            await transaction.drop()
        await self.record(parcel, replies, stop)
        return True

    async def send(self, parcel: Parcel, transaction: Transaction) -> list[Reply]:
        """The whole transaction; returns the reply that decides on each recipient, in their order."""
        envelope = adapt(parcel.envelope, transaction.offers)
        mail, *replies = await transaction.propose(envelope.lines())
        if not mail.positive:
            return [mail] * len(envelope.recipients)
        if not any(reply.positive for reply in replies):
            return replies
        try:
            with self.outbox.open(parcel) as wire:
                taken = await transaction.data(wire)
        except StoreError:
            taken = UNREADABLE
        return [taken if reply.positive else reply for reply in replies]

    def is_last(self, attempts: int) -> bool:
        """Whether a parcel that was tried so often before has now been tried for long enough (RFC 5321 4.5.4.1: 4 to 5 days)."""
        *first, last = self.retry_seconds
        waited = sum(first[:attempts]) + last * max(0, attempts - len(first))
        return waited >= self.give_up_seconds

    def report(self, parcel: Parcel, replies: list[Reply]) -> Notice | None:
        """What the sender of a released message is told of those recipients who will not get it."""
        failed = [index for index, reply in enumerate(replies) if name_fate(reply) == FAILED]
        if parcel.route != MAIL or not failed:
            return None
        return self.tell_failed(parcel.case, parcel.envelope.only(failed), replies[failed[0]])

    async def record(self, parcel: Parcel, replies: list[Reply], stop: asyncio.Event) -> None:
        """Write down what became of it, then say so.

        While the database cannot be written, the result is known only here: forgetting it would deliver a second time.
        """
        now = datetime.now(UTC)
        wait_seconds = self.retry_seconds[min(parcel.attempts, len(self.retry_seconds) - 1)]
        again = now + timedelta(seconds=wait_seconds)
        if self.is_last(parcel.attempts):
            replies = [EXPIRED if reply.temporary else reply for reply in replies]
        while True:
            try:
                report = await asyncio.to_thread(self.report, parcel, replies)
                await asyncio.to_thread(self.outbox.settle, parcel, replies, now, again, report)
                break
            except Exception as error:
                if stop.is_set():
                    raise
                await wait(stop, self.stall(error))
        for (state, code), recipients in Counter((name_fate(reply), reply.code) for reply in replies).items():
            result, event = RESULTS[state]
            self.metrics.deliveries.labels(result).inc()
            self.log(
                event,
                parcel=parcel.id,
                case=parcel.case,
                route=parcel.route,
                code=code,
                recipients=recipients,
                attempts=parcel.attempts + 1,
            )


def adapt(envelope: Envelope, offers: frozenset[bytes]) -> Envelope:
    """The envelope for a server that may not be the one that its parameters were meant for: nobody is there to change them."""
    there = frozenset(line.split(b" ")[0] for line in offers)
    return replace(
        envelope,
        mail_parameters=keep_known(envelope.mail_parameters, there),
        rcpt_parameters=tuple(keep_known(each, there) for each in envelope.rcpt_parameters),
    )


async def wait(stop: asyncio.Event, seconds: float) -> None:
    """Wait, or until `stop`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
