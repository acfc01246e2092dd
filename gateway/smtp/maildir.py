"""A folder as next hop: every message a file, for a gateway that runs alone."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.message import Client, Reply, new_id
from gateway.store.keys import make_folder, sync_folder

SUBFOLDERS = ("tmp", "new", "cur")
OK = Reply.of(250, "2.1.0 ok")
OFFERS = frozenset({b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES", b"PIPELINING", b"SIZE"})


@dataclass(frozen=True)
class Maildir:
    """A maildir (tmp, new, cur) that takes everything."""

    folder: Path
    name: str = "maildir"

    def prepare(self) -> None:
        """Make its folders. Raises OSError when they cannot be made or written."""
        for sub in SUBFOLDERS:
            make_folder(self.folder / sub)
            if not os.access(self.folder / sub, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "not writable", str(self.folder / sub))

    async def capabilities(self) -> frozenset[bytes]:
        """All that a file can hold."""
        return OFFERS

    async def begin(self, _client: Client) -> Delivery:
        """A transaction."""
        return Delivery(self.folder)

    async def close(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True)
class Delivery:
    """One message into a maildir; the envelope is not kept."""

    folder: Path
    name: str = "maildir"

    offers: frozenset[bytes] = OFFERS

    async def propose(self, lines: Sequence[bytes]) -> list[Reply]:
        """Every sender and recipient."""
        return [OK] * len(lines)

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """2xx once the file and its folder are on disk, else 452."""
        try:
            await asyncio.to_thread(self.deliver, wire)
        except OSError:
            return Reply.of(452, "4.3.1 FOI gateway: no room to deliver the message, please try again later")
        return Reply.of(250, "2.0.0 delivered")

    async def drop(self) -> None:
        """Nothing was begun."""

    def deliver(self, wire: Iterator[bytes]) -> None:
        """Write, sync, give the file its name, sync the folder."""
        for sub in SUBFOLDERS:
            make_folder(self.folder / sub)
        name = f"{int(time.time())}.{new_id()}.foi-gateway"
        temporary = self.folder / "tmp" / name
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.writelines(unstuff(wire))
                stream.flush()
                os.fsync(stream.fileno())
            temporary.rename(self.folder / "new" / name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(self.folder / "new")


def unstuff(wire: Iterator[bytes]) -> Iterator[bytes]:
    """Take the dot off that SMTP puts before a line's own dot (RFC 5321 4.5.2), wherever the chunks are cut."""
    held, skip = b"\r\n", 2  # the line end before the first line, which is not part of the message
    for chunk in wire:
        window = held + chunk
        keep = 2 if window.endswith(b"\r\n") else 1 if window.endswith(b"\r") else 0
        cut = len(window) - keep
        held = window[cut:]
        clean = window[:cut].replace(b"\r\n.", b"\r\n")
        yield clean[skip:]
        skip = max(0, skip - len(clean))
    yield held[skip:]
