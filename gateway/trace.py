"""Our Received line, by which a message that comes back is known."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from email.utils import format_datetime

from gateway.message import Message

HOPS = 50
"""Received fields from which on a message is in a loop: Postfix's own limit."""

MARK_DIGITS = 20
MARK = re.compile(rb"\(FOI gateway\) with [A-Z0-9]+ id ([0-9a-f]{26})\.([0-9a-f]{20});")

UNCLEAN = re.compile(r"[^A-Za-z0-9.:_-]+")


@dataclass(frozen=True)
class Tracer:
    """Writes our Received line (RFC 5321 4.4), with a mark that nobody else can make."""

    hostname: str
    secret: bytes = field(repr=False)

    def trace(self, message: Message) -> bytes:
        """Who gave us a message, who we are, under which id, when."""
        client = message.client
        line = (
            f"Received: from {clean(client.name)} ([{clean(client.address)}])\r\n"
            f"\tby {clean(self.hostname)} (FOI gateway) with {clean(client.protocol)} id {message.id}.{self.mark(message.id)};\r\n"
            f"\t{format_datetime(message.received)}\r\n"
        )
        return line.encode("ascii")

    def mark(self, identity: str) -> str:
        """What proves that an id is ours."""
        return hmac.digest(self.secret, identity.encode(), "sha256").hex()[:MARK_DIGITS]

    def is_loop(self, untrusted_head: bytes) -> bool:
        """Whether the header of a message, as far as it is in its first bytes, has been through here, or through too many others."""
        header = b"\r\n" + untrusted_head.partition(b"\r\n\r\n")[0]
        fields = re.findall(rb"(?i)\r\nreceived:((?:[^\r]|\r\n[ \t])*)", header)
        return len(fields) > HOPS or any(self.is_ours(each) for each in fields)

    def is_ours(self, untrusted_field: bytes) -> bool:
        """Whether a Received field is one that we wrote."""
        return any(
            hmac.compare_digest(self.mark(identity.decode()), mark.decode())
            for identity, mark in MARK.findall(untrusted_field)
        )


def clean(untrusted_name: str) -> str:
    """A name for a header line: what a host name or address literal may hold, and no more of it than 255."""
    return UNCLEAN.sub("", untrusted_name[:255]) or "unknown"
