"""All parts of a package that its reader has not named: XML for its words, anything else as a part of its own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from detectors.formats import xml_events
from detectors.formats.opc import CONTENT_TYPES, Package
from detectors.formats.residue import find_texts
from detectors.formats.words import WordsHandler
from detectors.model import Content, Location, Part, Passage, Unread, Visibility, Why

MACHINERY = re.compile(r"(^|/)(theme\d*|calcchain|styles)\.xml$")
"""Parts that hold no text of a person's beyond what is read from them by name."""

PRINTER = re.compile(r"printersettings\d*\.bin$")


def read_leftovers(part: Part, package: Package, claimed: set[str]) -> Iterator[Content]:
    """Every part of the package in `part` whose name (as `Package.parts` spells it) is not among the claimed."""
    for number, name in enumerate(sorted(package.parts.keys() - claimed), 1):
        where = part.where.into(name, f"package part {number}")
        if name.endswith(".rels"):
            yield from read_relationships(part, package, name, where)
        elif name.endswith((".xml", ".vml")) or name == CONTENT_TYPES:
            yield from read_words(part, package, name, where)
        elif PRINTER.search(name):
            texts = [text for _, _, text in find_texts(b"".join(package.chunks(name)))]
            yield from passage(part, where, "printerSettings", "\n".join(texts))
        else:
            yield part.inner(where, package.archive.source(package.parts[name]))


def read_relationships(part: Part, package: Package, name: str, where: Location) -> Iterator[Content]:
    """Where the package points to outside itself: paths, addresses, servers."""
    folder, _, base = name.rpartition("/_rels/")
    source = (
        posixpath.join(folder, base.removesuffix(".rels"))
        if base
        else name.removeprefix("_rels/").removesuffix(".rels")
    )
    outside = [each.target for each in package.relationships(source) if each.external]
    yield from passage(part, where, "relationshipTarget", "\n".join(outside))


def read_words(part: Part, package: Package, name: str, where: Location) -> Iterator[Content]:
    """The words of an XML part; one that is not well-formed is unread, and the others are still read."""
    if name == CONTENT_TYPES or MACHINERY.search(name):
        return
    handler = WordsHandler()
    try:
        xml_events.parse(package.chunks(name), handler)
    except ValueError:
        yield Unread(where, Why.DAMAGED)
    handler.finish()
    base = re.sub(r"[^a-z]", "", posixpath.basename(name).rpartition(".")[0])[:40]
    channel = "documentProperty" if name.startswith("docprops/") else f"xml:{base}"
    for text in handler.texts:
        yield from passage(part, where, channel, text)


def passage(part: Part, where: Location, channel: str, text: str) -> Iterator[Passage]:
    """A passage, unless it is empty."""
    if text.strip():
        yield Passage(where, max(part.visibility, Visibility.METADATA), channel, text)
