"""Pivot caches: the fields that a pivot table was made from, their shared items, and every record."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.spreadsheetml.workbook import number
from detectors.model import Budget, Row

VALUES = frozenset("snbed")
"""String, number, boolean, error, date (18.10.1)."""


@dataclass(slots=True)
class Field:
    """A field of a cache with the items that its records share. `used` marks those that a record has named."""

    name: str
    in_records: bool
    items: list[str] = field(default_factory=list, repr=False)
    used: bytearray = field(default_factory=bytearray, repr=False)
    others: list[str] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class DefinitionHandler:
    """Handler of pivotCacheDefinition.xml."""

    budget: Budget
    fields: list[Field] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    in_items: bool = False
    inside: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if self.in_items and self.inside[-1] == "sharedItems":
            self.add_item(name, attributes)
        elif name == "cacheField":
            in_records = attributes.get("databaseField") not in {"0", "false"}
            self.fields.append(Field(attributes.get("name", ""), in_records))
            self.words += [attributes[key] for key in ("caption", "formula") if attributes.get(key)]
        elif name == "sharedItems":
            self.in_items = True
            self.words += [attributes[key] for key in ("minDate", "maxDate") if attributes.get(key)]
        elif name in VALUES and self.fields:
            self.fields[-1].others.append(show_value(name, attributes))
        else:
            self.words += [
                attributes[key] for key in ("refreshedBy", "sheet", "name", "caption") if attributes.get(key)
            ]
        self.inside.append(name)

    def add_item(self, name: str, attributes: dict[str, str]) -> None:
        """A shared item; an empty one has its place too."""
        value = show_value(name, attributes)
        self.budget.spend(len(value))
        target = self.fields[-1]
        target.items.append(value)
        target.used.append(0)

    def text(self, _: str) -> None:
        """Nothing: values are attributes."""

    def end(self, name: str) -> None:
        """An element ends."""
        self.inside.pop()
        if name == "sharedItems":
            self.in_items = False


@dataclass(slots=True)
class RecordsHandler:
    """Handler of pivotCacheRecords.xml: complete records gather in `rows` until they are taken."""

    fields: list[Field]
    budget: Budget
    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    number: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A value of the record: an index into the field's shared items, or the value itself."""
        if name == "x":
            self.cells.append(self.look_up(attributes))
        elif name == "r":
            self.cells = []
        elif name in VALUES or name == "m":
            self.cells.append(show_value(name, attributes))

    def look_up(self, attributes: dict[str, str]) -> str:
        """A shared item. Raises ValueError for a field or item that is not there."""
        index, position = number(attributes.get("v")), len(self.cells)
        if position >= len(self.fields) or index >= len(self.fields[position].items):
            raise ValueError("a record that names what is not there")
        target = self.fields[position]
        target.used[index] = 1
        return target.items[index]

    def text(self, _: str) -> None:
        """Nothing: values are attributes."""

    def end(self, name: str) -> None:
        """A record ends."""
        if name == "r":
            self.number += 1
            self.budget.spend(len(self.cells))
            self.rows.append(Row(self.number, tuple(self.cells)))

    def take(self) -> list[Row]:
        """The records complete so far."""
        rows, self.rows = self.rows, []
        return rows


def show_value(name: str, attributes: dict[str, str]) -> str:
    """A value as text; a date without a time of day as a day."""
    value = attributes.get("v", "")
    return value[:10] if name == "d" and value.endswith("T00:00:00") else value
