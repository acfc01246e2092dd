"""Office packages that are no workbooks, so far for what is embedded in them and for their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats import xml_events
from detectors.formats.leftovers import read_leftovers
from detectors.formats.opc import open_package
from detectors.formats.words import WordsHandler
from detectors.formats.zip_gaps import read_gaps
from detectors.model import Content, Part, Passage, Unread, Visibility, Why

FACE = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes)\d*\.xml|ppt/slides/[^/]*\.xml|visio/pages/page\d*\.xml"
)
"""The parts that a reader of the document looks at."""


@dataclass(frozen=True, slots=True)
class Opc:
    """A Word, PowerPoint or Visio document, or any other package of ECMA-376 part 2.

    What is embedded is opened as a part of its own; the words of all other parts are surfaced. How a document hides its words is not
    known yet, so that it is Unread all the same.
    """

    name: str = "opc"
    media_type: str = "application/vnd.openxmlformats-package"

    def recognises(self, part: Part) -> bool:
        """Whether it is an archive with a list of content types; workbooks go to readers before this one."""
        if not part.head(4).startswith(b"PK"):
            return False
        try:
            return open_package(part) is not None
        except ValueError:
            return False

    def read(self, part: Part) -> Iterator[Content]:
        """Words, embedded files, and Unread. Raises ValueError for a damaged archive."""
        package = open_package(part)
        if package is None:
            raise ValueError("not a package")
        face = [name for name in sorted(package.parts) if FACE.fullmatch(name)]
        for number, name in enumerate(face, 1):
            handler = WordsHandler()
            where = part.where.into(name, f"document part {number}")
            try:
                xml_events.parse(package.chunks(name), handler)
            except ValueError:
                yield Unread(where, Why.DAMAGED)
            handler.close()
            for text in handler.texts:
                yield Passage(where, part.visibility, "document", text)
            for text in handler.sayings:
                yield Passage(where, max(part.visibility, Visibility.METADATA), "documentAttributes", text)
        yield from read_leftovers(part, package, set(face))
        yield from read_gaps(part, package.archive)
        yield Unread(part.where, Why.UNKNOWN_FORMAT)
