"""Delivers the outbox: released mail and notices, until the next hop takes them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from detectors.wire import name_error
from gateway.logs import Log
from gateway.message import NextHop, Reply, Transaction
from gateway.metrics import Metrics
from gateway.store.keys import StoreError
from gateway.store.outbox import Outbox, Parcel

LEASE = timedelta(minutes=30)
"""Longer than any delivery: reply to DATA 5 min, chunks, 10 min after the final dot."""

POLL_SECONDS = 1.0
STALLED_SECONDS = 30.0
UNREADABLE = Reply.of(451, "4.3.0 stored message cannot be read")


@dataclass
class Courier:
    """One worker over an outbox. Several processes may run one each: a lease keeps them apart."""

    outbox: Outbox
    routes: Mapping[str, NextHop]
    retry_seconds: tuple[float, ...]
    log: Log
    metrics: Metrics
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver what is due, then wait a second; until `stop`. A store that is down is tried again."""
        while not stop.is_set():
            try:
                while not stop.is_set() and await self.deliver_next():
                    pass
                pause = POLL_SECONDS
            except (OSError, SQLAlchemyError, StoreError) as error:
                self.log("outbox.stalled", error=name_error(error), retry_in=STALLED_SECONDS)
                pause = STALLED_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def deliver_next(self) -> bool:
        """Deliver the oldest parcel that is due; returns whether there was one."""
        parcel = await asyncio.to_thread(self.outbox.claim, datetime.now(UTC), LEASE)
        if parcel is None:
            return False
        transaction = await self.routes[parcel.route].begin()
        try:
            reply = await self.send(parcel, transaction)
        finally:
            await transaction.drop()
        await self.record(parcel, reply)
        return True

    async def send(self, parcel: Parcel, transaction: Transaction) -> Reply:
        """The whole transaction; the first reply that is not positive ends it, so that no recipient is silently left out."""
        envelope = parcel.envelope
        reply = await transaction.mail(envelope.sender, envelope.mail_parameters)
        if not reply.positive:
            return reply
        for recipient, parameters in zip(envelope.recipients, envelope.rcpt_parameters, strict=True):
            reply = await transaction.rcpt(recipient, parameters)
            if not reply.positive:
                return reply
        try:
            with self.outbox.open(parcel) as wire:
                return await transaction.data(wire)
        except StoreError:
            return UNREADABLE

    async def record(self, parcel: Parcel, reply: Reply) -> None:
        """Write down what became of it, then say so."""
        if reply.positive:
            result = "delivered"
            await asyncio.to_thread(self.outbox.delivered, parcel, reply)
        elif reply.temporary:
            result = "postponed"
            wait = self.retry_seconds[min(parcel.attempts, len(self.retry_seconds) - 1)]
            await asyncio.to_thread(self.outbox.postpone, parcel, datetime.now(UTC) + timedelta(seconds=wait), reply)
        else:
            result = "failed"
            await asyncio.to_thread(self.outbox.failed, parcel, reply)
        self.metrics.deliveries.labels(result).inc()
        self.log(
            f"outbox.{result}",
            parcel=parcel.id,
            case=parcel.case,
            route=parcel.route,
            code=reply.code,
            attempts=parcel.attempts + 1,
        )
