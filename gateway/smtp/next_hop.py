"""An SMTP server as next hop: a small client session."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.message import Reply
from gateway.settings import NextHop as NextHopSettings

REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])([^\r\n]*))?\r?\n")
LINE_BYTES = 4096
REPLY_LINES = 200

UNREACHABLE = Reply.of(451, "4.4.1 FOI gateway: the next mail server cannot be reached, please try again later")
BROKEN = Reply.of(451, "4.4.2 FOI gateway: the connection to the next mail server failed, please try again later")
UNSAFE = Reply.of(451, "4.7.5 FOI gateway: no safe connection to the next mail server, please try again later")


class Nonsense(Exception):
    """The peer does not speak SMTP."""


class Unsafe(Exception):
    """TLS is required and cannot be had."""


FAILURES = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, Nonsense)
"""What can go wrong with a peer. All of it is temporary: the sending server keeps the message."""


@dataclass
class Connection:
    """A connection on which EHLO was said."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    settings: NextHopSettings
    capabilities: frozenset[bytes] = frozenset()

    async def command(self, line: bytes) -> Reply:
        """Say a line, hear the reply. Raises one of FAILURES."""
        self.writer.write(line + b"\r\n")
        await self.writer.drain()
        return await self.reply(self.settings.reply_seconds)

    async def reply(self, seconds: float) -> Reply:
        """A whole reply, however many lines it has. Raises one of FAILURES."""
        lines: list[bytes] = []
        async with asyncio.timeout(seconds):
            while len(lines) < REPLY_LINES:
                line = REPLY_LINE.fullmatch(await self.reader.readuntil(b"\n"))
                if line is None:
                    raise Nonsense
                lines.append(line[3] or b"")
                if line[2] != b"-":
                    return Reply(int(line[1]), tuple(lines))
        raise Nonsense

    async def overhear(self) -> Reply | None:
        """A reply that came before its question, if there is one by now. Raises one of FAILURES."""
        line = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):  # what has arrived is returned without waiting
                line = await self.reader.readuntil(b"\n")
        if not line:
            return None
        found = REPLY_LINE.fullmatch(line)
        if found is None:
            raise Nonsense
        return Reply(int(found[1]), (found[3] or b"",))

    async def greet(self) -> None:
        """Hear the greeting. Raises one of FAILURES, Nonsense for a server that turns us away."""
        if not (await self.reply(self.settings.connect_seconds)).positive:
            raise Nonsense

    async def hello(self, hostname: str) -> None:
        """EHLO, or HELO for a server of the old kind. Raises one of FAILURES."""
        reply = await self.command(b"EHLO " + hostname.encode("ascii", "replace"))
        if reply.positive:
            self.capabilities = frozenset(line.strip().upper() for line in reply.lines[1:])
            return
        reply = await self.command(b"HELO " + hostname.encode("ascii", "replace"))
        if not reply.positive:
            raise Nonsense

    async def close(self) -> None:
        """End, politely if the peer is quick; never raises. One that does not read would keep a closing connection open."""
        self.writer.close()
        with contextlib.suppress(*FAILURES):
            async with asyncio.timeout(1):
                await self.writer.wait_closed()
        self.writer.transport.abort()


@dataclass(frozen=True)
class SmtpNextHop:
    """A host and port that mail is relayed to."""

    host: str
    port: int
    hostname: str
    settings: NextHopSettings
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    name: str = "smtp"

    async def connect(self) -> Connection:
        """A fresh connection, greeted, under TLS as the settings ask. Raises one of FAILURES, or Unsafe."""
        async with asyncio.timeout(self.settings.connect_seconds):
            reader, writer = await asyncio.open_connection(self.host, self.port, limit=LINE_BYTES)
            connection = Connection(reader, writer, self.settings)
            try:
                await connection.greet()
                await connection.hello(self.hostname)
                await self.secure(connection)
            except BaseException:
                await connection.close()
                raise
        return connection

    async def secure(self, connection: Connection) -> None:
        """STARTTLS (RFC 3207); what was said before it is forgotten. Raises one of FAILURES, or Unsafe."""
        required = self.settings.tls == "required"
        if self.settings.tls == "never":
            return
        if b"STARTTLS" not in connection.capabilities:
            if required:
                raise Unsafe
            return
        if not (await connection.command(b"STARTTLS")).positive:
            raise Unsafe
        context = self.tls
        if not required:  # better sealed from eavesdroppers than in clear, whoever the peer is
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        await connection.writer.start_tls(context, server_hostname=self.host)
        await connection.hello(self.hostname)

    async def capabilities(self) -> frozenset[bytes]:
        """What the server offers now. Raises OSError when it cannot be asked."""
        try:
            connection = await self.connect()
        except (*FAILURES, Unsafe):
            raise ConnectionError from None
        await connection.close()
        return connection.capabilities

    async def begin(self) -> Relay:
        """A transaction on a connection of its own."""
        return Relay(self)

    async def close(self) -> None:
        """Nothing is kept open."""


