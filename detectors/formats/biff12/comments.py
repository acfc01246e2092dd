"""Comment parts: texts by cell, and the people who wrote them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats import xml_events
from detectors.formats.biff12 import kinds
from detectors.formats.biff12.claims import Claims
from detectors.formats.biff12.records import Record, take_each
from detectors.formats.biff12.strings import gather, read_rich, read_wide
from detectors.formats.residue import CHANNEL
from detectors.formats.spreadsheetml.comments import CommentsHandler
from detectors.model import Content, Location, Visibility, letters

COLUMNS = 16_384
COMMENT = struct.Struct("<5I")


@dataclass(slots=True)
class Comments:
    """A comments part."""

    comments: list[tuple[str, str]] = field(default_factory=list, repr=False)
    people: list[str] = field(default_factory=list, repr=False)
    words: list[str] = field(default_factory=list, repr=False)
    cell: str = ""

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        take_each(records, self.take_record)

    def take_record(self, kind: int, data: bytes) -> None:
        """One record. Raises ValueError when it is cut short."""
        match kind:
            case kinds.AUTHOR:
                self.people.append(read_wide(data, 0)[0])
            case kinds.BEGIN_COMMENT if len(data) >= COMMENT.size:
                _, row, _, column, _ = COMMENT.unpack_from(data)
                self.cell = f"{letters(column)}{row + 1}" if column < COLUMNS else ""
            case kinds.COMMENT_TEXT:
                self.comments.append((self.cell, " ".join(filter(None, read_rich(data, 0)[::2]))))
            case _:
                self.words += gather(data)


def read_comments(
    claims: Claims, name: str, where: Location, visibility: Visibility = Visibility.COMMENT
) -> Iterator[Content]:
    """The comments of a binary part, by cell."""
    found = Comments()
    yield from claims.take(name, where / "comments", found.take)
    yield from say(claims, found.comments, where, visibility)
    metadata = visibility if visibility > Visibility.COMMENT else Visibility.METADATA
    yield from claims.passages(where / "comments", metadata, "commentAuthor", found.people)
    yield from claims.passages(where / "comments", metadata, CHANNEL, found.words)


def read_threads(claims: Claims, name: str, where: Location) -> Iterator[Content]:
    """Comments that answer one another: XML in a binary workbook too."""
    claims.claimed.add(name)
    handler = CommentsHandler()
    try:
        xml_events.parse(claims.package.chunks(name), handler)
    except ValueError:
        yield from claims.admit(name, where / "comments")
    yield from say(claims, handler.comments, where, Visibility.COMMENT)
    yield from claims.passages(where / "comments", Visibility.METADATA, "commentAuthor", handler.people)


def say(claims: Claims, comments: list[tuple[str, str]], where: Location, visibility: Visibility) -> Iterator[Content]:
    """A passage a comment."""
    for cell, text in comments:
        inside = where.into(f"comment {cell[:12]}", "a comment")
        yield from claims.passages(inside, visibility, "comment", (text,))
