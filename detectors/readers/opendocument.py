"""OpenDocument spreadsheets, texts and presentations, packed or flat: every sheet, and every place behind them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipInfo

from detectors.formats import xml_events
from detectors.formats.opendocument.content import ContentHandler
from detectors.formats.opendocument.package import (
    CORE,
    DOCUMENT_HEAD,
    MANIFEST,
    MEDIA_TYPE,
    NAMESPACES,
    Manifest,
    Package,
    kind_of_xml,
    locked,
    open_package,
    standing,
)
from detectors.formats.opendocument.styles import Styles
from detectors.formats.pictures.thumbnails import read_thumbnail
from detectors.formats.residue import sweep
from detectors.formats.walk import Walk, source_chunks
from detectors.formats.words import WordsHandler
from detectors.formats.xml_root import find_root
from detectors.formats.xml_salvage import salvage
from detectors.formats.zip_gaps import read_gaps
from detectors.model import (
    Content,
    Location,
    OverLimit,
    Part,
    Passage,
    Unread,
    Visibility,
    Why,
)

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
TEXT = "application/vnd.oasis.opendocument.text"
PRESENTATION = "application/vnd.oasis.opendocument.presentation"
GRAPHICS = "application/vnd.oasis.opendocument.graphics"
XML = re.compile(r"\.(xml|xba|xlb|xlc|xdl|rdf)$", re.IGNORECASE)
MACROS = re.compile(r"(^|/)(Basic|Dialogs)/")
HARMLESS = re.compile(r"(^|/)(mimetype|layout-cache)$")


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """One kind of document; the last of `kinds` may be "" for every kind that no other reader takes."""

    name: str
    media_type: str
    kinds: frozenset[str]

    def recognises(self, part: Part) -> bool:
        """Whether it is a package or a flat file of OpenDocument, or of OpenOffice before it, of one of the kinds."""
        try:
            kind = find_kind(part)
        except (ValueError, OverLimit):
            return False
        return bool(kind) and (kind in self.kinds or "" in self.kinds)

    def read(self, part: Part) -> Iterator[Content]:
        """Content, then styles, properties, settings, objects, and all other members. Raises ValueError for what is neither."""
        if part.head(2) != b"PK":
            yield from read_flat(part)
            return
        package = open_package(part)
        if package is None:
            raise ValueError("not an OpenDocument package")
        yield from Reading(part, package).read()


def spreadsheets() -> OpenDocument:
    """ODS, OTS, FODS, SXC."""
    return OpenDocument("ods", SPREADSHEET, frozenset(("spreadsheet",)))


def texts() -> OpenDocument:
    """ODT and its kin."""
    return OpenDocument("odt", TEXT, frozenset(("text",)))


def presentations() -> OpenDocument:
    """ODP."""
    return OpenDocument("odp", PRESENTATION, frozenset(("presentation",)))


def drawings() -> OpenDocument:
    """ODG, and charts, formulas and databases on their own."""
    return OpenDocument("odg", GRAPHICS, frozenset(("graphics", "")))


def find_kind(part: Part) -> str:
    """The kind of document in a part; "" for anything else. Raises ValueError for a damaged archive."""
    if part.head(2) == b"PK":
        package = open_package(part)
        return package.kind if package else ""
    root = find_root(part)
    return kind_of_xml(part.head(DOCUMENT_HEAD)) if root and root[0] in NAMESPACES else ""


def read_flat(part: Part) -> Iterator[Content]:
    """A document that is one XML file."""
    kind = kind_of_xml(part.head(DOCUMENT_HEAD))
    handler = ContentHandler(part.where, part.budget, Styles(), kind)
    walk = Walk(part, handler)
    yield from walk.read(source_chunks(part))
    if walk.damaged:
        yield Unread(part.where, Why.DAMAGED)
        yield from salvage(source_chunks(part), part.where, max(part.visibility, Visibility.ORPHAN))


@dataclass(slots=True)
class Reading:
    """One package that is being read. `claimed` are the members whose content is accounted for."""

    part: Part
    package: Package
    manifest: Manifest = field(default_factory=Manifest)
    claimed: set[str] = field(default_factory=set)
    references: dict[str, Visibility] = field(default_factory=dict)
    """What is linked to, and how hidden the place is that does."""

    def read(self) -> Iterator[Content]:
        """Everything, the document itself first."""
        self.manifest = self.package.manifest()
        self.claimed.add(MANIFEST)
        yield from self.read_irregularities()
        if "content.xml" not in self.package.members and not self.manifest.encrypted:
            yield Unread(self.part.where / "content", Why.DAMAGED)
        yield from self.read_document("", self.part.where, Visibility.SHOWN)
        yield from self.read_objects()
        for number, name in enumerate(sorted(self.package.members.keys() - self.claimed), 1):
            yield from self.read_member(number, name)
        for number, member in enumerate(self.package.others, 1):
            yield from self.read_double(number, member)
        yield from self.read_links()

    def read_links(self) -> Iterator[Content]:
        """Links to files beside the package: what they point to is not in it."""
        folders = {posixpath.dirname(name) for name in self.package.members}
        inside = self.package.members.keys() | folders
        outside = sorted(name for name in self.references if name not in inside and not name.startswith(("#", ".")))
        if outside:
            text = "\n".join(outside)
            yield Passage(self.part.where / "links", self.hide(Visibility.METADATA), "relationshipTarget", text)

    def read_irregularities(self) -> Iterator[Content]:
        """What the archive holds beside its members, and names that stand twice."""
        archive = self.package.archive
        for comment in (archive.file.comment, *(member.comment for member in archive.members)):
            if comment.strip():
                text = comment.decode("utf-8", "replace")
                yield Passage(self.part.where / "comment", self.hide(Visibility.METADATA), "zipComment", text)
        yield from read_gaps(self.part, archive)
        if self.package.others:
            yield Unread(self.part.where / "members of one name", Why.DAMAGED)

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as its place, at least."""
        return max(self.part.visibility, visibility)

    # Documents: the package's own, and those of its objects.

    def read_document(self, folder: str, where: Location, visibility: Visibility) -> Iterator[Content]:
        """Styles, content, properties and settings of one folder."""
        styles = Styles()
        kind = self.package.kind if not folder else self.package.kind_of_object(folder)
        for base in CORE:
            name = folder + base
            if name not in self.package.members:
                continue
            self.claimed.add(name)
            unread = locked(self.part, self.package, self.manifest, name)
            if unread:
                yield unread
                continue
            channel = {"content.xml": "body", "styles.xml": "master"}.get(base, base.removesuffix(".xml"))
            handler = ContentHandler(where, self.part.budget, styles, kind, channel)
            walk = Walk(self.part, handler, visibility)
            yield from walk.read(self.package.chunks(name))
            if walk.damaged:
                yield Unread(where / base, Why.DAMAGED)
                yield from self.salvage(name, where / base)
            for each, seen in handler.references.items():
                target = posixpath.normpath(folder + each)
                self.references[target] = min(max(seen, visibility), self.references.get(target, seen))

    def salvage(self, name: str, where: Location) -> Iterator[Content]:
        """All that stands in a broken file, without order."""
        visibility = self.hide(Visibility.ORPHAN)
        try:
            yield from salvage(self.package.chunks(name), where, visibility)
        except ValueError:
            return

    def read_objects(self) -> Iterator[Content]:
        """Charts, formulas and embedded documents: folders with a content of their own."""
        folders = sorted(
            posixpath.dirname(name) + "/"
            for name in self.package.members
            if posixpath.basename(name) == "content.xml" and "/" in name
        )
        for number, folder in enumerate(folders, 1):
            self.claimed.update(name for name in (folder + "mimetype",) if name in self.package.members)
            where = self.part.where.into(folder.rstrip("/"), f"object {number}")
            yield from self.read_document(folder, where, self.standing_of(folder))

    def standing_of(self, folder: str) -> Visibility:
        """An object that nothing refers to, or that the manifest does not list, is left over."""
        seen = self.references.get(folder.rstrip("/"), Visibility.ORPHAN)
        return max(seen, standing(self.manifest, folder + "content.xml"))

    # All other members.

    def read_member(self, number: int, name: str) -> Iterator[Content]:
        """A member that is no document's."""
        member = self.package.members[name]
        if not member.file_size:
            return
        unread = locked(self.part, self.package, self.manifest, name)
        where = self.part.where.into(name, f"package part {number}")
        visibility = max(standing(self.manifest, name), self.references.get(name, Visibility.SHOWN))
        if unread:
            yield unread
        elif HARMLESS.search(name):
            yield from sweep(self.whole(name), where, visibility=self.hide(Visibility.ORPHAN))
        elif XML.search(name):
            yield from self.read_words(name, where, visibility)
        else:
            yield from self.read_file(name, where, visibility)

    def whole(self, name: str) -> bytes:
        """All bytes of a small member; what can be had of a damaged one."""
        chunks: list[bytes] = []
        try:
            chunks.extend(self.package.chunks(name))
        except ValueError:
            chunks.append(b"")
        found = b"".join(chunks)
        return b"" if MEDIA_TYPE.fullmatch(found.strip()) else found

    def read_words(self, name: str, where: Location, visibility: Visibility) -> Iterator[Content]:
        """The words of an XML member; one that is not well-formed is unread, and what stands in it is said."""
        handler, remarks = WordsHandler(), list[str]()
        damaged = False
        try:
            xml_events.parse(self.package.chunks(name), handler, remarks)
        except ValueError:
            damaged = True
        handler.close()
        for text in (*handler.texts, *handler.sayings, "\n".join(remarks)):
            if not text.strip():
                continue
            channel = "macro" if MACROS.search(name) else f"xml:{channel_word(name)}"
            yield Passage(where, self.hide(max(visibility, Visibility.METADATA)), channel, text)
        if damaged:
            yield Unread(where, Why.DAMAGED)
            yield from self.salvage(name, where)

    def read_file(self, name: str, where: Location, visibility: Visibility) -> Iterator[Content]:
        """A picture, an embedded object, a script, an older version: a part of its own."""
        member = self.package.members[name]
        source = self.package.archive.source(member)
        if name.startswith("Versions/"):
            yield self.part.inner(where, source, visibility=Visibility.ORPHAN)
        elif name.startswith("Thumbnails/"):
            yield from read_thumbnail(self.part.inner(where, source, visibility=max(visibility, Visibility.METADATA)))
        elif name.startswith("Scripts/"):
            yield self.part.inner(where, source, visibility=max(visibility, Visibility.METADATA))
        else:
            yield self.part.inner(where, source, visibility=visibility)

    def read_double(self, number: int, member: ZipInfo) -> Iterator[Content]:
        """A member whose name stands again further on: no program shows it."""
        where = self.part.where / f"double {number}"
        if self.package.locked(member.filename):
            yield Unread(where, Why.UNKNOWN_FORMAT)
        elif member.file_size:
            yield self.part.inner(where, self.package.archive.source(member), visibility=Visibility.ORPHAN)


def channel_word(name: str) -> str:
    """A member's base name as part of a channel."""
    return re.sub(r"[^a-z]", "", posixpath.basename(name).rpartition(".")[0].lower())[:40]
