"""A part's text in pieces, whatever its encoding, without holding it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from detectors.formats.charsets import BINARY, clean, guess
from detectors.model import Part

CHUNK = 256 * 1024
HEAD = 64 * 1024
LINE = 4 * 1024 * 1024
"""Characters of a line before it is cut."""

STRUCTURED = re.compile(
    r"\s*(?:\{\\rtf|%!PS|%FDF-|%PDF|\{\s*[\"'}]|\[\s*[\"\[{\]]|ID;P|TABLE\s*\r?\n0,1|BEGIN:VCARD|\d+ \d+ obj\b|%YAML|SQLite|REGEDIT4|Windows Registry)"
    r"|\s*(?:--[^\n]*\n\s*)*(?:INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE|BEGIN\s+TRANSACTION)\b",
    re.IGNORECASE,
)
"""Formats that are made of text and are no prose: what they mean is not what a person would read line by line."""


def encoding(part: Part) -> str | None:
    """The encoding of a part that is text by its first 64 KiB; None when it is not."""
    head = part.head(HEAD)
    return guess(head) if head else None


def is_for_programs(text: str) -> bool:
    """Whether a text begins as a format that is made of text does."""
    return STRUCTURED.match(text.lstrip("\ufeff")) is not None


def pieces(part: Part, name: str) -> Iterator[str]:
    """The text in pieces of about 256 Ki characters, without padding. Raises ValueError where binary follows upon text."""
    decoder = codecs.getincrementaldecoder(name)(errors="as-windows" if name.startswith("utf-8") else "replace")
    with part.source.open() as stream:
        while chunk := stream.read(CHUNK):
            part.budget.spend(len(chunk))
            piece = clean(decoder.decode(chunk))
            if BINARY.search(piece):
                raise ValueError("text that turns into something else")
            yield piece
        yield clean(decoder.decode(b"", final=True))


def lines(part: Part, name: str) -> Iterator[str]:
    """The text line by line, each with a line feed however it ended; an endless one comes in pieces of 4 Mi characters."""
    rest = ""
    for piece in pieces(part, name):
        text = rest + piece
        held = "\r" if text.endswith("\r") else ""
        whole = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = whole.pop() + held
        for line in whole:
            yield line + "\n"
        if len(rest) > LINE:
            yield rest
            rest = ""
    if rest:
        yield rest.replace("\r", "\n")
