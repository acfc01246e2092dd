"""All parts of a package that its reader has not named: XML for its words and tables, anything else as a part of its own."""

from __future__ import annotations

import binascii
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import unquote

from detectors.formats import xml_events
from detectors.formats.data_mashup import find_mashup, read_mashup
from detectors.formats.drawings import ChartHandler, DrawingHandler, join_rows
from detectors.formats.encoded import find_inline
from detectors.formats.opc import CONTENT_TYPES, Package, resolve
from detectors.formats.pictures.thumbnails import read_thumbnail
from detectors.formats.residue import find_texts
from detectors.formats.signatures import is_packed
from detectors.formats.words import WordsHandler
from detectors.formats.xml_salvage import salvage
from detectors.formats.xml_tables import TablesHandler
from detectors.model import Bytes, Column, Content, Location, Part, Passage, Row, Table, Unread, Visibility, Why

PRINTER = re.compile(r"printersettings\d*\.bin$")
PRINTER_BYTES = 64 * 1024
CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"MZ\x90")
CUSTOM_PROPERTY = re.compile(r"customproperty\d*\.bin$")
CHARTS = frozenset(("chartSpace",))
DRAWINGS = frozenset(("wsDr", "userShapes", "dataModel", "drawing"))
LOOKS = frozenset(("theme", "styleSheet"))
"""How things look, in tables that are nobody's."""

CHANNELS = {
    "FeaturePropertyBags": "featureProperties",
    "MapInfo": "xmlMap",
    "arrayData": "richValue",
    "connections": "connection",
    "formControlPr": "control",
    "headers": "revision",
    "metadata": "metadata",
    "namedSheetViews": "customView",
    "ocx": "activeX",
    "personList": "commentAuthor",
    "pivotTableDefinition": "pivotTable",
    "python": "macro",
    "queryTable": "queryTable",
    "revisions": "revision",
    "rvData": "richValue",
    "singleXmlCells": "xmlMap",
    "slicerCacheDefinition": "slicerCache",
    "slicers": "slicer",
    "styleSheet": "style",
    "table": "table",
    "timelineCacheDefinition": "timelineCache",
    "timelines": "timeline",
    "users": "revision",
    "volTypes": "volatileDependency",
    "webextension": "webExtension",
}
"""What the words of a part are called, by its first element; those of others by the name of the part."""

NAMING = frozenset(("Relationships", "Types"))
LEAST_ENCODED = 80
LEAST_BLOB = 24
BLOB = re.compile(r"[A-Za-z0-9+/]+={0,2}")


def read_leftovers(
    part: Part, package: Package, claimed: set[str], hidden: Mapping[str, Visibility] = MappingProxyType({})
) -> Iterator[Content]:
    """Every part of the package in `part` whose name (as `Package.parts` spells it) is not among the claimed.

    `hidden`: how hidden those are that stand in a hidden place.
    A part that nothing refers to is left over, whatever is in it. Members that share a name with another are read too, as left over,
    and make the package Unread: see `Package.duplicates`.
    """
    referred = find_referred(package)
    astray = replace(part, visibility=max(part.visibility, Visibility.ORPHAN))
    for number, name in enumerate(sorted(package.parts.keys() - claimed), 1):
        where = part.where.into(name, f"package part {number}")
        seen = replace(part, visibility=max(part.visibility, hidden.get(name, Visibility.SHOWN)))
        yield from read_leftover(seen if name in referred else astray, package, name, where)
    for number, member in enumerate(package.duplicates, 1):
        where = part.where.into(member.filename, f"second part {number}")
        yield part.inner(where, package.archive.source(member), visibility=Visibility.ORPHAN)
        yield Unread(where, Why.DAMAGED)


def find_places(package: Package, sheets: Iterable[tuple[Visibility, str]], stop: str) -> dict[str, Visibility]:
    """How hidden the parts are that sheets lead to, near and far: drawings, their charts and pictures, the objects in them.

    As hidden as the least hidden of these sheets. Not the part `stop`, nor what is behind it.
    """
    found: dict[str, Visibility] = {stop: Visibility.SHOWN}
    for visibility, start in sorted(sheets):
        ahead = [start]
        while ahead:
            try:
                targets = {each.target for each in package.relationships(ahead.pop()) if not each.external}
            except ValueError:
                continue  # said where the part itself is read
            new = (targets & package.parts.keys()) - found.keys()
            found.update(dict.fromkeys(new, visibility))
            ahead += new
    return found


