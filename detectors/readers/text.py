"""Plain text, recognised by holding nothing but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.inline_files import read_inline
from detectors.formats.text_stream import encoding, is_for_programs, lines
from detectors.formats.text_tables import Feed, Reading
from detectors.model import Content, Part, Unread, Why

SEALED = re.compile(r"-----BEGIN (PGP MESSAGE|PKCS7|CMS|ENCRYPTED MESSAGE)-----")
FIRST = 4096
WIDE = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Text:
    """Text in UTF-8, UTF-16 or the Windows code page."""

    name: str = "text"
    media_type: str = "text/plain"

    def recognises(self, part: Part) -> bool:
        """Whether the first 64 KiB are text."""
        return encoding(part) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Tables, the words between them, and the files that they carry.

        Text that is made for programs is surfaced, and Unread; so is text that only a key can read.
        """
        name = encoding(part) or "utf-8"
        watched = Watched(lines(part, name))
        yield from Reading(part, Feed(iter(watched))).read()
        if watched.sealed:
            yield Unread(part.where, Why.ENCRYPTED)
        elif is_for_programs(watched.first):
            yield Unread(part.where, Why.UNKNOWN_FORMAT)
        yield from read_inline(part, part.where, narrow(part, name))


@dataclass(slots=True)
class Watched:
    """Lines on their way: what they begin with, whether they are sealed."""

    lines: Iterator[str]
    first: str = ""
    sealed: bool = False

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            if len(self.first) < FIRST:
                self.first += line[:FIRST]
            if line.startswith("-----BEGIN "):
                self.sealed = self.sealed or SEALED.match(line) is not None
            yield line


def narrow(part: Part, name: str) -> bytes:
    """The text in one byte a character, as encoded files are written."""
    with part.source.open() as stream:
        untrusted = stream.read(part.budget.limits.part_bytes)
    return untrusted.decode(name, "replace").encode("ascii", "replace") if name.startswith(WIDE) else untrusted
