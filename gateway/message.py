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

MOST_READERS = 50
"""A message to more has no requester of its own."""

CHUNK = 64 * 1024
"""Bytes read from a spool file at a time: a hundred messages that go on at once have as many of them in memory."""


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
        if len(self.lines) == 1:
            return code + b" " + self.lines[0] + b"\r\n"
        last = len(self.lines) - 1
        return b"".join(code + (b" " if n == last else b"-") + line + b"\r\n" for n, line in enumerate(self.lines))


CLIENT_GONE = Reply.of(451, "4.4.2 the client is gone")
"""What nobody hears: the client hung up before its message was forwarded, and will try again."""

UNANSWERED = Reply.of(451, "4.4.2 FOI gateway: the next mail server did not answer, please try again later")
"""The next hop got the final dot and said nothing of use: it may have taken the message."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MAIL and RCPT said: addresses without brackets, ESMTP parameters as received. `sender` is b"" for `<>`."""

    sender: bytes = field(repr=False)
    recipients: tuple[bytes, ...] = field(repr=False)
    mail_parameters: tuple[bytes, ...] = field(default=(), repr=False)
    rcpt_parameters: tuple[tuple[bytes, ...], ...] = field(default=(), repr=False)
    """One tuple a recipient, in the order of `recipients`."""

    def lines(self) -> list[bytes]:
        """MAIL and RCPT commands."""
        recipients = zip(self.recipients, self.rcpt_parameters, strict=True)
        return [mail_line(self.sender, self.mail_parameters), *(rcpt_line(*recipient) for recipient in recipients)]

    def readers(self) -> tuple[str, ...]:
        """The recipients as text, for telling whether the requester alone gets a message; none where they are too many to tell."""
        if len(self.recipients) > MOST_READERS:
            return ()
        return tuple(recipient.decode("utf-8", "replace") for recipient in self.recipients)

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

    content: bytes = field(repr=False)
    """Its ContentHash."""

    def chunks(self) -> Iterator[bytes]:
        """The wire form in chunks of at most 64 KiB, from the first byte."""
        yield from chunks(self.spool.fileno())

    @property
    def automatic(self) -> bool:
        """Whether a program wrote it, which must get no automatic answer (RFC 3834 section 2)."""
        return is_automatic(next(self.chunks(), b""))

    def key(self, secret: bytes) -> str:
        """A keyed hash that a retry of the same message shares: envelope and content."""
        addresses = (self.envelope.sender, *sorted(self.envelope.recipients))
        told_apart = (b"%d:" % len(address) + address for address in addresses)
        what = b"".join((self.content, b"%d recipients;" % len(self.envelope.recipients), *told_apart))
        return hmac.digest(secret, what, "sha256").hex()


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
FOLDS = (b" ", b"\t")
TRACE_BYTES = 64 * 1024


class ContentHash:
    """SHA-256 of a message less the trace fields at its top, which differ between two tries at the same message.

    Fed in pieces while the message comes in; how it is cut does not matter. Trace fields beyond 64 KiB count as content.
    """

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.line = bytearray()
        """The beginning of a line of which it is not yet known whether it is trace."""

        self.skipped = 0
        self.in_trace = False
        self.in_content = False

    def feed(self, untrusted_bytes: bytes) -> None:
        """Take the next bytes."""
        if self.in_content:
            self.hash.update(untrusted_bytes)
            return
        self.line += untrusted_bytes
        start = 0
        while end := self.line.find(b"\n", start) + 1:
            line = bytes(self.line[start:end]).lower()
            trace = line.startswith((*TRACE_FIELDS, *(FOLDS if self.in_trace else ())))
            if not trace or self.skipped + end > TRACE_BYTES:
                self.in_content = True
                break
            self.in_trace, start = True, end
        self.skipped += start
        del self.line[:start]
        if self.in_content:
            self.hash.update(self.line)
            self.line.clear()

    def digest(self) -> bytes:
        """The hash of what was fed so far."""
        complete = self.hash.copy()
        complete.update(self.line)
        return complete.digest()


def hash_content(untrusted_chunks: Iterator[bytes]) -> bytes:
    """The content's hash of a whole message."""
    content = ContentHash()
    for chunk in untrusted_chunks:
        content.feed(chunk)
    return content.digest()


def new_id() -> str:
    """An identifier for a message or blob: 26 characters, random, no meaning."""
    return secrets.token_hex(13)


def mail_line(sender: bytes, parameters: Sequence[bytes]) -> bytes:
    """The MAIL command, its parameters as they came."""
    return b" ".join((b"MAIL FROM:<" + sender + b">", *parameters))


def rcpt_line(recipient: bytes, parameters: Sequence[bytes]) -> bytes:
    """The RCPT command, its parameters as they came."""
    return b" ".join((b"RCPT TO:<" + recipient + b">", *parameters))


class Transaction(Protocol):
    """One mail transaction at the next hop, opened when the client says MAIL and finished or dropped after the verdict.

    Every method returns the peer's replies; a peer that cannot be reached, breaks off or talks nonsense is a 451 4.4.1 or
    4.4.2 Reply, not an exception.
    """

    @property
    def name(self) -> str:
        """The next hop as logs name it: `maildir` or `smtp`."""
        ...

    @property
    def offers(self) -> frozenset[bytes]:
        """The EHLO lines of the server at the other end, upper case with their parameters; empty when it cannot be reached."""
        ...

    async def propose(self, lines: Sequence[bytes]) -> list[Reply]:
        """Relay MAIL and RCPT commands, without CR LF; the answer to each."""
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
        """The EHLO lines offered lately, upper case with their parameters ("SIZE 10240000"). Raises OSError when unreachable."""
        ...

    async def begin(self, client: Client) -> Transaction:
        """A fresh transaction on behalf of a client. Never raises: an unreachable host answers its MAIL with 451 4.4.1."""
        ...

    async def close(self) -> None:
        """Close what is kept open."""
        ...
