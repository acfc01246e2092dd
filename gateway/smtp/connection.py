"""A connection to a mail server, from our side: commands, replies, TLS, who we are."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.message import Reply
from gateway.settings import NextHop as NextHopSettings
from gateway.smtp.channel import Channel, TooLong

REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])([^\r\n]*))?\r?\n")
LINE_BYTES = 4096
REPLY_LINES = 200


class Nonsense(Exception):
    """The peer does not speak SMTP, or turns us away."""


class Unsafe(Exception):
    """TLS or the login that is asked for cannot be had."""


FAILURES = (OSError, TimeoutError, TooLong, ValueError, Nonsense)
"""What can go wrong with a peer. All of it is temporary: the sending server keeps the message."""


@dataclass
class Connection:
    """A connection on which EHLO was said."""

    channel: Channel
    host: str
    hostname: str
    settings: NextHopSettings
    offers: frozenset[bytes] = frozenset()
    """The EHLO lines, upper case with their parameters."""

    keywords: frozenset[bytes] = frozenset()
    """The first words of these."""

    used: bool = False
    """Whether it has carried a transaction: such a connection may have gone stale."""

    since: float = 0.0
    secure: bool = field(default=False)

    @property
    def usable(self) -> bool:
        """Whether nothing speaks against using it: the peer has neither gone nor said anything unasked."""
        return not self.channel.ended and not self.channel.waiting

    def has(self, keyword: bytes) -> bool:
        """Whether the server offers an extension."""
        return keyword in self.keywords

    def say(self, lines: Sequence[bytes]) -> None:
        """Send commands in one write."""
        self.channel.write(b"\r\n".join((*lines, b"")))

    async def command(self, line: bytes) -> Reply:
        """Say a line, hear the reply. Raises one of FAILURES."""
        self.say([line])
        return await self.reply(self.settings.reply_seconds)

    async def commands(self, lines: Sequence[bytes]) -> list[Reply]:
        """Say lines, all at once where the server lets us (RFC 2920), and hear as many replies. Raises one of FAILURES."""
        if len(lines) == 1 or not self.has(b"PIPELINING"):
            return [await self.command(line) for line in lines]
        self.say(lines)
        return [await self.reply(self.settings.reply_seconds) for _ in lines]

    async def reply(self, seconds: float) -> Reply:
        """A whole reply, however many lines it has. Raises one of FAILURES."""
        deadline = asyncio.get_running_loop().time() + seconds
        lines: list[bytes] = []
        while len(lines) < REPLY_LINES:
            left = deadline - asyncio.get_running_loop().time()
            code, last, text = read_line(await self.channel.line(LINE_BYTES, left))
            lines.append(text)
            if last:
                return Reply(code, tuple(lines))
        raise Nonsense

    def overhear(self) -> Reply | None:
        """A reply that has come before its question, if there is one. Raises one of FAILURES."""
        line = self.channel.take_line(LINE_BYTES)
        if line is None:
            return None
        code, _, text = read_line(line)
        return Reply(code, (text,))

    async def greet(self) -> None:
        """Hear the greeting, say who we are, be safe, log in. Raises one of FAILURES, or Unsafe."""
        if not (await self.reply(self.settings.connect_seconds)).positive:
            raise Nonsense
        await self.hello()

    async def hello(self) -> None:
        """EHLO, or HELO for a server of the old kind. Raises one of FAILURES."""
        name = self.hostname.encode("ascii", "replace")
        reply = await self.command(b"EHLO " + name)
        if reply.positive:
            self.offers = frozenset(line.strip().upper() for line in reply.lines[1:])
            self.keywords = frozenset(line.split(b" ")[0] for line in self.offers)
            return
        self.offers = self.keywords = frozenset()
        if not (await self.command(b"HELO " + name)).positive:
            raise Nonsense

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """STARTTLS (RFC 3207); what was said before it is forgotten. Raises one of FAILURES, or Unsafe."""
        if not (await self.command(b"STARTTLS")).positive or self.channel.waiting:
            raise Unsafe  # bytes behind the reply came in clear from whoever sits between
        await self.channel.start_tls(context, self.settings.connect_seconds, self.host)
        self.secure = True
        await self.hello()

    async def log_in(self, user: str, password: str) -> None:
        """AUTH PLAIN (RFC 4616). Raises one of FAILURES, or Unsafe when it is not offered or not accepted."""
        mechanisms = {word for line in self.offers if line.startswith(b"AUTH ") for word in line.split()[1:]}
        if b"PLAIN" not in mechanisms or not self.secure:
            raise Unsafe
        secret = base64.b64encode(f"\0{user}\0{password}".encode())
        if not (await self.command(b"AUTH PLAIN " + secret)).positive:
            raise Unsafe

    def close(self) -> None:
        """End, politely as far as a word costs nothing; never raises."""
        self.say([b"QUIT"])
        self.channel.close()

    def abort(self) -> None:
        """Leave without another word: without the final dot the peer discards what it has (RFC 5321 4.1.1.4)."""
        self.channel.abort()


def read_line(untrusted_line: bytes) -> tuple[int, bool, bytes]:
    """Code, whether it is the last line of its reply, text. Raises Nonsense."""
    found = REPLY_LINE.fullmatch(untrusted_line)
    if found is None:
        raise Nonsense
    return int(found[1]), found[2] != b"-", found[3] or b""
