"""The whole gateway in one process: listener, inspector, store, courier, health."""

from __future__ import annotations

import asyncio
import importlib.metadata
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from detectors.inspect import Inspector, Subject
from detectors.sandbox import Ending, Files, SandboxError
from detectors.wire import name_error
from gateway import health, logs
from gateway.health import Health
from gateway.logs import Log
from gateway.message import Envelope, Notice, Reply
from gateway.metrics import Metrics
from gateway.notices import Notices, PlainWords
from gateway.overtime import Overtime
from gateway.pipeline import Pipeline
from gateway.policy import Policy
from gateway.settings import Settings, SettingsError
from gateway.smtp.courier import Courier
from gateway.smtp.house import House
from gateway.smtp.listener import Listener
from gateway.smtp.route import open_routes
from gateway.smtp.tls import make_server_identity
from gateway.store import Store, open_store
from gateway.store.cases import Case, MakeNotice
from gateway.store.journal import Journal
from gateway.store.keys import Purpose, make_folder
from gateway.store.presence import enter
from gateway.trace import Tracer

CANARY = b"From: canary@localhost\r\nTo: canary@localhost\r\nSubject: canary\r\n\r\nAll is well.\r\n"
CANARY_SECONDS = 10.0
COLLECT_SECONDS = 3600.0


@dataclass(frozen=True)
class Gateway:
    """The parts of a running gateway."""

    settings: Settings
    store: Store
    journal: Journal
    inspector: Inspector
    listener: Listener
    courier: Courier
    overtime: Overtime
    tell_expired: MakeNotice
    health: Health
    log: Log


def build(settings: Settings, policy: Policy, files: Files, log: Log) -> Gateway:
    """Put the parts together; nothing runs yet. Raises StoreError, PolicyError."""
    metrics = Metrics()
    store = open_store(settings.store)

    def tell_death(ending: Ending, error: str) -> None:
        metrics.child_deaths.labels(ending.value).inc()
        log("inspector.lost", why=ending.value, error=error or None)

    inspector = Inspector(files, settings.limits.limits(), tell_death)
    notices = Notices(settings.notices, PlainWords.load(files.vocabulary))
    places = asyncio.Semaphore(settings.smtp.max_inspections)
    journal = store.open_journal()
    tracer = Tracer(settings.smtp.name(), store.keys.derive(Purpose.TRACE))
    pipeline = Pipeline(
        inspector, policy, store.cases, journal, notices, tracer, places, settings.smtp.answer_seconds, log, metrics
    )
    routes = open_routes(settings)
    spool = settings.store.folder / "spool"
    identity = make_server_identity(settings.smtp)
    house = House(
        settings.smtp,
        routes["mail"],
        pipeline.handle,
        spool,
        log,
        metrics,
        tracer,
        identity,
        pipeline.heard,
        pipeline.unheard,
    )
    listener = Listener(house)

    def tell_failed(reference: str, envelope: Envelope, reply: Reply) -> Notice | None:
        case = store.cases.get(reference)
        return None if case.automatic else notices.undelivered(envelope, reference, case.received, reply)

    def tell_expired(case: Case) -> Notice | None:
        return notices.expired(case.envelope, case.reference, case.received)

    overtime = Overtime(
        inspector, settings.limits.overtime(), policy, store.inspections, notices, settings.store.folder / "spool", log
    )
    courier = Courier(
        store.outbox,
        routes,
        settings.next_hop.retry_seconds,
        settings.next_hop.give_up_seconds,
        tell_failed,
        log,
        metrics,
    )
    checks = {
        "store": lambda: asyncio.to_thread(store.check),
        "journal": journal.check,
        "inspection": Canary(inspector).check,
    }
    return Gateway(
        settings,
        store,
        journal,
        inspector,
        listener,
        courier,
        overtime,
        tell_expired,
        Health(checks, metrics, refresher(store, metrics), log),
        log,
    )


@dataclass
class Canary:
    """A small message that must come out of the sandbox read and clean; its answer holds for ten seconds."""

    inspector: Inspector
    passed: float = float("-inf")

    async def check(self) -> None:
        """Raises SandboxError when inspection does not work."""
        if time.monotonic() - self.passed < CANARY_SECONDS:
            return
        with tempfile.TemporaryFile() as file:
            file.write(CANARY)
            file.flush()
            report = await self.inspector.inspect(Subject(file.fileno(), "canary", "message/rfc822"))
        if report.unread or not report.parts:
            raise SandboxError("the inspection does not read a plain message.")
        self.passed = time.monotonic()


