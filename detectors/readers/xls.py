"""XLS workbooks, BIFF2 to BIFF8: every cell, shown or hidden, and every record and stream behind the cells."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from detectors.formats.biff.cells import Book, Reader, read_rows, read_shape
from detectors.formats.biff.encryption import Decrypt, Locked, find_decryption
from detectors.formats.biff.pivot_cache import Field, PivotCache, read_cache, read_records
from detectors.formats.biff.places import FORMULAS, NUMBER_FORMATS
from detectors.formats.biff.records import (
    BOF_KINDS,
    CHART,
    GLOBALS,
    HEADER,
    MACRO,
    SHEET,
    WORKSPACE,
    Stream,
    Substream,
    index_missing,
    index_stream,
)
from detectors.formats.biff.revisions import read_log
from detectors.formats.biff.strings import Strings
from detectors.formats.biff.substreams import Surroundings
from detectors.formats.biff.workbook import Globals, SheetEntry, read_globals
from detectors.formats.compound_file import MAGIC, CompoundFile, list_streams, open_compound_file, read_leftover_streams
from detectors.formats.residue import sweep
from detectors.model import Column, Content, Location, Part, Passage, Row, Table, Unread, Visibility, Why

MEDIA_TYPE = "application/vnd.ms-excel"
BOOKS = ("workbook", "book")
"""BIFF8 and BIFF5; a file for both has both streams."""

CACHE = re.compile(r"_sx_db(?:_cur)?/([0-9a-f]{1,8})", re.IGNORECASE)
LOGS = {"revision log": "revisions", "user names": "users"}
ITEMS = 2_000
"""Strings in one passage."""

SERIES_INDEX = 0x1065
CONTENTS = frozenset((GLOBALS, 0x06, SHEET, CHART, MACRO, WORKSPACE))
HEADER_SIZE = 4
PADDING = 512
"""Bytes behind the last record that may be anything; more of them are said."""


@dataclass(frozen=True, slots=True)
class Xls:
    """A workbook of Excel 2 to 2003, in a compound file or bare."""

    name: str = "xls"
    media_type: str = MEDIA_TYPE

    def recognises(self, part: Part) -> bool:
        """Whether it is a compound file with a workbook stream, or begins as a BIFF stream does."""
        head = part.head(8)
        return is_bare(head) or (head == MAGIC and bool(book_streams(list_streams(part))))

    def read(self, part: Part) -> Iterator[Content]:
        """Sheets, caches, logs, then all other streams. Raises ValueError for a compound file that cannot be opened."""
        if part.head(8) != MAGIC:
            yield from read_book(part, part.whole(), {})
            return
        compound = open_compound_file(part)
        names = book_streams(compound.streams)
        if not names:
            raise ValueError("not a workbook")
        claimed: set[str] = set(names)
        pivots: dict[int, Location] = {}
        for number, name in enumerate(names):
            inner = part if not number else older_copy(part, number)
            yield from read_stream(inner, compound, name, pivots)
        decrypt = decryption(compound, names[0])
        if decrypt is not None:
            yield from read_caches(part, compound, claimed, pivots, decrypt)
            yield from read_logs(part, compound, claimed, decrypt)
        else:
            claimed |= {name for name in compound.streams if CACHE.fullmatch(name) or name.lower() in LOGS}
        yield from read_leftover_streams(part, compound, claimed)


def is_bare(head: bytes) -> bool:
    """Whether bytes begin with a BOF record of some version, and of a content that exists."""
    if len(head) < 8:
        return False
    kind, size = HEADER.unpack_from(head)
    return kind in BOF_KINDS and size in {4, 6, 8, 16} and int.from_bytes(head[6:8], "little") in CONTENTS


def book_streams(streams: Iterable[str]) -> list[str]:
    """The streams that are workbooks, the one that Excel opens first."""
    return sorted((name for name in streams if name.lower() in BOOKS), key=lambda name: BOOKS.index(name.lower()))


def older_copy(part: Part, number: int) -> Part:
    """The same workbook once more, for programs of its time: nobody sees it now."""
    visibility = max(part.visibility, Visibility.ORPHAN)
    return replace(part, where=part.where / f"older copy {number}", visibility=visibility)


def decryption(compound: CompoundFile, name: str) -> Decrypt | None:
    """How the streams beside the workbook are opened; None where the workbook is under a password."""
    try:
        return find_decryption(compound.read(name)) or bytes
    except (Locked, ValueError):
        return None


def read_stream(part: Part, compound: CompoundFile, name: str, pivots: dict[int, Location]) -> Iterator[Content]:
    """A workbook stream."""
    try:
        untrusted = compound.read(name)
    except ValueError:
        yield Unread(part.where / "workbook", Why.DAMAGED)
        return
    yield from read_book(part, untrusted, pivots)


def read_book(part: Part, untrusted: bytes, pivots: dict[int, Location]) -> Iterator[Content]:
    """A BIFF stream. `pivots` takes where each pivot cache is used."""
    try:
        decrypt = find_decryption(untrusted)
    except Locked:
        yield Unread(part.where, Why.ENCRYPTED)
        return
    stream = index_stream(decrypt(untrusted) if decrypt else untrusted)
    yield from BookReading(part, stream, pivots).read()


@dataclass(slots=True)
class BookReading:
    """One BIFF stream that is being read."""

    part: Part
    stream: Stream
    pivots: dict[int, Location]
    charts: dict[int, int] = field(default_factory=dict)

    def read(self) -> Iterator[Content]:
        """Globals, sheets, what no sheet shows."""
        first = next((each for each in self.stream.substreams if each.kind in {GLOBALS, WORKSPACE}), None)
        found = read_globals(self.stream, first, self.part.budget)
        index_missing(self.stream, [entry.start for entry in found.sheets])
        yield from self.read_names(found)
        if first is not None:
            yield from self.read_surroundings(first, found, self.part.where / "workbook", self.part.visibility)
        yield from self.read_sheets(found, first)
        yield from self.read_unused(found)
        yield from self.read_gaps()
        if self.stream.damaged or found.miscounted or is_without_sheets(first, found):
            yield Unread(self.part.where / "workbook", Why.DAMAGED)

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as its place, at least."""
        return max(self.part.visibility, visibility)

    def passages(self, where: Location, visibility: Visibility, channel: str, texts: list[str]) -> Iterator[Content]:
        """Texts, some thousand in one passage."""
        for start in range(0, len(texts), ITEMS):
            text = "\n".join(texts[start : start + ITEMS])
            if text.strip():
                yield Passage(where, self.hide(visibility), channel, text)

    # The workbook.

    def read_names(self, found: Globals) -> Iterator[Content]:
        """The names of sheets, and the words that number formats show."""
        where = self.part.where / "workbook"
        for visibility in sorted({entry.visibility for entry in found.sheets}):
            names = [entry.name for entry in found.sheets if entry.visibility is visibility]
            yield from self.passages(where, visibility, "sheetName", names)
        formats = self.part.where / NUMBER_FORMATS.step
        yield from self.passages(formats, Visibility.METADATA, NUMBER_FORMATS.channel, found.format_words)

    def read_unused(self, found: Globals) -> Iterator[Content]:
        """Shared strings that no cell shows: what was deleted from the sheets. Phonetic readings of the others."""
        book = found.book
        unused = [text for text, used in zip(book.shared, book.used, strict=True) if not used and text.strip()]
        yield from self.passages(self.part.where / "unused strings", Visibility.ORPHAN, "sharedString", unused)
        yield from self.passages(self.part.where / "phonetic", Visibility.METADATA, "phonetic", found.phonetic)

    def read_gaps(self) -> Iterator[Content]:
        """Bytes outside all substreams."""
        visibility = self.hide(Visibility.ORPHAN)
        for start, end in self.stream.gaps:
            untrusted = self.stream.untrusted[start:end]
            if not untrusted.strip(b"\0"):
                continue
            said = False
            for passage in sweep(untrusted, self.part.where / "workbook", offset=start, visibility=visibility):
                said = True
                yield passage
            begun = len(untrusted) >= HEADER_SIZE and HEADER.unpack_from(untrusted)[0] in BOF_KINDS
            if begun or (not said and len(untrusted.strip(b"\0")) > PADDING):
                yield Unread(self.part.where / "workbook" / f"bytes {start}-{end}", Why.UNKNOWN_FORMAT)

    # Sheets.

    def read_sheets(self, found: Globals, first: Substream | None) -> Iterator[Content]:
        """Every sheet that the workbook lists, then those that it does not, charts inside sheets included."""
        tops = [each for each in self.stream.substreams if each is not first and each.parent in {None, first}]
        listed = match_sheets(found.sheets, tops)
        places: dict[int, tuple[Location, Visibility]] = {}
        for number, (entry, substream) in enumerate(zip(found.sheets, listed, strict=True), 1):
            where = self.part.where.into(f"sheet '{entry.name}'", f"sheet {number}")
            visibility = max(entry.visibility, Visibility.HIDDEN_SHEET if found.window_hidden else Visibility.SHOWN)
            if substream is not None:
                places[substream.start] = (where, visibility)
            else:
                yield Unread(where, Why.DAMAGED)
        alone = not found.sheets
        for number, substream in enumerate([each for each in tops if each.start not in places], 1):
            place = f"sheet {number}" if alone else f"left-over sheet {number}"
            places[substream.start] = (self.part.where / place, Visibility.SHOWN if alone else Visibility.ORPHAN)
        for substream in self.stream.substreams:
            if substream is not first:
                yield from self.read_placed(substream, places, found)

    def read_placed(
        self, substream: Substream, places: dict[int, tuple[Location, Visibility]], found: Globals
    ) -> Iterator[Content]:
        """A sheet, or a chart in a sheet whose place is known by now."""
        if substream.start not in places and substream.parent is not None:
            where, visibility = places.get(substream.parent.start, (self.part.where, Visibility.ORPHAN))
            self.charts[substream.parent.start] = self.charts.get(substream.parent.start, 0) + 1
            places[substream.start] = (where / f"chart {self.charts[substream.parent.start]}", visibility)
        where, visibility = places.get(substream.start, (self.part.where, Visibility.ORPHAN))
        # Up to BIFF4 a sheet has styles of its own.
        own = read_globals(self.stream, substream, self.part.budget) if substream.version < 5 else found
        if substream.kind == CHART:
            yield from self.read_chart(substream, where, visibility, own.book)
        else:
            yield from self.read_cells(substream, where, visibility, own.book)
        yield from self.read_surroundings(substream, own, where, self.hide(visibility))

    def read_cells(
        self, substream: Substream, where: Location, visibility: Visibility, book: Book
    ) -> Iterator[Content]:
        """The cells as they stream, then the texts inside their formulas."""
        before = book.bad
        shape = read_shape(self.stream, substream, book)
        reader = Reader(self.stream, book, shape, self.part.budget)
        yield Table(where, self.hide(visibility), "cells", shape.head(), read_rows(reader, substream))
        yield from self.read_literals(reader, where, visibility)
        if book.bad > before:
            yield Unread(where / "cells", Why.DAMAGED)

    def read_literals(self, reader: Reader, where: Location, visibility: Visibility) -> Iterator[Content]:
        """Texts inside formulas."""
        hidden = max(visibility, Visibility.METADATA)
        yield from self.passages(where / FORMULAS.step, hidden, FORMULAS.channel, list(reader.literals))

    def read_chart(
        self, substream: Substream, where: Location, visibility: Visibility, book: Book
    ) -> Iterator[Content]:
        """The values that a chart has kept: of its series, then of their categories (MS-XLS 2.4.256 SIIndex)."""
        starts = [position for position in substream.others if self.stream.kind(position) == SERIES_INDEX]
        reader = Reader(self.stream, book, read_shape(self.stream, substream, book), self.part.budget)
        bounds = [0, *starts, len(self.stream.untrusted)]
        for number, (start, end) in enumerate(itertools.pairwise(bounds)):
            positions = substream.cells[bisect_left(substream.cells, start) : bisect_left(substream.cells, end)]
            if positions:
                hidden = self.hide(max(visibility, Visibility.LINK_CACHE))
                yield Table(where / f"cached values {number}", hidden, "chartCache", (), reader.rows(positions))
        yield from self.read_literals(reader, where, visibility)

    def read_surroundings(
        self, substream: Substream, found: Globals, where: Location, visibility: Visibility
    ) -> Iterator[Content]:
        """All records of a substream but its cells; its pivot tables are noted."""
        surroundings = Surroundings(self.part, self.stream, found.book.strings, where, visibility)
        yield from surroundings.read(substream)
        for number in surroundings.pivots:
            if number < len(found.caches):
                self.pivots.setdefault(found.caches[number], where)


