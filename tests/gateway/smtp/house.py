"""A real listener on a loopback port with a maildir behind it; the verdict is what the test says."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway import logs
from gateway.message import Message, NextHop, Reply, Transaction
from gateway.metrics import Metrics
from gateway.settings import Smtp
from gateway.smtp.house import House
from gateway.smtp.listener import Listener
from gateway.smtp.maildir import Maildir
from gateway.smtp.tls import make_server_identity
from gateway.trace import Tracer


async def forward(message: Message, transaction: Transaction) -> Reply:
    """Send everything on, unread."""
    return await transaction.data(message.chunks())


@dataclass
class Served:
    """A listener that runs, its spool, its mail, its log."""

    folder: Path
    listener: Listener
    log: io.StringIO = field(default_factory=io.StringIO)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.listener.port

    def mail(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted((self.folder / "mail" / "new").glob("*"))]

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer


@asynccontextmanager
async def serve(
    folder: Path,
    handle: Callable[[Message, Transaction], Awaitable[Reply]] = forward,
    next_hop: NextHop | None = None,
    **settings: object,
) -> AsyncIterator[Served]:
    """A listener for as long as a test needs it."""
    log = io.StringIO()
    smtp = Smtp.model_validate({"listen": "127.0.0.1:0", "hostname": "gateway.test", **settings})
    hop = next_hop or Maildir(folder / "mail")
    tracer, identity = Tracer("gateway.test", b"secret"), make_server_identity(smtp)
    house = House(smtp, hop, handle, folder / "spool", logs.start(log), Metrics(), tracer, identity)
    listener = Listener(house)
    await listener.start()
    served = Served(folder, listener, log)
    try:
        yield served
    finally:
        for writer in served.writers:
            writer.close()
        await listener.drain(5)
        for writer in served.writers:
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *lines: bytes) -> bytes:
    """Say lines one by one, each after the reply to the one before; returns the last reply."""
    reply = b""
    for line in lines:
        writer.write(line + b"\r\n")
        reply = await hear(reader)
    return reply


async def hear(reader: asyncio.StreamReader) -> bytes:
    """One whole reply."""
    lines = []
    while True:
        line = await asyncio.wait_for(reader.readline(), 10)
        lines.append(line)
        if line[3:4] != b"-":
            return b"".join(lines)
