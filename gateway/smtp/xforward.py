"""Who a client is, as mail servers tell each other: XFORWARD and XCLIENT of Postfix."""

from __future__ import annotations

import re

from gateway.message import Client
from gateway.smtp.connection import Connection

VALUE_BYTES = 255
UNAVAILABLE = b"[UNAVAILABLE]"


def describe_client(client: Client, connection: Connection) -> tuple[bytes, ...]:
    """The XFORWARD command for a client, with those attributes that the server asks for; nothing when it asks for none."""
    asked = {word for line in connection.offers if line.startswith(b"XFORWARD ") for word in line.split()[1:]}
    known = {b"ADDR": client.address, b"HELO": client.name, b"PROTO": client.protocol.removesuffix("S")}
    attributes = [name + b"=" + to_xtext(value) for name, value in known.items() if name in asked]
    return (b" ".join((b"XFORWARD", *attributes)),) if attributes and client.address else ()


def to_xtext(value: str) -> bytes:
    """A value as RFC 3461 section 4 writes it."""
    clear = value.encode("utf-8", "replace")[:VALUE_BYTES]
    return re.sub(rb"[^!-*,-<>-~]", lambda found: b"+%02X" % found[0][0], clear) or UNAVAILABLE
