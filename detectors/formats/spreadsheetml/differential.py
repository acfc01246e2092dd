"""Differential formats (18.8.14): what a conditional format changes of a cell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from detectors.formats.appearance import BLACK, WHITE
from detectors.formats.conditions import Change
from detectors.formats.number_formats import float_or_none, read_format
from detectors.formats.spreadsheetml.rich_text import ReadColour


@dataclass(slots=True)
class DifferentialHandler:
    """Handler of the inside of one `dxf`.

    Excel fills a cell with the background of a solid fill here, which is the default; some programs give the foreground only.
    """

    read_colour: ReadColour
    change: Change = field(default_factory=Change)
    inside: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        within = self.inside[-1] if self.inside else ""
        self.inside.append(name)
        match within, name:
            case "font", "color":
                self.change = replace(self.change, ink=self.read_colour(attributes, BLACK))
            case "font", "sz":
                self.change = replace(self.change, points=float_or_none(attributes.get("val")) or 0.0)
            case _, "numFmt":
                self.change = replace(self.change, number=read_format(attributes.get("formatCode")))
            case "fill", "gradientFill":
                self.change = replace(self.change, patterned=True)
            case "fill", "patternFill":
                patterned = attributes.get("patternType", "solid") not in {"solid", "none"}
                self.change = replace(self.change, patterned=patterned)
            case "patternFill", "bgColor":
                self.change = replace(self.change, ground=self.read_colour(attributes, WHITE))
            case "patternFill", "fgColor" if self.change.ground is None:
                self.change = replace(self.change, ground=self.read_colour(attributes, WHITE))

    def end(self, _: str) -> None:
        """An element ends."""
        if self.inside:
            self.inside.pop()
