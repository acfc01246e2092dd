"""A part's text in pieces, whatever its encoding, without holding it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from detectors.formats.charsets import BINARY, guess
from detectors.model import Part

CHUNK = 256 * 1024
HEAD = 64 * 1024


def encoding(part: Part) -> str | None:
    """The encoding of a part that is text by its first 64 KiB; None when it is not."""
    head = part.head(HEAD)
    return guess(head) if head else None


def pieces(part: Part, name: str) -> Iterator[str]:
    """The text in pieces of about 256 Ki characters. Raises ValueError where binary follows upon text."""
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    with part.source.open() as stream:
        while chunk := stream.read(CHUNK):
            part.budget.spend(len(chunk))
            piece = decoder.decode(chunk)
            if BINARY.search(piece):
                raise ValueError("text that turns into something else")
            yield piece
        yield decoder.decode(b"", final=True)


def lines(part: Part, name: str) -> Iterator[str]:
    """The text line by line, line ends kept; a line without end comes in pieces of a chunk."""
    rest = ""
    for piece in pieces(part, name):
        *whole, rest = (rest + piece).splitlines(keepends=True) or [""]
        yield from whole
        if rest.endswith("\n") or len(rest) > CHUNK:
            yield rest
            rest = ""
    if rest:
        yield rest
