"""The words of any XML part: its text, and the attributes that say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detectors.formats.escapes import resolve_escapes

WORDY = re.compile(r"[^\W\d_]{2}|\d{8}|\d[ /-]\d")
"""Letters, or digits enough to be somebody's number or day; a program's sizes and counts are shorter."""
CHUNK = 64 * 1024
LEAST = 2
IDENTITY = re.compile(
    r"\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\}?"
    r"|#?(?=[A-Fa-f]*[0-9])(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{6,8}"
)
"""GUIDs, colours, revision marks: programs' names for things, which look like anybody's numbers."""

MACHINERY = frozenset(
    [
        "r",
        "s",
        "t",
        "uri",
        "type",
        "style",
        "cid",
        "requires",
        "ignorable",
        "xfrm",
        "off",
        "ext",
        "cx",
        "cy",
        "x",
        "y",
        "w",
        "h",
        "prst",
        "typeface",
        "panose",
        "pitchfamily",
        "charset",
        "lang",
        "schemeclr",
        "val",
        "idx",
        "sz",
        "order",
        "spid",
        "shapetype",
        "coordsize",
        "path",
        "o:connecttype",
        "fillcolor",
        "strokecolor",
        "strokeweight",
        "opacity",
        "themecolor",
        "script",
        "major",
        "minor",
        "lasteditedversion",
        "dpi",
        "orientation",
        "papersize",
        "contenttype",
        "extension",
        "targetmode",
        "space",
        "rgb",
        "lastclr",
    ]
)
"""Attributes that steer a program and say nothing, by local name in lower case."""

SAYING = frozenset(["v", "val", "t"])
"""Of those, the ones that hold values in some parts: kept when they have more than one word or are long."""

REFERRING = frozenset(("id", "rid", "embed", "link", "relid", "progid"))
REFERENCE = re.compile(r"_?[A-Za-z]{0,16}[ _]?\d+|_x0000_\w+|\w+\.\w+(?:\.\d+)?")
"""Attributes that point to other things by names that programs make (`rId3`, `Table1`, `Word.Document.8`): anything else in them says something."""

HOLDERS = frozenset(("filter", "customFilter", "inputCells", "cellSmartTagPr", "cfvo", "item", "pageItem"))
"""Elements of SpreadsheetML whose `val` is what stands, or stood, in a cell."""

RUNS = frozenset(
    [
        "r",
        "t",
        "rPr",
        "pPr",
        "br",
        "tab",
        "fld",
        "latin",
        "ea",
        "cs",
        "sym",
        "ln",
        "solidFill",
        "noFill",
        "srgbClr",
        "schemeClr",
        "lumMod",
        "lumOff",
        "alpha",
        "effectLst",
        "highlight",
        "hlinkClick",
        "hlinkHover",
        "endParaRPr",
        "uFill",
        "u",
        "b",
        "i",
        "sz",
        "color",
        "rFont",
        "family",
        "scheme",
        "vertAlign",
        "strike",
    ]
)
"""Elements inside a paragraph of runs, which cut a word in two where only its look changes."""


@dataclass(slots=True)
class WordsHandler:
    """Handler of an XML part that no reader knows more closely.

    `texts` is what elements hold, `sayings` what attributes say: pieces of at most about 64 Ki characters, lines in document order.
    A paragraph of runs is one line. In XML of nobody's format (`foreign`) any attribute may say something.
    """

    foreign: bool = False

    texts: list[str] = field(default_factory=list)
    sayings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    size: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Attributes."""
        if name not in RUNS:
            self.end_line()
        elif name in {"br", "tab"}:
            self.value.append(" ")
        for value in sayings(name, attributes, foreign=self.foreign):
            self.said.append(value)
            self.grow(value)

    def text(self, text: str) -> None:
        """Character data."""
        self.value.append(text)

    def end(self, name: str) -> None:
        """The text of an element, or of a paragraph, is one line."""
        if name not in RUNS:
            self.end_line()

    def end_line(self) -> None:
        """Keep the line that has gathered."""
        if self.value:
            text = resolve_escapes("".join(self.value)).strip()
            self.value = []
            if text:
                self.lines.append(text)
                self.grow(text)

    def grow(self, text: str) -> None:
        """Cut a piece when there is enough."""
        self.size += len(text)
        if self.size > CHUNK:
            self.finish()

    def finish(self) -> None:
        """The lines so far are a piece."""
        if self.lines:
            self.texts.append("\n".join(self.lines))
        if self.said:
            self.sayings.append("\n".join(self.said))
        self.lines, self.said, self.size = [], [], 0

    def close(self) -> None:
        """The part has ended."""
        self.end_line()
        self.finish()


def sayings(element: str, attributes: Mapping[str, str], *, foreign: bool = False) -> Iterator[str]:
    """What the attributes of an element say."""
    for key, value in attributes.items():
        held = foreign or (key == "val" and element in HOLDERS)
        if says_something("" if held else key.lower(), value) or (held and value.isalnum() and len(value) > LEAST):
            yield value


def says_something(name: str, value: str) -> bool:
    """Whether an attribute may hold what a person wrote; `name` in lower case."""
    if len(value) < 2 or not WORDY.search(value) or IDENTITY.fullmatch(value):
        return False
    if name in REFERRING:
        return REFERENCE.fullmatch(value) is None
    return name not in MACHINERY or (name in SAYING and (" " in value or len(value) > 8))
