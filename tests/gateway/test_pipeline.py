"""One message through the pipeline: real inspection, real store, a maildir behind it."""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.samples import XLSX, make_breach, make_figures, make_locked, make_mail, make_people, samples
from detectors.inspect import Inspector, Subject
from detectors.model import Limits, Report
from detectors.sandbox import Files, Sandbox
from gateway import logs
from gateway.held import as_page
from gateway.message import Client, Message, Reply
from gateway.metrics import Metrics
from gateway.notices import Notices, PlainWords
from gateway.overtime import Overtime
from gateway.pipeline import Pipeline
from gateway.policy import find_shipped, load
from gateway.settings import InspectionLimits
from gateway.settings import Notices as NoticeSettings
from gateway.smtp.maildir import Maildir
from gateway.store import Store
from gateway.store.cases import State
from gateway.trace import Tracer
from tests.gateway.store.made import make_message, make_store, no_notice

pytestmark = pytest.mark.asyncio(loop_scope="session")

POLICY = load(find_shipped("policy.toml"))


class Bench:
    """A pipeline with everything real about it."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        vocabulary = find_shipped("vocabulary")
        self.folder = folder
        self.log = io.StringIO()
        self.store: Store = make_store(folder)
        self.inspector = Inspector(
            Files(vocabulary, find_shipped("recognisers.yaml"), find_shipped("allowances.toml")),
            InspectionLimits().limits(),
            sandbox=sandbox,
        )
        self.metrics = Metrics()
        notices = Notices(NoticeSettings(), PlainWords.load(vocabulary))
        self.journal = self.store.open_journal()
        self.pipeline = Pipeline(
            self.inspector, POLICY, self.store.cases, self.journal, notices,
            Tracer("gateway.test", b"secret"), asyncio.Semaphore(2), 60.0, logs.start(self.log), self.metrics,
        )  # fmt: skip

    def in_shadow(self) -> None:
        """Let the policy only say what it would have done."""
        object.__setattr__(self.pipeline, "policy", POLICY.model_copy(update={"shadow": True}))

    def lose_inspection(self) -> None:
        """No warm parent, and none that can be started."""
        self.inspector.sandbox = None
        self.inspector.program = ("-c", "")

    async def handle(self, message: Message) -> Reply:
        return await self.pipeline.handle(message, await Maildir(self.folder / "mail").begin(message.client))

    async def send(self, wire: bytes) -> Reply:
        with make_message(wire) as message:
            return await self.handle(message)

    def mail(self) -> list[bytes]:
        return [file.read_bytes() for file in (self.folder / "mail" / "new").glob("*")]

    def overtime(self, **limits: float) -> Overtime:
        return Overtime(
            self.inspector, replace(self.inspector.limits, **limits), self.pipeline.policy, self.store.inspections,  # type: ignore[arg-type]
            self.pipeline.notices, self.folder, self.pipeline.log,
        )  # fmt: skip

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [line for line in lines if line["event"] == name]

    def decided(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [line for line in lines if line["event"] == "message.decided"]


@pytest.fixture
def bench(tmp_path: Path, sandbox: Sandbox) -> Iterator[Bench]:
    bench = Bench(tmp_path, sandbox)
    yield bench
    bench.journal.close()


def wire(name: str, kind: tuple[str, str], data: bytes) -> bytes:
    mail = make_mail("FOI", name, kind, data)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


CLEAN = wire("figures.csv", ("text", "csv"), make_figures())
BREACH = wire("summary.xlsx", XLSX, make_breach(make_people(30)))
LOCKED = wire("figures.zip", ("application", "zip"), make_locked())


async def test_a_clean_message_goes_on_below_one_received_line(bench: Bench) -> None:
    """Promise 3."""
    assert (await bench.send(CLEAN)).code == 250
    (delivered,) = bench.mail()
    trace, rest = delivered[: -len(CLEAN)], delivered[-len(CLEAN) :]
    assert rest == CLEAN
    assert trace.startswith(
        b"Received: from mail.force.test ([127.0.0.1])\r\n\tby gateway.test (FOI gateway) with ESMTP id "
    )
    assert trace.count(b"\r\n") == 3


async def test_a_breach_is_held_and_not_forwarded(bench: Bench) -> None:
    """250 with a reference; the bytes are in the store below the same Received line."""
    reply = await bench.send(BREACH)
    (reference,) = bench.store.cases.references()
    case = bench.store.cases.get(reference)
    assert reply.code == 250
    assert case.reference.encode() in reply.wire()
    assert bench.mail() == []
    assert b"".join(bench.store.cases.original(case)).endswith(BREACH)


async def test_the_readme_shows_what_the_demo_prints(bench: Bench) -> None:
    """From the rules on; what stands above them is of the day."""
    mail = [mail for _, mail in samples()][1]
    await bench.send(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
    (reference,) = bench.store.cases.references()
    page = as_page(bench.store.cases.get(reference), bench.pipeline.notices.plain)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert page[page.index("  rules ") :] in readme


async def test_a_password_is_refused(bench: Bench) -> None:
    """550; nothing forwarded, nothing held."""
    assert (await bench.send(LOCKED)).code == 550
    assert bench.mail() == []
    assert bench.store.cases.references() == ()


async def test_shadow_mode_forwards_everything_and_says_what_it_would_have_done(bench: Bench) -> None:
    """The first weeks."""
    bench.in_shadow()
    for message in (CLEAN, BREACH, LOCKED):
        assert (await bench.send(message)).code == 250
    assert len(bench.mail()) == 3
    assert [line["verdict"] for line in bench.decided()] == ["forward", "quarantine", "bounce"]
    assert {line["outcome"] for line in bench.decided()} == {"forwarded"}


async def test_every_fate_is_exactly_one_line(bench: Bench) -> None:
    """Verdict, rules, counts, timings; a retry of a held message is a line of its own."""
    for message in (CLEAN, BREACH, BREACH, LOCKED):
        await bench.send(message)
    lines = bench.decided()
    assert [line["outcome"] for line in lines] == ["forwarded", "held", "held_before", "refused"]
    assert lines[1]["reference"] == lines[2]["reference"]
    assert lines[1]["rules"] == ["hidden-people", "hidden-records"]
    assert (lines[1]["people"], lines[1]["hidden"]) == (30, 30)


@asynccontextmanager
async def no_time(bench: Bench) -> AsyncIterator[None]:
    """The inspection does not come to an end while the client waits."""
    limits, bench.inspector.limits = bench.inspector.limits, replace(bench.inspector.limits, wall_seconds=1e-6)
    yield
    bench.inspector.limits = limits


async def inspect_on(bench: Bench, **limits: float) -> bool:
    """What the worker does behind the client's back."""
    await bench.overtime(**limits).inspect_next(asyncio.Event())
    return bench.store.inspections.count() > 0


