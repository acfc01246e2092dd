"""Inspects on what took longer than its sending server waits."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from detectors.inspect import Inspector, Subject
from detectors.model import Limits, Location, Report, Step, Unread, Why
from detectors.wire import name_error
from gateway.logs import Log
from gateway.message import Notice
from gateway.notices import Notices
from gateway.policy import Policy, judge
from gateway.store.cases import Case
from gateway.store.inspections import Claim, Inspections

POLL_SECONDS = 1.0
STALLED_SECONDS = 30.0
ATTEMPTS = 3
"""Tries at one message, crashes counted; then it is for the reviewers."""

SPARE = timedelta(minutes=5)


@dataclass(frozen=True)
class Overtime:
    """One worker. Several processes may run one each: a lease keeps them apart."""

    inspector: Inspector
    limits: Limits
    policy: Policy
    inspections: Inspections
    notices: Notices
    spool: Path
    log: Log

    async def run(self, stop: asyncio.Event) -> None:
        """Inspect what is due, then wait a second; until `stop`. Whatever fails is logged and tried again."""
        while not stop.is_set():
            pause = POLL_SECONDS
            try:
                while not stop.is_set() and await self.inspect_next(stop):
                    pass
            except Exception as error:  # noqa: BLE001 a worker that ends is noticed too late
                self.log("overtime.stalled", error=name_error(error), retry_in=STALLED_SECONDS)
                pause = STALLED_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def inspect_next(self, stop: asyncio.Event) -> bool:
        """Inspect the oldest message that is due; returns whether there was one."""
        lease = timedelta(seconds=self.limits.wall_seconds) + SPARE
        claim = await asyncio.to_thread(self.inspections.claim, datetime.now(UTC), lease)
        if claim is None:
            return False
        report = await self.until(stop, claim)
        if report is None:
            return True
        verdict = judge(report, self.policy)
        state = await asyncio.to_thread(self.inspections.conclude, claim, verdict, self.tell_held, self.tell_returned)
        self.log(
            "message.concluded",
            reference=claim.case.reference,
            verdict=verdict.action.label,
            rules=list(verdict.rules),
            outcome=state.value if state is not None else "decided_before",
            inspect_seconds=report.seconds,
        )
        return True

    async def until(self, stop: asyncio.Event, claim: Claim) -> Report | None:
        """The report, unless the gateway stops first: the next one begins again."""
        inspecting = asyncio.ensure_future(self.inspect(claim))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({inspecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if inspecting.done():
            return inspecting.result()
        inspecting.cancel()
        await asyncio.wait({inspecting})
        return None

    async def inspect(self, claim: Claim) -> Report:
        """The report on a held message. One that cannot be inspected so often is unread; raises what the last try raised before."""
        if claim.attempts >= ATTEMPTS:
            return Report(unread=(Unread(Location((Step("message", "message"),)), Why.CRASHED),))
        with tempfile.TemporaryFile(dir=self.spool) as file:
            await asyncio.to_thread(self.restore, claim, file)
            subject = Subject(
                file.fileno(),
                "message",
                "message/rfc822",
                stuffed=True,
                recipients=claim.case.envelope.readers(),
            )
            return await self.inspector.inspect(subject, self.limits)

    def restore(self, claim: Claim, file: BinaryIO) -> None:
        """The message in clear, in a file without a name. Raises StoreError, OSError."""
        file.writelines(self.inspections.original(claim))
        file.flush()

    def tell_held(self, case: Case) -> Notice | None:
        """To the sender of a message that stays held."""
        return self.notices.held(case.envelope, case.verdict, case.reference, case.received)

    def tell_returned(self, case: Case) -> Notice | None:
        """To the sender of a message that policy refuses."""
        return self.notices.returned(case.envelope, case.verdict, case.reference, case.received)
