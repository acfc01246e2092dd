"""XLSX workbooks: every cell, shown or hidden, and every place behind the cells."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats import xml_events
from detectors.formats.leftovers import read_leftovers
from detectors.formats.opc import Package, Relationship, open_package
from detectors.formats.spreadsheetml.comments import CommentsHandler
from detectors.formats.spreadsheetml.links import LinkHandler
from detectors.formats.spreadsheetml.pivot import DefinitionHandler, Field, RecordsHandler
from detectors.formats.spreadsheetml.sheet import Book, SheetHandler
from detectors.formats.spreadsheetml.workbook import StringsHandler, StylesHandler, WorkbookHandler
from detectors.model import Column, Content, Location, Part, Passage, Row, Table, Unread, Visibility, Why, letters

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_KINDS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
ITEMS = 2_000
"""Shared items in one passage."""


@dataclass(frozen=True, slots=True)
class Xlsx:
    """A workbook of Excel 2007 or later, as any program writes it."""

    name: str = "xlsx"
    media_type: str = MEDIA_TYPE

    def recognises(self, part: Part) -> bool:
        """Whether it is a package whose office document is a workbook in XML."""
        if not part.head(4).startswith(b"PK"):
            return False
        try:
            package = open_package(part)
            return package is not None and find_workbook(package) is not None
        except ValueError:
            return False

    def read(self, part: Part) -> Iterator[Content]:
        """Sheets, caches, links, then all other parts. Raises ValueError for XML that is broken or names what is not there."""
        package = open_package(part)
        workbook = find_workbook(package) if package else None
        if package is None or workbook is None:
            raise ValueError("not a workbook")
        yield from Reading(part, package, workbook).read()


def find_workbook(package: Package) -> str | None:
    """The part that is the workbook: by relationship, and by being one."""
    for target in package.targets("", "officeDocument"):
        if target.endswith(".xml") and any(each.kind in SHEET_KINDS for each in package.relationships(target)):
            return target
    return None


@dataclass(slots=True)
class Reading:
    """One workbook that is being read. `claimed` are the parts whose content is accounted for."""

    part: Part
    package: Package
    path: str
    workbook: WorkbookHandler = field(default_factory=WorkbookHandler)
    relations: dict[str, Relationship] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    sheets: dict[str, Location] = field(default_factory=dict)
    caches: dict[str, Location] = field(default_factory=dict)

    def read(self) -> Iterator[Content]:
        """Everything, sheets first."""
        self.relations = {each.id: each for each in self.package.relationships(self.path)}
        self.parse(self.path, self.workbook)
        yield from self.read_names()
        book = self.read_book()
        yield from self.read_sheets(book)
        yield from self.read_unused(book)
        yield from self.read_pivot_caches()
        yield from self.read_links()
        yield from read_leftovers(self.part, self.package, self.claimed)
        if self.package.archive.stray:
            yield Unread(self.part.where / "bytes outside the parts", Why.DAMAGED)

    def parse(self, name: str, handler: xml_events.Handler) -> None:
        """All of a part at once."""
        self.claimed.add(name)
        xml_events.parse(self.package.chunks(name), handler)

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as its place, at least."""
        return max(self.part.visibility, visibility)

    def passage(self, where: Location, visibility: Visibility, channel: str, text: str) -> Iterator[Content]:
        """A passage, if there is anything in it."""
        if text.strip():
            yield Passage(where, self.hide(visibility), channel, text)

    # The workbook.

    def read_names(self) -> Iterator[Content]:
        """Defined names, and the names of sheets and of whoever saved."""
        for name, words in self.workbook.names:
            where = self.part.where / "defined names"
            yield from self.passage(where, Visibility.METADATA, "definedName", f"{name} = {' '.join(words)}")
        where = self.part.where / "workbook"
        yield from self.passage(
            where, Visibility.SHOWN, "sheetName", "\n".join(sheet.name for sheet in self.workbook.sheets)
        )
        yield from self.passage(where, Visibility.METADATA, "workbook", "\n".join(self.workbook.others))

    def read_book(self) -> Book:
        """Shared strings and date formats."""
        strings, styles = StringsHandler(self.part.budget), StylesHandler()
        for each in self.relations.values():
            if each.kind == "sharedStrings" and each.target in self.package.parts:
                self.parse(each.target, strings)
            elif each.kind == "styles" and each.target in self.package.parts:
                self.parse(each.target, styles)
        return Book(strings.items, bytearray(len(strings.items)), styles.dates(), self.workbook.since_1904)

    def read_unused(self, book: Book) -> Iterator[Content]:
        """Shared strings that no cell shows: what was deleted from the sheets."""
        unused = [text for text, used in zip(book.strings, book.used, strict=True) if not used and text.strip()]
        for start in range(0, len(unused), ITEMS):
            text = "\n".join(unused[start : start + ITEMS])
            yield from self.passage(self.part.where / "unused strings", Visibility.ORPHAN, "sharedString", text)

    # Sheets.

    def read_sheets(self, book: Book) -> Iterator[Content]:
        """Every sheet that the workbook lists, then those that it does not."""
        for number, sheet in enumerate(self.workbook.sheets, 1):
            relation = self.relations.get(sheet.relation)
            if relation is None or relation.target not in self.package.parts:
                yield Unread(self.part.where.into(f"sheet '{sheet.name}'", f"sheet {number}"), Why.DAMAGED)
                continue
            where = self.part.where.into(f"sheet '{sheet.name}'", f"sheet {number}")
            yield from self.read_sheet(relation.target, where, sheet.visibility, book)
        listed = {sheet.relation for sheet in self.workbook.sheets}
        orphans = [
            name for name in self.package.parts if "/worksheets/sheet" in f"/{name}" and name not in self.claimed
        ]
        related = [
            each.target for each in self.relations.values() if each.kind in SHEET_KINDS and each.id not in listed
        ]
        for number, name in enumerate(dict.fromkeys((*related, *orphans)), 1):
            if name in self.package.parts and name not in self.claimed:
                yield from self.read_sheet(name, self.part.where / f"left-over sheet {number}", Visibility.ORPHAN, book)

    def read_sheet(self, name: str, where: Location, visibility: Visibility, book: Book) -> Iterator[Content]:
        """One sheet: its cells as they stream, the words around them, its comments; its pivot tables are noted."""
        self.claimed.add(name)
        self.sheets[name] = where
        handler = SheetHandler(book, self.part.budget)
        events = xml_events.feed(self.package.chunks(name), handler)
        for _ in events:
            if handler.begun:
                break
        yield Table(where, self.hide(visibility), "cells", handler.columns(), stream_rows(events, handler))
        hidden = max(visibility, Visibility.METADATA)
        yield from self.passage(where / "formulas", hidden, "formula", "\n".join(handler.literals))
        yield from self.passage(where / "settings", hidden, "sheetSettings", "\n".join(handler.words))
        for target in self.package.targets(name, "comments", "threadedComment"):
            yield from self.read_comments(target, where)
        for target in self.package.targets(name, "pivotTable"):
            for cache in self.package.targets(target, "pivotCacheDefinition"):
                self.caches.setdefault(cache, where)

    def read_comments(self, name: str, where: Location) -> Iterator[Content]:
        """Comments by cell."""
        handler = CommentsHandler()
        self.parse(name, handler)
        for cell, text in handler.comments:
            yield from self.passage(
                where.into(f"comment {cell[:12]}", "a comment"), Visibility.COMMENT, "comment", text
            )
        yield from self.passage(where / "comments", Visibility.METADATA, "commentAuthor", "\n".join(handler.people))

    # Pivot caches.

    def read_pivot_caches(self) -> Iterator[Content]:
        """Every cache: those that the workbook lists, those of pivot tables, those of nobody."""
        listed = [self.relations[each].target for each in self.workbook.caches if each in self.relations]
        left = [
            name
            for name in self.package.parts
            if "pivotcachedefinition" in posixpath.basename(name) and name.endswith(".xml")
        ]
        for number, name in enumerate(dict.fromkeys((*listed, *self.caches, *left)), 1):
            if name in self.package.parts:
                where = self.caches.get(name, self.part.where) / f"pivot cache {number}"
                yield from self.read_pivot_cache(name, where)

    def read_pivot_cache(self, name: str, where: Location) -> Iterator[Content]:
        """One cache: its fields, its records as a table, and the items that no record names."""
        definition = DefinitionHandler(self.part.budget)
        self.parse(name, definition)
        fields = definition.fields
        yield from self.passage(
            where, Visibility.PIVOT_CACHE, "pivotCacheFields", "\n".join(each.name for each in fields)
        )
        yield from self.passage(where, Visibility.METADATA, "pivotCacheDefinition", "\n".join(definition.words))
        for target in self.package.targets(name, "pivotCacheRecords"):
            self.claimed.add(target)
            recorded = [each for each in fields if each.in_records]
            handler = RecordsHandler(recorded, self.part.budget)
            rows = stream_rows(xml_events.feed(self.package.chunks(target), handler), handler)
            columns = tuple(Column(name=each.name) for each in recorded)
            yield Table(where, self.hide(Visibility.PIVOT_CACHE), "pivotCacheRecords", columns, rows)
        for each in fields:
            yield from self.read_items(each, where)

    def read_items(self, source: Field, where: Location) -> Iterator[Content]:
        """Items of a field that no record names: a cache keeps what was once in its source."""
        unused = [item for item, used in zip(source.items, source.used, strict=True) if not used and item]
        column = (Column(name=source.name),)
        if unused:
            rows = (Row(number, (item,)) for number, item in enumerate(unused, 1))
            yield Table(where, self.hide(Visibility.PIVOT_CACHE), "pivotCacheSharedItems", column, rows)
        if source.others:
            yield from self.passage(where, Visibility.PIVOT_CACHE, "pivotCacheGroups", "\n".join(source.others))

    # External links.

    def read_links(self) -> Iterator[Content]:
        """Copies of other workbooks' cells."""
        names = [
            each.target
            for each in self.relations.values()
            if each.kind == "externalLink" and each.target in self.package.parts
        ]
        for number, name in enumerate(names, 1):
            where = self.part.where / f"external link {number}"
            handler = LinkHandler(self.part.budget)
            self.parse(name, handler)
            yield from self.passage(
                where, Visibility.METADATA, "externalLink", "\n".join((*handler.sheets, *handler.words))
            )
            for index, rows in handler.rows.items():
                label = handler.sheets[index] if index < len(handler.sheets) else str(index + 1)
                inside = where.into(f"sheet '{label}'", f"sheet {index + 1}")
                width = max(len(row.cells) for row in rows)
                columns = tuple(Column(letter=letters(each)) for each in range(width))
                yield Table(inside, self.hide(Visibility.LINK_CACHE), "externalLinkCache", columns, rows)


def stream_rows(events: Iterator[None], handler: SheetHandler | RecordsHandler) -> Iterator[Row]:
    """Rows as the parser completes them. Raises ValueError for broken XML."""
    yield from handler.take()
    for _ in events:
        yield from handler.take()
