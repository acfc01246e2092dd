"""XML Spreadsheets, as Office 2002 and 2003 and many reporting programs write them, often named .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats import xml_events
from detectors.formats.spreadsheetml_2003.workbook import SheetStates, WorkbookHandler
from detectors.formats.walk import CHUNK, Walk, source_chunks
from detectors.formats.xml_root import looks_like_xml
from detectors.formats.xml_salvage import salvage
from detectors.model import Content, Part, Unread, Visibility, Why

NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
ROOT = re.compile(rb"<(?:[\w-]+:)?Workbook[\s>]")
STATES = (b"SheetHidden", b"SheetVeryHidden")
HEAD = 64 * 1024
OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Spreadsheetml2003:
    """A workbook in one XML file of the namespace that came before OOXML."""

    name: str = "spreadsheetml"
    media_type: str = "application/vnd.ms-excel+xml"

    def recognises(self, part: Part) -> bool:
        """Whether it is XML that has a Workbook of that namespace near its beginning, well-formed or not."""
        head = part.head(HEAD)
        if not looks_like_xml(head):
            return False
        head = head.replace(b"\0", b"")
        return NAMESPACE in head and ROOT.search(head) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Sheets, then what stands beside them. What comes before damage is kept; what comes after is said without order."""
        handler = WorkbookHandler(part.where, part.budget, read_states(part))
        walk = Walk(part, handler)
        yield from walk.read(source_chunks(part))
        if walk.damaged:
            yield Unread(part.where, Why.DAMAGED)
            yield from salvage(source_chunks(part), part.where, max(part.visibility, Visibility.ORPHAN))


def read_states(part: Part) -> list[Visibility]:
    """Which sheets are hidden. That stands behind their cells, so a file that speaks of it is read twice."""
    handler = SheetStates()
    if has_states(part):
        try:
            xml_events.parse(chunks_of(part), handler)
        except ValueError:
            return handler.states  # the reading itself will find the damage
    return handler.states


def has_states(part: Part) -> bool:
    """Whether the file speaks of hidden sheets at all."""
    tail = b""
    for chunk in chunks_of(part):
        text = tail + chunk.replace(b"\0", b"")
        if any(state in text for state in STATES):
            return True
        tail = text[-OVERLAP:]
    return False


def chunks_of(part: Part) -> Iterator[bytes]:
    """The bytes, not accounted for: they are read again."""
    with part.source.open() as stream:
        while chunk := stream.read(CHUNK):
            yield chunk
