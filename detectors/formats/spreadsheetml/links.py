"""External links: the copy of another workbook's cells that a workbook keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.escapes import resolve_escapes
from detectors.formats.spreadsheetml.merges import REFERENCE, column_index
from detectors.formats.spreadsheetml.workbook import number
from detectors.formats.words import sayings
from detectors.model import Budget, Row

ROW_ATTRIBUTES = frozenset(("r",))
CELL_ATTRIBUTES = frozenset(("r", "t", "vm"))
"""Of the elements that make the grid (18.14.1, 18.14.9)."""


@dataclass(slots=True)
class LinkHandler:
    """Handler of externalLink.xml: rows by the number of the sheet they come from, and words."""

    budget: Budget
    sheets: list[str] = field(default_factory=list)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    sheet: int = 0
    row: int = 0
    cells: dict[int, str] = field(default_factory=dict)
    column: int = 0
    value: list[str] = field(default_factory=list)
    collecting: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        match name:
            case "sheetName":
                self.sheets.append(attributes.get("val", ""))
            case "sheetData":
                self.sheet, self.row = number(attributes.get("sheetId")), 0
            case "row":
                self.row = number(attributes.get("r")) or self.row + 1
                self.cells, self.column = {}, -1
                self.keep_foreign(attributes, ROW_ATTRIBUTES)
            case "cell":
                reference = REFERENCE.fullmatch(attributes.get("r", ""))
                self.column = column_index(reference[1]) if reference else self.column + 1
                self.keep_foreign(attributes, CELL_ATTRIBUTES)
            case "v" | "val":
                self.value = []
                self.collecting = True
            case _:
                self.words += sayings(name, attributes)

    def keep_foreign(self, attributes: dict[str, str], known: frozenset[str]) -> None:
        """What attributes say that are not of the format."""
        self.words += sayings("", {key: value for key, value in attributes.items() if key not in known})

    def text(self, text: str) -> None:
        """Part of a value."""
        if self.collecting:
            self.value.append(text)
        elif text.strip():
            self.words.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "v":
                self.cells[self.column] = resolve_escapes("".join(self.value))
                self.collecting = False
            case "val":
                self.words.append(resolve_escapes("".join(self.value)))
                self.collecting = False
            case "row" if self.cells:
                width = max(self.cells) + 1
                self.budget.spend(width)
                cells = tuple(self.cells.get(index, "") for index in range(width))
                self.rows.setdefault(self.sheet, []).append(Row(self.row, cells))
