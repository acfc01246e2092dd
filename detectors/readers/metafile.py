"""Windows, enhanced and StarView metafiles: the text that they paint, which is on the face of the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.pictures.drawing import Drawing
from detectors.formats.pictures.emf import is_emf, read_emf
from detectors.formats.pictures.found import Found, pieces, surface
from detectors.formats.pictures.starview import MAGIC, find_words
from detectors.formats.pictures.wmf import is_wmf, read_wmf
from detectors.model import Content, Part, Passage, Unread, Visibility, Why


@dataclass(frozen=True, slots=True)
class Metafile:
    """WMF and EMF: drawings, previews of embedded objects, thumbnails. OpenOffice's pictures of objects, which stand beside these."""

    name: str = "metafile"
    media_type: str = "image/emf"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as a metafile does."""
        head = part.head(64)
        return is_emf(head) or is_wmf(head) or head.startswith(MAGIC)

    def read(self, part: Part) -> Iterator[Content]:
        """Painted text as shown, comments as metadata. Unread where glyphs have no letters or a picture may hold text."""
        if part.head(len(MAGIC)) == MAGIC:
            yield from read_replacement(part)
            return
        drawing = Drawing(Found(part.budget))
        untrusted = part.whole()
        (read_emf if is_emf(untrusted[:64]) else read_wmf)(untrusted, drawing)
        for passage in pieces(part.where, part.visibility, drawing.lines.finish()):
            yield Passage(passage.where, passage.visibility, "metafileText", passage.text)
        yield from surface(part, drawing.found, inner=Visibility.SHOWN)
        if drawing.found.damaged:
            yield Unread(part.where, Why.DAMAGED)
        if drawing.unseen:
            yield Unread(part.where / "pixels", Why.UNKNOWN_FORMAT)


def read_replacement(part: Part) -> Iterator[Content]:
    """The words of a StarView metafile, which no program of today shows while the object itself is there."""
    text = find_words(part.whole())
    if text:
        yield Passage(part.where, max(part.visibility, Visibility.METADATA), "objectReplacement", text)
