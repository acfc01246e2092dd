"""The files of the forward journal: records that are only ever added, one file a process."""

from __future__ import annotations

import enum
import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

RECORD = struct.Struct(">BdH32s")
"""Mark, time, length of the sealed reply behind it, key. A CRC-32 of it all ends a record."""

CRC = struct.Struct(">I")


class Mark(enum.IntEnum):
    """What a record says of a message."""

    FORWARDING = 1
    """The final dot may be on its way."""

    FORWARDED = 2
    """The next hop has it; its reply is in the record."""

    SETTLED = 3
    """The client knows, or the next hop does not have it: whatever comes now is a new message."""

    FAILED = 4
    """It could not be inspected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The last record of a key."""

    mark: Mark
    at: float
    sealed: bytes = field(default=b"", repr=False)
    failures: int = 0


@dataclass
class Page:
    """A file of the journal as far as it was read."""

    path: Path
    offset: int = 0
    entries: dict[bytes, Entry] = field(default_factory=dict)

    def read(self) -> None:
        """Read what was added since. Raises OSError when the file has gone."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            added = file.read()
        for mark, at, sealed, key, end in parse(added):
            note(self.entries, key, mark, at, sealed)
            self.offset += end

    def is_live(self) -> bool:
        """Whether its process still runs: it holds the lock. False also when the file has gone."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def note(entries: dict[bytes, Entry], name: bytes, mark: Mark, at: float, sealed: bytes) -> None:
    """Put a record's meaning into entries."""
    failures = entries[name].failures if name in entries and mark is not Mark.SETTLED else 0
    entries[name] = Entry(mark, at, sealed, failures + (mark is Mark.FAILED))


def pack(name: bytes, mark: Mark, at: float, sealed: bytes) -> bytes:
    """A record."""
    record = RECORD.pack(mark, at, len(sealed), name) + sealed
    return record + CRC.pack(zlib.crc32(record))


def parse(data: bytes) -> Iterator[tuple[Mark, float, bytes, bytes, int]]:
    """The records in bytes, each with its length; ends at the first that is not whole, as a crash may leave it."""
    start = 0
    while start + RECORD.size <= len(data):
        mark, at, length, name = RECORD.unpack_from(data, start)
        end = start + RECORD.size + length
        if end + CRC.size > len(data) or CRC.unpack_from(data, end)[0] != zlib.crc32(data[start:end]):
            return
        yield Mark(mark), at, data[end - length : end], name, end + CRC.size - start
        start = end + CRC.size
