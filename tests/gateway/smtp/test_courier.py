"""The outbox on its way: real store, real sockets."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from gateway import logs
from gateway.message import Envelope, Notice, Reply
from gateway.metrics import Metrics
from gateway.settings import NextHop
from gateway.smtp.courier import Courier, tell_nobody
from gateway.smtp.next_hop import SmtpNextHop
from gateway.store import Store
from gateway.store.cases import State
from tests.gateway.smtp.peer import Peer, run_peer
from tests.gateway.store.made import BODY, PLANTED, hold, make_notice, make_store

SETTINGS = NextHop.model_validate({"connect_seconds": 1, "reply_seconds": 1, "final_seconds": 1, "tls": "never"})


def courier(store: Store, peer: Peer, log: io.StringIO) -> Courier:
    hop = peer.known_by(SmtpNextHop((("127.0.0.1", peer.port),), "gateway.test", SETTINGS))
    return Courier(store.outbox, {"mail": hop, "notice": hop}, (0.0, 0.2), 1e9, tell_nobody, logs.start(log), Metrics())


def release(store: Store) -> str:
    case = hold(store)
    store.cases.decide(case.reference, State.RELEASED, "reviewer", "", make_notice)
    return case.reference


async def run(worker: Courier, peer: Peer, mails: int) -> None:
    """Let the courier work until the peer has so many messages and the outbox is at rest."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    async with asyncio.timeout(15):
        while len(peer.mail) < mails or worker.outbox.depth().keys() & {"ready", "sending"}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # a test looks from outside
    stop.set()
    await task


async def test_released_mail_and_notices_are_delivered(tmp_path: Path) -> None:
    """Byte for byte, to every recipient, with their parameters."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    async with run_peer() as peer:
        await run(courier(store, peer, log), peer, 3)
        assert peer.mail.count(BODY) == 1
        assert b"MAIL FROM:<foi@force.test> SIZE=99 RET=HDRS\r\n" in peer.heard
        assert b"RCPT TO:<" + PLANTED.encode() + b"@public.test> NOTIFY=NEVER\r\n" in peer.heard
        assert peer.heard.count(b"MAIL FROM:<>\r\n") == 2
    assert store.outbox.depth() == {"delivered": 3}
    assert PLANTED not in log.getvalue()
    assert {json.loads(line)["event"] for line in log.getvalue().splitlines()} == {"outbox.delivered"}


async def test_a_next_hop_that_knows_less_than_before_still_gets_released_mail(tmp_path: Path) -> None:
    """It would refuse RET and NOTIFY for good, and no second release would help."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    async with run_peer({b"EHLO": b"250-peer.test\r\n250 8BITMIME\r\n"}) as peer:
        await run(courier(store, peer, log), peer, 3)
        assert b"MAIL FROM:<foi@force.test>\r\n" in peer.heard
        assert b"RCPT TO:<" + PLANTED.encode() + b"@public.test>\r\n" in peer.heard
    assert store.outbox.depth() == {"delivered": 3}


async def test_a_next_hop_that_is_busy_is_tried_again(tmp_path: Path) -> None:
    """4xx at any verb; nothing is lost."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    async with run_peer({b"RCPT": b"451 4.3.0 later\r\n"}) as peer:
        worker = courier(store, peer, log)
        await worker.deliver_next(asyncio.Event())
        peer.script[b"RCPT"] = b"250 2.1.5 fine\r\n"
        await run(worker, peer, 3)
        assert peer.mail.count(BODY) == 1
    assert '"outbox.postponed"' in log.getvalue()


async def test_a_refusal_for_good_is_kept_and_said(tmp_path: Path) -> None:
    """Never dropped: somebody has to know that a released message did not arrive."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    async with run_peer({b".": b"550 5.7.1 no\r\n"}) as peer:
        await run(courier(store, peer, log), peer, 2)
    assert store.outbox.depth() == {"failed": 2, "waiting": 1}
    assert log.getvalue().count('"outbox.failed"') == 2


