"""Objects, text boxes and comments of a sheet, in the order in which their records tell of them (MS-XLS 2.4.181, 2.4.329, 2.4.179)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from detectors.formats.biff.formulas import read_literals
from detectors.formats.biff.office_art import read_shapes
from detectors.formats.biff.places import AUTHORS, DRAWING, DRAWING_DETAILS, HIDDEN_DRAWING, OBJECTS, Place
from detectors.formats.biff.record_texts import find_all_texts, find_strays
from detectors.formats.biff.records import CONTINUE, Stream
from detectors.formats.biff.strings import Segments, Strings
from detectors.model import letters

NOTE, OBJECT, TEXT_OBJECT, DRAWING_PIECE, SELECTION = 0x1C, 0x5D, 0x1B6, 0xEC, 0xED
KINDS = frozenset((NOTE, OBJECT, TEXT_OBJECT, DRAWING_PIECE, CONTINUE))
NOTE_OBJECT = 0x19
ALL = 1 << 30
MORE = 0xFFFF
"""The row of a NOTE that goes on with the text of the one before, up to BIFF5."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a cell."""

    cell: str
    text: str = field(repr=False)


Said: TypeAlias = tuple[Place, str] | Comment | bytes
"""A text and its place, a comment, or a package."""


@dataclass(slots=True)
class Drawings:
    """Reads the drawing records of one sheet. Texts of notes wait for their NOTE, which says whose and where."""

    stream: Stream
    strings: Strings
    identifier: int = -1
    is_note: bool = False
    hidden: bool = False
    waiting: dict[int, str] = field(default_factory=dict)
    old: list[tuple[str, list[str]]] = field(default_factory=list)

    def take(self, kind: int, position: int) -> Iterator[Said]:
        """One record."""
        if kind in {DRAWING_PIECE, CONTINUE}:
            yield from self.take_drawing(self.stream.joined(position))
        elif kind == OBJECT:
            first, *more = self.stream.segments(position)
            yield from self.take_object(first)
            yield from self.take_continued(more)
        elif kind == TEXT_OBJECT:
            yield from self.take_text(self.stream.segments(position))
        elif self.strings.version == 8:
            yield from self.take_note(self.stream.segments(position))
        else:
            self.take_old_note(self.stream.joined(position))

    def take_drawing(self, data: bytes) -> Iterator[Said]:
        """A piece of the drawing: names, descriptions, WordArt of the shape to come."""
        shapes = read_shapes(data)
        self.hidden = shapes.hidden
        for text in shapes.texts:
            yield DRAWING_DETAILS, text
        yield from shapes.packages
        for piece in shapes.odd:
            for text in find_all_texts(piece):
                yield DRAWING_DETAILS, text

    def take_object(self, data: bytes) -> Iterator[Said]:
        """OBJ: what kind of object the next text belongs to, its macro, its list's items."""
        self.identifier, self.is_note = -1, False
        if self.strings.version == 8 and len(data) >= 8:
            kind, self.identifier = struct.unpack_from("<HH", data, 4)
            self.is_note = kind == NOTE_OBJECT
        for text in find_all_texts(data):
            yield OBJECTS, text

    def take_text(self, segments: list[bytes]) -> Iterator[Said]:
        """TXO: its text stands in the CONTINUE records behind it (MS-XLS 2.4.329)."""
        head = segments[0]
        if len(head) < 12:
            yield from ((DRAWING, text) for piece in segments for text in find_all_texts(piece))
            return
        count = struct.unpack_from("<H", head, 10)[0]
        data = Segments(segments[1:])
        text = data.characters(count, data.number(1)) if count else ""
        for literal in (*read_literals(self.strings, head[22:]).texts, *find_strays(head[18:])):
            yield OBJECTS, literal
        data.take(struct.unpack_from("<H", head, 12)[0] if len(head) >= 14 else 0)
        yield from self.take_continued([data.take(ALL)])
        if self.is_note:
            self.waiting[self.identifier] = text
            return
        yield (HIDDEN_DRAWING if self.hidden else DRAWING), text

    def take_continued(self, pieces: list[bytes]) -> Iterator[Said]:
        """CONTINUE behind an object or its text goes on with the drawing (MS-XLS 2.1.4)."""
        hidden = self.hidden
        for piece in pieces:
            yield from self.take_drawing(piece)
        self.hidden = hidden

    def take_note(self, segments: list[bytes]) -> Iterator[Said]:
        """NOTE: cell, author, and the object that holds the text (MS-XLS 2.4.179)."""
        data, *more = segments
        yield from ((AUTHORS, text) for piece in more for text in find_all_texts(piece))
        if len(data) < 8:
            return
        row, column, _, identifier = struct.unpack_from("<4H", data)
        author, end = self.strings.counted(data, 8)
        yield AUTHORS, Segments([data[8:], *more]).string()[0] if more else author
        yield from ((AUTHORS, text) for text in find_strays(data[end:]))
        text = self.waiting.pop(identifier, "")
        if text:
            yield Comment(f"{letters(column)}{row + 1}", text)

    def take_old_note(self, data: bytes) -> None:
        """NOTE of BIFF2 to BIFF5, which holds the text itself, 2 KiB at a time."""
        if len(data) < 6:
            return
        row, column, _ = struct.unpack_from("<3H", data)
        text = data[6:].decode(self.strings.codec, "replace")
        if row == MORE and self.old:
            self.old[-1][1].append(text)
        else:
            self.old.append((f"{letters(column)}{row + 1}", [text]))

    def finish(self) -> Iterator[Comment]:
        """What has waited in vain: texts of notes that no cell has, and the notes of old versions."""
        for identifier, text in self.waiting.items():
            yield Comment(f"object {identifier}", text)
        for cell, pieces in self.old:
            yield Comment(cell, "".join(pieces))
