"""The SMTP servers that mail goes on to: hosts in order of preference, connections that are used again."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field

from gateway.message import Client
from gateway.settings import NextHop as NextHopSettings
from gateway.settings import SettingsError
from gateway.smtp.channel import Channel
from gateway.smtp.connection import FAILURES, Connection, Nonsense, Unsafe
from gateway.smtp.relay import Relay
from gateway.smtp.tls import Identity, make_client_context, make_client_identity

RESTING_SECONDS = 60.0
"""How long a host that failed is asked only after the others."""

CAPABILITIES_SECONDS = 300.0

Host = tuple[str, int]


@dataclass
class SmtpNextHop:
    """Hosts that take our mail, the first that answers."""

    hosts: tuple[Host, ...]
    hostname: str
    settings: NextHopSettings
    tls: ssl.SSLContext | None = None
    """What to trust; made from the settings when it is not given."""

    identity: Identity | None = None
    name: str = "smtp"
    idle: list[Connection] = field(default_factory=list)
    failed: dict[Host, float] = field(default_factory=dict)
    """When a host last failed, in the loop's time."""

    offers: frozenset[bytes] | None = None
    """What the last connection was offered."""

    asked: float = 0.0
    clock: asyncio.TimerHandle | None = None
    """When those that wait are next looked at."""

    def __post_init__(self) -> None:
        if self.tls is None:
            self.tls = make_client_context(self.settings)
        self.identity = make_client_identity(self.settings, self.tls)

    async def connect(self) -> Connection:
        """A fresh connection to the first host that gives one. Raises what the last one raised: one of FAILURES, or Unsafe."""
        now = asyncio.get_running_loop().time()
        fault: Exception = Nonsense()
        for host in sorted(
            self.hosts, key=lambda host: self.failed.get(host, -RESTING_SECONDS) + RESTING_SECONDS > now
        ):
            try:
                connection = await self.call(*host)
            except (*FAILURES, Unsafe) as error:
                self.failed[host] = now
                fault = error
                continue
            self.failed.pop(host, None)
            self.offers, self.asked = connection.offers, now
            return connection
        raise fault

    async def call(self, host: str, port: int) -> Connection:
        """A connection to one host: greeted, under TLS and logged in as the settings ask. Raises one of FAILURES, or Unsafe."""
        if self.identity is not None:
            with contextlib.suppress(SettingsError):  # what was good before is so still
                self.identity.refresh()
        async with asyncio.timeout(self.settings.connect_seconds):
            implicit = self.settings.tls == "implicit"
            _, channel = await asyncio.get_running_loop().create_connection(
                Channel, host, port, ssl=self.tls if implicit else None, server_hostname=host if implicit else None
            )
            connection = Connection(channel, host, self.hostname, self.settings, secure=implicit)
            try:
                await connection.greet()
                await self.secure(connection)
                if self.settings.user:
                    await connection.log_in(self.settings.user, self.settings.password())
            except BaseException:
                connection.abort()
                raise
        return connection

    async def secure(self, connection: Connection) -> None:
        """STARTTLS as the settings ask. Raises one of FAILURES, or Unsafe."""
        assert self.tls is not None
        if self.settings.tls in {"never", "implicit"}:
            return
        if connection.has(b"STARTTLS"):
            await connection.start_tls(self.tls)
        elif self.settings.tls == "required":
            raise Unsafe

    async def capabilities(self) -> frozenset[bytes]:
        """What the server offered to the last connection, if that is not long ago, else offers now. Raises OSError when it cannot be asked."""
        if self.offers is None or asyncio.get_running_loop().time() > self.asked + CAPABILITIES_SECONDS:
            try:
                self.give(await self.connect())
            except (*FAILURES, Unsafe):
                self.offers = None
                raise ConnectionError from None
        assert self.offers is not None
        return self.offers

    async def begin(self, client: Client) -> Relay:
        """A transaction, with its connection."""
        relay = Relay(self, client)
        await relay.open()
        return relay

    def take(self) -> Connection | None:
        """The connection that has waited least, if there is one worth using."""
        self.tidy()
        return self.idle.pop() if self.idle else None

    def give(self, connection: Connection) -> None:
        """Keep a connection for the next transaction."""
        connection.since = asyncio.get_running_loop().time()
        self.idle.append(connection)
        self.tidy()

    def tidy(self) -> None:
        """Close what has waited too long, has gone, or spoke unasked; look again when the next may have waited too long."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - self.settings.idle_seconds
        for connection in [each for each in self.idle if each.since < oldest or not each.usable]:
            self.idle.remove(connection)
            connection.close()
        if self.idle and self.clock is None:
            self.clock = loop.call_later(self.settings.idle_seconds + 0.1, self.tidy_later)

    def tidy_later(self) -> None:
        """What the clock calls."""
        self.clock = None
        self.tidy()

    async def close(self) -> None:
        """Close the connections that wait."""
        while self.idle:
            self.idle.pop().close()
