"""What was sent on and whether its client knows: so that a client's second try is answered, not delivered again."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import errno
import fcntl
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.exceptions import InvalidTag

from gateway.message import Reply
from gateway.store.keys import Keys, make_folder, sync_folder
from gateway.store.pages import Entry, Mark, Page, note, pack

KEPT_SECONDS = 5 * 24 * 3600
"""How long clients try again (RFC 5321 4.5.4.1)."""

REWRITE_BYTES = 8_000_000
"""A smaller file is not worth cleaning."""

NOBODY = bytes(32)
NOTHING = Entry(Mark.SETTLED, 0.0)


class Past(enum.Enum):
    """What the journal knows of a message that has come in."""

    NEW = "new"
    UNDERWAY = "underway"
    """A client that has gone sent it, and the next hop has yet to answer."""

    FORWARDED = "forwarded"
    """The next hop has it, and the client did not hear so."""

    UNCERTAIN = "uncertain"
    """The next hop may have it: the answer was lost."""


class Journal:
    """The journal of one process, and its view of those of others on the same store.

    Append-only. A record is in the kernel's hands at once, so kill -9 loses none; `sync` puts those of many messages on disk together.
    FORWARDED is on disk before the client hears of it; of the other marks a power cut may lose the last, which costs a second delivery
    its flag in the log, and nothing else.
    """

    def __init__(self, folder: Path, keys: Keys) -> None:
        """Take over what processes that have ended left, and begin a file of our own. Raises OSError."""
        self.folder = folder
        self.keys = keys
        self.entries: dict[bytes, Entry] = {}
        self.attended: dict[bytes, set[str]] = {}
        """By key, the messages in this process whose client is still there: a twin, not a retry, may come in meanwhile."""

        self.others: dict[str, Page] = {}
        self.seen = 0
        self.path, self.descriptor = Path(), -1
        self.old: list[Path] = []
        """Files whose content is in ours too, to be removed once ours is on disk."""

        self.size = 0
        self.rewrite_at = REWRITE_BYTES
        self.written = self.synced = 0
        self.flushing: asyncio.Task[None] | None = None
        self.writer = ThreadPoolExecutor(1, "journal")
        make_folder(folder)
        self.old += [page.path for page in self.take_over()]
        self.begin_file()
        self.flush(list(self.old), os.dup(self.descriptor))

    # Looking.

    def find(self, key: str) -> tuple[Past, Reply | None]:
        """What is known of a message, and the reply that its client should have heard. Raises OSError."""
        name = bytes.fromhex(key)
        self.watch()
        for page in self.others.values():
            with contextlib.suppress(FileNotFoundError):
                page.read()
        others = [page.entries[name] for page in self.others.values() if name in page.entries]
        entry = max([*others, *filter(None, [self.entries.get(name)])], key=lambda entry: entry.at, default=None)
        if entry is None or entry.at < time.time() - KEPT_SECONDS:
            return Past.NEW, None
        mine = entry is self.entries.get(name)
        if mine and self.attended.get(name):
            return Past.NEW, None
        return self.tell(name, entry, underway=not mine or name in self.attended)

    def tell(self, name: bytes, entry: Entry, *, underway: bool) -> tuple[Past, Reply | None]:
        """What an entry means; `underway`: somebody still works on it."""
        if entry.mark is Mark.FORWARDED:
            reply = self.unseal(name, entry.sealed)
            return (Past.FORWARDED, reply) if reply is not None else (Past.UNCERTAIN, None)
        if entry.mark is Mark.FORWARDING:
            return (Past.UNDERWAY if underway else Past.UNCERTAIN), None
        return Past.NEW, None

    def watch(self) -> None:
        """Notice files that came or went, and take over those whose process has ended."""
        changed = self.folder.stat().st_mtime_ns
        if changed != self.seen or any(not page.is_live() for page in self.others.values()):
            self.seen = changed
            left = self.take_over()
            if left:
                self.old += [page.path for page in left]
                self.begin_file()

    def take_over(self) -> list[Page]:
        """Read all files but ours; returns those whose process has ended, their entries now among ours."""
        left = []
        for path in sorted(self.folder.glob("*.log")):
            if path == self.path or path in self.old:
                continue
            page = self.others.pop(path.name, None) or Page(path)
            live = page.is_live()
            with contextlib.suppress(FileNotFoundError):
                page.read()
            if live:
                self.others[path.name] = page
            else:
                left.append(page)
                for name, entry in page.entries.items():
                    if name not in self.entries or self.entries[name].at < entry.at:
                        self.entries[name] = entry
        self.others = {name: page for name, page in self.others.items() if page.path.exists()}
        return left

    # Writing.

    def begin(self, key: str, message: str) -> None:
        """A message is about to be sent on. Raises OSError when that cannot be written down."""
        name = bytes.fromhex(key)
        self.append(name, Mark.FORWARDING)
        self.attended.setdefault(name, set()).add(message)

    def begin_answer(self, key: str, message: str) -> None:
        """A second try is about to be answered."""
        self.attended.setdefault(bytes.fromhex(key), set()).add(message)

    async def finish(self, key: str, reply: Reply) -> None:
        """The next hop has the message; on disk when this returns. Raises OSError."""
        name = bytes.fromhex(key)
        self.append(name, Mark.FORWARDED, self.keys.seal(reply.wire(), context(name)))
        await self.sync()

    def settle(self, key: str, message: str) -> None:
        """The client knows, or the next hop does not have the message. What cannot be written down is for a later page."""
        name = bytes.fromhex(key)
        self.leave(key, message)
        with contextlib.suppress(OSError):
            self.append(name, Mark.SETTLED)
        if not self.others:  # else what another process wrote earlier would count again
            self.entries.pop(name, None)

    def acknowledge(self, key: str, message: str) -> None:
        """The client has heard what became of its message. That it is to try again settles nothing: what we know of it still counts then."""
        entry = self.entries.get(bytes.fromhex(key), NOTHING)
        settled = entry.mark not in {Mark.FORWARDING, Mark.FAILED}
        (self.settle if settled else self.leave)(key, message)

    def leave(self, key: str, message: str) -> None:
        """The client has gone, or its message is done with."""
        name = bytes.fromhex(key)
        messages = self.attended.get(name, set())
        messages.discard(message)
        if not messages:
            self.attended.pop(name, None)

    def lose(self, key: str, message: str) -> None:
        """The client has gone while its message was on its way."""
        name = bytes.fromhex(key)
        if name in self.attended:
            self.attended[name].discard(message)
            if self.entries.get(name, NOTHING).mark is Mark.FORWARDED:
                self.leave(key, message)

    def fail(self, key: str) -> int:
        """An inspection of the message failed; returns how many have."""
        name = bytes.fromhex(key)
        self.append(name, Mark.FAILED)
        return self.entries[name].failures

    def append(self, name: bytes, mark: Mark, sealed: bytes = b"") -> None:
        """A record. Raises OSError."""
        at = time.time()
        record = pack(name, mark, at, sealed)
        try:
            write_whole(self.descriptor, record)
        except OSError:
            os.ftruncate(self.descriptor, self.size)  # half a record would hide those behind it
            raise
        self.size += len(record)
        self.written += 1
        note(self.entries, name, mark, at, sealed)
        if self.size > self.rewrite_at:
            self.rewrite_at = 2 * self.size
            # The record is written: that the disk is too full for a second file is no fault of its message.
            with contextlib.suppress(OSError):
                self.begin_file()

    async def check(self) -> None:
        """Prove that a record can be written and put on disk. Raises OSError."""
        self.append(NOBODY, Mark.SETTLED)
        self.entries.pop(NOBODY, None)
        await self.sync()

    async def sync(self) -> None:
        """Return once all that was written so far is on disk; those who ask together share one fdatasync. Raises OSError."""
        wanted = self.written
        while self.synced < wanted:
            if self.flushing is None:
                self.flushing = asyncio.get_running_loop().create_task(self.flush_in_thread())
            await asyncio.shield(self.flushing)

    async def flush_in_thread(self) -> None:
        """One fdatasync for all that was written when it began."""
        written, old, descriptor = self.written, list(self.old), os.dup(self.descriptor)
        try:
            await asyncio.get_running_loop().run_in_executor(self.writer, self.flush, old, descriptor)
            self.synced = written
        finally:
            self.flushing = None

    def flush(self, old: list[Path], descriptor: int) -> None:
        """Our file to disk; then older files are not needed any more. Closes the descriptor."""
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        if old:
            sync_folder(self.folder)
        for path in old:
            path.unlink(missing_ok=True)
            self.old.remove(path)

    def begin_file(self) -> None:
        """A fresh file with what must be kept of the old ones, which stay until it is on disk. Raises OSError."""
        oldest = time.time() - KEPT_SECONDS
        self.entries = {
            name: entry
            for name, entry in self.entries.items()
            if entry.at > oldest and (self.others or entry.mark is not Mark.SETTLED)
        }
        path = self.folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}.log"
        temporary = path.with_suffix(".part")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        kept = b"".join(
            pack(name, entry.mark, entry.at, entry.sealed) * max(1, entry.failures)
            for name, entry in self.entries.items()
        )
        try:
            # Locked before it has its name, or another process would take it for an orphan.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            write_whole(descriptor, kept)
            temporary.rename(path)
        except OSError:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise
        former, former_path = self.descriptor, self.path
        self.descriptor, self.path, self.size = descriptor, path, len(kept)
        self.rewrite_at = max(REWRITE_BYTES, 2 * len(kept))  # much to keep is no reason to clean up at each record
        self.written += 1
        if former >= 0:
            self.old.append(former_path)
            os.close(former)

    def unseal(self, name: bytes, sealed: bytes) -> Reply | None:
        """The reply in a record; None when it was changed."""
        try:
            lines = self.keys.unseal(sealed, context(name)).split(b"\r\n")[:-1]
            return Reply(int(lines[0][:3]), tuple(line[4:] for line in lines))
        except (InvalidTag, ValueError, IndexError):
            return None

    def close(self) -> None:
        """Give the file up; the next process takes it over."""
        self.writer.shutdown()
        os.close(self.descriptor)


def write_whole(descriptor: int, data: bytes) -> None:
    """Write in one piece. Raises OSError also when only a part of it had room."""
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def context(name: bytes) -> bytes:
    """What a sealed reply is bound to."""
    return b"journal/" + name
