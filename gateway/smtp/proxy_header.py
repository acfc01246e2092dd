"""The PROXY header, with which a balancer says whose connection it passes on (haproxy.org, proxy-protocol.txt)."""

from __future__ import annotations

import re
import socket
import struct
from ipaddress import ip_address

from gateway.smtp.channel import Channel, TooLong

SECONDS = 5.0
FIRST_LINE = 107
"""Longest header of version 1, CR LF included."""

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
HEAD = struct.Struct("!12sBBH")
LENGTH = 2048
VERSION_1 = re.compile(rb"PROXY (?:(TCP4|TCP6) ([0-9A-Fa-f:.]+) [0-9A-Fa-f:.]+ \d{1,5} \d{1,5}|UNKNOWN[^\r\n]*)\r\n")
FAMILIES = {1: (socket.AF_INET, 4), 2: (socket.AF_INET6, 16)}


class BadHeader(Exception):
    """The connection does not begin with a PROXY header."""


async def read_proxy_header(channel: Channel) -> str | None:
    """The client's address; None where the balancer speaks for itself. Raises BadHeader, Closed, TimeoutError."""
    first = await channel.peek(len(SIGNATURE), SECONDS)
    if first == SIGNATURE:
        return await read_version_2(channel)
    if not first.startswith(b"PROXY "):
        raise BadHeader
    try:
        found = VERSION_1.fullmatch(await channel.line(FIRST_LINE, SECONDS))
    except TooLong:
        raise BadHeader from None
    if found is None:
        raise BadHeader
    return check(found[2].decode()) if found[2] else None


async def read_version_2(channel: Channel) -> str | None:
    """The binary form."""
    _, version, family, length = HEAD.unpack(await channel.peek(HEAD.size, SECONDS))
    if version not in {0x20, 0x21} or length > LENGTH:
        raise BadHeader
    await channel.peek(HEAD.size + length, SECONDS)
    body = channel.take(HEAD.size + length)[HEAD.size :]
    if version == 0x20 or family >> 4 not in FAMILIES:  # LOCAL: a health check; other families have no address
        return None
    kind, size = FAMILIES[family >> 4]
    if len(body) < 2 * size + 4:
        raise BadHeader
    return socket.inet_ntop(kind, body[:size])


def check(address: str) -> str:
    """An address that is one. Raises BadHeader."""
    try:
        return str(ip_address(address))
    except ValueError:
        raise BadHeader from None
