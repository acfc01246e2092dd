"""A message on its way: envelope, spooled bytes, and the words that SMTP peers exchange about it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024
"""Bytes read from a spool file at a time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply: `lines` are the texts after the code, enhanced status included ("2.0.0 ok"), never empty."""

    code: int
    lines: tuple[bytes, ...]

    @classmethod
    def of(cls, code: int, text: str) -> Reply:
        """A one-line reply of our own; non-ASCII characters become `?`."""
        return cls(code, (text.encode("ascii", "replace"),))

    @property
    def positive(self) -> bool:
        """Whether the peer took it (2xx)."""
        return 200 <= self.code < 300

    @property
    def temporary(self) -> bool:
        """Whether the sender should try again (4xx)."""
        return 400 <= self.code < 500

    def wire(self) -> bytes:
        """The reply as sent: `250-first`, `250 last`, CRLF after each."""
        code = b"%03d" % self.code
        last = len(self.lines) - 1
        return b"".join(code + (b" " if n == last else b"-") + line + b"\r\n" for n, line in enumerate(self.lines))


CLIENT_GONE = Reply.of(451, "4.4.2 the client is gone")
"""What nobody hears: the client hung up before its message was forwarded, and will try again."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MAIL and RCPT said: addresses without brackets, ESMTP parameters as received. `sender` is b"" for `<>`."""

    sender: bytes = field(repr=False)
    recipients: tuple[bytes, ...] = field(repr=False)
    mail_parameters: tuple[bytes, ...] = field(default=(), repr=False)
    rcpt_parameters: tuple[tuple[bytes, ...], ...] = field(default=(), repr=False)
    """One tuple a recipient, in the order of `recipients`."""

    def only(self, indices: Sequence[int]) -> Envelope:
        """The same envelope for some of its recipients."""
        recipients = tuple(self.recipients[index] for index in indices)
        return Envelope(
            self.sender, recipients, self.mail_parameters, tuple(self.rcpt_parameters[index] for index in indices)
        )


@dataclass(frozen=True, slots=True)
class Client:
    """Who speaks to us: what EHLO said, the peer's address, `ESMTP` or `ESMTPS`."""

    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    protocol: str = "ESMTP"


@dataclass(frozen=True, slots=True)
class Message:
    """Envelope and bytes; immutable. The spool file holds the wire form: dot-stuffed, CRLF, without the final dot."""

    id: str
    envelope: Envelope
    client: Client
    received: datetime
    size: int
    spool: BinaryIO = field(repr=False)
    """Open for reading, unlinked or not; owned by whoever made the message. Read it with `chunks`, which never seeks it."""

    def chunks(self) -> Iterator[bytes]:
        """The wire form in chunks of at most 256 KiB, from the first byte."""
        yield from chunks(self.spool.fileno())

    @property
    def automatic(self) -> bool:
        """Whether a program wrote it, which must get no automatic answer (RFC 3834 section 2)."""
        return is_automatic(next(self.chunks(), b""))

    def key(self, secret: bytes) -> str:
        """A keyed hash that a retry of the same message shares: envelope and bytes below the leading trace fields."""
        digest = hmac.new(secret, digestmod=hashlib.sha256)
        digest.update(b"%d recipients;" % len(self.envelope.recipients))
        for address in (self.envelope.sender, *sorted(self.envelope.recipients)):
            digest.update(b"%d:" % len(address) + address)
        for chunk in without_trace(self.chunks()):
            digest.update(chunk)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of our own to a sender: envelope (its sender is always `<>`) and wire form, dot-stuffed."""

    envelope: Envelope
    wire: bytes = field(repr=False)


def chunks(descriptor: int) -> Iterator[bytes]:
    """The bytes of an open file from its start, without moving its offset."""
    offset = 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        offset += len(chunk)
        yield chunk


AUTOMATIC = re.compile(
    rb"(?im)^(auto-submitted:(?![ \t]*no\b)|precedence:[ \t]*(bulk|junk|list)\b|list-id:|x-auto-response-suppress:[ \t]*\S)"
)
"""Header fields that mark the mail of programs and lists."""


def is_automatic(untrusted_head: bytes) -> bool:
    """Whether the header, as far as it is in the first bytes of a message, marks it as a program's."""
    header = untrusted_head.partition(b"\r\n\r\n")[0]
    return AUTOMATIC.search(header) is not None


TRACE_FIELDS = (b"received:", b"return-path:", b"delivered-to:", b"x-original-to:")


def without_trace(untrusted_chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks less the trace fields at the top, which differ between two tries at the same message.

    Only the first chunk (256 KiB) is looked at: trace fields beyond it count as content.
    """
    head = next(untrusted_chunks, b"")
    start, in_trace = 0, False
    while start < len(head):
        end = head.find(b"\n", start) + 1 or len(head)
        line = head[start:end].lower()
        in_trace = line.startswith(TRACE_FIELDS) or (in_trace and line.startswith((b" ", b"\t")))
        if not in_trace:
            break
        start = end
    yield head[start:]
    yield from untrusted_chunks


def new_id() -> str:
    """An identifier for a message or blob: 26 characters, random, no meaning."""
    return secrets.token_hex(13)


class Transaction(Protocol):
    """One mail transaction at the next hop, opened when the client says MAIL and finished or dropped after the verdict.

    Every method returns the peer's reply; a peer that cannot be reached, breaks off or talks nonsense is a 451 4.4.1 or
    4.4.2 Reply, not an exception.
    """

    @property
    def name(self) -> str:
        """The next hop as logs name it: `maildir` or `smtp`."""
        ...

    async def mail(self, sender: bytes, parameters: Sequence[bytes]) -> Reply:
        """Relay MAIL."""
        ...

    async def rcpt(self, recipient: bytes, parameters: Sequence[bytes]) -> Reply:
        """Relay RCPT."""
        ...

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """Send DATA, the dot-stuffed chunks and the final dot; 2xx means the next hop is now responsible."""
        ...

    async def drop(self) -> None:
        """End without delivering; never raises. Harmless after `data` and when called twice."""
        ...


class NextHop(Protocol):
    """Where forwarded and released mail goes."""

    @property
    def name(self) -> str:
        """`maildir` or `smtp`."""
        ...

    async def capabilities(self) -> frozenset[bytes]:
        """The EHLO keywords offered, upper case with their parameters ("SIZE 10240000"). Raises OSError when unreachable."""
        ...

    async def begin(self) -> Transaction:
        """A fresh transaction. Never raises: an unreachable host answers its `mail` with 451 4.4.1."""
        ...

    async def close(self) -> None:
        """Close what is kept open."""
        ...
