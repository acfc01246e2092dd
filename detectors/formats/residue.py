"""Text in bytes that no reader claimed: tails, gaps, slack, streams and records of unknown kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.model import Location, Part, Passage, Visibility

WIDE = re.compile(rb"(?:[\x09\x0a\x0d\x20-\x7e\xa0-\xff]\x00|[\x00-\xff][\x01-\x06\x20]){4,}")
"""Runs of UTF-16: Latin, Greek, Cyrillic, Hebrew, Arabic letters and general punctuation."""

NARROW = re.compile(rb"[\x09\x0a\x0d\x20-\x7e\x80-\xff]{4,}")
"""Runs of ASCII, UTF-8 or a Windows code page."""

LETTERS = re.compile(r"[A-Za-z0-9]{3}")
PASSAGE_CHARACTERS = 64 * 1024
CHANNEL = "unclaimed"
CHUNK = 1024 * 1024
OVERLAP = 1024
"""Bytes that two windows share, so that what stands on the border of one stands whole in the other."""


def find_texts(untrusted: bytes) -> Iterator[tuple[int, int, str]]:
    """Runs of text with the range of bytes they stand in, wide ones first, then narrow ones."""
    for match in WIDE.finditer(untrusted):
        text = match[0].decode("utf-16-le", "replace")
        if LETTERS.search(text):
            yield match.start(), match.end(), text
    for match in NARROW.finditer(untrusted):
        text = decode_narrow(match[0])
        if LETTERS.search(text):
            yield match.start(), match.end(), text


def decode_narrow(untrusted: bytes) -> str:
    """A run of single bytes as text."""
    try:
        return untrusted.decode("utf-8")
    except UnicodeDecodeError:
        return untrusted.decode("cp1252", "replace")


def sweep(
    untrusted: bytes, where: Location, *, offset: int = 0, visibility: Visibility = Visibility.ORPHAN
) -> Iterator[Passage]:
    """The text in unclaimed bytes, a passage for at most 64 Ki characters, each with the range of bytes it stands in.

    `offset` is where `untrusted` begins in the thing that `where` names. Pass `max(part.visibility, ORPHAN)` for a hidden part.
    """
    texts: list[str] = []
    size, first = 0, 0
    for start, end, text in find_texts(untrusted):
        first = start if not texts else min(first, start)
        texts.append(text)
        size += len(text)
        if size > PASSAGE_CHARACTERS:
            yield Passage(where / f"bytes {offset + first}-{offset + end}", visibility, CHANNEL, "\n".join(texts))
            texts, size = [], 0
    if texts:
        yield Passage(
            where / f"bytes {offset + first}-{offset + len(untrusted)}", visibility, CHANNEL, "\n".join(texts)
        )


def sweep_part(part: Part) -> Iterator[Passage]:
    """The text in all bytes of a part, window by window."""
    visibility = max(part.visibility, Visibility.ORPHAN)
    with part.source.open() as stream:
        offset, tail = 0, b""
        while chunk := stream.read(CHUNK):
            part.budget.spend(len(chunk))
            yield from sweep(tail + chunk, part.where, offset=offset - len(tail), visibility=visibility)
            offset += len(chunk)
            tail = chunk[-OVERLAP:]
