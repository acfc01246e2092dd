"""Bytes of a kind that no other reader knows: the text that can be seen in them, and Unread, since there may be more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.residue import sweep_part
from detectors.model import Content, Part, Unread, Why


@dataclass(frozen=True, slots=True)
class Unknown:
    """The last one to be asked."""

    name: str = "unknown"
    media_type: str = "application/octet-stream"

    def recognises(self, part: Part) -> bool:
        """Whether there are any bytes."""
        return bool(part.head(1))

    def read(self, part: Part) -> Iterator[Content]:
        """Runs of text, and Unread."""
        yield Unread(part.where, Why.UNKNOWN_FORMAT)
        yield from sweep_part(part)
