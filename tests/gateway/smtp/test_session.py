"""The listener as a client sees it: real sockets, line for line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.message import CLIENT_GONE, Message, Reply, Transaction
from tests.cost import cost_at_most
from tests.gateway.smtp.dialog import play
from tests.gateway.smtp.house import Served, forward, hear, serve, talk

DIALOGS = sorted((Path(__file__).parents[2] / "dialogs").glob("*.txt"))
ENVELOPE = (b"EHLO client.test", b"MAIL FROM:<a@force.test>", b"RCPT TO:<b@public.test>", b"DATA")


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.stem)
async def test_a_dialog_goes_as_written(tmp_path: Path, dialog: Path) -> None:
    """Line for line; nothing of a client's words is in the log."""
    served = await play(dialog, tmp_path)
    assert "@" not in served.log.getvalue()
    assert "JG123456C" not in served.log.getvalue()


async def deliver(served: Served, wire: bytes, cuts: tuple[int, ...] = ()) -> bytes:
    """Send a message in pieces; returns the reply to the final dot."""
    reader, writer = await served.connect()
    await hear(reader)
    assert (await talk(reader, writer, *ENVELOPE)).startswith(b"354")
    for start, end in zip((0, *cuts), (*cuts, len(wire)), strict=True):
        writer.write(wire[start:end])
        await writer.drain()
        await asyncio.sleep(0)
    reply = await hear(reader)
    writer.close()
    return reply


lines = st.lists(
    st.binary(max_size=40).map(lambda line: line.translate(None, b"\r\n\0"))
    | st.sampled_from([b".", b"..", b".x", b""])
)


@settings(max_examples=60)
@given(lines, st.lists(st.integers(0, 400), max_size=6))
async def test_any_message_arrives_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, body: list[bytes], cuts: list[int]
) -> None:
    """Dots, long lines, any 8-bit bytes, any cutting by the network."""
    message = b"".join(line + b"\r\n" for line in body)
    stuffed = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in body) + b".\r\n"
    places = tuple(sorted({cut for cut in cuts if cut < len(stuffed)}))
    async with serve(tmp_path_factory.mktemp("mail")) as served:
        assert (await deliver(served, stuffed, places)).startswith(b"250")
        assert served.mail() == [message]


async def test_a_line_of_a_megabyte_passes_unchanged(tmp_path: Path) -> None:
    """No limit of ours on lines: the next hop may have one."""
    message = b"x" * 1_000_000 + b"\r\n"
    async with serve(tmp_path) as served:
        assert (await deliver(served, message + b".\r\n")).startswith(b"250")
        assert served.mail() == [message]


SMUGGLED = b"\r\nMAIL FROM:<evil@force.test>\r\nRCPT TO:<b@public.test>\r\nDATA\r\nSubject: smuggled\r\n\r\n"


@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\r\n.\r\r\n", b"\r\n\0.\r\n"],
)
async def test_nothing_is_smuggled_behind_an_odd_end_of_data(tmp_path: Path, end: bytes) -> None:
    """Only CR LF . CR LF ends a message; one with bare CR, LF or NUL is refused after its true end."""
    async with serve(tmp_path) as served:
        reply = await deliver(served, b"Subject: one\r\n\r\nbody" + end + SMUGGLED + b"\r\n.\r\n")
        assert reply.startswith((b"550 5.5.2", b"550 5.6.0"))
        assert served.mail() == []


async def test_pipelined_commands_after_the_end_are_heard(tmp_path: Path) -> None:
    """What follows the final dot in the same packet is the next command."""
    async with serve(tmp_path) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"one\r\n.\r\nNOOP\r\nQUIT\r\n")
        assert [(await hear(reader))[:3] for _ in range(3)] == [b"250", b"250", b"221"]


async def test_a_flood_of_commands_is_answered_bit_by_bit(tmp_path: Path) -> None:
    """Twenty thousand words in one packet kept all others waiting for half a minute."""
    flood = 10_000
    async with serve(tmp_path) as served:
        reader, writer = await served.connect()
        await hear(reader)
        with cost_at_most(50):
            writer.write(b"NOOP\r\n" * flood)
            assert await reader.readexactly(flood * 14) == b"250 2.0.0 ok\r\n" * flood


