"""The files that a text carries inline, as parts."""

from __future__ import annotations

from collections.abc import Iterator

from detectors.formats.charsets import decode
from detectors.formats.encoded import find_inline
from detectors.model import Bytes, Content, Location, Part, Passage, Unread, Why


def read_inline(part: Part, where: Location, untrusted_text: bytes) -> Iterator[Content]:
    """Each file in uuencode or base64 with its name; Unread beside one that did not decode to its end."""
    for number, inline in enumerate(find_inline(untrusted_text), 1):
        name = decode(inline.name, "utf-8")
        alias = f"inline file {number}"
        inside = where.into(name or alias, alias)
        if name:
            yield Passage(inside, part.visibility, "fileName", name)
        if not inline.whole:
            yield Unread(inside, Why.DAMAGED)
        part.budget.spend(len(inline.data))
        yield part.inner(inside, Bytes(inline.data))
