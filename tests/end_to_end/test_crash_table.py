"""Every row of the crash table, provoked on purpose with real processes: what the client sees, what is lost, what comes twice."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from gateway.policy import find_shipped
from tests.end_to_end.client import BAIT, BIG, GONE, ask, connect, hear, make_mail, propose, send, submit
from tests.end_to_end.gateway import COMMAND, Gateway
from tests.end_to_end.postfix import wait_for
from tests.end_to_end.sink import Halt, Sink, Step, do_right, drop, reply, run_sink, say_and_leave

pytestmark = pytest.mark.timeout(300)


FINISH, WRITE, HOLD = (
    "gateway.store.journal:Journal.finish",
    "gateway.store.blobs:Blobs.write",
    "gateway.store.cases:Cases.hold",
)
SABOTEUR = (sys.executable, "-m", "tests.end_to_end.saboteur", FINISH, WRITE, HOLD)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with run_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def process(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("crash")
    gateway = Gateway(
        folder,
        {
            "NEXT_HOP__ROUTE": f"smtp:127.0.0.1:{sink.port}",
            "NEXT_HOP__FINAL_SECONDS": "8",
            "NEXT_HOP__IDLE_SECONDS": "0",
            "NEXT_HOP__RETRY_SECONDS": "0.2",
            "NOTICES__ENABLED": "false",
            "SMTP__HOSTNAME": "gateway.force.test",
            "POLICY__VOCABULARY": str(shutil.copytree(find_shipped("vocabulary"), folder / "vocabulary")),
        },
        command=SABOTEUR,
    )
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.kill()


@pytest.fixture
def gateway(process: Gateway, sink: Sink) -> Iterator[Gateway]:
    """The gateway, alive, with an honest next hop that has nothing yet."""
    sink.plan = do_right
    sink.mail.clear()
    sink.steps.clear()
    if process.process is None or process.process.poll() is not None:
        process.start()
    yield process
    sink.plan = do_right


def halt(sink: Sink, step: Step) -> Halt:
    """Let the next hop stand still at a step."""
    stop = Halt()
    sink.plan = {step: stop}.get
    return stop


def crash_and_restart(gateway: Gateway, sink: Sink) -> None:
    """kill -9, an honest next hop, the gateway again."""
    gateway.kill()
    sink.plan = do_right
    gateway.start()


def copies(sink: Sink, wire: bytes) -> int:
    """How often the next hop took a message, every byte of it right."""
    return sum(taken.content == wire for taken in sink.mail)


def last_decided(gateway: Gateway) -> dict[str, object]:
    """The line of the last message."""
    return gateway.events("message.decided")[-1]


@contextmanager
def sabotaged(gateway: Gateway, moment: str, place: str) -> Iterator[None]:
    """A mine at a step of the gateway's code, which goes off at the first message sent inside the block."""
    (gateway.folder / "crash").write_text(f"{moment} {place}")
    yield
    assert gateway.process is not None
    assert gateway.process.wait(30) == -signal.SIGKILL
    gateway.start()


def test_row_1_a_kill_while_the_message_comes_in(gateway: Gateway, sink: Sink) -> None:
    """MAIL, RCPT, the middle of DATA: the client is disconnected and keeps it; nothing of it stays."""
    wire = make_mail(size=10_000)
    with connect(gateway.port) as mail, connect(gateway.port) as rcpt, connect(gateway.port) as data:
        assert ask(mail, "MAIL FROM:<foi@force.test>")[0] == 250
        assert ask(rcpt, "MAIL FROM:<foi@force.test>")[0] == 250
        assert ask(rcpt, "RCPT TO:<requester@world.test>")[0] == 250
        assert propose(data)[0] == 354
        data.send(wire[:5000])
        gateway.kill()
        assert [hear(client)[0] for client in (mail, rcpt, data)] == [GONE, GONE, GONE]
    assert not list((gateway.folder / "var" / "spool").iterdir())
    assert sink.mail == []
    gateway.start()
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == len(sink.mail) == 1


def test_row_2_a_kill_before_the_verdict(gateway: Gateway, sink: Sink) -> None:
    """The final dot was said to us, and DATA not yet to the next hop."""
    wire = make_mail()
    warm = gateway.warm_parent()
    os.kill(warm, signal.SIGSTOP)
    with connect(gateway.port) as client:
        submit(client, wire)
        time.sleep(0.5)
        gateway.kill()
        os.kill(warm, signal.SIGCONT)
        assert hear(client)[0] == GONE
    assert Step.DATA not in sink.steps
    gateway.start()
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == len(sink.mail) == 1