async def test_a_message_beyond_the_limit_is_refused_after_its_end(tmp_path: Path) -> None:
    """552 at the dot, and the session goes on."""
    async with serve(tmp_path, max_message_bytes=10_000) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"x" * 99 + b"\r\n")
        writer.write((b"y" * 98 + b"\r\n") * 200 + b".\r\n")
        assert (await hear(reader)).startswith(b"552 5.3.4")
        assert (await talk(reader, writer, b"NOOP")).startswith(b"250")


async def test_too_many_connections_and_recipients_are_put_off(tmp_path: Path) -> None:
    """421 and 452: the client tries again; never a 5xx."""
    async with serve(tmp_path, max_connections=1, max_recipients=1) as served:
        reader, writer = await served.connect()
        await hear(reader)
        other, closing = await served.connect()
        assert (await hear(other)).startswith(b"421 4.3.2")
        closing.close()
        reply = await talk(reader, writer, *ENVELOPE[:3], b"RCPT TO:<c@public.test>")
        assert reply.startswith(b"452 4.5.3")
        writer.close()


async def test_a_message_counts_by_its_true_size(tmp_path: Path) -> None:
    """Whatever it announced: who announces nothing must not take more room than others."""
    gate = asyncio.Event()

    async def wait(message: Message, transaction: Transaction) -> Reply:
        await gate.wait()
        return await forward(message, transaction)

    async with serve(tmp_path, wait, max_bytes=5_000) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"x" * 4_000 + b"\r\n.\r\n")
        other_reader, other_writer = await served.connect()
        await hear(other_reader)
        await talk(other_reader, other_writer, ENVELOPE[0])
        while not served.listener.house.admission.bytes:  # noqa: ASYNC110 no event tells of it
            await asyncio.sleep(0.005)
        assert (await talk(other_reader, other_writer, ENVELOPE[1] + b" SIZE=1000")).startswith(b"452 4.3.1")
        gate.set()
        assert (await hear(reader)).startswith(b"250")
        assert (await talk(other_reader, other_writer, ENVELOPE[1] + b" SIZE=1000")).startswith(b"250")
        assert served.listener.house.admission.bytes == 1000


async def test_a_message_in_a_loop_is_refused(tmp_path: Path) -> None:
    """More than fifty hops."""
    async with serve(tmp_path) as served:
        reply = await deliver(served, b"Received: from x\r\n" * 51 + b"\r\nbody\r\n.\r\n")
        assert reply.startswith(b"554 5.4.6")


@pytest.mark.parametrize("said", range(1, 5))
async def test_a_client_that_vanishes_leaves_nothing_behind(tmp_path: Path, said: int) -> None:
    """In the middle of anything: no spool file, no delivery, and the next client is served."""
    async with serve(tmp_path) as served:
        before = len(os.listdir("/proc/self/fd"))
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE[:said])
        if said == 4:
            writer.write(b"half a mess")
            await writer.drain()
        writer.transport.abort()
        await asyncio.sleep(0.1)
        assert len(os.listdir("/proc/self/fd")) <= before
        assert not served.listener.house.sessions
        assert (await deliver(served, b"whole\r\n.\r\n")).startswith(b"250")
        assert served.mail() == [b"whole\r\n"]


async def test_a_client_that_goes_before_the_verdict_is_not_forwarded_for(tmp_path: Path) -> None:
    """It will try again: forwarding now would deliver twice."""
    asked, answer = asyncio.Event(), asyncio.Event()
    replies: list[Reply] = []

    async def wait(message: Message, transaction: Transaction) -> Reply:
        asked.set()
        await answer.wait()
        replies.append(await forward(message, transaction))
        return replies[0]

    async with serve(tmp_path, wait) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"body\r\n.\r\n")
        await asked.wait()
        writer.transport.abort()
        await asyncio.sleep(0.05)
        answer.set()
        await asyncio.sleep(0.05)
        assert [reply.code for reply in replies] == [451]
        assert served.mail() == []


