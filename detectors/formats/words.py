"""The words of any XML part: its text, and the attributes that say something."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

WORDY = re.compile(r"[A-Za-z]{2}|\d{4}")
CHUNK = 64 * 1024

MACHINERY = frozenset(
    [
        "id",
        "rid",
        "embed",
        "link",
        "r",
        "s",
        "t",
        "uri",
        "type",
        "style",
        "cid",
        "relid",
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
    ]
)
"""Attributes that steer a program and say nothing, by local name in lower case."""

SAYING = frozenset(["v", "val"])
"""Of those, the ones that hold values in some parts: kept when they have more than one word or are long."""


@dataclass(slots=True)
class WordsHandler:
    """Handler of an XML part that no reader knows more closely. `texts` are pieces of at most about 64 Ki characters."""

    texts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    size: int = 0

    def start(self, _: str, attributes: dict[str, str]) -> None:
        """Attributes."""
        self.end("")
        for name, value in attributes.items():
            if says_something(name.lower(), value):
                self.keep(value)

    def text(self, text: str) -> None:
        """Character data."""
        self.value.append(text)

    def end(self, _: str) -> None:
        """The text of an element is one line."""
        if self.value:
            text = "".join(self.value).strip()
            self.value = []
            if text:
                self.keep(text)

    def keep(self, text: str) -> None:
        """Add a line."""
        self.lines.append(text)
        self.size += len(text)
        if self.size > CHUNK:
            self.finish()

    def finish(self) -> None:
        """The lines so far are a piece."""
        if self.lines:
            self.texts.append("\n".join(self.lines))
        self.lines, self.size = [], 0


def says_something(name: str, value: str) -> bool:
    """Whether an attribute may hold what a person wrote."""
    if len(value) < 2 or not WORDY.search(value):
        return False
    return name not in MACHINERY or (name in SAYING and (" " in value or len(value) > 8))
