"""OLE compound files, so far only to tell those under a password from those that we cannot read yet."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import olefile

from detectors.model import Content, Part, Unread, Why

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILEPASS = 0x2F
BIFF_STREAMS = ("Workbook", "Book")
RECORDS = 50
"""FILEPASS stands right behind BOF (MS-XLS 2.1.7.20.3)."""


@dataclass(frozen=True, slots=True)
class Ole:
    """A compound file: old Office documents, and new ones under a password."""

    name: str = "ole"
    media_type: str = "application/x-ole-storage"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin with the compound file's mark (MS-CFB 2.2)."""
        return part.head(8) == MAGIC

    def read(self, part: Part) -> Iterator[Content]:
        """Unread in either case. Raises ValueError for a damaged file."""
        try:
            with olefile.OleFileIO(io.BytesIO(part.whole())) as file:
                encrypted = is_encrypted(file)
        except (OSError, struct.error, IndexError, TypeError, AttributeError, KeyError, OverflowError, RecursionError):
            raise ValueError("a compound file that cannot be read") from None
        yield Unread(part.where, Why.ENCRYPTED if encrypted else Why.UNKNOWN_FORMAT)


def is_encrypted(file: olefile.OleFileIO) -> bool:
    """Whether an OOXML package (MS-OFFCRYPTO 2.3) or a BIFF workbook is under a password."""
    if file.exists("EncryptedPackage") or file.exists("EncryptionInfo"):
        return True
    streams = [name for name in BIFF_STREAMS if file.exists(name)]
    return any(has_filepass(file.openstream(name).read(64 * 1024)) for name in streams)


def has_filepass(head: bytes) -> bool:
    """Whether one of the first BIFF records says that the rest is encrypted."""
    position = 0
    for _ in range(RECORDS):
        if position + 4 > len(head):
            return False
        record, size = struct.unpack_from("<HH", head, position)
        if record == FILEPASS:
            return True
        position += 4 + size
    return False