def find_referred(package: Package) -> set[str]:
    """The names of the parts that some relationship leads to, and of those that need none."""
    found = {name for name in package.parts if name.endswith(".rels")} | {CONTENT_TYPES}
    for name in sorted(found - {CONTENT_TYPES}):
        folder, _, base = name.rpartition("/")
        owner = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
        try:
            found |= {each.target for each in package.relationships(owner) if not each.external}
        except ValueError:
            continue  # said where the part itself is read
    return found


def read_leftover(part: Part, package: Package, name: str, where: Location) -> Iterator[Content]:
    """One part."""
    if name.endswith((".xml", ".vml", ".rels")):
        yield from read_xml(part, package, name, where)
    elif PRINTER.search(name) or CUSTOM_PROPERTY.search(name):
        yield from read_settings(part, package, name, where)
    elif name.startswith("docprops/thumbnail."):
        yield from read_thumbnail(part.inner(where, package.archive.source(package.parts[name])))
    else:
        yield part.inner(where, package.archive.source(package.parts[name]))


def read_settings(part: Part, package: Package, name: str, where: Location) -> Iterator[Content]:
    """A printer's settings or a property of a program's: the texts in it. Anything else under that name is a part."""
    untrusted = b"".join(package.chunks(name))
    if len(untrusted) > PRINTER_BYTES or any(mark in untrusted for mark in CONTAINERS):
        yield part.inner(where, package.archive.source(package.parts[name]), visibility=Visibility.METADATA)
        return
    channel = "printerSettings" if PRINTER.search(name) else "customProperty"
    yield from passage(part, where, channel, "\n".join(text for _, _, text in find_texts(untrusted)))
    yield from read_encoded(part, where, untrusted)
    if is_packed(untrusted):
        yield Unread(where, Why.UNKNOWN_FORMAT)


def read_xml(part: Part, package: Package, name: str, where: Location) -> Iterator[Content]:
    """An XML part by what its root says it is; one that is not well-formed is unread beside what was read of it."""
    root = xml_events.find_root(package.chunks(name))
    reading = XmlReading(part, package, name, where, root)
    if root in CHARTS:
        yield from reading.read_chart()
    elif root == "DataMashup":
        mashup = find_mashup(b"".join(package.chunks(name)))
        yield from read_mashup(part, where / "queries", mashup or "")
    elif root in DRAWINGS:
        yield from reading.read_drawing()
    else:
        yield from reading.read_words()