def test_row_3_an_inspecting_child_that_dies(gateway: Gateway, sink: Sink) -> None:
    """What was being read is unread, which the policy holds; the client hears its reply."""
    wire = make_mail(size=4_000_000)
    answered = threading.Event()
    killer = threading.Thread(target=kill_children, args=(gateway.warm_parent(), answered))
    with connect(gateway.port) as client:
        submit(client, wire)
        killer.start()
        code, text = hear(client)
        answered.set()
        killer.join()
    assert (code, b"held for review" in text) == (250, True)
    assert last_decided(gateway)["why"] == ["crashed"]
    assert sink.mail == []


def kill_children(parent: int, stop: threading.Event) -> None:
    """kill -9 whatever a process forks, until told to stop."""
    while not stop.is_set():
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        time.sleep(0.002)


def test_row_3_an_inspection_that_cannot_start(gateway: Gateway, sink: Sink) -> None:
    """A fault of ours is a 451; of the third the message is held unread, for an endless loop of tries helps nobody."""
    wire = make_mail()
    vocabulary, away = gateway.folder / "vocabulary", gateway.folder / "away"
    vocabulary.rename(away)
    warm = gateway.warm_parent()
    os.kill(warm, signal.SIGKILL)
    try:
        for _ in range(2):
            code, text = send(gateway.port, wire)
            assert (code, text[:5]) == (451, b"4.3.0")
        code, text = send(gateway.port, wire)
        assert (code, b"held for review" in text) == (250, True)
    finally:
        away.rename(vocabulary)
    assert last_decided(gateway)["why"] == ["crashed"]
    assert sink.mail == []
    wire = make_mail()
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == 1


def test_row_3_a_bomb(gateway: Gateway, sink: Sink) -> None:
    """An archive that would fill the machine is held unread."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("figures.csv", bytes(50_000_000))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "foi@force.test", "requester@world.test", "bomb"
    mail.set_content("See attached.")
    mail.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="figures.zip")
    code, text = send(gateway.port, mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
    assert (code, b"held for review" in text) == (250, True)
    assert last_decided(gateway)["why"] == ["too_large"]
    assert sink.mail == []


def test_row_4_a_kill_while_the_message_goes_on(gateway: Gateway, sink: Sink) -> None:
    """The next hop has a part of it without a dot, and discards it."""
    wire = make_mail(size=BIG)
    stop = halt(sink, Step.CONTENT)
    with connect(gateway.port) as client:
        submit(client, wire)
        stop.wait()
        gateway.kill()
        assert hear(client)[0] == GONE
    stop.released.set()
    wait_for(lambda: sink.steps[-1] is Step.CONTENT)
    sink.plan = do_right
    gateway.start()
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == len(sink.mail) == 1
    assert not last_decided(gateway).get("repeat")


def test_row_5_a_kill_before_the_next_hop_answers(gateway: Gateway, sink: Sink) -> None:
    """The window that nobody can close: the next hop took it and we died before we knew. One copy more, and the log says so."""
    wire = make_mail()
    stop = halt(sink, Step.KEPT)
    with connect(gateway.port) as client:
        submit(client, wire)
        stop.wait()
        gateway.kill()
        stop.released.set()
        assert hear(client)[0] == GONE
    sink.plan = do_right
    gateway.start()
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == len(sink.mail) == 2
    assert last_decided(gateway)["repeat"] is True
    assert send(gateway.port, wire)[0] == 250
    assert not last_decided(gateway).get("repeat"), "the client has heard: now it is a message of its own"


def test_row_6_a_kill_before_the_answer_is_in_the_journal(gateway: Gateway, sink: Sink) -> None:
    """The same window, a moment later."""
    wire = make_mail()
    with sabotaged(gateway, "before", FINISH):
        assert send(gateway.port, wire)[0] == GONE
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == len(sink.mail) == 2
    assert last_decided(gateway)["repeat"] is True


def test_row_7_a_kill_before_our_250(gateway: Gateway, sink: Sink) -> None:
    """The journal knows: the second try gets the next hop's reply, and the next hop nothing."""
    wire = make_mail()
    with sabotaged(gateway, "after", FINISH):
        assert send(gateway.port, wire)[0] == GONE
    sink.plan = {Step.DATA: drop}.get
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 1")
    assert copies(sink, wire) == len(sink.mail) == 1
    assert last_decided(gateway)["outcome"] == "forwarded_before"


