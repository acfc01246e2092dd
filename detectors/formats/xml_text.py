"""The words of an XML document that stands somewhere without a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.formats import xml_events
from detectors.formats.residue import sweep
from detectors.formats.words import WordsHandler
from detectors.model import Content, Location, Part, Passage, Visibility

ROOT = re.compile(rb"<(?![?!])(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")


def read_xml(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    """Its text and attributes, in a channel named after its root; what is not well-formed is swept as the text that it is."""
    handler = WordsHandler()
    found = ROOT.search(untrusted.replace(b"\0", b"")[:4096])
    channel = f"xml:{found[1].decode('ascii', 'replace').lower()}" if found else "xml"
    visibility = max(part.visibility, Visibility.METADATA)
    try:
        xml_events.parse([untrusted], handler)
    except ValueError:
        yield from sweep(untrusted, where, visibility=visibility)
        return
    handler.close()
    for text in (*handler.texts, *handler.sayings):
        yield Passage(where, visibility, channel, text)
