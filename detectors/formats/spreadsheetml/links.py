"""External links: the copy of another workbook's cells that a workbook keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.spreadsheetml.sheet import REFERENCE, column_index
from detectors.formats.spreadsheetml.workbook import number
from detectors.formats.words import sayings
from detectors.model import Budget, Row


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
                self.sheet = number(attributes.get("sheetId"))
            case "row":
                self.row = number(attributes.get("r"))
                self.cells = {}
            case "cell":
                reference = REFERENCE.fullmatch(attributes.get("r", ""))
                self.column = column_index(reference[1]) if reference else self.column + 1
            case "v" | "val":
                self.value = []
                self.collecting = True
            case _:
                self.words += sayings(name, attributes)

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
                self.cells[self.column] = "".join(self.value)
                self.collecting = False
            case "val":
                self.words.append("".join(self.value))
                self.collecting = False
            case "row" if self.cells:
                width = max(self.cells) + 1
                self.budget.spend(width)
                cells = tuple(self.cells.get(index, "") for index in range(width))
                self.rows.setdefault(self.sheet, []).append(Row(self.row, cells))