def test_row_8_a_client_that_goes_while_its_message_goes_on(gateway: Gateway, sink: Sink) -> None:
    """It is not delivered twice, however often the client asks meanwhile."""
    wire = make_mail()
    stop = halt(sink, Step.KEPT)
    with connect(gateway.port) as client:
        submit(client, wire)
        stop.wait()
    time.sleep(0.2)
    code, text = send(gateway.port, wire)
    assert (code, text[:5]) == (451, b"4.3.2")
    stop.released.set()
    wait_for(lambda: "forwarded" in {line["outcome"] for line in gateway.events("message.decided")[-2:]})
    sink.plan = do_right
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 1")
    assert copies(sink, wire) == len(sink.mail) == 1


def test_row_9_a_next_hop_that_never_answers(gateway: Gateway, sink: Sink) -> None:
    """We wait as long as we said we would, then do not know: the client tries again, and the log flags it, however often it takes."""
    wire = make_mail()
    stop = halt(sink, Step.KEPT)
    code, text = send(gateway.port, wire)
    assert (code, text[:5]) == (451, b"4.4.2")
    assert last_decided(gateway)["outcome"] == "unanswered"
    stop.released.set()
    sink.plan = {Step.DATA: reply(b"450 4.2.1 not now, thanks")}.get
    assert send(gateway.port, wire)[0] == 450
    sink.plan = do_right
    assert send(gateway.port, wire)[0] == 250
    assert last_decided(gateway)["repeat"] is True
    assert copies(sink, wire) == len(sink.mail) == 2


def test_row_10_a_next_hop_that_is_down(gateway: Gateway, sink: Sink) -> None:
    """The sender keeps its mail; we have no queue for it."""
    wire = make_mail()
    sink.close()
    try:
        code, text = send(gateway.port, wire)
    finally:
        sink.open()
    assert (code, text[:5]) == (451, b"4.4.1")
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == 1


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.DOT])
def test_row_10_a_next_hop_that_says_not_now(gateway: Gateway, sink: Sink, step: Step) -> None:
    """Its own words reach the client."""
    wire = make_mail()
    sink.plan = {step: reply(b"450 4.2.1 not now, thanks")}.get
    assert send(gateway.port, wire) == (450, b"4.2.1 not now, thanks")
    assert sink.mail == []
    sink.plan = do_right
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == 1
    assert not last_decided(gateway).get("repeat")


