"""What a walk through a picture's file finds: size, words, pictures in it, bytes that nothing claims."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.residue import sweep
from detectors.formats.signatures import is_known, is_packed
from detectors.model import Budget, Bytes, Content, Location, OverLimit, Part, Passage, Unread, Visibility, Why

PASSAGE_CHARACTERS = 64 * 1024
MOST_PIECES = 100_000


@dataclass(slots=True)
class Found:
    """Filled in by the walk; what was found before damage stays."""

    budget: Budget
    width: int = 0
    height: int = 0
    shown: list[tuple[str, str]] = field(default_factory=list)
    """Text that a viewer paints (a GIF's plain text)."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Words by what we call their place."""
    inner: list[tuple[str, bytes]] = field(default_factory=list)
    loose: list[tuple[str, int, bytes]] = field(default_factory=list)
    """Bytes of unknown meaning inside the structure, with their offset."""
    stray: list[tuple[int, bytes]] = field(default_factory=list)
    """Bytes outside the structure: behind the end, between the parts."""
    damaged: bool = False
    pieces: int = 0

    def size(self, width: int, height: int) -> None:
        """The size of a picture; of several in a file, the greatest counts."""
        if abs(width * height) >= self.width * self.height:
            self.width, self.height = abs(width), abs(height)

    def text(self, place: str, text: str) -> None:
        """Words, unless there are none."""
        if text.strip():
            self.texts.setdefault(place, []).append(text)

    def hold(self, place: str, offset: int, data: bytes) -> None:
        """Bytes of unknown meaning inside the structure."""
        self.count()
        self.loose.append((place, offset, data))

    def leave(self, offset: int, data: bytes) -> None:
        """Bytes outside the structure."""
        self.count()
        self.stray.append((offset, data))

    def enclose(self, place: str, data: bytes) -> None:
        """A picture in the picture, unless it is empty."""
        self.count()
        if data:
            self.inner.append((place, data))

    def count(self) -> None:
        """Raises OverLimit(TOO_MANY) for a file that is cut into more pieces than any program would."""
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            raise OverLimit(Why.TOO_MANY)

    def inflate(self, data: bytes) -> bytes:
        """Deflated text, paid for; what there is of it when it is damaged."""
        limit = self.budget.limits.part_bytes
        unpacker = zlib.decompressobj()
        try:
            out = unpacker.decompress(data, limit)
        except zlib.error:
            self.damaged = True
            return b""
        if unpacker.unconsumed_tail:
            raise OverLimit(Why.TOO_LARGE)
        self.budget.spend(len(out))
        return out


def surface(part: Part, found: Found, *, inner: Visibility) -> Iterator[Content]:
    """All of it as content: words as metadata, bytes outside the structure as orphans, pictures in the picture as hidden as `inner`."""
    hidden = max(part.visibility, Visibility.METADATA)
    orphan = max(part.visibility, Visibility.ORPHAN)
    for place, text in found.shown:
        yield Passage(part.where / place, part.visibility, "picture", text)
    for place, lines in found.texts.items():
        yield from pieces(part.where / place, hidden, "\n".join(lines))
    for number, (place, data) in enumerate(found.inner, 1):
        yield part.inner(part.where / f"{place} {number}", Bytes(data), visibility=inner)
    for place, offset, data in found.loose:
        yield from sweep(data, part.where / place, offset=offset, visibility=hidden)
    for offset, data in found.stray:
        yield from read_stray(part, offset, data, orphan)


def pieces(where: Location, visibility: Visibility, text: str) -> Iterator[Passage]:
    """Long text in several passages."""
    for start in range(0, len(text), PASSAGE_CHARACTERS):
        yield Passage(where, visibility, "pictureMetadata", text[start : start + PASSAGE_CHARACTERS + 256])


def read_stray(part: Part, offset: int, data: bytes, visibility: Visibility) -> Iterator[Content]:
    """Bytes behind the end of a picture: a file, text, or the rest of a larger picture that was cropped (CVE-2023-21036)."""
    where = part.where / f"byte {offset}"
    if is_known(data):
        yield part.inner(where, Bytes(data), visibility=visibility)
        return
    yield from sweep(data, part.where / "behind the picture", offset=offset, visibility=visibility)
    if is_packed(data):
        yield Unread(where, Why.UNKNOWN_FORMAT)
