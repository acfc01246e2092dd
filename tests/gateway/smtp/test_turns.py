"""Many large messages at once, over real connections."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.smtp.turns import AT_ONCE
from tests.gateway.smtp.house import Served, hear, serve, talk

LINE = b"x" * 98 + b"\r\n"
SENDERS = AT_ONCE + 4


async def begin(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which DATA was said."""
    reader, writer = await served.connect()
    await hear(reader)
    await talk(reader, writer, b"HELO a", b"MAIL FROM:<a@force.test>", b"RCPT TO:<b@public.test>", b"DATA")
    return reader, writer


async def test_those_that_send_take_turns_and_who_falls_silent_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Every byte arrives, of the silent one too when it goes on."""
    async with serve(tmp_path) as served:
        turns = served.listener.house.turns
        clients = [await begin(served) for _ in range(SENDERS)]
        silent_reader, silent_writer = clients[0]
        silent_writer.write(LINE)
        answers = asyncio.gather(*(hear(reader) for reader, _ in clients[1:]))
        put_off = 0
        for _, writer in clients[1:]:
            writer.write(LINE * 4_000 + b".\r\n")
        while not answers.done():
            put_off = max(put_off, len(turns.waiting))
            await asyncio.sleep(0)
        assert {answer[:3] for answer in await answers} == {b"250"}
        assert put_off
        silent_writer.write(b".\r\n")
        assert (await hear(silent_reader))[:3] == b"250"
        assert (turns.sending, list(turns.waiting)) == (0, [])
        assert sorted(mail.count(LINE) for mail in served.mail()) == [1] + [4_000] * (SENDERS - 1)


async def test_few_that_send_are_read_as_fast_as_they_can(tmp_path: Path) -> None:
    """Nobody is put off for the sake of nobody."""
    async with serve(tmp_path) as served:
        reader, writer = await begin(served)
        answer = asyncio.ensure_future(hear(reader))
        writer.write(LINE * 4_000 + b".\r\n")
        while not answer.done():
            assert not served.listener.house.turns.waiting
            await asyncio.sleep(0)
        assert (await answer)[:3] == b"250"
