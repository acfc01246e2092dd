"""The listening socket and the end of its life: stop taking, finish what is in flight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gateway.smtp.house import House
from gateway.smtp.session import Session

PAUSE_SECONDS = 0.05


@dataclass
class Listener:
    """A listener that serves until it is drained."""

    house: House
    server: asyncio.Server | None = None
    port: int = 0
    """The port that was had; of use where the setting says 0."""

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        host, _, port = self.house.settings.listen.rpartition(":")
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Session(self.house).channel, host.strip("[]"), int(port))
        self.port = self.server.sockets[0].getsockname()[1]

    async def drain(self, seconds: float) -> None:
        """Take no more connections, let messages that are coming in or being decided end within the time, then close.

        A session that is cut at the end of the time has nothing forwarded behind its back: see `Session.cut`.
        """
        assert self.server is not None
        self.server.close()
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
