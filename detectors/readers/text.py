"""Plain text, recognised by holding nothing but text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.text_stream import encoding, pieces
from detectors.model import Content, Part, Passage

OVERLAP = 512
"""Characters that a passage repeats of the one before, so that nothing is cut in two."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text in UTF-8, UTF-16 or the Windows code page."""

    name: str = "text"
    media_type: str = "text/plain"

    def recognises(self, part: Part) -> bool:
        """Whether the first 64 KiB are text."""
        return encoding(part) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Passages of about 256 Ki characters, each beginning with the end of the one before."""
        tail = ""
        for piece in pieces(part, encoding(part) or "utf-8"):
            if piece:
                yield Passage(part.where, part.visibility, "text", tail + piece)
                tail = piece[-OVERLAP:]
