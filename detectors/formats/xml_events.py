"""Streaming XML: expat events by local name, without entities, DTDs or anything fetched."""

from __future__ import annotations

import pyexpat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

DEPTH = 200


class Handler(Protocol):
    """What is told of elements, by local name whatever their prefix; attributes too."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def text(self, text: str) -> None:
        """Character data, possibly in pieces."""
        ...

    def end(self, name: str) -> None:
        """An element ends."""
        ...


@dataclass(slots=True)
class Guard:
    """Between expat and a handler: local names, bounded depth, no document type."""

    handler: Handler
    depth: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def local(self, name: str) -> str:
        """A name without its namespace; there are few, so each is cut once."""
        short = self.names.get(name)
        if short is None:
            short = self.names[name] = name.rpartition(" ")[2]
        return short

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > DEPTH:
            raise ValueError("XML nested too deeply")
        self.handler.start(self.local(name), {self.local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.handler.end(self.local(name))

    def refuse(self, *_: object) -> None:
        """A document type: its entities expand without end, and may name files."""
        raise ValueError("XML with a document type")


def feed(chunks: Iterable[bytes], handler: Handler) -> Iterator[None]:
    """Parse chunk by chunk; yields after each, so that what was handled can be passed on. Raises ValueError for bad XML."""
    guard = Guard(handler)
    parser = pyexpat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = guard.refuse
    parser.EntityDeclHandler = guard.refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except (pyexpat.ExpatError, LookupError):  # the latter for an encoding that nobody knows
        raise ValueError("not well-formed XML") from None
    yield


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Parse all. Raises ValueError for bad XML."""
    for _ in feed(chunks, handler):
        pass