@contextmanager
def database_locked(gateway: Gateway) -> Iterator[None]:
    """Somebody else has the database for himself."""
    with contextlib.closing(sqlite3.connect(gateway.folder / "var" / "gateway.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_row_11_a_hold_whose_commit_fails(gateway: Gateway, sink: Sink) -> None:
    """A message without a row is not held: the client keeps it, and what was stored of it is collected in time."""
    wire = make_mail(BAIT)
    cases, known = [case["reference"] for case in gateway.held()], stored(gateway)
    with sabotaged(gateway, "after", WRITE):
        assert send(gateway.port, wire)[0] == GONE
    assert [case["reference"] for case in gateway.held()] == cases
    (orphan,) = stored(gateway) - known
    gateway.stop()
    long_ago = time.time() - 25 * 3600
    os.utime(orphan, (long_ago, long_ago))
    gateway.start()
    wait_for(lambda: not orphan.exists())
    code, text = send(gateway.port, wire)
    assert (code, b"held for review" in text) == (250, True)
    assert sink.mail == []


def stored(gateway: Gateway) -> set[Path]:
    """The files of held messages."""
    return {path for path in (gateway.folder / "var" / "held").rglob("*") if path.is_file()}


def test_row_12_a_hold_whose_250_is_lost(gateway: Gateway, sink: Sink) -> None:
    """The second try gets the same case."""
    wire = make_mail(BAIT)
    before = {case["reference"] for case in gateway.held()}
    with sabotaged(gateway, "after", HOLD):
        assert send(gateway.port, wire)[0] == GONE
    (reference,) = {case["reference"] for case in gateway.held()} - before
    code, text = send(gateway.port, wire)
    assert (code, reference.encode() in text) == (250, True)
    assert len(gateway.held()) == len(before) + 1
    assert last_decided(gateway)["outcome"] == "held_before"
    assert sink.mail == []


def test_row_14_no_database_no_mail(gateway: Gateway, sink: Sink) -> None:
    """Whatever the verdict would be: what cannot be recorded is not done. It recovers without a restart."""
    wires = [make_mail("Nothing to see."), make_mail(BAIT)]
    with database_locked(gateway), ThreadPoolExecutor() as pool:
        ready = pool.submit(gateway.is_ready)
        heard = list(pool.map(partial(send, gateway.port), wires))
        assert [(code, words[:5]) for code, words in heard] == [(451, b"4.3.0")] * 2
        assert not ready.result()
    assert sink.mail == []
    wait_for(gateway.is_ready)
    assert [send(gateway.port, wire)[0] for wire in wires] == [250, 250]


@pytest.mark.parametrize(("step", "delivered"), [(Step.CONTENT, 1), (Step.KEPT, 2)])
def test_row_15_a_kill_while_a_release_is_delivered(gateway: Gateway, sink: Sink, step: Step, delivered: int) -> None:
    """A reviewer's decision is carried out whatever happens; twice only where the next hop took it and we died before we knew."""
    wire = make_mail(BAIT, size=BIG)
    reference = hold(gateway, wire)
    stop = halt(sink, step)
    assert gateway.run("held", "release", reference, "--by", "reviewer").returncode == 0
    stop.wait()
    gateway.kill()
    stop.released.set()
    sink.plan = do_right
    gateway.start()
    wait_for(lambda: copies(sink, wire) == delivered)
    wait_for(lambda: [line["case"] for line in gateway.events("outbox.delivered")][-1:] == [reference])
    assert len(sink.mail) == delivered


def hold(gateway: Gateway, wire: bytes) -> str:
    """Send what is held; its reference."""
    code, text = send(gateway.port, wire)
    found = re.search(rb"FOI-\S+$", text)
    assert code == 250
    assert found is not None
    return found[0].decode()


def test_row_16_two_reviewers_at_once(gateway: Gateway, sink: Sink) -> None:
    """One of them is told that it was done already."""
    wire = make_mail(BAIT)
    reference = hold(gateway, wire)
    both = [
        subprocess.Popen(
            [COMMAND, "held", "release", reference, "--by", name],
            cwd=gateway.folder,
            env=gateway.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name in ("first", "second")
    ]
    said = [each.communicate(timeout=60)[1] for each in both]
    assert sorted(each.returncode == 0 for each in both) == [False, True]
    assert any(b"already released" in words for words in said)
    wait_for(lambda: copies(sink, wire) == 1)
    wait_for(lambda: gateway.events("outbox.delivered")[-1]["case"] == reference)
    assert len(sink.mail) == 1


def test_row_17_sigterm(gateway: Gateway, sink: Sink) -> None:
    """The idle are told to come back, what is in flight gets its answer, nobody new is let in, the exit code is 0."""
    wire = make_mail()
    stop = halt(sink, Step.KEPT)
    with connect(gateway.port) as busy, connect(gateway.port) as idle:
        submit(busy, wire)
        stop.wait()
        assert gateway.process is not None
        gateway.process.send_signal(signal.SIGTERM)
        code, text = hear(idle)
        assert (code, text[:5]) == (421, b"4.3.2")
        with pytest.raises(OSError, match="refused"):
            connect(gateway.port).__enter__()
        stop.released.set()
        assert hear(busy) == (250, b"2.0.0 taken as 1")
        assert gateway.process.wait(30) == 0
    assert copies(sink, wire) == 1


def test_a_peer_that_takes_its_leave_after_the_dot(gateway: Gateway, sink: Sink) -> None:
    """421 instead of an answer to the final dot is an answer: it did not take the message."""
    wire = make_mail()
    sink.plan = {Step.DOT: say_and_leave(b"421 4.3.2 closing")}.get
    assert send(gateway.port, wire) == (421, b"4.3.2 closing")
    sink.plan = do_right
    assert send(gateway.port, wire)[0] == 250
    assert copies(sink, wire) == 1