def is_without_sheets(first: Substream | None, found: Globals) -> bool:
    """Whether the globals of a workbook list no sheet, as all have done since BIFF5: something has swallowed the list."""
    return first is not None and first.version >= 5 and first.kind == GLOBALS and not found.sheets


def match_sheets(entries: list[SheetEntry], tops: list[Substream]) -> list[Substream | None]:
    """The substream of each entry: the one that begins where it says, else the next that nobody claims."""
    by_start = {each.start: each for each in tops}
    found = [by_start.get(entry.start) for entry in entries]
    taken = {each.start for each in found if each is not None}
    free = iter([each for each in tops if each.start not in taken])
    return [each or next(free, None) for each in found]


# Streams beside the workbook.


def read_caches(
    part: Part, compound: CompoundFile, claimed: set[str], pivots: dict[int, Location], decrypt: Decrypt
) -> Iterator[Content]:
    """Every pivot cache, those of no pivot table included."""
    for name in compound.streams:
        match = CACHE.fullmatch(name)
        if match is None:
            continue
        claimed.add(name)
        number = int(match[1], 16)
        where = pivots.get(number, part.where) / f"pivot cache {number}"
        try:
            yield from CacheReading(part, where).read(decrypt(compound.read(name)))
        except ValueError:
            yield Unread(where, Why.DAMAGED)


