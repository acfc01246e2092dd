"""XLSB workbooks: every cell, shown or hidden, and every place behind the cells, from binary records."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.claims import Claims
from detectors.formats.biff12.comments import read_comments, read_threads
from detectors.formats.biff12.conditions import find_conditions
from detectors.formats.biff12.links import read_link
from detectors.formats.biff12.merges import find_merges
from detectors.formats.biff12.others import CHANNELS, read_others, read_words
from detectors.formats.biff12.pivot import read_pivot_cache
from detectors.formats.biff12.records import read_records
from detectors.formats.biff12.sheet import Book, Sheet
from detectors.formats.biff12.styles import Styles
from detectors.formats.biff12.workbook import Strings, Workbook
from detectors.formats.conditions import Conditions
from detectors.formats.leftovers import find_places, read_leftovers
from detectors.formats.merges import Merges
from detectors.formats.opc import Package, Relationship, open_package
from detectors.formats.runs import find_pens
from detectors.formats.zip_gaps import read_gaps
from detectors.model import Content, Location, Part, Table, Unread, Visibility, Why

MEDIA_TYPE = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
SHEET_KINDS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")

MOST_CHANGES = 500
"""Differential formats that are tried; further ones are told as hiding nothing."""


@dataclass(frozen=True, slots=True)
class Xlsb:
    """A binary workbook of Excel 2007 or later (MS-XLSB)."""

    name: str = "xlsb"
    media_type: str = MEDIA_TYPE

    def recognises(self, part: Part) -> bool:
        """Whether it is a package whose office document is a workbook in binary records."""
        if not part.head(4).startswith(b"PK"):
            return False
        try:
            package = open_package(part)
            return package is not None and find_workbook(Claims(part, package)) is not None
        except ValueError:
            return False

    def read(self, part: Part) -> Iterator[Content]:
        """Sheets, caches, links, then all other parts.

        A damaged part is kept as far as it goes and said to be unread. Raises ValueError where there is no workbook.
        """
        package = open_package(part)
        if package is None:
            raise ValueError("not a package")
        claims = Claims(part, package)
        workbook = find_workbook(claims)
        if workbook is None:
            raise ValueError("not a workbook")
        yield from Reading(claims, package, workbook).read()


def find_workbook(claims: Claims) -> str | None:
    """The part that is the workbook: by relationship, and by being one."""
    for target in claims.package.targets("", "officeDocument"):
        if target.endswith(".bin") and (
            claims.first(target) == kinds.BEGIN_BOOK
            or any(each.kind in SHEET_KINDS for each in claims.package.relationships(target))
        ):
            return target
    return None


@dataclass(slots=True)
class Reading:
    """One workbook that is being read. `caches` are pivot caches with the sheet that uses them."""

    claims: Claims
    package: Package
    path: str
    workbook: Workbook = field(default_factory=Workbook)
    relations: dict[str, Relationship] = field(default_factory=dict)
    caches: dict[str, Location] = field(default_factory=dict)
    sheets: list[tuple[Visibility, str]] = field(default_factory=list)
    """The sheets read so far, and how hidden they are."""

    def read(self) -> Iterator[Content]:
        """Everything, sheets first."""
        where, claims = self.claims.where, self.claims
        self.relations = {each.id: each for each in claims.relationships(self.path)}
        yield from claims.take(self.path, where / "workbook", self.workbook.take)
        yield from self.read_names()
        book = yield from self.read_book()
        yield from self.read_sheets(book)
        yield from self.read_unused(book)
        yield from self.read_pivot_caches()
        yield from self.read_links()
        yield from read_others(claims)
        places = find_places(self.package, self.sheets, self.path)
        yield from read_leftovers(claims.part, self.package, claims.claimed, places)
        yield from read_gaps(claims.part, self.package.archive)

    # The workbook.

    def read_names(self) -> Iterator[Content]:
        """Defined names, the names of sheets and of views, paths and whoever reserved the file."""
        claims, metadata = self.claims, Visibility.METADATA
        names, inside = claims.where / "defined names", claims.where / "workbook"
        yield from claims.passages(names, metadata, "definedName", self.workbook.names)
        for seen in sorted({sheet.visibility for sheet in self.workbook.sheets}):
            listed = (sheet.name for sheet in self.workbook.sheets if sheet.visibility is seen)
            yield from claims.passages(inside, seen, "sheetName", listed)
        yield from claims.passages(inside, metadata, "customView", self.workbook.views)
        yield from claims.words(inside, metadata, self.workbook.words)

    def read_book(self) -> Generator[Content, None, Book]:
        """Shared strings and cell formats, and what they say that no cell shows."""
        strings, styles = Strings(), Styles()
        claims, metadata = self.claims, Visibility.METADATA
        shared, looks = claims.where / "shared strings", claims.where / "styles"
        for each in self.relations.values():
            if each.kind == "sharedStrings" and claims.free(each.target):
                yield from claims.take(each.target, shared, strings.take)
            elif each.kind == "styles" and claims.free(each.target):
                yield from claims.take(each.target, looks, styles.take)
        yield from claims.passages(shared, metadata, "phonetic", strings.phonetic)
        yield from claims.passages(shared, Visibility.ORPHAN, "unclaimed", strings.words)
        yield from claims.passages(looks, metadata, "numberFormat", styles.words)
        fonts = dict(enumerate(styles.fonts))
        pens = find_pens(strings.fonts, fonts)
        used = bytearray(len(strings.items))
        return Book(
            strings.items, used, styles.cells, self.workbook.since_1904, styles.looks, fonts, pens, styles.changes
        )

    def read_unused(self, book: Book) -> Iterator[Content]:
        """Shared strings that no cell shows: what was deleted from the sheets."""
        unused = (text for text, used in zip(book.strings, book.used, strict=True) if not used and text.strip())
        where = self.claims.where / "unused strings"
        yield from self.claims.passages(where, Visibility.ORPHAN, "sharedString", unused)

    # Sheets.

    def read_sheets(self, book: Book) -> Iterator[Content]:
        """Every sheet that the workbook lists, then those that it does not."""
        claims = self.claims
        for number, sheet in enumerate(self.workbook.sheets, 1):
            where = claims.where.into(f"sheet '{sheet.name}'", f"sheet {number}")
            relation = self.relations.get(sheet.relation)
            if relation is None or relation.target not in self.package.parts:
                yield Unread(where, Why.DAMAGED)
            elif claims.free(relation.target):
                visibility = max(sheet.visibility, self.workbook.visibility)
                yield from self.read_sheet(relation.target, where, visibility, book)
        for number, name in enumerate(claims.beginning(kinds.BEGIN_SHEET), 1):
            where = claims.where / f"left-over sheet {number}"
            yield from self.read_sheet(name, where, Visibility.ORPHAN, book)

    def read_sheet(self, name: str, where: Location, visibility: Visibility, book: Book) -> Iterator[Content]:
        """One sheet: its cells as they stream, the words around them, and the parts that belong to it."""
        claims = self.claims
        merges, conditions = Merges(), Conditions()
        with contextlib.suppress(ValueError):  # said where the records are read
            merges = find_merges(self.package.chunks(name))
            conditions = self.find_conditions(name, book)
        sheet, records = Sheet(book, claims.part.budget, merges, conditions), claims.records(name)
        if sheet.begin(records):
            yield Table(where, claims.hide(visibility), "cells", sheet.columns(), sheet.rows(records))
        if sheet.broken:
            claims.damaged.add(name)
        hidden = max(visibility, Visibility.METADATA)
        yield from claims.passages(where / "formulas", hidden, "formula", tuple(sheet.literals))
        yield from claims.words(where / "settings", visibility, sheet.words)
        yield from claims.admit_noted(name, where)
        self.sheets.append((visibility, name))
        for each in claims.relationships(name):
            if not each.external and claims.free(each.target):
                yield from self.read_around(each, where, visibility)

    def find_conditions(self, name: str, book: Book) -> Conditions:
        """The rules of a sheet that can hide; a look at all of its records, where the workbook has any. Raises ValueError for damage."""
        if not any(map(book.may_hide, book.changes[:MOST_CHANGES])):
            return Conditions()
        return find_conditions(read_records(self.package.chunks(name)), book.changes[:MOST_CHANGES], book.may_hide)

    def read_around(self, relation: Relationship, where: Location, visibility: Visibility) -> Iterator[Content]:
        """Comments, a table, a query or a pivot table of a sheet; the cache of the last is noted."""
        target = relation.target
        match relation.kind:
            case "comments":
                yield from read_comments(self.claims, target, where)
            case "threadedComment":
                yield from read_threads(self.claims, target, where)
            case kind if kind in CHANNELS:
                yield from read_words(self.claims, target, where / CHANNELS[kind], visibility, CHANNELS[kind])
        for cache in self.claims.targets(target, "pivotCacheDefinition"):
            self.caches.setdefault(cache, where)

    # Caches of other data.

    def read_pivot_caches(self) -> Iterator[Content]:
        """Every cache: those of pivot tables, those that only the workbook lists, those of nobody."""
        claims = self.claims
        listed = [self.relations[each].target for each in self.workbook.caches if each in self.relations]
        known = dict.fromkeys((*self.caches, *listed))
        for number, name in enumerate(dict.fromkeys((*known, *claims.beginning(kinds.BEGIN_CACHE))), 1):
            if claims.free(name):
                where = self.caches.get(name, claims.where) / f"pivot cache {number}"
                visibility = Visibility.PIVOT_CACHE if name in known else Visibility.ORPHAN
                yield from read_pivot_cache(claims, name, where, visibility)

    def read_links(self) -> Iterator[Content]:
        """Copies of other workbooks' cells, whether the workbook knows of them or not."""
        claims = self.claims
        related = dict.fromkeys(each.target for each in self.relations.values() if each.kind == "externalLink")
        for number, name in enumerate(dict.fromkeys((*related, *claims.beginning(kinds.BEGIN_LINK))), 1):
            if claims.free(name):
                visibility = Visibility.LINK_CACHE if name in related else Visibility.ORPHAN
                yield from read_link(claims, name, claims.where / f"external link {number}", visibility)
