"""What a broken XML file says, tag or no tag: nobody can tell where it would have stood."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Iterator

from detectors.formats.charsets import guess
from detectors.model import Location, Passage, Visibility

TAG = re.compile(r"<[^<>]{0,4096}>")
QUOTED = re.compile(r"=\s*\"([^\"<>]{2,4096})\"|=\s*'([^'<>]{2,4096})'")
PASSAGE_CHARACTERS = 64 * 1024
CHANNEL = "unclaimed"


def salvage(chunks: Iterable[bytes], where: Location, visibility: Visibility) -> Iterator[Passage]:
    """The text between tags and the values of attributes, in passages of some 64 Ki characters."""
    decoder: codecs.IncrementalDecoder | None = None
    rest = ""
    for chunk in chunks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(guess(chunk) or "latin-1")(errors="replace")
        text = rest + decoder.decode(chunk)
        cut = max(text.rfind("<"), len(text) - PASSAGE_CHARACTERS)
        rest = text[cut:]
        yield from passages(text[:cut], where, visibility)
    yield from passages(rest, where, visibility)


def passages(text: str, where: Location, visibility: Visibility) -> Iterator[Passage]:
    """A stretch of markup as passages."""
    lines = dict.fromkeys(line.strip() for line in html.unescape(without_tags(text)).splitlines())
    words = "\n".join(line for line in lines if line)
    for start in range(0, len(words), PASSAGE_CHARACTERS):
        yield Passage(where, visibility, CHANNEL, words[start : start + PASSAGE_CHARACTERS])


def without_tags(untrusted_markup: str) -> str:
    """A stretch of markup as its text, each tag as the values of its attributes."""
    return TAG.sub(values, untrusted_markup)


def values(tag: re.Match[str]) -> str:
    """A tag as the values of its attributes, a line each."""
    found = [first or second for first, second in QUOTED.findall(tag[0])]
    return "\n".join(("", *found, ""))