async def test_a_client_that_goes_while_its_message_is_sent_on_is_not_forwarded_for(tmp_path: Path) -> None:
    """A slow next hop may take longer than the client waits; up to the final dot nothing has been delivered."""
    begun, go_on = threading.Event(), threading.Event()
    replies: list[Reply] = []

    def slowly(message: Message) -> Iterator[bytes]:
        begun.set()
        go_on.wait(10)
        yield from message.chunks()

    async def handle(message: Message, transaction: Transaction) -> Reply:
        replies.append(await transaction.data(slowly(message)))
        return replies[0]

    async with serve(tmp_path, handle) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"body\r\n.\r\n")
        await asyncio.to_thread(begun.wait, 10)
        writer.transport.abort()
        while served.listener.house.sessions:  # noqa: ASYNC110 a test looks from outside
            await asyncio.sleep(0.01)
        go_on.set()
        while not replies:  # noqa: ASYNC110 a test looks from outside
            await asyncio.sleep(0.01)
        assert replies == [CLIENT_GONE]
        assert served.mail() == []


async def test_a_half_closed_client_is_told_to_try_again(tmp_path: Path) -> None:
    """It looks like one that died, so nothing is forwarded; it hears so and keeps the message."""

    async def slow(message: Message, transaction: Transaction) -> Reply:
        await asyncio.sleep(0.1)
        return await forward(message, transaction)

    async with serve(tmp_path, slow) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"body\r\n.\r\n")
        writer.write_eof()
        assert (await hear(reader)).startswith(b"451 4.4.2")
        assert served.mail() == []


async def test_a_silent_client_is_told_and_closed(tmp_path: Path) -> None:
    """Between commands and within DATA."""
    async with serve(tmp_path, command_seconds=0.2, data_seconds=0.2) as served:
        reader, writer = await served.connect()
        await hear(reader)
        assert (await hear(reader)).startswith(b"421 4.4.2")
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"half")
        assert (await asyncio.wait_for(reader.read(), 5)).startswith((b"421", b"451"))


async def test_a_client_that_does_not_read_does_not_keep_its_place(tmp_path: Path) -> None:
    """What it does not take would keep a closing connection for ever; a hundred of them, and nobody gets in."""
    async with serve(tmp_path, command_seconds=0.3) as served:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", served.port))
            with contextlib.suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(loop.sock_sendall(client, b"NOOP\r\n" * 5_000_000), 20)
            while served.listener.house.sessions:  # noqa: ASYNC110 a test looks from outside
                await asyncio.sleep(0.01)


async def test_the_clock_stands_still_while_a_verdict_is_made(tmp_path: Path) -> None:
    """A long inspection is not the client's silence."""

    async def slow(message: Message, transaction: Transaction) -> Reply:
        await asyncio.sleep(0.5)
        return await forward(message, transaction)

    async with serve(tmp_path, slow, command_seconds=0.2) as served:
        assert (await deliver(served, b"body\r\n.\r\n")).startswith(b"250")


async def test_25_megabytes_are_never_held_in_memory(tmp_path: Path) -> None:
    """The spool is a file; memory does not grow with the message."""
    line = b"z" * 998 + b"\r\n"
    async with serve(tmp_path) as served:
        await deliver(served, line * 1000 + b".\r\n")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        for _ in range(25):
            writer.write(line * 1000)
            await writer.drain()
        writer.write(b".\r\n")
        assert (await hear(reader)).startswith(b"250")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


async def test_a_drain_lets_what_is_in_flight_end(tmp_path: Path) -> None:
    """SIGTERM: the idle are told 421, the message that is being decided gets its answer."""
    asked = asyncio.Event()

    async def slow(message: Message, transaction: Transaction) -> Reply:
        asked.set()
        await asyncio.sleep(0.3)
        return await forward(message, transaction)

    async with serve(tmp_path, slow) as served:
        idle, _ = await served.connect()
        await hear(idle)
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"body\r\n.\r\n")
        await asked.wait()
        drained = asyncio.create_task(served.listener.drain(5))
        assert (await hear(idle)).startswith(b"421 4.3.2")
        assert (await hear(reader)).startswith(b"250")
        await drained
        with pytest.raises(OSError, match=r".*"):
            await served.connect()


