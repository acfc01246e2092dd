"""XML of a kind that no other reader knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats import xml_events
from detectors.formats.words import WordsHandler
from detectors.model import Content, Part, Passage, Unread, Visibility, Why

PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s|<[A-Za-z_][\w.-]*(?::[\w.-]+)?(?:\s+xmlns(?::\w+)?\s*=))")
WIDE_PROLOGUES = tuple("<?xml ".encode(name) for name in ("utf-16-le", "utf-16-be", "utf-16"))
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Xml:
    """Any XML but XHTML: its words are surfaced, what they mean to a program is not known."""

    name: str = "xml"
    media_type: str = "application/xml"

    def recognises(self, part: Part) -> bool:
        """Whether it begins as XML does, and is no web page."""
        head = part.head()
        if PROLOGUE.match(head) is None and not head.startswith(WIDE_PROLOGUES):
            return False
        return xml_events.find_root(iter([head])).lower() != "html"

    def read(self, part: Part) -> Iterator[Content]:
        """Texts, attributes, comments; and Unread. Raises ValueError for XML that is broken."""
        handler, remarks = WordsHandler(foreign=True), list[str]()
        fault = False
        try:
            xml_events.parse(chunks(part), handler, remarks)
        except ValueError:
            fault = True
        handler.close()
        for text in handler.texts:
            yield Passage(part.where, part.visibility, "xml", text)
        hidden = max(part.visibility, Visibility.METADATA)
        for text in (*handler.sayings, "\n".join(remarks)):
            if text.strip():
                yield Passage(part.where / "attributes", hidden, "xmlAttributes", text)
        yield Unread(part.where, Why.DAMAGED if fault else Why.UNKNOWN_FORMAT)


def chunks(part: Part) -> Iterator[bytes]:
    """The bytes, accounted for."""
    with part.source.open() as stream:
        while chunk := stream.read(CHUNK):
            part.budget.spend(len(chunk))
            yield chunk
