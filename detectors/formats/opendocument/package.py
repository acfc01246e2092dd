"""OpenDocument packages (ODF 1.3 part 2): their members, what the manifest says of them, what kind of document they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipInfo

from detectors.formats import xml_events
from detectors.formats.xml_root import root_of
from detectors.formats.zip_archive import METHODS, Archive, open_archive
from detectors.model import OverLimit, Part, Unread, Visibility, Why

MANIFEST = "META-INF/manifest.xml"
MEDIA_TYPE = re.compile(
    rb"application/(?:vnd\.oasis\.opendocument\.|vnd\.sun\.xml\.|x-vnd\.oasis\.opendocument\.)([a-z-]+)"
)
KINDS = {"calc": "spreadsheet", "writer": "text", "impress": "presentation", "draw": "graphics", "drawing": "graphics"}
"""What the forerunner's media types (vnd.sun.xml.calc) call the kinds; `spreadsheet-template` is a spreadsheet as well."""

NAMESPACES = ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "http://openoffice.org/2000/office")
BODIES = re.compile(
    rb"body[^<>]{0,500}>\s{0,200}<(?:[\w-]+:)?(spreadsheet|text|presentation|drawing|chart|image|database)[\s>/]"
    rb"|office:class=\"(spreadsheet|text|presentation|drawing)\""
)
"""The child of `office:body` (ODF 1.3 part 3, 3.7), or what stood for it before."""
DOCUMENT_HEAD = 1024 * 1024
ROOT_BYTES = 8192
ENCRYPTED = 0x1
CORE = ("styles.xml", "content.xml", "meta.xml", "settings.xml")
UNLISTED = ("mimetype", "META-INF/", *CORE)
"""What a manifest need not list, or is read by programs all the same (part 2, 4.2)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest lists, and what of it is encrypted; `known` is false where there is none."""

    listed: frozenset[str] = frozenset()
    encrypted: frozenset[str] = frozenset()
    known: bool = False


@dataclass(slots=True)
class ManifestHandler:
    """Handler of META-INF/manifest.xml."""

    listed: list[str] = field(default_factory=list)
    encrypted: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A file, or how it is encrypted."""
        if name == "file-entry":
            self.listed.append(attributes.get("full-path", ""))
        elif name == "encryption-data" and self.listed:
            self.encrypted.append(self.listed[-1])

    def text(self, _: str) -> None:
        """Keys: nothing."""

    def end(self, _: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package; `members` by name (the last of a name, which is what programs read), `others` those they do not."""

    archive: Archive
    kind: str
    members: dict[str, ZipInfo] = field(repr=False)
    others: tuple[ZipInfo, ...] = field(repr=False)

    def locked(self, name: str) -> Why | None:
        """Why a member cannot be unpacked, by its header; None when it can."""
        member = self.members[name]
        if member.flag_bits & ENCRYPTED:
            return Why.ENCRYPTED
        return None if member.compress_type in METHODS else Why.UNKNOWN_FORMAT

    def kind_of_object(self, folder: str) -> str:
        """The kind of the document that a folder holds."""
        return kind_of_xml(peek(self.archive, self.members, folder + "content.xml", DOCUMENT_HEAD))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, accounted for. Raises ValueError, OverLimit."""
        return self.archive.chunks(self.members[name])

    def manifest(self) -> Manifest:
        """What the manifest says; one that cannot be read says nothing."""
        if MANIFEST not in self.members or self.locked(MANIFEST):
            return Manifest()
        handler = ManifestHandler()
        try:
            xml_events.parse(self.chunks(MANIFEST), handler)
        except ValueError:
            return Manifest(encrypted=frozenset(handler.encrypted))
        return Manifest(frozenset(handler.listed), frozenset(handler.encrypted), known=True)


def open_package(part: Part) -> Package | None:
    """The package in a part; None for an archive of another kind. Raises ValueError for a damaged archive."""
    archive = open_archive(part)
    members: dict[str, ZipInfo] = {}
    others = []
    for member in archive.members:
        if member.filename in members:
            others.append(members[member.filename])
        members[member.filename] = member
    kind = find_kind(archive, members)
    return Package(archive, kind, members, tuple(others)) if kind else None


def find_kind(archive: Archive, members: dict[str, ZipInfo]) -> str:
    """The kind of document: by its `mimetype`, its manifest, its content; "" for what is no OpenDocument."""
    for name in ("mimetype", MANIFEST):
        match = MEDIA_TYPE.search(peek(archive, members, name, 64 * 1024))
        if match:
            return kind_of(match[1].decode())
    content = peek(archive, members, "content.xml", DOCUMENT_HEAD)
    root = root_of(content[: 64 * 1024])
    return kind_of_xml(content) if root and root[0] in NAMESPACES else ""


def kind_of(media_type: str) -> str:
    """`spreadsheet` for `spreadsheet-template` and `calc.template`."""
    word = media_type.split("-", maxsplit=1)[0].split(".", maxsplit=1)[0]
    return KINDS.get(word, word)


def kind_of_xml(untrusted_head: bytes) -> str:
    """The kind of a document by its `office:mimetype`, or the child of its `office:body`; text when that does not come early."""
    head = untrusted_head.replace(b"\0", b"")
    declared = MEDIA_TYPE.search(head[:ROOT_BYTES])
    if declared:
        return kind_of(declared[1].decode())
    match = BODIES.search(head)
    word = (match[1] or match[2]).decode() if match else "text"
    return KINDS.get(word, word)


def peek(archive: Archive, members: dict[str, ZipInfo], name: str, size: int) -> bytes:
    """The first bytes of a member; nothing when they cannot be had."""
    member = members.get(name)
    if member is None or member.flag_bits & ENCRYPTED or member.compress_type not in METHODS:
        return b""
    try:
        with archive.source(member).open() as stream:
            return stream.read(size)
    except (ValueError, OverLimit):
        return b""


def is_listed(manifest: Manifest, name: str) -> bool:
    """Whether the manifest vouches for a member."""
    return not manifest.known or name in manifest.listed or name.startswith(UNLISTED)


def locked(part: Part, package: Package, manifest: Manifest, name: str) -> Unread | None:
    """Unread, with the reason, for a member that nobody can unpack."""
    where = part.where.into(name, "package part")
    if name in manifest.encrypted:
        return Unread(where, Why.ENCRYPTED)
    why = package.locked(name)
    return Unread(where, why) if why else None


def standing(manifest: Manifest, name: str) -> Visibility:
    """How hidden a member is by its place alone: an orphan when the manifest does not list it."""
    return Visibility.SHOWN if is_listed(manifest, name) else Visibility.ORPHAN
