"""A mail client that stops where a test wants it to."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import uuid4

GONE = 0
"""The code of a reply that never came, for the connection broke."""

BAIT = "The National Insurance number is JG123456C."
"""What the policy holds."""

serial = count(1)

BIG = 6_000_000
"""Bytes of a message that fills the sockets on its way (Linux buffers up to 4 MB of what is sent), so that a next hop that does not read holds it up."""


def make_mail(text: str = "The figures are attached.", size: int = 0) -> bytes:
    """A message like no other, in wire form without the final dot; `size` bytes of filling."""
    filling = "".join(
        f"The annual statistics, line {n % 97:02} of them.\r\n" for n in range(size // 41)
    )  # longer numbers are looked at
    head = (
        "From: FOI desk <foi@force.test>\r\nTo: requester@world.test\r\n"
        f"Subject: FOI {next(serial)}\r\nMessage-ID: <{uuid4()}@force.test>\r\n\r\n"
    )
    return f"{head}{text}\r\n{filling}".encode()


@contextmanager
def connect(port: int, timeout: float = 60) -> Iterator[smtplib.SMTP]:
    """A client that has said EHLO."""
    client = smtplib.SMTP("127.0.0.1", port, "client.test", timeout)
    try:
        client.ehlo()
        yield client
    finally:
        client.close()


def propose(client: smtplib.SMTP) -> tuple[int, bytes]:
    """The envelope and DATA; the first reply that is not positive, else the 354."""
    for line in ("MAIL FROM:<foi@force.test>", "RCPT TO:<requester@world.test>", "DATA"):
        reply = ask(client, line)
        if not 200 <= reply[0] < 300:
            break
    return reply


def ask(client: smtplib.SMTP, line: str) -> tuple[int, bytes]:
    """A command and its reply; GONE when the connection breaks."""
    with contextlib.suppress(OSError):
        client.putcmd(line)
    return hear(client)


def submit(client: smtplib.SMTP, wire: bytes) -> None:
    """A whole transaction up to the final dot, whose answer is not waited for."""
    reply = propose(client)
    assert reply[0] == 354, reply
    client.send(wire + b".\r\n")


def hear(client: smtplib.SMTP) -> tuple[int, bytes]:
    """The next reply; GONE when the connection breaks."""
    try:
        return client.getreply()
    except (smtplib.SMTPServerDisconnected, OSError):
        return GONE, b""


def send(port: int, wire: bytes) -> tuple[int, bytes]:
    """A whole message; the reply that decides on it. The client says goodbye, so the gateway knows that it was heard."""
    with connect(port) as client:
        reply = propose(client)
        if reply[0] == 354:
            client.send(wire + b".\r\n")
            reply = hear(client)
        if reply[0] != GONE:
            ask(client, "QUIT")
    return reply