def refresher(store: Store, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    """What makes the gauges of the store fresh before they are read."""

    def refresh() -> None:
        for state, number in store.cases.count().items():
            metrics.cases.labels(state).set(number)
        for state, number in store.outbox.depth().items():
            metrics.outbox.labels(state).set(number)
        oldest = store.cases.oldest_held()
        metrics.oldest_held.set(time.time() - oldest.timestamp() if oldest else 0)

    return lambda: asyncio.to_thread(refresh)


async def serve(settings: Settings, policy: Policy, files: Files) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in flight. Raises what stops a start, in one sentence."""
    log = logs.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await asyncio.to_thread(make_folder, settings.store.folder)
    gateway = build(settings, policy, files, log)
    presence = enter(settings.store.folder)
    if presence.alone:  # else the ports are shared with the gateway that we relieve
        claim_ports(settings)
        gateway.store.outbox.take_back(datetime.now(UTC))
        gateway.store.inspections.take_back(datetime.now(UTC))
    if gateway.store.new_key is not None:
        log("key.created", key_file=str(gateway.store.new_key))
    async with AsyncExitStack() as stack:
        stack.callback(gateway.journal.close)
        stack.push_async_callback(gateway.inspector.close)
        log("sandbox.proved", features=list(await gateway.inspector.start()))
        await run(gateway, policy, stop)
    log("gateway.stopped")


def claim_ports(settings: Settings) -> None:
    """Raises SettingsError when somebody else has one of our ports."""
    addresses = {
        "smtp.listen": settings.smtp.listen,
        "smtp.listen_tls": settings.smtp.listen_tls,
        "health.listen": settings.health.listen,
    }
    for setting, address in addresses.items():
        if address:
            with naming(setting, address):
                health.claim(address)


async def run(gateway: Gateway, policy: Policy, stop: asyncio.Event) -> None:
    """Listen, deliver, answer; then stop in the order that loses nothing. A part that fails stops the whole."""
    ended = asyncio.Event()
    tasks = [
        start(gateway.courier.run(ended), stop),
        start(gateway.overtime.run(ended), stop),
        start(collect(gateway, ended), stop),
        start(answer(gateway, ended), stop),
    ]
    try:
        with naming("smtp.listen", gateway.settings.smtp.listen):
            await gateway.listener.start()
        gateway.log(
            "gateway.started",
            version=importlib.metadata.version("foi-gateway"),
            listen=gateway.settings.smtp.listen,
            health=gateway.settings.health.listen,
            next_hop=gateway.settings.next_hop.route,
            store=str(gateway.settings.store.folder),
            policy=policy.label,
            shadow=policy.shadow,
        )
        await stop.wait()
        gateway.log("gateway.stopping")
        gateway.health.draining = True
        await gateway.listener.drain(gateway.settings.next_hop.final_seconds + gateway.settings.limits.wall_seconds)
    finally:
        ended.set()
        await asyncio.gather(*tasks)


def start(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> asyncio.Task[None]:
    """Work of its own; when it ends, by a fault too, the gateway stops."""
    task = asyncio.get_running_loop().create_task(work)
    task.add_done_callback(lambda _: stop.set())
    return task


async def answer(gateway: Gateway, ended: asyncio.Event) -> None:
    """Health and metrics. Raises SettingsError when the port cannot be had."""
    address = gateway.settings.health.listen
    with naming("health.listen", address):
        await health.serve(gateway.health, address, ended)


@contextmanager
def naming(setting: str, address: str) -> Iterator[None]:
    """Say which setting asks for an address that cannot be had."""
    try:
        yield
    except OSError as error:
        raise SettingsError(f"'{setting}' is {address}, which cannot be had: {error.strerror or error}.") from None


async def collect(gateway: Gateway, ended: asyncio.Event) -> None:
    """Once an hour, give up what nobody decided, remove what a crash left; what fails is tried again an hour later."""
    while not ended.is_set():
        oldest = datetime.now(UTC) - timedelta(days=gateway.settings.store.hold_days)
        expire = partial(gateway.store.cases.expire, oldest, gateway.tell_expired)
        for work in (expire, gateway.store.cases.collect):
            try:
                await asyncio.to_thread(work)
            except Exception as error:  # noqa: BLE001 no litter is worth stopping for
                gateway.log("collect.failed", error=name_error(error))
        try:
            await asyncio.wait_for(ended.wait(), COLLECT_SECONDS)
        except TimeoutError:
            continue
