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
    """Between expat and a handler: local names, bounded depth, no declarations of a document type."""

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
        names = self.names
        try:
            local = {names[key]: value for key, value in attributes.items()}
            short = names[name]
        except KeyError:
            local = {self.local(key): value for key, value in attributes.items()}
            short = self.local(name)
        if len(local) != len(attributes):
            local = tell_apart(attributes)
        self.handler.start(short, local)

    def end(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.handler.end(self.names[name])

    def check_type(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        """A document type. One that only names itself, as OpenOffice 1 wrote, is never fetched and does nothing."""
        if has_subset:
            self.refuse()

    def refuse(self, *_: object) -> None:
        """Declarations: entities expand without end, and may name files."""
        raise ValueError("XML with a document type")


def tell_apart(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes of which two have one local name: the one without a namespace is meant, the other keeps its whole name."""
    plain = {key: value for key, value in attributes.items() if " " not in key}
    others = {key: value for key, value in attributes.items() if " " in key}
    short = {key.rpartition(" ")[2]: value for key, value in others.items()}
    return others | {key: value for key, value in short.items() if key not in plain} | plain


def feed(chunks: Iterable[bytes], handler: Handler, remarks: list[str] | None = None) -> Iterator[None]:
    """Parse chunk by chunk; yields after each, so that what was handled can be passed on. Raises ValueError for bad XML.

    Comments and processing instructions, which are in no element, go to `remarks`.
    """
    parser = make_parser(handler, remarks if remarks is not None else [])
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except (pyexpat.ExpatError, LookupError):  # LookupError: an encoding that Python does not know
        raise ValueError("not well-formed XML") from None
    yield


def make_parser(handler: Handler, remarks: list[str]) -> pyexpat.XMLParserType:
    """An expat parser that tells a handler; raises ValueError and pyexpat.ExpatError from its Parse."""
    guard = Guard(handler)
    parser = pyexpat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = guard.check_type
    parser.EntityDeclHandler = guard.refuse
    parser.CommentHandler = remarks.append
    parser.ProcessingInstructionHandler = lambda target, data: remarks.append(f"{target} {data}")
    return parser


def parse(chunks: Iterable[bytes], handler: Handler, remarks: list[str] | None = None) -> None:
    """Parse all. Raises ValueError for bad XML."""
    for _ in feed(chunks, handler, remarks):
        pass


@dataclass(slots=True)
class Root:
    """Handler that only waits for the first element."""

    name: str = ""

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element."""
        self.name = self.name or name

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, _: str) -> None:
        """Nothing."""


def find_root(chunks: Iterable[bytes]) -> str:
    """The local name of the first element, "" where there is none; reads no further than that."""
    root = Root()
    try:
        for _ in feed(chunks, root):
            if root.name:
                break
    except ValueError:
        return root.name
    return root.name
