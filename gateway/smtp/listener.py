"""The listening socket and the end of its life: stop taking, finish what is in flight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from gateway.smtp.session import House, Session


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
        self.server = await loop.create_server(lambda: Session(self.house), host.strip("[]"), int(port))
        self.port = self.server.sockets[0].getsockname()[1]

    async def drain(self, seconds: float) -> None:
        """Take no more, let what is being decided end within the time, then close."""
        assert self.server is not None
        self.server.close()
        for session in list(self.house.sessions):
            session.close()
        if self.house.deciding:
            await asyncio.wait(self.house.deciding, timeout=seconds)
        await asyncio.sleep(0.1)  # the last replies leave
        for session in list(self.house.sessions):
            session.busy = False
            session.close()
        if self.house.background:
            await asyncio.wait(self.house.background, timeout=5)
