"""Open Packaging Conventions (ECMA-376 part 2): parts by name, and what relates them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from zipfile import ZipInfo

from detectors.formats import xml_events
from detectors.formats.zip_archive import METHODS, Archive, open_archive
from detectors.model import Part

MOST_ARROWS, MOST_PARTS = 200, 2_000
"""Arrows of a part, and parts with arrows, that are remembered."""

CONTENT_TYPES = "[content_types].xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow of a package: `kind` is the last word of its type, so that transitional and strict names are one."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class Package:
    """A package; `parts` maps a part's name in lower case, without its leading slash, to the member that holds it."""

    archive: Archive
    parts: dict[str, ZipInfo] = field(repr=False)
    duplicates: tuple[ZipInfo, ...] = field(repr=False)
    """Members whose name another member has too, but for case and leading slash: programs differ on which one counts."""

    arrows: dict[str, list[Relationship]] = field(default_factory=dict, repr=False)
    """What parts point to, of those that were asked for: most are asked for again."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, accounted for. Raises ValueError for one that is not there."""
        member = self.parts.get(name)
        if member is None:
            raise ValueError("a part that is missing")
        if member.flag_bits & 1 or member.compress_type not in METHODS:
            raise ValueError("a part that cannot be unpacked")
        return self.archive.chunks(member)

    def relationships(self, name: str) -> list[Relationship]:
        """What a part ("" for the package) points to; targets as part names in lower case, external ones as they are."""
        folder, _, base = name.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{base}.rels").lower()
        if rels not in self.parts:
            return []
        known = self.arrows.get(name)
        if known is None:
            found = Arrows(folder)
            xml_events.parse(self.chunks(rels), found)
            known = found.items
            if len(known) <= MOST_ARROWS and len(self.arrows) < MOST_PARTS:
                self.arrows[name] = known
        return known

    def targets(self, name: str, *kinds: str) -> list[str]:
        """The internal targets of some kinds that exist."""
        return [
            each.target
            for each in self.relationships(name)
            if each.kind in kinds and not each.external and each.target in self.parts
        ]


@dataclass
class Arrows:
    """Handler of a .rels part."""

    folder: str
    items: list[Relationship] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A Relationship."""
        if name != "Relationship":
            return
        external = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        if not external:
            target = resolve(self.folder, target)
        kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2]
        self.items.append(Relationship(attributes.get("Id", ""), kind, target, external))

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, _: str) -> None:
        """Nothing."""


def resolve(folder: str, target: str) -> str:
    """A target as a part name in lower case: relative to the part's folder, or absolute."""
    path = unquote(target.replace("\\", "/"))
    joined = path if path.startswith("/") else posixpath.join("/", folder, path)
    return posixpath.normpath(joined).lstrip("/").lower()


def open_package(part: Part) -> Package | None:
    """The package in a part; None when the archive is not one. Raises ValueError for a damaged archive."""
    archive = open_archive(part)
    parts: dict[str, ZipInfo] = {}
    duplicates = []
    for member in archive.members:
        name = member.filename.replace("\\", "/").lstrip("/").lower()
        if name.endswith("/") and not member.file_size:
            continue
        if name in parts:
            duplicates.append(parts[name])
        parts[name] = member
    return Package(archive, parts, tuple(duplicates)) if CONTENT_TYPES in parts else None
