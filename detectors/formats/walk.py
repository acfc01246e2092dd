"""One XML file that holds several tables and texts, read as contents while it streams."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from detectors.formats import xml_events
from detectors.formats.events import Closed, Event, File, Line, Opened, Words
from detectors.model import Bytes, Content, Part, Passage, Row, Table, Visibility

CHUNK = 256 * 1024


class EventHandler(xml_events.Handler, Protocol):
    """A handler whose findings gather until they are taken."""

    def comment(self, text: str) -> None:
        """A comment or instruction of the markup."""
        ...

    def take(self) -> list[Event]:
        """What was found since the last time."""
        ...

    def finish(self) -> None:
        """The file ends, perhaps too early."""
        ...


@dataclass(slots=True)
class Walk:
    """One file that is being read. `damaged` tells that it ended before its end; what came before is not lost."""

    part: Part
    handler: EventHandler
    visibility: Visibility = Visibility.SHOWN
    damaged: bool = False

    def read(self, chunks: Iterable[bytes]) -> Iterator[Content]:
        """Tables and passages as they come. Raises OverLimit."""
        yield from as_contents(self.part, self.events(chunks), self.visibility)

    def events(self, chunks: Iterable[bytes]) -> Iterator[Event]:
        """Everything that is found up to the end or the damage."""
        remarks: list[str] = []
        try:
            for _ in xml_events.feed(chunks, self.handler, remarks):
                self.hand_over(remarks)
                yield from self.handler.take()
        except ValueError:
            self.damaged = True
        self.hand_over(remarks)
        self.handler.finish()
        yield from self.handler.take()

    def hand_over(self, remarks: list[str]) -> None:
        """What stood in no element."""
        for remark in remarks:
            self.handler.comment(remark)
        remarks.clear()


def as_contents(part: Part, events: Iterator[Event], visibility: Visibility = Visibility.SHOWN) -> Iterator[Content]:
    """Events as contents, each at least as hidden as its place; what stands inside a table comes after it."""
    least = max(part.visibility, visibility)
    for event in events:
        match event:
            case Opened():
                later: list[Event] = []
                rows = take_rows(event.number, events, later)
                yield Table(event.where, max(least, event.visibility), event.channel, event.columns, rows)
                collections.deque(rows, maxlen=0)
                yield from as_contents(part, iter(later), visibility)
            case Words():
                yield Passage(event.where, max(least, event.visibility), event.channel, event.text)
            case File():
                seen = max(least, event.visibility)
                yield part.inner(event.where, Bytes(event.untrusted), visibility=seen, declared=event.declared)
            case Line() | Closed():
                pass  # of a table that was never opened


def take_rows(number: int, events: Iterator[Event], later: list[Event]) -> Iterator[Row]:
    """The rows of one table; whatever else comes before its end is kept for later."""
    for event in events:
        match event:
            case Line() if event.number == number:
                yield event.row
            case Closed() if event.number == number:
                return
            case _:
                later.append(event)


def source_chunks(part: Part) -> Iterator[bytes]:
    """The bytes of a part, accounted for."""
    with part.source.open() as stream:
        while chunk := stream.read(CHUNK):
            part.budget.spend(len(chunk))
            yield chunk
