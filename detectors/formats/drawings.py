"""Drawings and charts of Office packages: what they show, what they hide, and the values that a chart keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.words import WordsHandler
from detectors.model import Budget

ANCHORS = frozenset(("twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "relSizeAnchor", "absSizeAnchor"))
CACHES = frozenset(("strCache", "numCache", "strLit", "numLit", "lvl"))
POINTS = 1_048_576


@dataclass(slots=True)
class DrawingHandler(WordsHandler):
    """Handler of a drawing: `hidden` are the texts of shapes that are not shown."""

    hidden: list[str] = field(default_factory=list)
    before: int = 0
    hiding: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element; a shape says early whether it is hidden."""
        if name in ANCHORS:
            self.end_line()
            self.before, self.hiding = len(self.lines), False
        if name == "cNvPr" and attributes.get("hidden") in {"1", "true"}:
            self.hiding = True
        WordsHandler.start(self, name, attributes)

    def end(self, name: str) -> None:
        """An element ends; with the anchor all that it held."""
        WordsHandler.end(self, name)
        if name in ANCHORS and self.hiding:
            self.hidden += self.lines[self.before :]
            del self.lines[self.before :]
            self.hiding = False


@dataclass(slots=True)
class ChartHandler(WordsHandler):
    """Handler of a chart: its words without the points, and `columns`, one for each cache of values, by point."""

    budget: Budget | None = None
    columns: list[dict[int, str]] = field(default_factory=list)
    point: int = -1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if name in CACHES:
            self.columns.append({})
        elif name == "pt" and self.columns:
            index = attributes.get("idx", "")
            self.point = int(index) if index.isdigit() and len(index) < 8 else len(self.columns[-1])
        WordsHandler.start(self, name, attributes)

    def text(self, text: str) -> None:
        """Character data; that of a point belongs to its column."""
        if self.point < 0 or self.point >= POINTS:
            self.value.append(text)
            return
        if self.budget is not None:
            self.budget.spend(len(text) >> 4)
        column = self.columns[-1]
        column[self.point] = column.get(self.point, "") + text.strip()

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "pt":
            self.point = -1
        WordsHandler.end(self, name)

    def rows(self) -> list[tuple[str, ...]]:
        """The points side by side, as they stood in the rows that the chart was made from."""
        numbers = sorted({point for column in self.columns for point in column})
        return [tuple(column.get(point, "") for column in self.columns) for point in numbers]
