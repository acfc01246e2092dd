"""Rich text (ECMA-376 part 1, 18.4): the runs of a string, how each is written, and its phonetic reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from detectors.formats.appearance import AS_CELL, BLACK, Pen, Pens, find_notable
from detectors.formats.number_formats import float_or_none

ReadColour = Callable[[dict[str, str], int], int | None]


@dataclass(slots=True)
class RichText:
    """A string that is being read, element by element. `heard` is its phonetic reading, which no cell shows."""

    read_colour: ReadColour
    pieces: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    pens: set[Pen | None] = field(default_factory=set)
    pen: Pen | None = None
    in_text: bool = False
    in_phonetic: bool = False

    def begin(self) -> None:
        """`<si>` or `<is>`."""
        self.pieces, self.pen, self.in_phonetic = [], None, False
        if self.pens:
            self.pens = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element inside."""
        match name:
            case "t":
                self.in_text = True
            case "r":
                self.pen = None
            case "rPr":
                self.pen = Pen()
            case "color" if self.pen is not None:
                self.pen = replace(self.pen, ink=self.read_colour(attributes, BLACK))
            case "sz" if self.pen is not None:
                self.pen = replace(self.pen, points=float_or_none(attributes.get("val")) or 0.0)
            case "rPh":
                self.in_phonetic = True

    def text(self, text: str) -> None:
        """Character data of a `<t>`."""
        if self.in_phonetic:
            self.heard.append(text)
            return
        self.pieces.append(text)
        if not text.isspace():
            self.pens.add(self.pen)

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "t":
                self.in_text = False
            case "r":
                self.pen = None
            case "rPh":
                self.in_phonetic = False

    def runs(self) -> Pens | None:
        """How its runs are written, where it may be seen otherwise than its cell."""
        return None if self.pens <= AS_CELL else find_notable(frozenset(self.pens))


def read_automatic(_attributes: dict[str, str], _automatic: int) -> int | None:
    """The colour of everything where there are no styles."""
    return None
