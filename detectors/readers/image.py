"""Pictures made of pixels: the words beside the pixels, and whether the pixels may hold words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.pictures.found import Found, surface
from detectors.formats.pictures.raster import choose
from detectors.formats.pictures.sizes import may_hold_text
from detectors.model import Content, Part, Passage, Unread, Visibility, Why


@dataclass(frozen=True, slots=True)
class Image:
    """JPEG, PNG, GIF, TIFF, BMP and WebP. Pixels are never decoded."""

    name: str = "image"
    media_type: str = "image/*"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as one of these does."""
        return choose(part.head(64)) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """The size, words and pictures beside the pixels. Unread for a picture large enough to hold text, and for damage."""
        walk = choose(part.head(64))
        if walk is None:
            raise ValueError("no picture")
        found = Found(part.budget)
        walk(part.whole(), found)
        if found.width:
            yield Passage(part.where, part.visibility, "picture", f"{found.width} × {found.height} pixels")
        yield from surface(part, found, inner=Visibility.METADATA)
        if found.damaged or not found.width:
            yield Unread(part.where, Why.DAMAGED)
        if may_hold_text(found.width, found.height):
            yield Unread(part.where / "pixels", Why.UNKNOWN_FORMAT)