async def test_a_released_message_that_cannot_be_delivered_is_reported_to_its_sender(tmp_path: Path) -> None:
    """Refused for one recipient, tried too long for the other: once each, and never for notices."""
    store, log = make_store(tmp_path), io.StringIO()
    reference = release(store)
    told: list[tuple[str, int, int]] = []

    def tell(case: str, envelope: Envelope, reply: Reply) -> Notice:
        told.append((case, len(envelope.recipients), reply.code))
        return Notice(Envelope(b"", (b"foi@force.test",), (), ((),)), b"Subject: failed\r\n\r\n")

    later = b"450 4.2.0 later\r\n"
    async with run_peer({b"RCPT TO:<b@": b"550 5.1.1 no\r\n", b"RCPT TO:<" + PLANTED.encode(): later}) as peer:
        worker = courier(store, peer, log)
        worker.tell_failed, worker.give_up_seconds = tell, 0.1
        await run(worker, peer, 3)
        assert b"Subject: failed\r\n\r\n" in peer.mail
    assert sorted(told) == [(reference, 1, 550), (reference, 1, 554)]
    assert store.outbox.depth() == {"failed": 2, "delivered": 3, "waiting": 1}


async def test_nobody_is_told_sent_before_it_is_and_a_failed_release_can_be_tried_again(tmp_path: Path) -> None:
    """One recipient refused for good: the other gets the message, the case says who did not, a second release tries again."""
    store, log = make_store(tmp_path), io.StringIO()
    reference = release(store)
    async with run_peer({b"RCPT TO:<b@": b"550 5.1.1 no such user\r\n"}) as peer:
        worker = courier(store, peer, log)
        await run(worker, peer, 2)
        assert peer.mail.count(BODY) == 1
        states = [(each.state, each.recipients) for each in store.cases.get(reference).deliveries]
        assert states == [("delivered", 1), ("failed", 1)]
        assert store.outbox.depth()["waiting"] == 1
        del peer.script[b"RCPT TO:<b@"]
        store.cases.decide(reference, State.RELEASED, "reviewer", "mailbox exists now", make_notice)
        await run(worker, peer, 4)
        assert peer.mail.count(BODY) == 2
        assert sum(line.startswith(b"RCPT TO:<b@public.test>") for line in peer.heard) == 2
    assert store.outbox.depth() == {"delivered": 4}


async def test_a_recipient_who_is_busy_is_tried_again_alone(tmp_path: Path) -> None:
    """The others have the message already."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    async with run_peer({b"RCPT TO:<b@": b"450 4.2.0 greylisted\r\n"}) as peer:
        worker = courier(store, peer, log)
        for _ in range(2):
            await worker.deliver_next(asyncio.Event())
        del peer.script[b"RCPT TO:<b@"]
        await run(worker, peer, 4)
        assert peer.mail.count(BODY) == 2
        assert sum(PLANTED.encode() in line for line in peer.heard) == 1


async def test_a_result_that_cannot_be_written_down_is_not_forgotten(tmp_path: Path) -> None:
    """The database is locked while the next hop takes the message: it is delivered once all the same."""
    store, log = make_store(tmp_path), io.StringIO()
    release(store)
    settle, tries = store.outbox.settle, []

    def fail_once(*arguments: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("statement", {}, Exception("database is locked"))
        settle(*arguments)

    object.__setattr__(store.outbox, "settle", fail_once)
    async with run_peer() as peer:
        worker = courier(store, peer, log)
        worker.stall = lambda error: 0.01  # type: ignore[method-assign] # noqa: ARG005 not thirty seconds
        await run(worker, peer, 3)
        assert peer.mail.count(BODY) == 1
    assert len(tries) == 4


async def test_a_stored_message_that_was_changed_is_not_sent(tmp_path: Path) -> None:
    """The authenticated chunks end in StoreError, and the final dot is never said."""
    store, log = make_store(tmp_path), io.StringIO()
    reference = release(store)
    blob = tmp_path / "var" / "held" / store.cases.get(reference).blob
    stored = blob.read_bytes()
    blob.write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    async with run_peer() as peer:
        worker = courier(store, peer, log)
        for _ in range(3):
            await worker.deliver_next(asyncio.Event())
        assert BODY not in peer.mail
    assert '"outbox.postponed"' in log.getvalue()


async def test_a_store_that_is_down_stalls_the_courier_and_does_not_end_it(tmp_path: Path) -> None:
    """It goes on when the store is back."""
    store, log = make_store(tmp_path), io.StringIO()
    database = tmp_path / "var" / "gateway.db"
    moved = database.rename(tmp_path / "moved")
    async with run_peer() as peer:
        stop = asyncio.Event()
        task = asyncio.create_task(courier(store, peer, log).run(stop))
        await asyncio.sleep(0.3)
        assert not task.done()
        stop.set()
        await task
    assert '"outbox.stalled"' in log.getvalue()
    assert moved.exists()
