"""Whose turn it is when many send large messages at once: who says but a word shall not wait behind all of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gateway.smtp.channel import Channel, Feed

AT_ONCE = 8
"""Connections whose messages are read on in one turn of the event loop, a piece each: a few milliseconds of work."""


@dataclass
class Turns:
    """The connections that are sending a message."""

    sending: int = 0
    waiting: deque[Channel] = field(default_factory=deque)
    """Those that sent a piece and are not read until the others had their turn. A client that sends nothing is not among them."""

    @contextmanager
    def paced(self, channel: Channel, feed: Feed) -> Iterator[Feed]:
        """`feed` for the time of a message: after each piece it leaves the turn to others, if there are many."""

        def take(untrusted_bytes: bytes) -> bytes | None:
            rest = feed(untrusted_bytes)
            if rest is None and self.sending > AT_ONCE:
                self.put_off(channel)
            return rest

        self.sending += 1
        try:
            yield take
        finally:
            self.sending -= 1

    def put_off(self, channel: Channel) -> None:
        """Read no more of a connection until its turn comes."""
        channel.transport.pause_reading()
        if not self.waiting:
            asyncio.get_running_loop().call_soon(self.go_on)
        self.waiting.append(channel)

    def go_on(self) -> None:
        """Let those be read that have waited longest."""
        for _ in range(min(AT_ONCE, len(self.waiting))):
            self.waiting.popleft().transport.resume_reading()
        if self.waiting:
            asyncio.get_running_loop().call_soon(self.go_on)
