"""XLSX workbooks: every cell, shown or hidden, and every place behind the cells."""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter

from detectors.formats import xml_events
from detectors.formats.leftovers import find_places, read_leftovers
from detectors.formats.opc import Package, Relationship, open_package
from detectors.formats.spreadsheetml.comments import CommentsHandler
from detectors.formats.spreadsheetml.conditions import ConditionFinder
from detectors.formats.spreadsheetml.links import LinkHandler
from detectors.formats.spreadsheetml.merges import REFERENCE, Area, find_merges
from detectors.formats.spreadsheetml.pivot import DefinitionHandler, Field, RecordsHandler
from detectors.formats.spreadsheetml.rich_text import RichText
from detectors.formats.spreadsheetml.sheet import Book, SheetHandler
from detectors.formats.spreadsheetml.styles import StylesHandler, ThemeHandler
from detectors.formats.spreadsheetml.tables import TableHandler
from detectors.formats.spreadsheetml.workbook import StringsHandler, WorkbookHandler
from detectors.formats.zip_gaps import read_gaps
from detectors.model import (
    Column,
    Content,
    Location,
    OverLimit,
    Part,
    Passage,
    Row,
    Table,
    Unread,
    Visibility,
    Why,
    letters,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_KINDS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
SHEET_ROOTS = ("worksheet", "chartsheet", "dialogsheet", "macrosheet")
MOST_TABLES = 500
"""Areas of a sheet under styles of tables; in those of further ones white text is told as unseen."""

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
        if xml_events.find_root(package.chunks(target)) == "workbook" and any(
            each.kind in SHEET_KINDS for each in package.relationships(target)
        ):
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
    caches: dict[str, Location] = field(default_factory=dict)
    sheets: list[tuple[Visibility, str]] = field(default_factory=list)
    """The sheets read so far, and how hidden they are."""

    remarks: list[str] = field(default_factory=list)
    """Comments and processing instructions of the parts read so far."""

    def read(self) -> Iterator[Content]:
        """Everything, sheets first."""
        self.relations = {each.id: each for each in self.package.relationships(self.path)}
        self.parse(self.path, self.workbook)
        yield from self.read_names()
        book = yield from self.read_book()
        yield from self.read_sheets(book)
        yield from self.read_unused(book)
        yield from self.read_pivot_caches()
        yield from self.read_links()
        yield from self.passage(self.part.where, Visibility.METADATA, "xmlComment", "\n".join(self.remarks))
        places = find_places(self.package, self.sheets, self.path)
        yield from read_leftovers(self.part, self.package, self.claimed, places)
        yield from read_gaps(self.part, self.package.archive)

    def parse(self, name: str, handler: xml_events.Handler) -> None:
        """All of a part at once. Raises ValueError for bad XML."""
        self.claimed.add(name)
        xml_events.parse(self.package.chunks(name), handler, self.remarks)

    def try_to_parse(self, name: str, handler: xml_events.Handler, where: Location) -> Iterator[Content]:
        """All of a part at once; one that is broken is unread, what was read of it stays, and the others are still read."""
        try:
            self.parse(name, handler)
        except ValueError:
            yield Unread(where, Why.DAMAGED)

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as its place, at least."""
        return max(self.part.visibility, visibility)

    def passage(self, where: Location, visibility: Visibility, channel: str, text: str) -> Iterator[Content]:
        """A passage, if there is anything in it."""
        if text.strip():
            yield Passage(where, self.hide(visibility), channel, text)

    def left(self, *roots: str) -> list[str]:
        """The XML parts that nobody has claimed and that are of one of the kinds by their first element, whatever their name."""
        names = [name for name in self.package.parts if name.endswith(".xml") and name not in self.claimed]
        return [name for name in names if xml_events.find_root(self.package.chunks(name)) in roots]

    def related(self, kind: str) -> list[str]:
        """The parts of a kind that the workbook points to."""
        found = (each.target for each in self.relations.values() if each.kind == kind)
        return [name for name in found if name in self.package.parts]

    # The workbook.

    def read_names(self) -> Iterator[Content]:
        """Defined names, and the names of sheets and of whoever saved."""
        for name, words in self.workbook.names:
            where = self.part.where / "defined names"
            yield from self.passage(where, Visibility.METADATA, "definedName", f"{name} = {' '.join(words)}")
        where = self.part.where / "workbook"
        for visibility, sheets in groupby(
            sorted(self.workbook.sheets, key=attrgetter("visibility")), key=attrgetter("visibility")
        ):
            yield from self.passage(where, visibility, "sheetName", "\n".join(sheet.name for sheet in sheets))
        yield from self.passage(where, Visibility.METADATA, "workbook", "\n".join(self.workbook.others))

    def read_book(self) -> Generator[Content, None, Book]:
        """Shared strings, and what cell formats do. The styles part is read for its words with what is left over."""
        theme = ThemeHandler()
        for name in self.related("theme"):
            xml_events.parse(self.package.chunks(name), theme)
        styles = StylesHandler(theme.colours)
        for name in self.related("styles"):
            xml_events.parse(self.package.chunks(name), styles)
        strings = StringsHandler(RichText(styles.read_colour))
        for name in self.related("sharedStrings"):
            yield from self.try_to_parse(name, strings, self.part.where / "shared strings")
        where = self.part.where / "styles"
        yield from self.passage(where, Visibility.METADATA, "numberFormat", "\n".join(styles.words()))
        where = self.part.where / "phonetic text"
        yield from self.passage(where, Visibility.METADATA, "phonetic", "\n".join(strings.phonetic))
        formats = styles.formats()
        return Book(
            strings=strings.items,
            used=bytearray(len(strings.items)),
            formats={style: form for style, form in formats.items() if form.changes},
            since_1904=self.workbook.since_1904,
            pens=strings.pens,
            all_formats=formats,
            changes=styles.changes,
            read_colour=styles.read_colour,
        )

    def read_unused(self, book: Book) -> Iterator[Content]:
        """Shared strings that no cell shows: what was deleted from the sheets."""
        unused = [text for text, used in zip(book.strings, book.used, strict=True) if not used and text.strip()]
        for start in range(0, len(unused), ITEMS):
            text = "\n".join(unused[start : start + ITEMS])
            yield from self.passage(self.part.where / "unused strings", Visibility.ORPHAN, "sharedString", text)

    # Sheets.

    def read_sheets(self, book: Book) -> Iterator[Content]:
        """Every sheet that the workbook lists, once, then those that it does not. Raises OverLimit for more than there can be parts."""
        if len(self.workbook.sheets) > self.part.budget.limits.parts:
            raise OverLimit(Why.TOO_MANY)
        for number, sheet in enumerate(self.workbook.sheets, 1):
            where = self.part.where.into(f"sheet '{sheet.name}'", f"sheet {number}")
            relation = self.relations.get(sheet.relation)
            if relation is None or relation.target not in self.package.parts or relation.target in self.claimed:
                yield Unread(where, Why.DAMAGED)
                continue
            visibility = max(sheet.visibility, self.workbook.visibility)
            yield from self.read_sheet(relation.target, where, visibility, book)
        for number, name in enumerate(self.left(*SHEET_ROOTS), 1):
            yield from self.read_sheet(name, self.part.where / f"left-over sheet {number}", Visibility.ORPHAN, book)

    def read_sheet(self, name: str, where: Location, visibility: Visibility, book: Book) -> Iterator[Content]:
        """One sheet: its cells as they stream, the words around them, its comments; its pivot tables are noted."""
        self.claimed.add(name)
        finder, grounded = ConditionFinder(), list(islice(self.find_grounded(name), MOST_TABLES))
        merges = find_merges(finder.watch(self.package.chunks(name)))
        conditions = finder.find(book.changes, book.read_colour, book.may_hide)
        handler = SheetHandler(book, self.part.budget, merges, grounded, conditions)
        rows = Rows(handler, handler.feed(self.package.chunks(name), self.remarks))
        rows.begin()
        yield Table(where, self.hide(visibility), "cells", handler.columns(), rows.stream())
        yield from rows.say_fault(where)
        hidden = max(visibility, Visibility.METADATA)
        yield from self.passage(where / "formulas", hidden, "formula", "\n".join(handler.literals))
        yield from self.passage(where / "settings", hidden, "sheetSettings", "\n".join(handler.words))
        self.sheets.append((visibility, name))
        for target in self.package.targets(name, "comments", "threadedComment"):
            yield from self.read_comments(target, where)
        for target in self.package.targets(name, "pivotTable"):
            for cache in self.package.targets(target, "pivotCacheDefinition"):
                self.caches.setdefault(cache, where)

    def find_grounded(self, name: str) -> Iterator[Area]:
        """What the tables of a sheet give a ground to. One that is broken gives none, and is said where it is read."""
        for target in self.package.targets(name, "table"):
            handler = TableHandler()
            with contextlib.suppress(ValueError):
                xml_events.parse(self.package.chunks(target), handler)
            yield from handler.grounded()

    def read_comments(self, name: str, where: Location) -> Iterator[Content]:
        """Comments by cell."""
        handler = CommentsHandler()
        yield from self.try_to_parse(name, handler, where / "comments")
        for cell, text in handler.comments:
            yield from self.passage(
                where.into(f"comment {cell[:12]}", "a comment"), Visibility.COMMENT, "comment", text
            )
        cells = (cell for cell, _ in handler.comments if not REFERENCE.fullmatch(cell))
        yield from self.passage(where / "comments", Visibility.METADATA, "commentAuthor", "\n".join(handler.people))
        yield from self.passage(where / "comments", Visibility.COMMENT, "comment", "\n".join((*cells, *handler.words)))

    # Pivot caches.

    def read_pivot_caches(self) -> Iterator[Content]:
        """Every cache: those that the workbook lists, those of pivot tables, those of nobody; then records of nobody."""
        listed = [self.relations[each].target for each in self.workbook.caches if each in self.relations]
        names = dict.fromkeys((*listed, *self.caches, *self.left("pivotCacheDefinition")))
        for number, name in enumerate((name for name in names if name in self.package.parts), 1):
            where = self.caches.get(name, self.part.where) / f"pivot cache {number}"
            yield from self.read_pivot_cache(name, where)
        for number, name in enumerate(self.left("pivotCacheRecords"), 1):
            yield from self.read_records(name, self.part.where / f"left-over pivot records {number}", [])

    def read_pivot_cache(self, name: str, where: Location) -> Iterator[Content]:
        """One cache: its fields, its records as a table, and the items that no record names."""
        definition = DefinitionHandler(self.part.budget)
        yield from self.try_to_parse(name, definition, where)
        fields = definition.fields
        yield from self.passage(
            where, Visibility.PIVOT_CACHE, "pivotCacheFields", "\n".join(each.name for each in fields)
        )
        yield from self.passage(where, Visibility.PIVOT_CACHE, "pivotCacheDefinition", "\n".join(definition.words))
        records = self.find_records(name)
        if definition.records and not records:
            yield Unread(where, Why.DAMAGED)
        for target in records:
            yield from self.read_records(target, where, [each for each in fields if each.in_records])
        for each in fields:
            yield from self.read_items(each, where)

    def find_records(self, name: str) -> list[str]:
        """The records of a cache: where its relationship leads, else those of nobody that bear the same number."""
        related = self.package.targets(name, "pivotCacheRecords")
        if related:
            return related
        number = re.sub(r"\D", "", posixpath.basename(name))
        return [
            each for each in self.left("pivotCacheRecords") if re.sub(r"\D", "", posixpath.basename(each)) == number
        ]

    def read_records(self, name: str, where: Location, fields: list[Field]) -> Iterator[Content]:
        """The records of a cache, a row each."""
        self.claimed.add(name)
        handler = RecordsHandler(fields, self.part.budget)
        rows = Rows(handler, handler.feed(self.package.chunks(name), self.remarks))
        columns = tuple(Column(name=each.name) for each in fields)
        yield Table(where, self.hide(Visibility.PIVOT_CACHE), "pivotCacheRecords", columns, rows.stream())
        yield from rows.say_fault(where)
        yield from self.passage(where, Visibility.PIVOT_CACHE, "pivotCacheRecords", "\n".join(handler.words))

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
        names = dict.fromkeys((*self.related("externalLink"), *self.left("externalLink")))
        for number, name in enumerate(names, 1):
            where = self.part.where / f"external link {number}"
            handler = LinkHandler(self.part.budget)
            yield from self.try_to_parse(name, handler, where)
            yield from self.passage(
                where, Visibility.METADATA, "externalLink", "\n".join((*handler.sheets, *handler.words))
            )
            for index, rows in handler.rows.items():
                label = handler.sheets[index] if index < len(handler.sheets) else str(index + 1)
                inside = where.into(f"sheet '{label}'", f"sheet {index + 1}")
                width = max(len(row.cells) for row in rows)
                columns = tuple(Column(letter=letters(each)) for each in range(width))
                yield Table(inside, self.hide(Visibility.LINK_CACHE), "externalLinkCache", columns, rows)


@dataclass(slots=True)
class Rows:
    """The rows of a sheet or cache as the parser completes them; a fault ends them, and is said after them."""

    handler: SheetHandler | RecordsHandler
    events: Iterator[None]
    faulty: bool = False

    def begin(self) -> None:
        """Parse as far as the first rows, so that what stands before them is known."""
        while isinstance(self.handler, SheetHandler) and not self.handler.begun and self.step():
            pass

    def stream(self) -> Iterator[Row]:
        """The rows."""
        yield from self.handler.take()
        while self.step():
            yield from self.handler.take()
        yield from self.handler.take()

    def step(self) -> bool:
        """Parse some more; False at the end."""
        try:
            return next(self.events, "end") != "end"
        except ValueError:
            self.faulty = True
            return False

    def say_fault(self, where: Location) -> Iterator[Content]:
        """What to say of rows that ended in a fault."""
        if self.faulty:
            yield Unread(where, Why.DAMAGED)
