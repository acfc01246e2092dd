"""Pivot caches: the fields that a pivot table was made from, their shared items, and every record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Never

from detectors.formats.escapes import resolve_escapes
from detectors.formats.spreadsheetml import quick
from detectors.formats.words import sayings
from detectors.model import Budget, Row, Visibility

VALUES = frozenset("snbed")
RECORD = re.compile(r'<r>(?:<[snbedx] v="[^"<]*+"/>|<m/>)*+')
VALUE = re.compile(r"<([snbedxm])(?: v=)?")
"""String, number, boolean, error, date, index, missing (18.10.1)."""

NOTHING: Mapping[int, Never] = MappingProxyType({})
FRAMES = 1_000
"""Remembered for one cache; a record of any further kind is looked at afresh."""


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
    records: str = ""
    """The relationship that leads to the records; none where the cache was saved without."""

    in_items: bool = False
    inside: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if self.in_items and self.inside[-1] == "sharedItems":
            self.add_item(name, attributes)
            if len(attributes) > 1:
                self.words += [attributes["c"]] if attributes.get("c") else []
                self.words += sayings(name, {key: said for key, said in attributes.items() if key not in {"v", "c"}})
        elif name == "cacheField":
            in_records = attributes.get("databaseField") not in {"0", "false"}
            self.fields.append(Field(resolve_escapes(attributes.get("name", "")), in_records))
            others = {key: value for key, value in attributes.items() if key != "name"}
            self.words += sayings(name, others)
        elif name == "pivotCacheDefinition":
            self.records = attributes.get("id", "")
            self.words += sayings(name, attributes)
        elif name == "sharedItems":
            self.in_items = True
            self.words += [attributes[key] for key in ("minDate", "maxDate") if attributes.get(key)]
        elif name in VALUES and self.fields:
            self.fields[-1].others.append(show_value(name, attributes))
        else:
            self.words += sayings(name, attributes)
        self.inside.append(name)

    def add_item(self, name: str, attributes: dict[str, str]) -> None:
        """A shared item; an empty one has its place too."""
        value = show_value(name, attributes)
        self.budget.spend(len(value))
        target = self.fields[-1]
        target.items.append(value)
        target.used.append(0)

    def text(self, text: str) -> None:
        """Values are attributes; text stands where none is expected."""
        if text.strip():
            self.words.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self.inside.pop()
        if name == "sharedItems":
            self.in_items = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What a record holds besides its values: it repeats, as most records have the same fields filled in the same way."""

    tags: int
    arrange: Callable[[list[str]], tuple[str, ...]]
    """From the pieces between quotation marks, with "" behind them, to the values of the fields."""

    shared: tuple[int, ...]
    """The fields whose values are indices of shared items."""

    dates: tuple[int, ...]
    plain: tuple[int, ...]


def make_frame(record: str) -> Frame:
    """The frame of a record of the usual form."""
    kinds = VALUE.findall("".join(record.split('"')[::2]))
    piece = -1
    places = [(piece := piece + 2) if kind != "m" else -1 for kind in kinds]
    return Frame(
        tags=1 + len(kinds),
        arrange=itemgetter(*places) if len(places) > 1 else lambda pieces: tuple(pieces[place] for place in places),
        shared=tuple(place for place, kind in enumerate(kinds) if kind == "x"),
        dates=tuple(place for place, kind in enumerate(kinds) if kind == "d"),
        plain=tuple(place for place, kind in enumerate(kinds) if kind in "snbe"),
    )


@dataclass(slots=True)
class RecordsHandler:
    """Handler of pivotCacheRecords.xml: complete records gather in `rows` until they are taken."""

    fields: list[Field]
    budget: Budget
    rows: list[Row] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    number: int = 0
    frames: dict[tuple[str, ...], Frame] = field(default_factory=dict, repr=False)

    def feed(self, chunks: Iterable[bytes], remarks: list[str]) -> Iterator[None]:
        """Parse the records; yields as rows gather. Raises ValueError, OverLimit."""
        return quick.feed(chunks, self, b"<r>", b"</r>", self.take_record, remarks)

    def take_record(self, record: str) -> bool:
        """A whole record without its end tag; False when it is not written in the usual way."""
        pieces = record.split('"')
        shape = tuple(pieces[::2])
        frame = self.frames.get(shape) or self.learn(shape, record)
        if frame is None or record.count("<") != frame.tags:
            return False
        pieces.append("")
        cells = list(frame.arrange(pieces))
        if frame.shared:
            self.look_up_all(frame.shared, cells)
        for place in frame.dates:
            cells[place] = show_date(cells[place])
        if "&" in record:
            for place in frame.plain:
                cells[place] = quick.unescape(cells[place])
        if "_x" in record:
            for place in frame.plain:
                cells[place] = resolve_escapes(cells[place])
        self.add(cells)
        return True

    def learn(self, shape: tuple[str, ...], record: str) -> Frame | None:
        """The frame of a record that is written in the usual way."""
        if RECORD.fullmatch(record) is None:
            return None
        frame = make_frame(record)
        if len(self.frames) < FRAMES:
            self.frames[shape] = frame
        return frame

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A value of the record: an index into the field's shared items, or the value itself."""
        if name == "x":
            self.cells.append(self.look_up(len(self.cells), attributes.get("v", "")))
        elif name == "r":
            self.cells = []
        elif name in VALUES or name == "m":
            self.cells.append(show_value(name, attributes))
        others = {key: value for key, value in attributes.items() if key != "v"}
        self.words += sayings(name, others)

    def look_up_all(self, places: Iterable[int], cells: list[str]) -> None:
        """Shared items in place of their indices, as `look_up` finds one; most of a cache's time is spent here."""
        fields = self.fields
        try:
            for place in places:
                source, index = fields[place], int(cells[place])
                cells[place] = source.items[index]
                source.used[index] = 1
        except (IndexError, ValueError):
            raise ValueError("a record that names what is not there") from None

    def look_up(self, position: int, item: str) -> str:
        """A shared item. Raises ValueError for a field or item that is not there."""
        try:
            target = self.fields[position]
            index = int(item)
            value = target.items[index]
        except (IndexError, ValueError):
            raise ValueError("a record that names what is not there") from None
        target.used[index] = 1
        return value

    def text(self, text: str) -> None:
        """Values are attributes; text stands where none is expected."""
        if text.strip():
            self.words.append(text)

    def end(self, name: str) -> None:
        """A record ends."""
        if name == "r":
            self.add(self.cells)

    def add(self, cells: list[str]) -> None:
        """A complete record."""
        self.number += 1
        self.budget.spend(len(cells))
        self.rows.append(Row(self.number, tuple(cells), Visibility.SHOWN, NOTHING, NOTHING))

    def take(self) -> list[Row]:
        """The records complete so far."""
        rows, self.rows = self.rows, []
        return rows


def show_value(name: str, attributes: dict[str, str]) -> str:
    """A value as text; a date without a time of day as a day."""
    value = attributes.get("v", "")
    return show_date(value) if name == "d" else resolve_escapes(value)


def show_date(value: str) -> str:
    """A date without its time of day where that is midnight."""
    return value[:10] if value.endswith("T00:00:00") else value
