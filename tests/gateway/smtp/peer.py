"""A mail server that does what a script says: the other end of the next-hop session."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.smtp.next_hop import SmtpNextHop

CAPABILITIES = b"250-peer.test\r\n250-SIZE 5000\r\n250-8BITMIME\r\n250 DSN\r\n"
SCRIPT: dict[bytes, bytes] = {
    b"": b"220 peer.test ESMTP\r\n",
    b"EHLO": CAPABILITIES,
    b"HELO": b"250 peer.test\r\n",
    b"MAIL": b"250 2.1.0 sender fine\r\n",
    b"RCPT": b"250 2.1.5 recipient fine\r\n",
    b"DATA": b"354 go on\r\n",
    b".": b"250 2.0.0 queued as 77\r\n",
    b"RSET": b"250 2.0.0 forgotten\r\n",
    b"QUIT": b"221 bye\r\n",
}
DROP = b""
HANG = b"hang"


@dataclass
class Peer:
    """What the script says to each verb (b"" is the greeting, b"." the end of data), and what was heard.

    A key may be longer than a verb (b"RCPT TO:<b@"): the longest that a line begins with counts.
    """

    script: dict[bytes, bytes]
    tls: ssl.SSLContext | None = None
    heard: list[bytes] = field(default_factory=list)
    mail: list[bytes] = field(default_factory=list)
    port: int = 0
    reads: bool = True
    """Whether it reads a message that it asked for."""

    connections: int = 0
    hops: list[SmtpNextHop] = field(default_factory=list)

    def known_by(self, hop: SmtpNextHop) -> SmtpNextHop:
        """Close a next hop's connections when the peer goes."""
        self.hops.append(hop)
        return hop

    said: int = 0
    """How often the last verb was heard."""

    last: bytes = b""
    reader: asyncio.StreamReader | None = None

    def unread(self) -> bytes:
        """What has come and was not looked at yet."""
        assert self.reader is not None
        waiting: bytearray = self.reader._buffer  # type: ignore[attr-defined]
        return bytes(waiting)

    async def answer(self, verb: bytes, writer: asyncio.StreamWriter) -> bool:
        """Say what the script says; False when it says to leave."""
        reply = self.script.get(verb, b"500 what?\r\n")
        if reply == HANG:
            await asyncio.sleep(3600)
        if reply == DROP:
            writer.transport.abort()
            return False
        writer.write(reply)
        await writer.drain()
        return True

    def find(self, line: bytes) -> bytes:
        """The key that answers a line."""
        keys = [key for key in self.script if key not in {b"", b"."} and line.upper().startswith(key.upper())]
        return max(keys, key=len, default=b"unknown")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.reader = reader
        alive = await self.answer(b"", writer)
        while alive and (line := await reader.readline()):
            self.heard.append(line)
            verb = line.split()[0].upper() if line.split() else b""
            self.last, self.said = verb, sum(each.startswith(verb) for each in self.heard)
            alive = await self.answer(self.find(line), writer)
            if verb == b"STARTTLS" and self.tls is not None:
                await writer.start_tls(self.tls)
            if verb == b"DATA" and alive and self.script[b"DATA"].startswith(b"354"):
                alive = await self.take(reader, writer)
            alive = alive and verb != b"QUIT"
        writer.close()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """A message; kept only if its final dot came."""
        if not self.reads:
            await asyncio.sleep(3600)
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        self.mail.append(b"".join(lines))
        return await self.answer(b".", writer)


@asynccontextmanager
async def run_peer(
    script: dict[bytes, bytes] | None = None,
    tls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
) -> AsyncIterator[Peer]:
    """A peer for as long as a test needs it; `tls` is for STARTTLS, `implicit` from the first byte."""
    peer = Peer(SCRIPT | (script or {}), tls)
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await peer.serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=2**22, ssl=implicit)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        for hop in peer.hops:
            await hop.close()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
