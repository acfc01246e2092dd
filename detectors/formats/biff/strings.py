"""Strings in BIFF records: counted, compressed or wide, with formatting behind them, across CONTINUE (MS-XLS 2.5.293-296)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.charsets import CODECS
from detectors.model import Budget

WIDE, EXTENDED, RICH = 1, 4, 8

CODE_PAGES = {
    367: "ascii",
    936: "gbk",
    950: "big5",
    10000: "mac-roman",
    0x8000: "mac-roman",
    0x8001: "cp1252",
    1361: "cp949",
}
"""Code pages that Python calls otherwise (MS-XLS 2.4.52)."""

OVERHEAD = 50
"""What a string costs beside its characters."""


def codec_of(code_page: int) -> str:
    """Python's name of a code page; Western European for those that are not known."""
    name = CODE_PAGES.get(code_page, f"cp{code_page}")
    return name if name in CODECS else "cp1252"


@dataclass(frozen=True, slots=True)
class Strings:
    """How a stream writes strings. `codec` is the code page of BIFF2-5; BIFF8 is Unicode and has a flag byte."""

    version: int = 8
    codec: str = "cp1252"

    def counted(self, untrusted: bytes, position: int, width: int = 2) -> tuple[str, int]:
        """The string whose count of `width` bytes stands at a position, and where it ends; cut short where the data is."""
        count = int.from_bytes(untrusted[position : position + width], "little")
        return self.bare(untrusted, position + width, count)

    def long(self, untrusted: bytes, position: int) -> tuple[str, int]:
        """As BIFF8 counts most strings; older versions count names in one byte, cells in two."""
        return self.counted(untrusted, position, 2 if self.version == 8 else 1)

    def bare(self, untrusted: bytes, position: int, count: int) -> tuple[str, int]:
        """The string of `count` characters at a position, its count being elsewhere."""
        if self.version < 8:
            data = untrusted[position : position + count]
            return data.decode(self.codec, "replace"), position + len(data)
        if position >= len(untrusted):
            return "", position
        flags = untrusted[position]
        position += 1
        runs = extra = 0
        if flags & RICH:
            runs = int.from_bytes(untrusted[position : position + 2], "little") * 4
            position += 2
        if flags & EXTENDED:
            extra = int.from_bytes(untrusted[position : position + 4], "little")
            position += 4
        text, position = characters(untrusted, position, count, flags)
        return text, min(position + runs + extra, len(untrusted))


def characters(untrusted: bytes, position: int, count: int, flags: int) -> tuple[str, int]:
    """Characters by their flag: two bytes each, or one (U+0000 to U+00FF)."""
    size = count * 2 if flags & WIDE else count
    data = untrusted[position : position + size]
    text = data.decode("utf-16-le", "replace") if flags & WIDE else data.decode("latin-1")
    return text, position + len(data)


@dataclass(slots=True)
class Segments:
    """Data that goes on in CONTINUE records. Characters that do begin anew with a flag byte (MS-XLS 2.4.58)."""

    parts: list[bytes] = field(repr=False)
    part: int = 0
    position: int = 0

    @property
    def ended(self) -> bool:
        """Whether all is read."""
        self.settle()
        return self.part >= len(self.parts)

    def settle(self) -> None:
        """Go on to the part in which there is something left."""
        while self.part < len(self.parts) and self.position >= len(self.parts[self.part]):
            self.part += 1
            self.position = 0

    def take(self, size: int) -> bytes:
        """Bytes, from as many parts as they are in; fewer at the end."""
        found = bytearray()
        while len(found) < size and not self.ended:
            piece = self.parts[self.part][self.position : self.position + size - len(found)]
            found += piece
            self.position += len(piece)
        return bytes(found)

    def number(self, size: int) -> int:
        """A number without sign."""
        return int.from_bytes(self.take(size), "little")

    def characters(self, count: int, flags: int) -> str:
        """Characters, with a new flag byte in each part that they go on in."""
        pieces: list[str] = []
        while count > 0 and self.part < len(self.parts):
            part = self.parts[self.part]
            if self.position >= len(part):
                self.settle()
                flags = self.number(1) if not self.ended else flags
                continue
            width = 2 if flags & WIDE else 1
            room = max(1, (len(part) - self.position) // width)
            text, end = characters(part, self.position, min(count, room), flags)
            pieces.append(text)
            count -= min(count, room)
            self.position = max(end, self.position + 1)
        return "".join(pieces)

    def string(self) -> tuple[str, bytes, bytes]:
        """A counted string, then its runs and the phonetic data behind it."""
        count, flags = self.number(2), self.number(1)
        runs = self.number(2) if flags & RICH else 0
        extra = self.number(4) if flags & EXTENDED else 0
        text = self.characters(count, flags)
        return text, self.take(runs * 4), self.take(extra)


def read_shared_strings(segments: list[bytes], budget: Budget) -> Iterator[tuple[str, bytes, str]]:
    """The strings of SST in order, each with its runs and its phonetic reading ("" for most) (MS-XLS 2.4.265)."""
    data = Segments(segments)
    data.take(8)
    while not data.ended:
        text, runs, extra = data.string()
        budget.spend(len(text) + len(extra) + OVERHEAD)
        yield text, runs, read_phonetic(extra) if extra else ""


def read_phonetic(extra: bytes) -> str:
    """The phonetic string of ExtRst (MS-XLS 2.5.86)."""
    if len(extra) < 14:
        return ""
    count = struct.unpack_from("<H", extra, 12)[0]
    return extra[14 : 14 + count * 2].decode("utf-16-le", "replace")
