"""Everything in a substream but its cells: names, validations, links, drawings, comments, caches, and records of unknown kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from detectors.formats.biff.cells import COLUMN_READERS
from detectors.formats.biff.drawings import KINDS as DRAWING_KINDS
from detectors.formats.biff.drawings import SELECTION, Comment, Drawings
from detectors.formats.biff.external_books import ExternalBooks, read_cached_rows
from detectors.formats.biff.gathering import Gathering
from detectors.formats.biff.office_art import read_pictures, read_shapes
from detectors.formats.biff.places import DRAWING_DETAILS, PICTURES, PLACES, PURE, QUERIES, UNCLAIMED, Place, is_numeric
from detectors.formats.biff.record_texts import find_all_texts, find_long_texts, find_strays
from detectors.formats.biff.records import Stream, Substream
from detectors.formats.biff.strings import Strings
from detectors.formats.biff.structures import EXACT, read_strings
from detectors.formats.biff.styles import FONT
from detectors.formats.biff.workbook import OWN
from detectors.formats.leftovers import read_leftovers
from detectors.formats.opc import open_package
from detectors.model import Bytes, Column, Content, Location, Part, Passage, Table, Unread, Visibility, Why, letters

DRAWING_GROUP, IMAGE, BACKGROUND, THEME, QUERY_TEXT, PIVOT = 0xEB, 0x7F, 0xE9, 0x896, 0xCD, 0xB0
ART = {DRAWING_GROUP: 0, 0x866: 14}
"""Drawing groups, and the pictures of headers and footers, with the size of what stands before the drawing (MS-XLS 2.4.138)."""

STRINGS = 0xFC
"""The shared strings, which go on in many records and are read with the workbook."""

IMAGES = frozenset((IMAGE, BACKGROUND))
THEME_HEAD = 16
IMAGE_HEAD = 8
FONT_NAME = 16
WIDE_COLUMNS = 256


@dataclass(slots=True)
class Surroundings:
    """Reads one substream of `part`. `pivots` are the numbers of the pivot caches that it uses."""

    part: Part
    stream: Stream
    strings: Strings
    where: Location
    visibility: Visibility
    pivots: list[int] = field(default_factory=list)
    pictures: int = 0

    def read(self, substream: Substream) -> Iterator[Content]:
        """All records that are neither cells nor rows."""
        gathering = Gathering(self.where, self.visibility)
        drawings = Drawings(self.stream, self.strings)
        books = ExternalBooks(self.stream, self.strings)
        art: list[int] = []
        query: list[str] = []
        for position in substream.others:
            kind = self.stream.kind(position)
            if kind != QUERY_TEXT and query:
                yield from gathering.add(QUERIES, "".join(query))
                query = []
            if kind == QUERY_TEXT:
                query += read_strings(kind, self.strings, self.stream.joined(position))
            elif kind in DRAWING_KINDS:
                yield from self.take_drawing(drawings, gathering, kind, position)
            elif books.takes(kind):
                books.take(kind, position)
            elif kind in ART:
                art.append(position)
            else:
                yield from self.take(gathering, kind, position)
        for comment in drawings.finish():
            yield self.comment(comment)
        yield from gathering.add(QUERIES, "".join(query))
        yield from self.read_art(art, gathering)
        yield from gathering.finish()
        yield from self.read_books(books)

    def take(self, gathering: Gathering, kind: int, position: int) -> Iterator[Content]:
        """A record that stands for itself."""
        if kind in OWN or kind in COLUMN_READERS or kind in PURE or kind in EXACT:
            yield from self.take_continued(gathering, kind, position)
        if kind in OWN or kind in COLUMN_READERS:
            yield from self.take_numbers(gathering, kind, self.stream.payload(position))
        elif kind in IMAGES:
            yield self.picture(self.stream.joined(position)[IMAGE_HEAD:])
        elif kind == THEME:
            yield from self.read_package(self.stream.joined(position)[THEME_HEAD:], "theme")
        elif kind not in PLACES and is_numeric(kind):
            yield from self.take_numbers(gathering, kind, self.stream.joined(position))
        else:
            yield from self.take_texts(gathering, kind, position)

    def take_continued(self, gathering: Gathering, kind: int, position: int) -> Iterator[Passage]:
        """What continues a record that is never too long for one: nothing, unless somebody put something in."""
        for piece in self.stream.segments(position)[1:] if kind != STRINGS else ():
            for text in find_all_texts(piece):
                yield from gathering.add(replace(UNCLAIMED, step=f"record {kind:#x}"), text)

    def take_texts(self, gathering: Gathering, kind: int, position: int) -> Iterator[Passage]:
        """A record with text: what its structure says, and whatever else a search finds in it."""
        data = self.stream.joined(position)
        place = PLACES.get(kind) or replace(UNCLAIMED, step=f"record {kind:#x}")
        if kind == PIVOT and len(data) >= 16:
            self.pivots.append(int.from_bytes(data[14:16], "little"))
        known = read_strings(kind, self.strings, data)
        for text in known:
            yield from gathering.add(place, text)
        for text in () if kind in EXACT else find_all_texts(data, "\n".join(known)):
            yield from gathering.add(place, text)

    def take_numbers(self, gathering: Gathering, kind: int, data: bytes) -> Iterator[Passage]:
        """A record that should hold numbers only, searched for what should not be there."""
        if kind in OWN or kind in PURE:
            return
        if kind in FONT:
            data = data[FONT_NAME:][data[FONT_NAME - 2] * 2 if len(data) > FONT_NAME else 0 :]
        for text in find_strays(data):
            yield from gathering.add(replace(UNCLAIMED, step=f"record {kind:#x}"), text)

    def take_drawing(self, drawings: Drawings, gathering: Gathering, kind: int, position: int) -> Iterator[Content]:
        """Objects, their texts, comments."""
        if kind == SELECTION:
            return
        for said in drawings.take(kind, position):
            if isinstance(said, Comment):
                yield self.comment(said)
            elif isinstance(said, bytes):
                yield from self.read_package(said, "shape package")
            else:
                place, text = said
                yield from gathering.add(place, text)

    def comment(self, comment: Comment) -> Passage:
        """A comment on a cell."""
        visibility = max(self.visibility, Visibility.COMMENT)
        return Passage(self.where / f"comment {comment.cell}", visibility, "comment", comment.text)

    def read_art(self, positions: list[int], gathering: Gathering) -> Iterator[Content]:
        """The drawing group of a workbook: pictures, and properties that all drawings share."""
        data = b"".join(self.stream.joined(each)[ART[self.stream.kind(each)] :] for each in positions)
        if not data:
            return
        shapes = read_shapes(data)
        for text in (*shapes.texts, *(text for piece in shapes.odd for text in find_all_texts(piece))):
            yield from gathering.add(DRAWING_DETAILS, text)
        try:
            for picture in read_pictures(data):
                yield self.picture(picture.untrusted)
                for text in find_long_texts(picture.untrusted):
                    yield from gathering.add(PICTURES, text)
        except ValueError:
            yield Unread(self.where / "pictures", Why.DAMAGED)

    def picture(self, untrusted: bytes) -> Part:
        """A picture as a part of its own."""
        self.pictures += 1
        self.part.budget.spend(len(untrusted))
        return self.part.inner(self.where / f"picture {self.pictures}", Bytes(untrusted), visibility=self.visibility)

    def read_package(self, untrusted: bytes, step: str) -> Iterator[Content]:
        """The theme (MS-XLS 2.4.326) or a shape in DrawingML: nothing but colours and fonts, unless somebody put something in."""
        if not untrusted:
            return
        inner = self.part.inner(self.where / step, Bytes(untrusted), visibility=Visibility.METADATA)
        try:
            package = open_package(inner)
            if package is None:
                yield inner
            else:
                yield from read_leftovers(inner, package, set())
        except ValueError:
            yield Unread(inner.where, Why.DAMAGED)

    def read_books(self, books: ExternalBooks) -> Iterator[Content]:
        """Other workbooks' names and cells."""
        for number, book in enumerate(books.books, 1):
            where = self.where / f"external link {number}"
            lines = dict.fromkeys((book.path, *book.sheets, *book.names))
            place = Place("externalLink", f"external link {number}")
            gathering = Gathering(self.where, self.visibility)
            for line in lines:
                yield from gathering.add(place, line)
            yield from gathering.finish()
            for index, sheet in enumerate(book.caches, 1):
                if sheet.positions:
                    inside = where.into(f"sheet '{sheet.name}'", f"sheet {index}")
                    rows = read_cached_rows(self.stream, self.strings, sheet, self.part.budget)
                    columns = tuple(Column(letter=letters(each)) for each in range(WIDE_COLUMNS))
                    visibility = max(self.visibility, Visibility.LINK_CACHE)
                    yield Table(inside, visibility, "externalLinkCache", columns, rows)
