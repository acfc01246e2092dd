"""OLE compound files (MS-CFB): their streams, and the bytes that belong to none."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

from detectors.model import Content, Part, Unread, Why

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TROUBLE = (
    OSError, struct.error, IndexError, TypeError, AttributeError, KeyError, OverflowError, ValueError, RecursionError,
)  # fmt: skip
"""What olefile raises for files that are not what they claim."""


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """An open compound file. Stream names are paths: `_VBA_PROJECT_CUR/VBA/dir`, spelled as the directory does."""

    file: olefile.OleFileIO = field(repr=False)
    untrusted: bytes = field(repr=False)
    streams: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """A stream's bytes. Raises ValueError when they cannot be had."""
        try:
            with self.file.openstream(name.split("/")) as stream:
                return bytes(stream.read())
        except TROUBLE:
            raise ValueError("a stream that cannot be read") from None


def open_compound_file(part: Part) -> CompoundFile:
    """The compound file in a part, held in memory. Raises ValueError, OverLimit."""
    untrusted = part.whole()
    try:
        file = olefile.OleFileIO(io.BytesIO(untrusted))
        return CompoundFile(file, untrusted, tuple("/".join(path) for path in file.listdir()))
    except TROUBLE:
        raise ValueError("a compound file that cannot be read") from None


def read_leftover_streams(part: Part, compound: CompoundFile, claimed: set[str]) -> Iterator[Content]:
    """Everything in a compound file but the claimed streams: other streams, storages, free sectors, slack."""
    if set(compound.streams) - claimed:
        yield Unread(part.where / "other streams", Why.UNKNOWN_FORMAT)
