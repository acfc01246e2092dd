"""The bytes of DATA on their way to a file, under a strict rule for line ends."""

from __future__ import annotations

import contextlib
import enum
import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gateway.message import ContentHash
from gateway.store.keys import make_folder

TERMINATOR = b"\r\n.\r\n"
HEAD_BYTES = 256 * 1024


class Fault(enum.Enum):
    """Why a message is refused when its end has been read; the first fault counts."""

    LINE_ENDS = (550, "5.5.2 bare CR or LF in the message; lines end in CR LF (RFC 5321 2.3.8)")
    NUL = (550, "5.6.0 NUL in the message")
    SIZE = (552, "5.3.4 message is larger than allowed")
    LOOP = (554, "5.4.6 too many hops: the message is in a loop")
    STORAGE = (452, "4.3.1 FOI gateway: no room to store the message, please try again later")


@dataclass
class Spool:
    """A file that receives one message in wire form: dot-stuffed as it came, without the terminating dot.

    Only CR LF . CR LF ends it. Servers that disagree on that let mail be smuggled (CVE-2023-51764 and its kin), so a CR or LF alone
    is refused, but only after the true end: refusing earlier would read the rest of the message as commands.
    """

    file: BinaryIO
    """Unbuffered."""

    limit: int
    size: int = 0
    fault: Fault | None = None
    held: bytes = b"\r\n"
    """The bytes that may be part of the terminator; at first the end of the DATA command, for an empty message is `.CRLF`."""

    unwritten: int = 2
    """How many of the bytes to be written next are that end of the command."""

    content: ContentHash = field(default_factory=ContentHash)
    line_ends: io.IncrementalNewlineDecoder = field(
        default_factory=lambda: io.IncrementalNewlineDecoder(None, translate=False)
    )
    """Python's own notes of the kinds of line ends in a text, four times as fast as counting them."""

    def feed(self, untrusted_chunk: bytes) -> bytes | None:
        """Take bytes as they come. None: more is to come. Else the message is complete, and these bytes came after it."""
        window = self.held + untrusted_chunk
        end = window.find(TERMINATOR)
        if end < 0:
            self.held = window[-4:]
            self.write(window[:-4])
            return None
        self.write(window[: end + 2])
        self.finish()
        return window[end + len(TERMINATOR) :]

    def write(self, untrusted_bytes: bytes) -> None:
        """Keep bytes of the message, unless it is to be refused anyway."""
        skip = min(self.unwritten, len(untrusted_bytes))
        self.unwritten -= skip
        piece = untrusted_bytes[skip:]
        if not piece:
            return
        self.size += len(piece)
        if self.size > self.limit:
            self.fault = self.fault or Fault.SIZE
        if self.fault is None:
            self.examine(piece)
            self.content.feed(piece)
            self.store(piece)

    def examine(self, piece: bytes) -> None:
        """Note the kinds of line ends; a CR LF may be cut in two by the network."""
        self.line_ends.decode(piece.decode("latin-1"))
        if b"\0" in piece:
            self.fault = self.fault or Fault.NUL

    def store(self, piece: bytes) -> None:
        """Write to the file; a full disk is a fault like another, and may take a part."""
        try:
            taken = self.file.write(piece)
        except OSError:
            taken = 0
        if taken != len(piece):
            self.fault = Fault.STORAGE

    def digest(self) -> bytes:
        """What a complete message shares with its retries: see ContentHash."""
        return self.content.digest()

    def finish(self) -> None:
        """The message is complete: judge its form."""
        if self.line_ends.newlines not in {None, "\r\n"}:
            self.fault = self.fault or Fault.LINE_ENDS

    def discard(self) -> None:
        """Let the file go."""
        with contextlib.suppress(OSError):
            self.file.close()

    def head(self) -> bytes:
        """The first bytes of a complete message, with its header unless that is longer than 256 KiB."""
        return os.pread(self.file.fileno(), HEAD_BYTES, 0)


def open_spool(folder: Path, limit: int) -> Spool:
    """A spool in a file without a name: it is gone when closed, and when the process dies. Raises OSError."""
    return Spool(open_unnamed(folder), limit)


def open_unnamed(folder: Path) -> BinaryIO:
    """An unbuffered file of which no folder knows. Raises OSError.

    Where the file system knows no O_TMPFILE, Python's TemporaryFile removes the name right after making it.
    """
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        make_folder(folder)
        return tempfile.TemporaryFile(dir=folder, prefix="spool-", buffering=0)
    return os.fdopen(descriptor, "r+b", buffering=0)
