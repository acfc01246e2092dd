"""Programs, which are never part of a reply."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.model import Content, Part, Unread, Why

MAGIC = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # Mach-O
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut (MS-SHLLINK 2.1)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Executable:
    """Windows, Linux and Apple programs, and Windows shortcuts."""

    name: str = "executable"
    media_type: str = "application/x-executable"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as a program does."""
        head = part.head()
        return head.startswith(MAGIC) or is_portable_executable(head)

    def read(self, part: Part) -> Iterator[Content]:
        """Not looked into."""
        yield Unread(part.where, Why.EXECUTABLE)


def is_portable_executable(head: bytes) -> bool:
    """`MZ`, and the offset at 0x3C leads to `PE` (or to a later place than we look at)."""
    if not head.startswith(b"MZ") or len(head) < 64:
        return False
    offset = struct.unpack_from("<I", head, 0x3C)[0]
    return head[offset : offset + 2] in {b"PE", b"NE", b"LE"} or offset >= len(head)
