"""Thumbnails: the small pictures of a document's first page that packages carry."""

from __future__ import annotations

from collections.abc import Iterator

from detectors.formats.pictures.found import Found, surface
from detectors.formats.pictures.raster import choose
from detectors.formats.pictures.sizes import is_page_in_small
from detectors.model import Content, Part, Visibility


def read_thumbnail(part: Part) -> Iterator[Content]:
    """The words beside the pixels of a page in small; whatever is larger, or no picture, is a part like any other."""
    found = Found(part.budget)
    if look_through(part, found) and is_page_in_small(found.width, found.height):
        yield from surface(part, found, inner=Visibility.METADATA)
    else:
        yield part


def look_through(part: Part, found: Found) -> bool:
    """Whether the part is a sound picture; what is in it goes to `found`."""
    try:
        walk = choose(part.head(64))
        if walk is not None:
            walk(part.whole(), found)
    except ValueError:
        return False
    return walk is not None and not found.damaged
