"""The data model behind pivot tables (Power Pivot): tables as rows, whatever part of them a sheet shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.analysis_backup import SIGNATURE, Backup, open_backup
from detectors.formats.ole_objects import passage
from detectors.formats.vertipaq import (
    FIRST_VALUE,
    NO_VALUE,
    UNLIKE_NUMBERS,
    RawColumn,
    read_columns,
    read_identifiers,
    show,
    show_item,
)
from detectors.formats.vertipaq_strings import read_dictionary
from detectors.formats.xml_text import read_xml
from detectors.model import Column, Content, Location, Part, Row, Table, Unread, Visibility, Why

ROW_NUMBER = "RowNumber"
INDEX = re.compile(r"(^|/)\d+\.[HRU]\$|\.hidx$|\.(POS_TO_ID|ID_TO_POS)\.")
"""Orders, relationships and hierarchies: numbers of rows and of values that stand elsewhere."""

INDEX_TABLE = re.compile(r"(^|/)[HRU]\$")
KEY = "CryptKey.bin"
COMPRESSED = (
    "This backup was created using XPress9 compression.",
    "This backup was created using multithreaded XPrs9.",
)


@dataclass(frozen=True, slots=True)
class DataModel:
    """A backup of Analysis Services, as `xl/model/item.data` holds it."""

    name: str = "data_model"
    media_type: str = "application/vnd.openxmlformats-officedocument.model+data"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as a backup does, packed as a whole or not."""
        return part.head(256).startswith((SIGNATURE, *(text.encode("utf-16-le")[:64] for text in COMPRESSED)))

    def read(self, part: Part) -> Iterator[Content]:
        """Tables, then the words of the model. Unread for what does not decode, and for a model packed as a whole (Power BI)."""
        untrusted = part.whole()
        if not untrusted.startswith(SIGNATURE):
            yield Unread(part.where, Why.UNKNOWN_FORMAT)
            return
        backup = open_backup(untrusted, part.budget)
        tables = [name for name in backup.files if name.endswith(".tbl.xml") and not INDEX_TABLE.search(name)]
        claimed = set(tables)
        for number, name in enumerate(tables, 1):
            label = name.rpartition("/")[2].partition(".")[0]
            where = part.where.into(f"table '{label}'", f"table {number}")
            yield from Reading(part, backup, name, where, claimed).read()
        yield from read_words(part, backup, claimed)


def read_words(part: Part, backup: Backup, claimed: set[str]) -> Iterator[Content]:
    """Descriptions, queries, measures, connections. Files that are neither XML nor an index of a column are Unread."""
    for number, name in enumerate(backup.files, 1):
        where = part.where.into(name, f"model file {number}")
        if name.endswith(".xml") or name in {backup.log, "PARTITIONS"}:
            yield from read_described(part, backup, name, where)
        elif name not in claimed and not INDEX.search(name) and not name.endswith(KEY):
            yield Unread(where, Why.UNKNOWN_FORMAT)


def read_described(part: Part, backup: Backup, name: str, where: Location) -> Iterator[Content]:
    """The words of one description."""
    try:
        yield from read_xml(part, where, backup.read(name))
    except ValueError:
        yield Unread(where, Why.DAMAGED)


@dataclass(slots=True)
class Values:
    """One column being read: distinct values by identifier, or numbers made of identifiers. `used` marks those in rows."""

    column: RawColumn
    identifiers: Iterator[int]
    items: list[str]
    used: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.used = bytearray(len(self.items))

    def stream(self) -> Iterator[str]:
        """A text a row."""
        for identifier in self.identifiers:
            yield self.text(identifier)

    def text(self, identifier: int) -> str:
        """What an identifier stands for."""
        if self.column.dictionary:
            index = identifier - FIRST_VALUE
            if not 0 <= index < len(self.items):
                return ""
            self.used[index] = 1
            return self.items[index]
        if identifier == NO_VALUE and self.column.nullable:
            return ""
        return show(self.column, (identifier + self.column.base) / self.column.magnitude)


@dataclass(slots=True)
class Reading:
    """One table that is being read. `claimed` gains the files of its columns."""

    part: Part
    backup: Backup
    name: str
    where: Location
    claimed: set[str]

    def read(self) -> Iterator[Content]:
        """Its rows, then values that no row has: what was deleted, or filtered out. What does not decode is Unread."""
        visibility = max(self.part.visibility, Visibility.PIVOT_CACHE)
        try:
            columns = [each for each in read_columns(self.backup.read(self.name)) if self.wanted(each)]
        except ValueError:
            yield Unread(self.where, Why.DAMAGED)
            return
        readable: list[Values] = []
        for number, column in enumerate(columns, 1):
            try:
                readable.append(self.open(column))
            except ValueError:
                yield Unread(self.where / f"column {number}", Why.DAMAGED)
        if readable:
            names = tuple(Column(name=each.column.name) for each in readable)
            yield Table(self.where, visibility, "dataModel", names, self.rows(readable))
        for each in readable:
            unused = "\n".join(item for item, used in zip(each.items, each.used, strict=True) if not used and item)
            hidden = Part(self.part.where, visibility, self.part.source, self.part.budget)
            yield from passage(hidden, self.where / "values in no row", "dataModel", unused)

    def wanted(self, column: RawColumn) -> bool:
        """Every column but the counter that each table has."""
        self.claimed.update(self.find(name) for name in (*column.rows, column.dictionary) if name)
        return column.name.partition("-")[0] != ROW_NUMBER

    def find(self, name: str) -> str:
        """A file of this table by its last step."""
        folder = self.name.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name

    def open(self, column: RawColumn) -> Values:
        """The rows and values of a column. Raises ValueError when a file is missing or does not hold together."""
        files = [self.find(name) for name in column.rows]
        if any(name not in self.backup.files for name in files):
            raise ValueError("a column without rows")
        items = []
        if column.dictionary:
            if self.find(column.dictionary) not in self.backup.files:
                raise ValueError("a column without values")
            items = read_dictionary(self.backup.read(self.find(column.dictionary)), self.part.budget)
            items = [show_item(column, item) for item in items] if column.kind in UNLIKE_NUMBERS else items
        data = b"".join(self.backup.read(name) for name in files)
        return Values(column, read_identifiers(data, column.segments), items)

    def rows(self, readable: list[Values]) -> Iterator[Row]:
        """Row by row, each paid for, since a few bytes may stand for millions. Raises ValueError for columns of unequal length."""
        streams = [each.stream() for each in readable]
        for number, cells in enumerate(zip(*streams, strict=True), 1):
            self.part.budget.spend(len(cells) + sum(map(len, cells)))
            yield Row(number, cells)
