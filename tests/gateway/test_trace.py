"""Our Received line, and by it a message that comes back."""

from __future__ import annotations

import pytest

from gateway.trace import HOPS, Tracer
from tests.gateway.store.made import make_message

TRACER = Tracer("gateway.test", b"secret")
REST = b"Received: from x\r\n\tby y; Mon, 23 Nov 2026\r\nSubject: z\r\n\r\n"


def line(tracer: Tracer = TRACER) -> bytes:
    with make_message() as message:
        return tracer.trace(message)


def test_a_message_that_was_here_is_known_wherever_the_line_is_by_now() -> None:
    """Other servers put theirs on top; a second gateway with the same key knows it too."""
    for header in (line(), b"Received: from a\r\n\tby b; now\r\nreceived: from c\r\n" + line()):
        assert Tracer("other.test", b"secret").is_loop(header + REST)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        line(Tracer("gateway.test", b"another key")),
        line().replace(b" id ", b" id f"),
        line()[:-60] + b"\r\n",
        b"X-Received: " + line(),
        b"Subject: x\r\n\r\n" + line(),
        b"Subject: x\r\n\r\nReceived: of a quoted message\r\n" + line(),
    ],
)
def test_no_other_line_makes_a_loop(header: bytes) -> None:
    """A line that somebody made up, or that is in a forwarded message, must not stop a reply."""
    assert not TRACER.is_loop(header + REST)


def test_a_line_that_was_copied_proves_nothing_new() -> None:
    """Whoever copies a true line stops his own mail, and nobody else's."""
    assert TRACER.is_loop(line() + b"Subject: copied\r\n\r\n")


def test_too_many_hops_are_a_loop_of_others() -> None:
    """RFC 5321 6.3; the body is not counted."""
    hop = b"Received: from a\r\n\tby b;\r\n now\r\n"
    assert not TRACER.is_loop(hop * HOPS + b"\r\n" + hop * HOPS)
    assert TRACER.is_loop(hop * (HOPS + 1) + b"\r\n")
