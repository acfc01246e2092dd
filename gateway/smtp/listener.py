"""The listening socket and the end of its life: stop taking, finish what is in flight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from gateway.smtp.house import Entrance, House
from gateway.smtp.session import Session

PAUSE_SECONDS = 0.05
BACKLOG = 1024


@dataclass
class Listener:
    """A listener that serves until it is drained."""

    house: House
    servers: list[asyncio.Server] = field(default_factory=list)
    port: int = 0
    """The port that was had; of use where the setting says 0."""

    tls_port: int = 0

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        settings = self.house.settings
        self.port = await self.listen(settings.listen, Entrance.PLAIN)
        if settings.listen_tls:
            self.tls_port = await self.listen(settings.listen_tls, Entrance.TLS)

    async def listen(self, address: str, entrance: Entrance) -> int:
        """Take connections on an address; a gateway that closes down may hold it too. Returns the port. Raises OSError."""
        host, _, port = address.rpartition(":")
        server = await asyncio.get_running_loop().create_server(
            lambda: Session(self.house, entrance).channel, host.strip("[]"), int(port), backlog=BACKLOG, reuse_port=True
        )
        self.servers.append(server)
        had: int = server.sockets[0].getsockname()[1]
        return had

    async def drain(self, seconds: float) -> None:
        """Take no more connections, let messages that are coming in or being decided end within the time, then close.

        A session that is cut at the end of the time has nothing forwarded behind its back: see `Session.cut`.
        """
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.say_goodbye() and loop.time() < deadline:  # noqa: ASYNC110 no event tells of every session
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)  # the last replies leave
        for session in list(self.house.sessions):
            session.cut()
        if self.house.tasks:
            await asyncio.wait(self.house.tasks, timeout=5)
        await self.house.next_hop.close()

    def say_goodbye(self) -> bool:
        """Close every idle session; returns whether any still runs."""
        for session in list(self.house.sessions):
            session.close()
        return any(not task.done() for task in self.house.tasks)
