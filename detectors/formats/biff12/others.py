"""Parts of records that belong to no sheet: connections, revisions, slicers, and whatever is not named."""

from __future__ import annotations

from collections.abc import Iterator

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.channels import Words, take_all
from detectors.formats.biff12.claims import Claims
from detectors.formats.biff12.comments import read_comments
from detectors.formats.biff12.revisions import Revisions
from detectors.formats.biff12.workbook import Strings
from detectors.formats.residue import CHANNEL, find_texts
from detectors.model import Content, Location, Unread, Visibility, Why

CHANNELS = {
    "connections": "connection",
    "queryTable": "queryTable",
    "table": "table",
    "tableSingleCells": "table",
    "pivotTable": "pivotTable",
    "slicer": "slicer",
    "slicerCache": "slicerCache",
    "timeline": "timeline",
    "timelineCache": "timelineCache",
    "sheetMetadata": "metadata",
    "volatileDependencies": "volatileDependencies",
    "calcChain": CHANNEL,
    "xlBinaryIndex": CHANNEL,
}
"""What parts of records are for, by the kind of the relationship to them (2.1.7)."""

REVISIONS = {"revisionHeaders": "revision", "revisionLog": "revision", "usernames": "revisionUser"}
BEGINNINGS = {
    kinds.BEGIN_BOOK: "workbook",
    kinds.BEGIN_STYLES: "numberFormat",
    kinds.BEGIN_CONNECTIONS: "connection",
    kinds.BEGIN_QUERY_TABLE: "queryTable",
    kinds.BEGIN_TABLE: "table",
    kinds.BEGIN_SINGLE_CELLS: "table",
    kinds.BEGIN_PIVOT_TABLE: "pivotTable",
    kinds.BEGIN_METADATA: "metadata",
    kinds.BEGIN_DEPENDENCIES: "volatileDependencies",
    kinds.BEGIN_SLICER_CACHE: "slicerCache",
    kinds.BEGIN_SLICERS: "slicer",
    kinds.BEGIN_CALCULATIONS: CHANNEL,
    kinds.INDEX_END: CHANNEL,
}
"""The same for parts that nothing points to, by their first record."""

CONTROLS, OLE_MAGIC = "/activex/", b"\xd0\xcf\x11\xe0"


def read_others(claims: Claims) -> Iterator[Content]:
    """Parts of records that are still free, wherever they are; other binary parts are left as they are."""
    related = find_relations(claims)
    for number, name in enumerate(sorted(claims.package.parts.keys() - claims.claimed), 1):
        if name.endswith(".bin"):
            where = claims.where.into(name, f"binary part {number}")
            yield from read_other(claims, name, where, related.get(name, ""))


def find_relations(claims: Claims) -> dict[str, str]:
    """What kind of thing each part is, by whatever points to it."""
    found: dict[str, str] = {}
    for name in claims.package.parts:
        folder, rels, base = name.rpartition("_rels/")
        if not rels or not base.endswith(".rels"):
            continue
        arrows = claims.relationships(folder + base.removesuffix(".rels"))
        found.update((each.target, each.kind) for each in arrows if not each.external)
    return found


def read_other(claims: Claims, name: str, where: Location, relation: str) -> Iterator[Content]:
    """One part, by what points to it or else by how it begins."""
    first = claims.first(name)
    visibility = Visibility.METADATA if relation else Visibility.ORPHAN
    if CONTROLS in f"/{name}":
        yield from read_control(claims, name, where)
    elif relation in REVISIONS:
        revisions = Revisions()
        yield from claims.take(name, where, revisions.take)
        yield from claims.passages(where, visibility, REVISIONS[relation], revisions.lines)
    elif relation in CHANNELS:
        yield from read_words(claims, name, where, visibility, CHANNELS[relation])
    elif first is not None:
        yield from read_by_beginning(claims, name, where, visibility, first)


def read_by_beginning(
    claims: Claims, name: str, where: Location, visibility: Visibility, first: int
) -> Iterator[Content]:
    """A part that nothing known points to."""
    match first:
        case kinds.BEGIN_COMMENTS:
            yield from read_comments(claims, name, where, max(visibility, Visibility.COMMENT))
        case kinds.BEGIN_STRINGS:
            strings = Strings()
            yield from claims.take(name, where, strings.take)
            yield from claims.passages(
                where, Visibility.ORPHAN, "sharedString", (*strings.items, *strings.phonetic, *strings.words)
            )
        case kinds.BEGIN_CACHE_RECORDS:
            yield from read_words(claims, name, where, Visibility.ORPHAN, "pivotCacheRecords")
            yield Unread(where, Why.INCOMPLETE)  # numbers and indices mean nothing without the fields
        case _ if first in BEGINNINGS:
            yield from read_words(claims, name, where, visibility, BEGINNINGS[first])


def read_words(claims: Claims, name: str, where: Location, visibility: Visibility, channel: str) -> Iterator[Content]:
    """A part that is read for its texts."""
    words = Words()
    yield from claims.take(name, where, lambda records: take_all(records, words, channel))
    yield from claims.words(where, visibility, words)


def read_control(claims: Claims, name: str, where: Location) -> Iterator[Content]:
    """The state of a control (MS-OFORMS): strings among numbers. One in a container of its own is left to be a part."""
    data = b"".join(claims.package.chunks(name))
    if data.startswith(OLE_MAGIC):
        return
    claims.claimed.add(name)
    texts = (text for _, _, text in find_texts(data))
    yield from claims.passages(where, Visibility.METADATA, "activeX", texts)