async def test_a_retry_of_a_held_message_is_never_forwarded_too(bench: Bench) -> None:
    """The first inspection took too long and nobody heard the 250; the second finds nothing. It is released once, by itself."""
    async with no_time(bench):
        first = await bench.send(CLEAN)
    (reference,) = bench.store.cases.references()
    assert first.wire() == f"250 2.0.0 FOI gateway: still being inspected, reference {reference}\r\n".encode()
    assert reference.encode() in (await bench.send(CLEAN)).wire()
    assert bench.mail() == []
    assert [line["outcome"] for line in bench.decided()] == ["unfinished", "held_before"]


@pytest.mark.parametrize(
    ("mail", "state", "parcels"), [("CLEAN", "released", 1), ("BREACH", "held", 1), ("LOCKED", "returned", 1)]
)
async def test_what_took_too_long_is_inspected_on_and_concluded(
    bench: Bench, mail: str, state: str, parcels: int
) -> None:
    """Released if clean, held for its findings if not, returned where policy refuses; the sender is told once it is known."""
    async with no_time(bench):
        assert (await bench.send(globals()[mail])).code == 250
    assert bench.store.outbox.depth() == {}
    assert not await inspect_on(bench)
    case = bench.store.cases.get(bench.store.cases.references()[0])
    assert case.state.value == state
    assert bench.store.outbox.depth() == {"ready": parcels}
    assert case.report.people.hidden == (30 if mail == "BREACH" else 0)
    assert [entry.by for entry in case.history] == ([] if state == "held" else ["gateway"])


