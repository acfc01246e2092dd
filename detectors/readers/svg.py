"""SVG drawings: their words, and the pictures that stand in them as addresses."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from detectors.formats import xml_events
from detectors.formats.words import WordsHandler
from detectors.model import Bytes, Content, Part, Passage, Visibility

BEGINNING = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|\s){0,8}<(?:[\w-]{1,20}:)?svg[\s>]", re.DOTALL
)
DATA = re.compile(r"\s*data:[^,;]{0,100}((?:;[^,;]{0,100})*),", re.ASCII)
PAINTED = frozenset(["text", "tspan", "textPath", "tref", "p", "span", "div"])


@dataclass(slots=True)
class SvgHandler:
    """Handler of a drawing: painted text, and everything else that says something."""

    painted: list[str] = field(default_factory=list)
    words: WordsHandler = field(default_factory=WordsHandler)
    pictures: list[bytes] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element; a picture in an attribute is taken out of it."""
        self.open.append(name)
        kept = {}
        for key, value in attributes.items():
            if match := DATA.match(value):
                self.pictures.append(decode(value[match.end() :], base="base64" in match[1]))
            else:
                kept[key] = value
        kept.pop("d", None)
        kept.pop("points", None)
        self.words.start(name, kept)

    def text(self, text: str) -> None:
        """Character data."""
        if self.open and self.open[-1] in PAINTED:
            self.painted.append(text)
        else:
            self.words.text(text)

    def end(self, name: str) -> None:
        """The end of an element; a text is a line."""
        if self.open.pop() == "text":
            self.painted.append("\n")
        self.words.end(name)


def decode(text: str, *, base: bool) -> bytes:
    """The bytes of a data: address."""
    try:
        return base64.b64decode(unquote_to_bytes(text)) if base else unquote_to_bytes(text)
    except (binascii.Error, ValueError):
        raise ValueError("a picture in broken base64") from None


@dataclass(frozen=True, slots=True)
class Svg:
    """A drawing in XML."""

    name: str = "svg"
    media_type: str = "image/svg+xml"

    def recognises(self, part: Part) -> bool:
        """Whether the first element is one."""
        return BEGINNING.match(part.head()) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Painted text as shown, titles and attributes as metadata. Raises ValueError for broken XML."""
        handler = SvgHandler()
        xml_events.parse([part.whole()], handler)
        handler.words.close()
        painted = "".join(handler.painted)
        if painted.strip():
            yield Passage(part.where, part.visibility, "drawingText", painted)
        for text in (*handler.words.texts, *handler.words.sayings):
            yield Passage(part.where, max(part.visibility, Visibility.METADATA), "xml:svg", text)
        for number, picture in enumerate(handler.pictures, 1):
            part.budget.spend(len(picture))
            yield part.inner(part.where / f"picture {number}", Bytes(picture))
