"""Who a client is, as mail servers tell each other: XFORWARD and XCLIENT of Postfix."""

from __future__ import annotations

import re

from gateway.message import Client
from gateway.smtp.connection import Connection

VALUE_BYTES = 255
UNAVAILABLE = b"[UNAVAILABLE]"
UNKNOWN = (UNAVAILABLE, b"[TEMPUNAVAIL]")


def describe_client(client: Client, connection: Connection) -> tuple[bytes, ...]:
    """The XFORWARD command for a client, with those attributes that the server asks for; nothing when it asks for none."""
    if not client.address or not connection.has(b"XFORWARD"):
        return ()
    asked = {word for line in connection.offers if line.startswith(b"XFORWARD ") for word in line.split()[1:]}
    known = {b"ADDR": client.address, b"HELO": client.name, b"PROTO": client.protocol.removesuffix("S")}
    attributes = [name + b"=" + to_xtext(value) for name, value in known.items() if name in asked]
    return (b" ".join((b"XFORWARD", *attributes)),) if attributes else ()


FORWARDED = (b"ADDR", b"HELO", b"PROTO", b"NAME", b"PORT", b"SOURCE", b"LOGIN", b"DESTADDR", b"DESTPORT")
"""What we let ourselves be told; we remember the first three."""


def read_attributes(untrusted_argument: bytes, before: Client) -> Client | None:
    """What a server in front says of its client, over what it said before; None when it cannot be read."""
    values: dict[bytes, str] = {}
    for attribute in untrusted_argument.split():
        name, equals, value = attribute.partition(b"=")
        if not equals or name.upper() not in FORWARDED or len(value) > VALUE_BYTES:
            return None
        values[name.upper()] = "" if value.upper() in UNKNOWN else from_xtext(value)
    if not values:
        return None
    address = values.get(b"ADDR", before.address)
    return Client(
        values.get(b"HELO", before.name),
        address.removeprefix("IPV6:").removeprefix("IPv6:"),
        values.get(b"PROTO", before.protocol) or "ESMTP",
    )


def from_xtext(value: bytes) -> str:
    """A value out of its xtext."""
    clear = re.sub(rb"\+([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), value)
    return clear.decode("utf-8", "replace")


def to_xtext(value: str) -> bytes:
    """A value as RFC 3461 section 4 writes it."""
    clear = value.encode("utf-8", "replace")[:VALUE_BYTES]
    return re.sub(rb"[^!-*,-<>-~]", lambda found: b"+%02X" % found[0][0], clear) or UNAVAILABLE