async def test_what_is_inspected_on_is_seen_as_it_was_the_first_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its recipients too: what the requester may read of themselves must not hold the reply to them."""
    subjects: list[Subject] = []
    inspect = bench.inspector.inspect

    async def note(subject: Subject, limits: Limits | None = None) -> Report:
        subjects.append(replace(subject, descriptor=0))
        return await inspect(subject, limits)

    monkeypatch.setattr(bench.inspector, "inspect", note)
    async with no_time(bench):
        await bench.send(CLEAN)
    assert not await inspect_on(bench)
    first, second = subjects
    assert first.recipients
    assert first == second


async def test_a_client_does_not_wait_for_a_place_for_ever(bench: Bench) -> None:
    """The queue is part of the wait."""
    object.__setattr__(bench.pipeline, "places", asyncio.Semaphore(0))
    object.__setattr__(bench.pipeline, "answer_seconds", 0.05)
    assert b"still being inspected" in (await bench.send(CLEAN)).wire()
    assert not await inspect_on(bench)
    assert [case["outcome"] for case in bench.events("message.concluded")] == ["released"]


async def test_what_takes_too_long_even_so_is_for_the_reviewers(bench: Bench) -> None:
    """Unread, as any other place that could not be looked at."""
    async with no_time(bench):
        await bench.send(CLEAN)
    assert not await inspect_on(bench, wall_seconds=1e-6)
    case = bench.store.cases.get(bench.store.cases.references()[0])
    assert (case.state.value, [unread.why.value for unread in case.report.unread]) == ("held", ["took_too_long"])


async def test_a_reviewer_who_decides_first_is_not_overruled(bench: Bench) -> None:
    """A message that is never released twice."""
    async with no_time(bench):
        await bench.send(CLEAN)
    (reference,) = bench.store.cases.references()
    bench.store.cases.decide(reference, State.REJECTED, "reviewer", "", no_notice)
    assert not await inspect_on(bench)
    assert bench.store.cases.get(reference).state is State.REJECTED
    assert bench.store.outbox.depth() == {}


async def test_an_inspection_that_dies_with_its_gateway_is_begun_again_three_times(bench: Bench) -> None:
    """Then it is for the reviewers: a message must not bring the gateway down for ever."""
    async with no_time(bench):
        await bench.send(CLEAN)
    for _ in range(3):
        assert bench.store.inspections.claim(datetime.now(UTC), timedelta(minutes=5)) is not None
        assert bench.store.inspections.claim(datetime.now(UTC), timedelta(minutes=5)) is None
        bench.store.inspections.take_back(datetime.now(UTC))
    assert not await inspect_on(bench)
    case = bench.store.cases.get(bench.store.cases.references()[0])
    assert (case.state.value, [unread.why.value for unread in case.report.unread]) == ("held", ["crashed"])


async def test_shadow_mode_waits_for_nobody(bench: Bench) -> None:
    """What could not be read in time is forwarded like everything else."""
    bench.in_shadow()
    async with no_time(bench):
        assert (await bench.send(CLEAN)).code == 250
    assert len(bench.mail()) == 1


async def test_a_store_that_cannot_hold_is_451_and_nothing_is_forwarded(bench: Bench) -> None:
    """Doubt never lets mail out, and never says that we have it."""
    held = bench.folder / "var" / "held"
    held.write_text("not a folder")
    reply = await bench.send(BREACH)
    assert reply.code in {451, 452}
    assert bench.mail() == []
    assert bench.decided()[0]["outcome"] == "undecided"
    held.unlink()
    assert (await bench.send(BREACH)).code == 250


async def test_an_inspection_that_cannot_be_had_is_451(bench: Bench) -> None:
    """A sandbox that does not start is our fault, not the message's."""
    bench.lose_inspection()
    assert (await bench.send(CLEAN)).code == 451
    assert bench.mail() == []