@dataclass(frozen=True, slots=True)
class CacheReading:
    """One pivot cache that is being read."""

    part: Part
    where: Location

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as its place, at least."""
        return max(self.part.visibility, visibility)

    def read(self, untrusted: bytes) -> Iterator[Content]:
        """Its fields, its records as a table, and the items that no record names."""
        strings = Strings()
        cache = read_cache(untrusted, strings, self.part.budget)
        fields = cache.recorded
        yield from self.passage(
            Visibility.PIVOT_CACHE, "pivotCacheFields", "\n".join(each.name for each in cache.fields)
        )
        yield from self.passage(Visibility.METADATA, "pivotCacheDefinition", "\n".join(cache.words))
        columns = tuple(Column(name=each.name) for each in fields)
        rows = read_records(cache, strings, self.part.budget)
        yield Table(self.where, self.hide(Visibility.PIVOT_CACHE), "pivotCacheRecords", columns, rows)
        for each in cache.fields:
            yield from self.read_items(each)
        yield from self.read_rest(cache)

    def passage(self, visibility: Visibility, channel: str, text: str) -> Iterator[Content]:
        """A passage, if there is anything in it."""
        if text.strip():
            yield Passage(self.where, self.hide(visibility), channel, text)

    def read_items(self, source: Field) -> Iterator[Content]:
        """Items of a field that no record names: a cache keeps what was once in its source."""
        unused = [item for item, used in zip(source.items, source.used, strict=True) if not used and item]
        if unused:
            rows = (Row(number, (item,)) for number, item in enumerate(unused, 1))
            column = (Column(name=source.name),)
            yield Table(self.where, self.hide(Visibility.PIVOT_CACHE), "pivotCacheSharedItems", column, rows)
        yield from self.passage(Visibility.PIVOT_CACHE, "pivotCacheGroups", "\n".join(source.groups))

    def read_rest(self, cache: PivotCache) -> Iterator[Content]:
        """What stands in records that should hold numbers, and whether rows did not fit."""
        yield from self.passage(Visibility.ORPHAN, "unclaimed", "\n".join(cache.strays))
        if cache.bad:
            yield Unread(self.where, Why.DAMAGED)


def read_logs(part: Part, compound: CompoundFile, claimed: set[str], decrypt: Decrypt) -> Iterator[Content]:
    """Who has changed what in a shared workbook."""
    for name in compound.streams:
        channel = LOGS.get(name.lower())
        if channel is None:
            continue
        claimed.add(name)
        where = part.where / channel
        try:
            lines = list(read_log(decrypt(compound.read(name)), Strings()))
        except ValueError:
            yield Unread(where, Why.DAMAGED)
            continue
        for start in range(0, len(lines), ITEMS):
            text = "\n".join(lines[start : start + ITEMS])
            yield Passage(where, max(part.visibility, Visibility.ORPHAN), "revision", text)
