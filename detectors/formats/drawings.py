"""Drawings and charts of Office packages: what they show, what they hide, and the values that a chart keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from detectors.formats.words import WordsHandler
from detectors.model import Budget

SHAPES = frozenset(
    (
        *("twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "relSizeAnchor", "absSizeAnchor"),
        *("sp", "pic", "cxnSp", "graphicFrame", "grpSp"),
    )
)
"""Anchors, shapes and groups of shapes: with one that is hidden all is hidden that stands in it."""

PLACES = frozenset(("col", "colOff", "row", "rowOff", "x", "y"))
PLACE = re.compile(r"-?\d{1,7}|-?\d?\.\d{1,20}")
"""Where an anchor stands (ECMA-376 part 1, 20.5.2, 20.3.2): a number is nobody's there unless it is longer than any column, row or offset."""

FILTERED = re.compile(r"filtered(?:Area|Bar|Bubble|Line|Pie|Radar|Scatter|Surface)Series")
"""Series that a chart leaves out, and keeps (MS-ODRAWXML 2.24.3)."""

CACHES = frozenset(("strCache", "numCache", "strLit", "numLit", "lvl"))
POINTS = 1_048_576


@dataclass(slots=True)
class DrawingHandler(WordsHandler):
    """Handler of a drawing: `hidden` are the texts of shapes that are not shown."""

    hidden: list[str] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    """How many shapes that are open are hidden, before each of those that are open."""

    hiding: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element; a shape says early whether it is hidden."""
        if name in SHAPES:
            self.end_line()
            self.open.append(self.hiding)
        elif name == "cNvPr" and attributes.get("hidden") in {"1", "true"}:
            self.hiding += 1
        WordsHandler.start(self, name, attributes)

    def end(self, name: str) -> None:
        """An element ends; with a shape all that it held."""
        if name in PLACES and PLACE.fullmatch("".join(self.value).strip()):
            self.value = []
        WordsHandler.end(self, name)
        if name in SHAPES and self.open:
            self.hiding = self.open.pop()

    def end_line(self) -> None:
        """Keep the line that has gathered, where it belongs."""
        before = len(self.lines)
        WordsHandler.end_line(self)
        if self.hiding:
            self.hidden += self.lines[before:]
            del self.lines[before:]


@dataclass(slots=True)
class ChartHandler(WordsHandler):
    """Handler of a chart: its words without the points, and `columns`, one for each cache of values, by point.

    `left_out`: the same of series that the chart does not show.
    """

    budget: Budget | None = None
    columns: list[dict[int, str]] = field(default_factory=list)
    left_out: list[dict[int, str]] = field(default_factory=list)
    filtered: int = 0
    point: int = -1

    @property
    def target(self) -> list[dict[int, str]]:
        """Where columns go."""
        return self.left_out if self.filtered else self.columns

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if name in CACHES:
            self.target.append({})
        elif name == "pt" and self.target:
            index = attributes.get("idx", "")
            self.point = int(index) if index.isdigit() and len(index) < 8 else len(self.target[-1])
        elif FILTERED.fullmatch(name):
            self.filtered += 1
        WordsHandler.start(self, name, attributes)

    def text(self, text: str) -> None:
        """Character data; that of a point belongs to its column."""
        if self.point < 0 or self.point >= POINTS:
            self.value.append(text)
            return
        if self.budget is not None:
            self.budget.spend(len(text) >> 4)
        column = self.target[-1]
        column[self.point] = column.get(self.point, "") + text.strip()

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "pt":
            self.point = -1
        elif FILTERED.fullmatch(name):
            self.filtered -= 1
        WordsHandler.end(self, name)


def join_rows(columns: list[dict[int, str]]) -> list[tuple[str, ...]]:
    """The points of columns side by side, as they stood in the rows that the chart was made from."""
    numbers = sorted({point for column in columns for point in column})
    return [tuple(column.get(point, "") for column in columns) for point in numbers]