async def test_a_journal_that_cannot_be_written_is_no_fault_of_the_next_hop(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client tries again, nothing is forwarded, and the log does not blame the next hop."""
    full = os.open("/dev/full", os.O_WRONLY)
    with monkeypatch.context() as patch:
        patch.setattr(bench.journal, "descriptor", full)
        assert (await bench.send(CLEAN)).wire().startswith(b"451 4.3.0")
    os.close(full)
    assert bench.mail() == []
    (line,) = bench.decided()
    assert (line["outcome"], line["error"].partition(" ")[0]) == ("undecided", "StoreError")
    assert (await bench.send(CLEAN)).code == 250


async def test_a_next_hop_that_refuses_is_passed_back(bench: Bench) -> None:
    """Its reply is ours; the message is neither held nor lost."""
    (bench.folder / "mail").write_text("not a folder")
    assert (await bench.send(CLEAN)).code == 452
    assert bench.decided()[0]["outcome"] == "next_hop_refused"


async def test_a_second_try_at_a_forwarded_message_is_answered_and_not_delivered_again(bench: Bench) -> None:
    """Rows 7 and 8 of the crash table: our 250 was lost, the client comes again."""
    with make_message(CLEAN) as message:
        reply = await bench.handle(message)
        bench.pipeline.unheard(message)
    with make_message(CLEAN) as again:
        assert await bench.handle(again) == reply
        bench.pipeline.heard(again)
    assert len(bench.mail()) == 1
    await bench.send(CLEAN)
    assert len(bench.mail()) == 2, "a message sent anew is a message"
    assert [line["outcome"] for line in bench.decided()] == ["forwarded", "forwarded_before", "forwarded"]


async def test_a_message_whose_answer_was_lost_is_sent_again_and_flagged(bench: Bench) -> None:
    """Row 5: the one window in which a message may arrive twice."""
    with make_message(CLEAN) as message:
        bench.journal.begin(bench.store.cases.retry_key(message), message.id)
    bench.journal.close()
    object.__setattr__(bench.pipeline, "journal", bench.store.open_journal())
    bench.journal = bench.pipeline.journal
    await bench.send(CLEAN)
    assert bench.decided()[0]["repeat"] is True


async def test_a_message_that_cannot_be_inspected_three_times_is_held_unread(bench: Bench) -> None:
    """No endless loop; other messages are not counted with it."""
    sandbox = bench.inspector.sandbox
    bench.lose_inspection()
    assert [(await bench.send(CLEAN)).code for _ in range(2)] == [451, 451]
    assert (await bench.send(BREACH)).code == 451
    assert (await bench.send(CLEAN)).code == 250
    bench.inspector.sandbox = sandbox
    (reference,) = bench.store.cases.references()
    assert [unread.why.value for unread in bench.store.cases.get(reference).report.unread] == ["crashed"]
    assert bench.mail() == []


async def test_names_of_clients_cannot_break_the_received_line(bench: Bench) -> None:
    """EHLO is the client's to choose."""
    with make_message(CLEAN) as message:
        client = Client("evil\r\nBcc: x@y (\0ü", "127.0.0.1", "ESMTP")
        await bench.handle(replace(message, client=client))
    assert bench.mail()[0].startswith(b"Received: from evilBcc:xy ([127.0.0.1])\r\n")


async def test_no_descriptor_is_left_behind(bench: Bench) -> None:
    """A gateway runs for months."""
    await bench.send(CLEAN)
    before = len(os.listdir("/proc/self/fd"))
    for message in (CLEAN, BREACH, LOCKED) * 3:
        await bench.send(message)
    assert len(os.listdir("/proc/self/fd")) <= before
