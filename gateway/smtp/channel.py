"""A connection as SMTP uses it: lines, bytes as they come, whole writes, each against a clock."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any

BUFFER = memoryview(bytearray(128 * 1024))
"""Where the kernel puts what arrives, for all connections: it is taken out before the loop turns to another."""

HIGH_WATER = 64 * 1024
"""Unread bytes from which on a peer is made to wait."""

PACE = 500
"""Bytes a second that a message must come in with, on the whole: Postfix's smtpd_min_data_rate."""

Feed = Callable[[bytes], bytes | None]
"""Takes bytes as they come; None while it wants more, else what it leaves over."""


class Closed(ConnectionError):
    """The peer has gone, or closed its side."""


class TooLong(Exception):
    """A line longer than allowed; it has been read to its end."""


class Channel(asyncio.BufferedProtocol):
    """One connection, for one reader and one writer at a time.

    asyncio's streams would do, but for three things: they hand DATA out in copies through a task switch a piece, keep a buffer a connection,
    and give no way to put bytes back.
    """

    def __init__(
        self,
        made: Callable[[Channel], None] | None = None,
        lost: Callable[[], None] | None = None,
        silent: Callable[[], None] | None = None,
    ) -> None:
        self.made = made
        self.lost = lost
        self.silent = silent
        self.transport: Any = None
        self.waiting = bytearray()
        self.ended = False
        self.feed: Feed | None = None
        self.fault: Exception | None = None
        self.heard = 0.0
        self.poured = 0
        self.deadline = 0.0
        """Until when `reader` waits."""

        self.clock: asyncio.TimerHandle | None = None
        self.reader: asyncio.Future[None] | None = None
        self.writer: asyncio.Future[None] | None = None
        self.full = False
        self.held_back = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        self.use(transport)
        if self.made is not None:
            self.made(self)

    def connection_lost(self, _: Exception | None) -> None:
        """The connection has gone."""
        self.ended = True
        if self.clock is not None:
            self.clock.cancel()
        wake(self.reader)
        wake(self.writer)
        lost, self.lost = self.lost, None
        if lost is not None:
            lost()

    def eof_received(self) -> bool:
        """The peer has closed its side; ours stays open to answer (TLS knows no such half)."""
        self.ended = True
        wake(self.reader)
        if self.silent is not None:
            self.silent()
        return self.transport.get_extra_info("sslcontext") is None

    def get_buffer(self, _: int) -> memoryview:
        """Where to put what arrives."""
        return BUFFER

    def buffer_updated(self, size: int) -> None:
        """Bytes have arrived: for whoever feeds on them, else to be waited for."""
        untrusted_bytes = bytes(BUFFER[:size])
        if self.feed is None:
            self.keep(untrusted_bytes)
            wake(self.reader)
            return
        self.heard = asyncio.get_running_loop().time()
        self.poured += size
        self.pass_on(untrusted_bytes)

    def pause_writing(self) -> None:
        """The peer reads more slowly than we write."""
        self.full = True

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.full = False
        wake(self.writer)

    # Reading.

    def keep(self, untrusted_bytes: bytes) -> None:
        """Put bytes behind those that wait."""
        self.waiting += untrusted_bytes
        if len(self.waiting) > HIGH_WATER and not self.held_back:
            self.held_back = True
            self.transport.pause_reading()

    def pass_on(self, untrusted_bytes: bytes) -> None:
        """Give bytes to `feed`; what it leaves over waits."""
        assert self.feed is not None
        try:
            rest = self.feed(untrusted_bytes)
        except Exception as error:  # noqa: BLE001 raised where the feeding was asked for, not in the loop
            self.fault, rest = error, b""
        if rest is not None:
            self.feed = None
            self.keep(rest)
            wake(self.reader)

    def take(self, count: int) -> bytes:
        """The first bytes that wait."""
        taken = bytes(self.waiting[:count])
        del self.waiting[:count]
        if self.held_back and len(self.waiting) <= HIGH_WATER and not self.ended:
            self.held_back = False
            self.transport.resume_reading()
        return taken

    def take_line(self, limit: int) -> bytes | None:
        """A line with its end if one has come, without waiting. Raises TooLong."""
        end = self.waiting.find(b"\n") + 1 if self.waiting else 0
        if not end:
            return None
        line = self.take(end)
        if end > limit:
            raise TooLong
        return line

    async def line(self, limit: int, seconds: float) -> bytes:
        """The next line with its end, LF at least. Raises TooLong, Closed, TimeoutError; the clock does not care for half a line."""
        line = self.take_line(limit)
        if line is not None:
            return line
        deadline = asyncio.get_running_loop().time() + seconds
        excess = False
        while (line := self.take_line(limit)) is None:
            if len(self.waiting) > limit:  # keep none of it, but the place where it ends
                excess = True
                self.take(len(self.waiting))
            await self.wait_for_bytes(deadline)
        if excess:
            raise TooLong
        return line

    async def peek(self, count: int, seconds: float) -> bytes:
        """The next bytes, left where they are. Raises Closed, TimeoutError."""
        deadline = asyncio.get_running_loop().time() + seconds
        while len(self.waiting) < count:
            await self.wait_for_bytes(deadline)
        return bytes(self.waiting[:count])

    async def pour(self, feed: Feed, seconds: float) -> None:
        """Give what comes to `feed` until it has had enough.

        Raises Closed, what `feed` raises, and TimeoutError after so long a silence, or for bytes that drip.
        """
        self.feed = feed
        loop = asyncio.get_running_loop()
        self.heard = started = loop.time()
        self.poured = 0
        try:
            if self.waiting:
                self.pass_on(self.take(len(self.waiting)))
            while self.feed is not None:
                now = loop.time()
                if now >= min(self.heard + seconds, started + seconds + self.poured / PACE):
                    raise TimeoutError
                with contextlib.suppress(TimeoutError):
                    await self.wait_for_bytes(self.heard + seconds)
        finally:
            self.feed = None
        if self.fault is not None:
            raise self.fault

    async def wait_for_bytes(self, deadline: float) -> None:
        """Wait for something new. Raises Closed, TimeoutError."""
        if self.ended:
            raise Closed
        self.reader = asyncio.get_running_loop().create_future()
        self.deadline = deadline
        if self.clock is None or self.clock.when() > deadline:
            self.set_clock()
        try:
            await self.reader
        finally:
            self.reader = None

    def set_clock(self) -> None:
        """Have the clock looked at when the time of whoever waits is up.

        One clock a connection, which runs on when the bytes come: nearly all waits are short, and their ends far.
        """
        if self.clock is not None:
            self.clock.cancel()
        self.clock = asyncio.get_running_loop().call_at(self.deadline, self.look_at_clock)

    def look_at_clock(self) -> None:
        """Time is up for whoever waits, unless he began to wait only lately."""
        self.clock = None
        if self.reader is None:
            return
        if asyncio.get_running_loop().time() >= self.deadline:
            expire(self.reader)
        else:
            self.set_clock()

    # Writing.

    def write(self, data: bytes) -> None:
        """Send, without waiting for the peer to read."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def drain(self, seconds: float) -> None:
        """Wait until the peer has read enough. Raises Closed, TimeoutError."""
        if self.transport.is_closing():
            raise Closed
        if not self.full:
            return
        loop = asyncio.get_running_loop()
        self.writer = loop.create_future()
        clock = loop.call_later(seconds, expire, self.writer)
        try:
            await self.writer
        finally:
            clock.cancel()
            self.writer = None
        if self.transport.is_closing():
            raise Closed

    async def start_tls(self, context: ssl.SSLContext, seconds: float, server_name: str | None = None) -> None:
        """Go on under TLS, as a client when there is a server's name. Nothing may wait that came in clear. Raises OSError."""
        assert not self.waiting
        sealed = None
        try:
            sealed = await asyncio.get_running_loop().start_tls(
                self.transport,
                self,
                context,
                server_side=server_name is None,
                server_hostname=server_name,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=5,
            )
        finally:
            if sealed is None:  # asyncio tells nobody of a connection that is lost within the handshake
                self.connection_lost(None)
        if sealed is None:  # gone at the very end of it
            raise Closed
        self.use(sealed)

    def use(self, transport: Any) -> None:
        """Go on over a transport, one that keeps us waiting while it has anything left: the kernel has a buffer of its own.

        Not 0, of which asyncio's TLS thinks that it is always reached.
        """
        self.transport = transport
        transport.set_write_buffer_limits(high=1, low=0)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The TLS of the connection, if there is any."""
        found: ssl.SSLObject | None = self.transport.get_extra_info("ssl_object")
        return found

    # The end.

    def close(self) -> None:
        """Say nothing more; what was written is still sent, unless the peer does not read it, for that might never end."""
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def abort(self) -> None:
        """Go at once."""
        self.transport.abort()


def wake(future: asyncio.Future[None] | None) -> None:
    """Let whoever waits look again."""
    if future is not None and not future.done():
        future.set_result(None)


def expire(future: asyncio.Future[None]) -> None:
    """Time is up."""
    if not future.done():
        future.set_exception(TimeoutError())