@dataclass
class Relay:
    """One transaction. After the final dot nothing is ever said twice: the peer may have taken the message."""

    next_hop: SmtpNextHop
    connection: Connection | None = None
    envelope: list[bytes] = field(default_factory=list)
    """The commands that were answered well so far."""

    name: str = "smtp"

    async def mail(self, sender: bytes, parameters: Sequence[bytes]) -> Reply:
        """Connect, then MAIL with its parameters untouched."""
        self.envelope.clear()
        return await self.connect() or await self.propose(b" ".join((b"MAIL FROM:<" + sender + b">", *parameters)))

    async def rcpt(self, recipient: bytes, parameters: Sequence[bytes]) -> Reply:
        """RCPT with its parameters untouched."""
        return await self.propose(b" ".join((b"RCPT TO:<" + recipient + b">", *parameters)))

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """DATA, the chunks, the final dot, and the patience that RFC 5321 4.5.3.2.6 asks for after it."""
        reply = await self.begin_data()
        if reply.code != 354:
            return reply if not reply.positive and reply.code >= 400 else BROKEN
        assert self.connection is not None
        try:
            reply = await self.send(self.connection, wire)
        except FAILURES:
            await self.drop()
            return BROKEN
        await self.end()
        return reply if reply.positive or reply.code >= 400 else BROKEN

    async def connect(self) -> Reply | None:
        """A fresh connection; the 451 that says why there is none."""
        try:
            self.connection = await self.next_hop.connect()
        except Unsafe:
            return UNSAFE
        except FAILURES:
            return UNREACHABLE
        return None

    async def propose(self, line: bytes) -> Reply:
        """A command of the envelope."""
        reply = await self.say(line)
        if reply.positive:
            self.envelope.append(line)
        if 300 <= reply.code < 400:  # asks for more where there is no more: not SMTP, and not for the client to hear
            await self.drop()
            return BROKEN
        return reply

    async def begin_data(self) -> Reply:
        """DATA; on a connection that went stale while the message was inspected, once more on a fresh one."""
        reply = await self.say(b"DATA")
        if reply is not BROKEN and reply.code != 421:
            return reply
        await self.drop()
        fault = await self.connect()
        for line in self.envelope if fault is None else ():
            reply = await self.say(line)
            if not reply.positive:  # what was accepted before is not now: the sending server shall ask again
                return reply if reply.temporary else BROKEN
        return fault or await self.say(b"DATA")

    async def send(self, connection: Connection, wire: Iterator[bytes]) -> Reply:
        """The chunks, the final dot, the reply to it. Raises one of FAILURES."""
        settings = self.next_hop.settings
        for chunk in wire:
            connection.writer.write(chunk)
            async with asyncio.timeout(settings.reply_seconds):
                await connection.writer.drain()
        # A reply to a dot that was not yet sent is a refusal, or a lie that would lose the message.
        early = await connection.overhear()
        if early is not None:
            return early if early.code >= 400 else BROKEN
        connection.writer.write(b".\r\n")
        return await connection.reply(settings.final_seconds)

    async def say(self, line: bytes) -> Reply:
        """One command and its reply; 451 when the connection fails."""
        if self.connection is None:
            return BROKEN
        try:
            return await self.connection.command(line)
        except FAILURES:
            await self.drop()
            return BROKEN

    async def end(self) -> None:
        """Say QUIT and leave."""
        if self.connection is not None:
            with contextlib.suppress(*FAILURES):
                self.connection.writer.write(b"QUIT\r\n")
        await self.drop()

    async def drop(self) -> None:
        """Leave without another word: without the final dot the peer discards what it has (RFC 5321 4.1.1.4)."""
        connection, self.connection = self.connection, None
        if connection is not None:
            await connection.close()
