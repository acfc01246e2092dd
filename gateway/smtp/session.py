"""One client's SMTP session: aiosmtpd's, with envelope, DATA and endings of our own."""

from __future__ import annotations

import asyncio
import collections
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from detectors.wire import name_error
from gateway.logs import Log
from gateway.message import CLIENT_GONE, Client, Envelope, Message, NextHop, Reply, Transaction, new_id
from gateway.metrics import Metrics
from gateway.settings import Smtp as SmtpSettings
from gateway.smtp.spool import Fault, Spool, open_spool

COMMAND_BYTES = 2048
CHUNK = 256 * 1024

# RFC 5321 4.1.2: a path is a mailbox in angle brackets; a quoted local part may hold what a plain one may not.
# Control characters are in no address (4.1.2: qtextSMTP and atext have none), and would be relayed into others' logs.
PATH = rb'<((?:"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"|[^<>"\x00-\x20\x7f])*)>(?:[ \t]+([^\x00-\x1f\x7f]*))?'
FROM = re.compile(rb"(?i)FROM:[ \t]*" + PATH)
TO = re.compile(rb"(?i)TO:[ \t]*" + PATH)

OURS = (b"PIPELINING", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")
"""The extensions that we relay; each is offered only if the next hop offers it."""

TEMPORARY = Reply.of(451, "4.3.0 FOI gateway: temporary fault, please try again later")
SILENT = Reply.of(421, "4.4.2 FOI gateway: nothing heard for too long, closing")
CLOSING = Reply.of(421, "4.3.2 FOI gateway: closing down, please try again later")
FULL = Reply.of(421, "4.3.2 FOI gateway: too many connections, please try again later")

Handle = Callable[[Message, Transaction], Awaitable[Reply]]
"""Decides a message; never raises."""


@dataclass
class Onward:
    """The next hop's transaction, which gets the final dot only while the client is there to hear the answer.

    A client that has gone will try again: to forward now would deliver twice.
    """

    transaction: Transaction
    is_gone: Callable[[], bool]
    given_up: bool = False

    @property
    def name(self) -> str:
        """The next hop's name."""
        return self.transaction.name

    async def mail(self, sender: bytes, parameters: Sequence[bytes]) -> Reply:
        """Relay MAIL."""
        return await self.transaction.mail(sender, parameters)

    async def rcpt(self, recipient: bytes, parameters: Sequence[bytes]) -> Reply:
        """Relay RCPT."""
        return await self.transaction.rcpt(recipient, parameters)

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """Send the message, unless nobody waits for the answer, or nobody does any more when only the dot is left."""
        if self.is_gone():
            return CLIENT_GONE
        reply = await self.transaction.data(self.while_heard(wire))
        return CLIENT_GONE if self.given_up else reply

    def while_heard(self, wire: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks; breaks off like a connection when the client has gone before the last was sent."""
        for chunk in wire:
            yield chunk
            if self.is_gone():
                break
        self.given_up = self.is_gone()
        if self.given_up:
            raise ConnectionAbortedError

    async def drop(self) -> None:
        """End without delivering."""
        await self.transaction.drop()


@dataclass
class Draft:
    """The transaction that a client has begun."""

    onward: Onward
    sender: bytes
    mail_parameters: tuple[bytes, ...]
    recipients: list[bytes] = field(default_factory=list)
    rcpt_parameters: list[tuple[bytes, ...]] = field(default_factory=list)

    def envelope(self) -> Envelope:
        """What MAIL and the accepted RCPTs said."""
        return Envelope(self.sender, tuple(self.recipients), self.mail_parameters, tuple(self.rcpt_parameters))


@dataclass(frozen=True)
class House:
    """What all sessions share."""

    settings: SmtpSettings
    next_hop: NextHop
    handle: Handle
    spool: Path
    log: Log
    metrics: Metrics
    sessions: set[Session] = field(default_factory=set)
    deciding: set[asyncio.Task[Reply]] = field(default_factory=set)
    background: set[asyncio.Task[None]] = field(default_factory=set)


class Session(SMTP):
    """A client's connection."""

    line_length_limit = COMMAND_BYTES + 2

    def __init__(self, house: House) -> None:
        # aiosmtpd keeps these limits in one dictionary for all connections, and each connection clears it.
        self.command_size_limits = collections.defaultdict(lambda: COMMAND_BYTES)
        self.command_size_limit = COMMAND_BYTES
        super().__init__(
            house,
            hostname=house.settings.name(),
            ident="ESMTP FOI gateway",
            enable_SMTPUTF8=True,
            timeout=house.settings.command_seconds,
            loop=asyncio.get_running_loop(),
        )
        for verb in ("STARTTLS", "AUTH", "EXPN", "HELP"):
            self._smtp_methods.pop(verb, None)
        self.house = house
        self.draft: Draft | None = None
        self.gone = False
        self.refused = False
        self.busy = False

    # The connection.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the client, or turn it away when there are too many."""
        if len(self.house.sessions) >= self.house.settings.max_connections:
            self.refused = True
            assert isinstance(transport, asyncio.WriteTransport)
            transport.write(FULL.wire())
            transport.close()
            return
        self.house.sessions.add(self)
        self.house.metrics.smtp_sessions.set(len(self.house.sessions))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone; a verdict that is being carried out is carried out to its end all the same."""
        if self.refused:
            return
        self.gone = True
        self.house.sessions.discard(self)
        self.house.metrics.smtp_sessions.set(len(self.house.sessions))
        self.abandon()
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """A client that closes while it waits for a verdict has most likely died and will try again: see Onward.

        A client that has closed only its own side, as no mail server does, hears a 451.
        """
        if self.refused:
            return False
        if self.busy:
            self.gone = True
            self._reader.feed_eof()
            return True
        return super().eof_received()

    def abandon(self) -> None:
        """Drop the next hop's transaction without waiting for it."""
        draft, self.draft = self.draft, None
        if draft is not None:
            task = self.loop.create_task(draft.onward.drop())
            self.house.background.add(task)
            task.add_done_callback(self.house.background.discard)

    async def say(self, reply: Reply) -> None:
        """A whole reply in one write."""
        self._writer.write(reply.wire())
        await self._writer.drain()

    async def handle_exception(self, error: Exception) -> str:
        """451 for whatever went wrong in a command; a client that hung up is let go."""
        if isinstance(error, asyncio.IncompleteReadError | TimeoutError):
            if isinstance(error, TimeoutError):
                self.hang_up(SILENT)
            self._writer.close()
            self.transport = None
        else:
            self.house.log("smtp.failed", error=name_error(error))
        self.abandon()
        return "451 4.3.0 FOI gateway: temporary fault, please try again later"

    def _timeout_cb(self) -> None:
        """Nothing heard for too long."""
        if self.transport is not None:
            self.hang_up(SILENT)

    def hang_up(self, reply: Reply) -> None:
        """Say why and close; a client that does not read either is cut off, or its connection would never end."""
        self._writer.write(reply.wire())
        self._writer.close()
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()

    def close(self) -> None:
        """Say goodbye to an idle client when the gateway closes down; one that waits for a verdict is not disturbed."""
        if not self.busy:
            self.cut()

    def cut(self) -> None:
        """Say goodbye now. What has not begun to be forwarded will not be: the client hears that it must try again."""
        self.gone = True
        if self.transport is not None and not self.transport.is_closing():
            self.hang_up(CLOSING)

    # The envelope.

    async def smtp_EHLO(self, hostname: str) -> None:
        """What we offer is what the next hop offers too, and never a greater SIZE."""
        if not hostname:
            await self.say(Reply.of(501, "5.5.4 Syntax: EHLO hostname"))
            return
        self.greet(hostname)
        assert self.session is not None
        self.session.extended_smtp = True
        await self.say(Reply(250, (self.hostname.encode("ascii", "replace"), *await self.offer())))

    async def smtp_HELO(self, hostname: str) -> None:
        """The old greeting."""
        if not hostname:
            await self.say(Reply.of(501, "5.5.4 Syntax: HELO hostname"))
            return
        self.greet(hostname)
        await self.say(Reply.of(250, self.hostname))

    def greet(self, hostname: str) -> None:
        """Begin anew."""
        self.abandon()
        assert self.session is not None
        self.session.host_name = hostname

    async def offer(self) -> list[bytes]:
        """Our extensions as far as the next hop has them; PIPELINING is between the client and us alone."""
        try:
            theirs = await self.house.next_hop.capabilities()
        except OSError:
            theirs = frozenset()  # MAIL will say that it cannot be reached
        names = {line.split(b" ")[0] for line in theirs}
        sizes = [int(line.split(b" ")[1]) for line in theirs if re.fullmatch(rb"SIZE [1-9]\d{0,17}", line)]
        size = min([self.house.settings.max_message_bytes, *sizes])
        return [b"SIZE %d" % size, *(each for each in OURS if each in names or each == b"PIPELINING")]

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Open the next hop's transaction and pass its answer back."""
        if await self.check_helo_needed("EHLO"):
            return
        if self.draft is not None:
            await self.say(Reply.of(503, "5.5.1 MAIL was said already"))
            return
        path = FROM.fullmatch(to_bytes(arg))
        if path is None:
            await self.say(Reply.of(501, "5.5.4 Syntax: MAIL FROM:<address>"))
            return
        parameters = tuple((path[2] or b"").split())
        if declared_size(parameters) > self.house.settings.max_message_bytes:
            await self.say(Reply.of(552, "5.3.4 message is larger than allowed"))
            return
        onward = Onward(await self.house.next_hop.begin(), lambda: self.gone)
        self.draft = Draft(onward, path[1], parameters)
        reply = await onward.mail(path[1], parameters)
        if not reply.positive:
            self.abandon()
        await self.say(reply)

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Pass a recipient on, and the answer back."""
        if self.draft is None:
            await self.say(Reply.of(503, "5.5.1 MAIL first"))
            return
        path = TO.fullmatch(to_bytes(arg))
        if path is None or not path[1]:
            await self.say(Reply.of(501, "5.5.4 Syntax: RCPT TO:<address>"))
            return
        if len(self.draft.recipients) >= self.house.settings.max_recipients:
            await self.say(Reply.of(452, "4.5.3 too many recipients"))
            return
        parameters = tuple((path[2] or b"").split())
        draft = self.draft
        reply = await draft.onward.rcpt(path[1], parameters)
        if reply.positive:
            draft.recipients.append(path[1])
            draft.rcpt_parameters.append(parameters)
        await self.say(reply)

    async def smtp_RSET(self, arg: str | None) -> None:
        """Forget the transaction."""
        if arg:
            await self.say(Reply.of(501, "5.5.4 Syntax: RSET"))
            return
        self.abandon()
        await self.say(Reply.of(250, "2.0.0 ok"))

    async def smtp_VRFY(self, _arg: str | None) -> None:
        """We know no mailboxes."""
        await self.say(Reply.of(252, "2.0.0 cannot verify, but will take mail for the next hop"))

    # The message.

    async def smtp_DATA(self, arg: str | None) -> None:
        """Take the message, decide it, answer."""
        fault = self.refuse_data(arg)
        if fault is not None:
            await self.say(fault)
            return
        self.busy = True
        try:
            await self.take_message()
        finally:
            self.busy = False
            self.abandon()
            if not self.gone:
                self._reset_timeout()

    def refuse_data(self, arg: str | None) -> Reply | None:
        """Why DATA cannot be said now."""
        if arg:
            return Reply.of(501, "5.5.4 Syntax: DATA")
        if self.draft is None:
            return Reply.of(503, "5.5.1 MAIL first")
        if not self.draft.recipients:
            return Reply.of(554, "5.5.1 no valid recipients")
        return None

    async def take_message(self) -> None:
        """Spool, decide, answer. The spool is gone afterwards, whatever happened."""
        assert self.draft is not None
        assert self._timeout_handle is not None
        spool = open_spool(self.house.spool, self.house.settings.max_message_bytes)
        self._timeout_handle.cancel()
        try:
            await self.say(Reply.of(354, "End data with <CR><LF>.<CR><LF>"))
            await self.receive(spool)
        except BaseException:
            spool.discard()
            raise
        if spool.fault is not None:
            spool.discard()
            self.record_refusal(spool, spool.fault)
            await self.say(Reply.of(*spool.fault.value))
            return
        draft, self.draft = self.draft, None
        task = self.loop.create_task(self.decide(draft, spool))
        self.house.deciding.add(task)
        task.add_done_callback(self.house.deciding.discard)
        await self.say(await asyncio.shield(task))

    def record_refusal(self, spool: Spool, fault: Fault) -> None:
        """The one line of a message that is refused for its form, before anything looks into it."""
        assert self.draft is not None
        code, _ = fault.value
        outcome = f"refused_{fault.name.lower()}"
        self.house.log(
            "message.decided",
            message=new_id(),
            outcome=outcome,
            reply=code,
            recipients=len(self.draft.recipients),
            size=spool.size,
        )
        self.house.metrics.messages.labels("none", outcome).inc()
        self.house.metrics.smtp_replies.labels(f"{code // 100}xx").inc()

    async def receive(self, spool: Spool) -> None:
        """Read up to the final dot; what came after it is the next command's."""
        reader: Any = self._reader  # its limit, meant for lines, and its buffer are private to asyncio
        limit, reader._limit = reader._limit, CHUNK  # noqa: SLF001
        try:
            rest = None
            while rest is None:
                async with asyncio.timeout(self.house.settings.data_seconds):
                    chunk = await reader.read(CHUNK)
                if not chunk:
                    raise asyncio.IncompleteReadError(b"", None)
                rest = spool.feed(chunk)
            reader._buffer[:0] = rest  # noqa: SLF001 there is no other way to give bytes back
        finally:
            reader._limit = limit  # noqa: SLF001

    async def decide(self, draft: Draft, spool: Spool) -> Reply:
        """The verdict's reply. Goes on when the client hangs up, for a message half forwarded must be finished."""
        try:
            message = Message(new_id(), draft.envelope(), self.client(), datetime.now(UTC), spool.size, spool.file)
            return await self.house.handle(message, draft.onward)
        except Exception as error:  # noqa: BLE001 whatever it is, the client keeps the message
            self.house.log("smtp.failed", error=name_error(error))
            return TEMPORARY
        finally:
            spool.discard()
            await draft.onward.drop()

    def client(self) -> Client:
        """Who speaks to us."""
        assert self.session is not None
        peer: Any = self.session.peer
        address = str(peer[0]) if isinstance(peer, tuple) else "local"
        return Client(self.session.host_name or "", address, "ESMTP" if self.session.extended_smtp else "SMTP")


def to_bytes(arg: str | None) -> bytes:
    """A command's argument as it came over the wire; aiosmtpd decodes it so that nothing is lost."""
    return (arg or "").encode("utf-8", "surrogateescape")


def declared_size(parameters: Sequence[bytes]) -> int:
    """The SIZE of RFC 1870, 0 when there is none."""
    for parameter in parameters:
        found = re.fullmatch(rb"(?i)SIZE=(\d{1,20})", parameter)
        if found:
            return int(found[1])
    return 0
