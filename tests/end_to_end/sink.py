"""A next hop that records what it takes, and at any step does what a test tells it instead of its duty."""

from __future__ import annotations

import contextlib
import enum
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

OFFERS = (b"PIPELINING", b"SIZE 104857600", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")

RECEIVED_BYTES = 64 * 1024
"""What the kernel may take for us unread: by itself it takes up to 32 MB, a whole message with its final dot."""


class Step(enum.Enum):
    """Where a conversation is."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"
    """The first bytes of the message have come; the rest is not read yet."""

    DOT = "dot"
    """The message is here whole, and not kept yet."""

    KEPT = "kept"
    """The message is kept, and the client has yet to hear so."""

    RSET = "RSET"
    QUIT = "QUIT"


class Then(enum.Enum):
    """How it goes on after a misdeed."""

    DUTY = "do what is right after all"
    NEXT = "leave it at that"
    LEAVE = "close the connection"


@dataclass
class Conversation:
    """One connection."""

    socket: socket.socket
    file: BinaryIO
    sender: bytes = b""
    recipients: list[bytes] = field(default_factory=list)

    def say(self, reply: bytes) -> None:
        """Send reply lines."""
        self.socket.sendall(reply)


Misdeed = Callable[[Conversation], Then]


def reply(line: bytes) -> Misdeed:
    """Say this instead."""

    def misdeed(conversation: Conversation) -> Then:
        conversation.say(line + b"\r\n")
        return Then.NEXT

    return misdeed


def say_and_leave(line: bytes) -> Misdeed:
    """Say this and close, as 421 announces."""

    def misdeed(conversation: Conversation) -> Then:
        conversation.say(line + b"\r\n")
        return Then.LEAVE

    return misdeed


def drop(_: Conversation) -> Then:
    """Close without a word."""
    return Then.LEAVE


def delay(seconds: float) -> Misdeed:
    """Do the right thing, late."""

    def misdeed(_: Conversation) -> Then:
        time.sleep(seconds)
        return Then.DUTY

    return misdeed


def do_right(_: Step) -> Misdeed | None:
    """The plan of an honest server."""
    return None


@dataclass
class Halt:
    """Stand still at a step until the test lets go; then do the right thing."""

    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _: Conversation) -> Then:
        self.reached.set()
        self.released.wait(120)
        return Then.DUTY

    def wait(self) -> None:
        """Wait until somebody stands here."""
        assert self.reached.wait(30), "nobody came to this step"


@dataclass(frozen=True)
class Taken:
    """A message for which this next hop is responsible."""

    sender: bytes
    recipients: tuple[bytes, ...]
    wire: bytes
    """Dot-stuffed, without the final dot."""

    at: float

    @property
    def content(self) -> bytes:
        """What is below the first field, the Received line of the gateway, in wire form."""
        lines = self.wire.split(b"\r\n")
        below = next(n for n, line in enumerate(lines) if n and not line.startswith((b" ", b"\t")))
        return b"\r\n".join(lines[below:])


@dataclass
class Sink:
    """A server with a thread a connection."""

    offers: tuple[bytes, ...] = OFFERS
    tls: ssl.SSLContext | None = None
    plan: Callable[[Step], Misdeed | None] = do_right
    """What to do at a step; None: the right thing."""

    mail: list[Taken] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    """Every step that any client came to."""

    heard: list[bytes] = field(default_factory=list)
    """Every command."""

    port: int = 0
    server: socket.socket | None = None
    sockets: list[socket.socket] = field(default_factory=list)

    def open(self) -> None:
        """Listen; on the port of before, if there was one."""
        self.server = socket.create_server(("127.0.0.1", self.port), backlog=200)
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_BYTES)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.server,), daemon=True).start()

    def close(self) -> None:
        """Go, with every connection."""
        assert self.server is not None
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for each in self.sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.sockets.clear()

    def accept(self, server: socket.socket) -> None:
        """Take connections until the listener closes."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                self.sockets.append(connection)
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        """One connection until its end."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            conversation = Conversation(connection, connection.makefile("rb"))
            if self.do(conversation, Step.GREETING, b"220 sink.test ESMTP") is not Then.LEAVE:
                while (line := conversation.file.readline()) and self.obey(conversation, line):
                    pass
        except (OSError, ValueError):  # ValueError: read from a socket that `close` closed
            pass
        finally:
            with contextlib.suppress(OSError):
                conversation.socket.shutdown(socket.SHUT_RDWR)
            conversation.socket.close()

    def do(self, conversation: Conversation, step: Step, duty: bytes = b"") -> Then:
        """Do the duty of a step, or what the plan says."""
        self.steps.append(step)
        misdeed = self.plan(step)
        then = misdeed(conversation) if misdeed is not None else Then.DUTY
        if then is Then.DUTY and duty:
            conversation.say(duty + b"\r\n")
        return then

    def obey(self, conversation: Conversation, line: bytes) -> bool:
        """Carry a command out; returns whether the conversation goes on."""
        self.heard.append(line)
        match line[:4].upper():
            case b"STAR":
                return self.start_tls(conversation)
            case b"DATA":
                return self.take(conversation)
            case b"QUIT":
                self.do(conversation, Step.QUIT, b"221 2.0.0 bye")
                return False
            case b"XFOR" | b"NOOP":
                conversation.say(b"250 2.0.0 fine\r\n")
                return True
            case verb:
                return self.answer(conversation, verb, line)

    def answer(self, conversation: Conversation, verb: bytes, line: bytes) -> bool:
        """The commands around a message; returns whether the conversation goes on."""
        if verb == b"MAIL":
            conversation.sender, conversation.recipients = line, []
        if verb == b"RCPT":
            conversation.recipients.append(line)
        names = {step.value.encode(): step for step in (Step.EHLO, Step.MAIL, Step.RCPT, Step.RSET)}
        duties = {
            Step.EHLO: self.offer(),
            Step.MAIL: b"250 2.1.0 sender fine",
            Step.RCPT: b"250 2.1.5 recipient fine",
            Step.RSET: b"250 2.0.0 forgotten",
        }
        if verb not in names:
            conversation.say(b"500 5.5.1 what?\r\n")
            return True
        return self.do(conversation, names[verb], duties[names[verb]]) is not Then.LEAVE

    def offer(self) -> bytes:
        """The answer to EHLO."""
        lines = [b"sink.test", *self.offers, *([b"STARTTLS"] if self.tls else [])]
        return b"\r\n".join([b"250-" + line for line in lines[:-1]] + [b"250 " + lines[-1]])

    def start_tls(self, conversation: Conversation) -> bool:
        """Go on under TLS."""
        then = self.do(conversation, Step.STARTTLS, b"220 2.0.0 go ahead")
        if then is Then.DUTY and self.tls is not None:
            conversation.socket = self.tls.wrap_socket(conversation.socket, server_side=True)
            conversation.file = conversation.socket.makefile("rb")
        return then is not Then.LEAVE

    def take(self, conversation: Conversation) -> bool:
        """A message, kept if it comes to its end and nothing in the plan is against it."""
        then = self.do(conversation, Step.DATA, b"354 go on")
        if then is not Then.DUTY:
            return then is Then.NEXT
        lines = [conversation.file.readline()]
        if self.do(conversation, Step.CONTENT) is Then.LEAVE:
            return False
        while lines[-1] != b".\r\n":
            lines.append(conversation.file.readline())
            if not lines[-1]:
                return False
        then = self.do(conversation, Step.DOT)
        if then is not Then.DUTY:
            return then is Then.NEXT
        wire = b"".join(lines[:-1])
        self.mail.append(Taken(conversation.sender, tuple(conversation.recipients), wire, time.monotonic()))
        return self.do(conversation, Step.KEPT, b"250 2.0.0 taken as %d" % len(self.mail)) is not Then.LEAVE


@contextmanager
def run_sink(**how: Any) -> Iterator[Sink]:
    """A sink for as long as a test needs it."""
    sink = Sink(**how)
    sink.open()
    try:
        yield sink
    finally:
        sink.close()
