"""How much we take on at once: connections, messages and bytes, of all clients and of each."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from gateway.message import Reply
from gateway.settings import Smtp as SmtpSettings
from gateway.store.keys import make_folder

CROWDED = Reply.of(421, "4.7.0 FOI gateway: too many connections from you, please try again later")
BUSY = Reply.of(452, "4.3.1 FOI gateway: too much mail at once, please try again later")
HASTY = Reply.of(452, "4.7.0 FOI gateway: too many messages from you in a minute, please try again later")
NO_ROOM = Reply.of(452, "4.3.1 FOI gateway: no room to store the message, please try again later")

MINUTE = 60.0
SPARE_BYTES = 100_000_000
"""What is left free on the disk of the spool, for the store and its journal are there too."""


@dataclass
class Admission:
    """What is in the house now. Limits are answered before a message comes, never when it has come."""

    settings: SmtpSettings
    spool: Path
    connections: Counter[str] = field(default_factory=Counter)
    recent: Counter[str] = field(default_factory=Counter)
    """By client, how many messages it has begun since `since`: nobody is remembered for longer than a minute."""

    since: float = field(default_factory=time.monotonic)

    bytes: int = 0
    """Announced or received by messages on their way."""

    def enter(self, address: str) -> Reply | None:
        """Count a connection in, or say why not."""
        if self.connections[address] >= self.settings.max_client_connections:
            return CROWDED
        self.connections[address] += 1
        return None

    def leave(self, address: str) -> None:
        """Count a connection out that was counted in."""
        self.connections[address] -= 1
        if not self.connections[address]:
            del self.connections[address]

    def begin(self, address: str, size: int) -> Reply | None:
        """Count a message in by its announced size, or say why not."""
        if self.is_hasty(address):
            return HASTY
        if self.bytes + size > self.settings.max_bytes:
            return BUSY
        if self.free_bytes() < size + SPARE_BYTES:
            return NO_ROOM
        self.recent[address] += 1
        self.bytes += size
        return None

    def correct(self, size: int, received: int) -> int:
        """Count a message that has come by its true size, where it announced less or nothing; returns what it counts now."""
        more = max(0, received - size)
        self.bytes += more
        return size + more

    def end(self, size: int) -> None:
        """Count a message out by the size that it counts."""
        self.bytes -= size

    def is_hasty(self, address: str) -> bool:
        """Whether a client has begun as many messages in this minute as it may."""
        now = time.monotonic()
        if now >= self.since + MINUTE:
            self.since = now
            self.recent.clear()
        return self.recent[address] >= self.settings.max_client_messages

    def free_bytes(self) -> int:
        """What the disk of the spool has left for us."""
        try:
            try:
                disk = os.statvfs(self.spool)
            except FileNotFoundError:
                make_folder(self.spool)
                disk = os.statvfs(self.spool)
        except OSError:
            return 0
        return disk.f_bavail * disk.f_frsize