@dataclass(slots=True)
class XmlReading:
    """One XML part that is being read."""

    part: Part
    package: Package
    name: str
    where: Location
    root: str

    @property
    def channel(self) -> str:
        """What its passages are called."""
        if self.name.startswith("docprops/"):
            return "documentProperty"
        if self.name.startswith("customxml/"):
            return "customXml"
        if self.name.endswith(".rels"):
            return "relationshipTarget"
        if self.name.endswith(".vml"):
            return "vmlDrawing"
        if self.root in CHANNELS:
            return CHANNELS[self.root]
        return "xml:" + re.sub(r"[^a-z]", "", posixpath.basename(self.name).rpartition(".")[0])[:40]

    def parse(self, handler: xml_events.Handler) -> Iterator[Content]:
        """All of the part into a handler; its remarks."""
        remarks: list[str] = []
        try:
            xml_events.parse(self.chunks(), handler, remarks)
        except ValueError:
            yield Unread(self.where, Why.DAMAGED)
            yield from salvage(self.chunks(), self.where, max(self.part.visibility, Visibility.METADATA))
        yield from passage(self.part, self.where, "xmlComment", "\n".join(remarks))

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the part; in VML, whose `<br>` Excel does not close, as if it were closed."""
        chunks = self.package.chunks(self.name)
        return close_breaks(chunks) if self.name.endswith(".vml") else chunks

    def read_words(self) -> Iterator[Content]:
        """Texts and sayings, tables, and files in base64."""
        foreign = self.name.startswith("customxml/")
        handler, tables = WordsHandler(foreign=foreign), TablesHandler(self.part.budget)
        yield from self.parse(handler)
        handler.close()
        for text in (*handler.texts, *map(self.without_names, handler.sayings)):
            yield from passage(self.part, self.where, self.channel, text)
            yield from read_encoded(self.part, self.where, text.encode())
            if self.name.startswith("docprops/"):
                yield from read_blobs(self.part, self.where, text)
        if self.root in LOOKS:
            return
        for _ in self.parse(tables):
            break  # what is wrong with it was said above
        for number, found in enumerate(tables.found(), 1):
            columns = tuple(Column(name=name) for name in found.columns)
            rows = (Row(index, cells) for index, cells in enumerate(found.cells(), 1))
            hidden = max(self.part.visibility, Visibility.METADATA)
            yield Table(self.where / f"table {number}", hidden, "xmlTable", columns, rows)

    def without_names(self, sayings: str) -> str:
        """What attributes say, less the names of parts that are there: the machinery of the package itself. Addresses in clear as well."""
        if self.root not in NAMING:
            return sayings
        folder = posixpath.dirname(posixpath.dirname(self.name)) if self.root == "Relationships" else ""
        lines = [line for line in sayings.split("\n") if resolve(folder, line) not in self.package.parts]
        return "\n".join(dict.fromkeys(each for line in lines for each in (line, unquote(line))))

    def read_drawing(self) -> Iterator[Content]:
        """What shapes show is shown; what hidden ones hold, and descriptions, are not."""
        handler = DrawingHandler()
        yield from self.parse(handler)
        handler.close()
        for text in handler.texts:
            yield Passage(self.where, self.part.visibility, "drawing", text)
        hidden = max(self.part.visibility, Visibility.HIDDEN_TEXT)
        if handler.hidden:
            yield Passage(self.where / "hidden shapes", hidden, "hiddenShape", "\n".join(handler.hidden))
        for text in handler.sayings:
            yield from passage(self.part, self.where, "drawingDescription", text)

    def read_chart(self) -> Iterator[Content]:
        """Titles, and the values that the chart keeps: their sheet may be gone."""
        handler = ChartHandler(budget=self.part.budget)
        yield from self.parse(handler)
        handler.close()
        for text in handler.texts:
            yield Passage(self.where, self.part.visibility, "chart", text)
        for text in handler.sayings:
            yield from passage(self.part, self.where, "chartDescription", text)
        yield from self.read_points(handler.columns, "values", Visibility.SHOWN)
        yield from self.read_points(handler.left_out, "values left out", Visibility.HIDDEN_TEXT)

    def read_points(self, found: list[dict[int, str]], place: str, visibility: Visibility) -> Iterator[Content]:
        """The values of a chart as a table."""
        rows = join_rows(found)
        if rows:
            columns = tuple(Column() for _ in found)
            numbered = (Row(number, cells) for number, cells in enumerate(rows, 1))
            yield Table(self.where / place, max(self.part.visibility, visibility), "chartCache", columns, numbered)


def read_encoded(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    """Files in base64."""
    if len(untrusted) < LEAST_ENCODED:
        return
    for number, inline in enumerate(find_inline(untrusted), 1):
        part.budget.spend(len(inline.data))
        yield part.inner(where / f"encoded file {number}", Bytes(inline.data), visibility=Visibility.METADATA)


def read_blobs(part: Part, where: Location, text: str) -> Iterator[Content]:
    """Texts in base64 of document properties (`vt:blob`): the targets of links, `_PID_HLINKS`, as older programs kept them."""
    for line in text.split("\n"):
        if len(line) >= LEAST_BLOB and len(line) % 4 == 0 and BLOB.fullmatch(line):
            untrusted = binascii.a2b_base64(line)
            yield from passage(
                part, where, "documentProperty", "\n".join(found for _, _, found in find_texts(untrusted))
            )


def close_breaks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Markup with every `<br>` closed."""
    tail = b""
    for chunk in chunks:
        data = tail + chunk
        cut = len(data) if data.rfind(b"<") < len(data) - 3 else data.rfind(b"<")
        tail = data[cut:]
        yield data[:cut].replace(b"<br>", b"<br/>")
    yield tail


def passage(part: Part, where: Location, channel: str, text: str) -> Iterator[Passage]:
    """A passage that is not on the face of the document, unless it is empty."""
    if text.strip():
        yield Passage(where, max(part.visibility, Visibility.METADATA), channel, text)
