"""Plain text, recognised by holding nothing but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.inline_files import read_inline
from detectors.formats.text_stream import encoding, pieces
from detectors.model import Content, Part, Passage, Unread, Why

OVERLAP = 512
"""Characters that a passage repeats of the one before, so that nothing is cut in two."""

SEALED = re.compile(r"-----BEGIN (PGP MESSAGE|PKCS7|CMS|ENCRYPTED MESSAGE)-----")
STRUCTURED = re.compile(
    r"\s*(?:\{\\rtf|%!PS|%FDF-|%PDF|\{\s*[\"'}]|\[\s*[\"\[{\]]|ID;P|TABLE\s*\r?\n0,1|BEGIN:VCARD|\d+ \d+ obj\b|%YAML|SQLite|REGEDIT4|Windows Registry)"
    r"|\s*(?:--[^\n]*\n\s*)*(?:INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE|BEGIN\s+TRANSACTION)\b",
    re.IGNORECASE,
)
"""Formats that are made of text and are no prose: what they mean is not what a person would read line by line."""

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
        """Passages of about 256 Ki characters, each beginning with the end of the one before; then the files that they carry.

        Text that is made for programs is surfaced, and Unread; so is text that only a key can read.
        """
        name = encoding(part) or "utf-8"
        tail, sealed, first = "", False, ""
        for piece in pieces(part, name):
            if not piece:
                continue
            first = first or piece[:4096]
            sealed = sealed or SEALED.search(tail + piece) is not None
            yield Passage(part.where, part.visibility, "text", tail + piece)
            tail = piece[-OVERLAP:]
        if sealed:
            yield Unread(part.where, Why.ENCRYPTED)
        elif STRUCTURED.match(first.lstrip("\ufeff")):
            yield Unread(part.where, Why.UNKNOWN_FORMAT)
        yield from read_inline(part, part.where, narrow(part, name))


def narrow(part: Part, name: str) -> bytes:
    """The text in one byte a character, as encoded files are written."""
    with part.source.open() as stream:
        untrusted = stream.read(part.budget.limits.part_bytes)
    return untrusted.decode(name, "replace").encode("ascii", "replace") if name.startswith(WIDE) else untrusted
