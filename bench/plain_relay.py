"""The yardstick: the gateway's own listener and next hop with nothing between them.

usage: python -m bench.plain_relay PORT FOLDER
"""

from __future__ import annotations

import asyncio
import signal
import sys
from itertools import chain
from pathlib import Path

from gateway import logs
from gateway.message import Message, Reply, Transaction
from gateway.metrics import Metrics
from gateway.settings import Smtp
from gateway.smtp.house import House
from gateway.smtp.listener import Listener
from gateway.smtp.maildir import Maildir
from gateway.trace import Tracer

TRACER = Tracer("plain.test", b"bench")


async def forward(message: Message, transaction: Transaction) -> Reply:
    """Send the message on below one Received line, as the gateway does, unread."""
    return await transaction.data(chain([TRACER.trace(message)], message.chunks()))


async def serve(port: int, folder: Path) -> None:
    """Relay until SIGTERM."""
    settings = Smtp(listen=f"127.0.0.1:{port}", hostname="plain.test")
    house = House(settings, Maildir(folder / "outgoing"), forward, folder / "spool", logs.start(), Metrics(), TRACER)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listener = Listener(house)
    await listener.start()
    await stop.wait()
    await listener.drain(5)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
