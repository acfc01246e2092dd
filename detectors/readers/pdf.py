"""PDF, so far only to tell one that needs a password from one that we cannot read yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.model import Content, Part, Unread, Why


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF file."""

    name: str = "pdf"
    media_type: str = "application/pdf"

    def recognises(self, part: Part) -> bool:
        """Whether `%PDF-` stands in the first kilobyte, as readers of PDF allow."""
        return b"%PDF-" in part.head(1024)

    def read(self, part: Part) -> Iterator[Content]:
        """Unread in either case."""
        encrypted = b"/Encrypt" in part.whole()
        yield Unread(part.where, Why.ENCRYPTED if encrypted else Why.UNKNOWN_FORMAT)
