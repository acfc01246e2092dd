"""One mail transaction at an SMTP next hop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gateway.message import CHUNK, UNANSWERED, Client, Reply
from gateway.settings import NextHop as NextHopSettings
from gateway.smtp.connection import FAILURES, Connection, Unsafe
from gateway.smtp.xforward import describe_client

UNREACHABLE = Reply.of(451, "4.4.1 FOI gateway: the next mail server cannot be reached, please try again later")
BROKEN = Reply.of(451, "4.4.2 FOI gateway: the connection to the next mail server failed, please try again later")
UNSAFE = Reply.of(451, "4.7.5 FOI gateway: no safe connection to the next mail server, please try again later")

RESET_SECONDS = 5.0


class Source(Protocol):
    """Where connections come from and go back to."""

    @property
    def settings(self) -> NextHopSettings:
        """How to speak to the server."""
        ...

    def take(self) -> Connection | None:
        """A connection that was used before and waits, if there is one."""
        ...

    async def connect(self) -> Connection:
        """A fresh connection. Raises one of FAILURES, or Unsafe."""
        ...

    def give(self, connection: Connection) -> None:
        """Give a connection back on which no transaction is open."""
        ...


@dataclass
class Relay:
    """One transaction.

    Before the final dot a failure on a used connection is mended once; after it nothing is ever said twice, for the peer may have taken
    the message.
    """

    source: Source
    client: Client
    connection: Connection | None = None
    fault: Reply = BROKEN
    """What to say when there is no connection."""

    accepted: list[bytes] = field(default_factory=list)
    """The commands of the envelope that were answered well so far."""

    mended: bool = False
    was_used: bool = False
    """Whether the connection that was left had carried a transaction before."""

    dotted: bool = False
    """Whether the final dot was said."""

    name: str = "smtp"

    @property
    def offers(self) -> frozenset[bytes]:
        """What the server at the other end offers; nothing when there is none."""
        return self.connection.offers if self.connection is not None else frozenset()

    async def open(self) -> None:
        """Have a connection: one that waits, else a fresh one."""
        self.connection = self.source.take()
        if self.connection is None:
            await self.connect()

    async def connect(self) -> bool:
        """Have a fresh connection; returns whether there is one, else `fault` says why not."""
        self.connection = None
        try:
            self.connection = await self.source.connect()
        except Unsafe:
            self.fault = UNSAFE
        except FAILURES:
            self.fault = UNREACHABLE
        return self.connection is not None

    async def propose(self, lines: Sequence[bytes]) -> list[Reply]:
        """Relay MAIL and RCPT commands as they are; the server's answer to each."""
        replies = await self.attempt(lines)
        if self.is_stale(replies):
            fault = await self.mend()
            replies = [fault] * len(lines) if fault is not None else await self.attempt(lines)
        if any(
            300 <= reply.code < 400 for reply in replies
        ):  # asks for more where there is no more: not for a client to hear
            self.leave()
            return [BROKEN] * len(lines)
        self.accepted += [line for line, reply in zip(lines, replies, strict=True) if reply.positive]
        return replies

    async def attempt(self, lines: Sequence[bytes]) -> list[Reply]:
        """Say lines; 451 for all of them when the connection fails."""
        if self.connection is None:
            return [self.fault] * len(lines)
        first = () if self.accepted else describe_client(self.client, self.connection)
        try:
            return (await self.connection.commands([*first, *lines]))[len(first) :]
        except FAILURES:
            self.leave()
            return [BROKEN] * len(lines)
        except BaseException:  # cancelled: answers are still to come, and would be taken for those to what is said next
            self.leave()
            raise

    def is_stale(self, replies: Sequence[Reply]) -> bool:
        """Whether a connection failed that may have been waiting for too long, or says that it closes."""
        if self.mended:
            return False
        if self.connection is None:
            return replies[-1] is BROKEN and self.was_used
        return self.connection.used and any(reply.code == 421 for reply in replies)

    async def mend(self) -> Reply | None:
        """Once more on a fresh connection: say again what was accepted. Returns why it cannot be, if so."""
        self.leave()
        self.mended = True
        if not await self.connect():
            return self.fault
        for reply in await self.attempt(self.accepted) if self.accepted else ():
            if not reply.positive:  # what was accepted before is not now: the sending server shall ask again
                return reply if reply.temporary else BROKEN
        return None

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """DATA, the chunks, the final dot, and the patience that RFC 5321 4.5.3.2.6 asks for after it."""
        reply = await self.begin_data()
        if reply.code != 354:
            return reply if not reply.positive and reply.code >= 400 else BROKEN
        assert self.connection is not None
        try:
            reply = await self.send(self.connection, wire)
        except FAILURES:
            self.leave()
            return UNANSWERED if self.dotted else BROKEN
        except (
            BaseException
        ):  # the message's own source failed: not one word more, for it would become part of the message
            self.leave()
            raise
        self.end(reply)
        return reply if reply.positive or reply.code >= 400 else UNANSWERED

    async def begin_data(self) -> Reply:
        """DATA; on a connection that grew tired while the message was inspected, once more on a fresh one."""
        (reply,) = await self.attempt([b"DATA"])
        if not self.mended and (reply.code == 421 or reply is BROKEN):
            fault = await self.mend()
            reply = fault or (await self.attempt([b"DATA"]))[0]
        return reply

    async def send(self, connection: Connection, wire: Iterator[bytes]) -> Reply:
        """The chunks, the final dot with a short last one, the reply to it. Raises one of FAILURES."""
        last = b""
        for chunk in wire:
            if last:
                await self.pass_on(connection, last)
            last = chunk if len(chunk) < CHUNK else b""
            if not last:
                await self.pass_on(connection, chunk)
        # A reply to a dot that was not yet sent is a refusal, or a lie that would lose the message.
        early = connection.overhear()
        if early is not None:
            self.leave()
            return early if early.code >= 400 else BROKEN
        self.dotted = True
        connection.channel.write(last + b".\r\n")
        return await connection.reply(self.source.settings.final_seconds)

    async def pass_on(self, connection: Connection, chunk: bytes) -> None:
        """A chunk. Others have their turn behind it, and what the server says meanwhile is heard. Raises Closed, TimeoutError."""
        connection.channel.write(chunk)
        await connection.channel.drain(self.source.settings.reply_seconds)
        await asyncio.sleep(0)

    def end(self, reply: Reply) -> None:
        """The transaction is over: another may use the connection, unless the server closes or has more to say."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if reply.code == 421 or not connection.usable:
            connection.close()
            return
        connection.used = True
        self.source.give(connection)

    async def drop(self) -> None:
        """End without delivering. Before DATA the connection can be kept, if the server forgets the envelope in time."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if self.accepted:
            reply = None
            with contextlib.suppress(*FAILURES):
                async with asyncio.timeout(RESET_SECONDS):
                    reply = await connection.command(b"RSET")
            if reply is None or not reply.positive:
                connection.abort()
                return
        self.connection = connection
        self.end(Reply.of(250, "2.0.0 ok"))

    def leave(self) -> None:
        """Leave without another word."""
        connection, self.connection = self.connection, None
        if connection is not None:
            self.was_used = connection.used
            connection.abort()