async def test_a_message_whose_dot_comes_while_the_gateway_closes_is_decided_once(tmp_path: Path) -> None:
    """The client hears what became of it: never 421 for a message that was forwarded."""
    release = asyncio.Event()

    async def handle(message: Message, transaction: Transaction) -> Reply:
        await release.wait()
        return await transaction.data(message.chunks())

    async with serve(tmp_path, handle) as served:
        sessions = []
        for _ in range(2):
            reader, writer = await served.connect()
            await hear(reader)
            await talk(reader, writer, *ENVELOPE)
            sessions.append((reader, writer))
        sessions[0][1].write(b"first\r\n.\r\n")
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(served.listener.drain(10))
        await asyncio.sleep(0.1)
        sessions[1][1].write(b"second\r\n.\r\n")
        release.set()
        replies = [await hear(reader) for reader, _ in sessions]
        await draining
        assert [reply[:3] for reply in replies] == [b"250", b"250"]
        assert sorted(served.mail()) == [b"first\r\n", b"second\r\n"]


async def test_a_message_that_outlasts_the_drain_is_not_forwarded_behind_the_clients_back(tmp_path: Path) -> None:
    """It hears 421 and tries again, so the message must not leave as well."""
    release = asyncio.Event()

    async def handle(message: Message, transaction: Transaction) -> Reply:
        await release.wait()
        return await transaction.data(message.chunks())

    async with serve(tmp_path, handle) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"slow\r\n.\r\n")
        await asyncio.sleep(0.1)
        await served.listener.drain(0.1)
        assert (await hear(reader)).startswith(b"421")
        release.set()
        await asyncio.sleep(0.1)
        assert served.mail() == []


async def test_a_message_refused_for_its_form_is_in_the_log(tmp_path: Path) -> None:
    """Operations see every message, also those that nothing looked into."""
    async with serve(tmp_path) as served:
        assert (await deliver(served, b"bare\nline\r\n.\r\n")).startswith(b"550 5.5.2")
        (line,) = [json.loads(each) for each in served.log.getvalue().splitlines()]
        assert (line["event"], line["outcome"], line["reply"]) == ("message.decided", "refused_line_ends", 550)


@pytest.mark.parametrize("evil", [b"\x00", b"\x07", b"\x1b[2J", b"\x7f", b"\x0b"])
async def test_control_characters_are_in_no_address(tmp_path: Path, evil: bytes) -> None:
    """They would be relayed into other servers' logs and a reviewer's terminal."""
    async with serve(tmp_path) as served:
        reader, writer = await served.connect()
        await hear(reader)
        await talk(reader, writer, b"EHLO client.test")
        for path in (b"a" + evil + b"@x.test", b'"a' + evil + b'"@x.test'):
            assert (await talk(reader, writer, b"MAIL FROM:<" + path + b">")).startswith(b"501")
        assert (await talk(reader, writer, b"MAIL FROM:<a@x.test> ENVID=" + evil + b"x")).startswith(b"501")
        await talk(reader, writer, b"MAIL FROM:<a@x.test>")
        assert (await talk(reader, writer, b"RCPT TO:<b" + evil + b"@x.test>")).startswith(b"501")


async def test_a_full_disk_is_452_and_in_the_log(tmp_path: Path) -> None:
    """The buffer of the spool cannot be flushed, not even when it is closed."""
    async with serve(tmp_path) as served:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
        try:
            reply = await deliver(served, b"x" * 900 + b"\r\n" + b"y" * 900 + b"\r\n.\r\n")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            signal.signal(signal.SIGXFSZ, handler)
        assert reply.startswith(b"452 4.3.1")
        assert '"refused_storage"' in served.log.getvalue()
