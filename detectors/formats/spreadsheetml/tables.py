"""Table parts: where the style of a table lies under its cells (ECMA-376 part 1, 18.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.spreadsheetml.merges import REFERENCE, Area, column_index
from detectors.formats.spreadsheetml.workbook import number

PALE = re.compile(r"TableStyle(Light([1-7]|1[5-9]|2[01])|Medium2[2-8])")
"""Styles that come with Excel and set headings in dark letters on a light ground or none (annex G.3)."""

DARK = "TableStyleDark"
"""How the names of those begin that give every row a dark ground."""


@dataclass(slots=True)
class TableHandler:
    """Handler of a table part."""

    area: Area | None = None
    heads: int = 1
    totals: int = 0
    style: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if name == "table":
            first, _, last = attributes.get("ref", "").partition(":")
            start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last)
            if start and end:
                self.area = (int(start[2]), column_index(start[1]), int(end[2]), column_index(end[1]))
            self.heads = number(attributes.get("headerRowCount", "1"))
            self.totals = number(attributes.get("totalsRowCount"))
        elif name == "tableStyleInfo":
            self.style = attributes.get("name", "")

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, _: str) -> None:
        """Nothing."""

    def grounded(self) -> Iterator[Area]:
        """The rows whose ground is the style's: headings and totals, or all of them."""
        if self.area is None or not self.style or PALE.fullmatch(self.style):
            return
        top, left, bottom, right = self.area
        if self.style.startswith(DARK):
            yield self.area
            return
        yield (top, left, top + self.heads - 1, right)
        yield (bottom - self.totals + 1, left, bottom, right)
