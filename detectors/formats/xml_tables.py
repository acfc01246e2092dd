"""Tables in XML of any kind: elements that repeat with the same few things inside."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.escapes import resolve_escapes
from detectors.formats.words import says_something
from detectors.model import Budget

LEAST = 2
"""Rows and columns of a table."""


@dataclass(slots=True)
class Frame:
    """An element that is open: what its children and attributes said."""

    name: str
    leaves: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    parents: bool = False
    """Whether it has children at all."""


@dataclass(slots=True)
class Found:
    """The rows of one path: columns in the order in which they were met, each row by column."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: list[dict[int, str]] = field(default_factory=list)

    def cells(self) -> list[tuple[str, ...]]:
        """The rows, as wide as the table."""
        return [tuple(row.get(index, "") for index in range(len(self.columns))) for row in self.rows]


@dataclass(slots=True)
class TablesHandler:
    """Handler that gathers `tables` by the path of their rows. Memory is that of the part's text, accounted for."""

    budget: Budget
    tables: dict[str, Found] = field(default_factory=dict)
    stack: list[Frame] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element, its attributes as if they were children."""
        if self.stack:
            self.stack[-1].parents = True
        leaves = [(key, value) for key, value in attributes.items() if says_something(key.lower(), value)]
        self.stack.append(Frame(name, leaves))

    def text(self, text: str) -> None:
        """Character data."""
        self.stack[-1].text.append(text)

    def end(self, name: str) -> None:
        """A row when there was enough in it; else a value of the element around it."""
        frame = self.stack.pop()
        value = "".join(frame.text).strip()
        if value and not frame.parents and self.stack:
            self.stack[-1].leaves.append((name, value))
        if len(frame.leaves) >= LEAST:
            self.add("/".join(each.name for each in self.stack) + "/" + name, frame.leaves)

    def add(self, path: str, leaves: list[tuple[str, str]]) -> None:
        """A row; of two values of one name the later gets a column of its own."""
        found = self.tables.setdefault(path, Found())
        row: dict[int, str] = {}
        for raw, value in leaves:
            name = resolve_escapes(raw)
            self.budget.spend(len(value) >> 4)
            index = found.columns.setdefault(name, len(found.columns))
            number = 2
            while index in row and number <= 64:
                index = found.columns.setdefault(f"{name} {number}", len(found.columns))
                number += 1
            row[index] = value
        found.rows.append(row)

    def found(self) -> list[Found]:
        """The tables worth the name."""
        return [each for each in self.tables.values() if len(each.rows) >= LEAST and len(each.columns) >= LEAST]
