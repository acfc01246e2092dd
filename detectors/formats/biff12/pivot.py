"""Pivot caches: the fields that a pivot table was made from, their shared items, and every record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.claims import Claims
from detectors.formats.biff12.records import Record, take_each
from detectors.formats.biff12.strings import gather, read_wide
from detectors.formats.biff12.values import read_error, read_flag, read_moment, read_real
from detectors.formats.residue import CHANNEL
from detectors.model import Budget, Column, Content, Location, Row, Table, Visibility

SOURCE_FIELD, TEXTS, NUMBERS, DATES = 0x04, 0x08, 0x40, 0x04
"""Flags of BrtBeginPCDField (2.4.136) and BrtBeginPCDFAtbl (2.4.131): in the records; has texts; is of numbers; has dates."""

DECODERS: dict[int, Callable[[bytes, int], str]] = {
    kinds.ITEM_MISSING: lambda _data, _at: "",
    kinds.ITEM_NUMBER: read_real,
    kinds.ITEM_BOOL: read_flag,
    kinds.ITEM_ERROR: read_error,
    kinds.ITEM_TEXT: lambda data, at: read_wide(data, at)[0],
    kinds.ITEM_DATE: read_moment,
}
"""Values of items and of records that say their types (2.4.728-2.4.740)."""

NAMED = {kinds.NAMED_MISSING + step: kinds.ITEM_MISSING + step for step in range(6)}
"""Items with captions and member properties: the same values, with more behind them."""

RUNS: dict[int, tuple[Callable[[bytes, int], str], int]] = {
    0x01: (read_real, 8),
    0x10: (read_error, 1),
    0x20: (read_moment, 8),
}
"""Kinds of items that BrtBeginPCDIRun (2.4.147) packs, with their sizes; 2 are strings."""

RUN_OF_TEXTS = 2
SOURCES = frozenset((kinds.BEGIN_CACHE, *range(kinds.BEGIN_CACHE_SOURCE, 189), *range(207, 219)))
"""Records about where a cache comes from, and who refreshed it."""


@dataclass(slots=True)
class Field:
    """A field of a cache with the items that its records share. `used` marks those that a record has named."""

    name: str
    in_records: bool
    types: int = 0
    items: list[str] = field(default_factory=list, repr=False)
    used: bytearray = field(default_factory=bytearray, repr=False)
    others: list[str] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class Definition:
    """A pivotCacheDefinition part. `words` say where it comes from; `members` are what else it keeps."""

    budget: Budget
    fields: list[Field] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list, repr=False)
    in_group: bool = False

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        take_each(records, self.take_record)

    def take_record(self, kind: int, data: bytes) -> None:
        """One record. Raises ValueError when it is cut short or where it does not belong."""
        match kind:
            case _ if kinds.ITEM_MISSING <= kind <= kinds.NAMED_DATE and kind != kinds.ITEM_INDEX:
                self.take_item(kind, data)
            case kinds.ITEM_RUN:
                self.take_run(data)
            case kinds.BEGIN_CACHE_FIELD:
                self.take_field(data)
            case kinds.BEGIN_SHARED_ITEMS:
                self.last().types = int.from_bytes(data[:2], "little")
            case kinds.BEGIN_GROUP | kinds.END_GROUP:
                self.in_group = kind == kinds.BEGIN_GROUP
            case _:
                (self.words if kind in SOURCES else self.members).extend(gather(data))

    def take_field(self, data: bytes) -> None:
        """BrtBeginPCDField (2.4.136): flags, name, and perhaps caption and formula. Raises ValueError when it is cut short."""
        name, at = read_wide(data, 20)
        self.fields.append(Field(name, bool(data[0] & SOURCE_FIELD)))
        self.members += gather(data, at)

    def last(self) -> Field:
        """The field that is being read. Raises ValueError for an item of none."""
        if not self.fields:
            raise ValueError("an item of no field")
        return self.fields[-1]

    def take_item(self, kind: int, data: bytes) -> None:
        """One item; an empty one has its place too."""
        decode = DECODERS[NAMED.get(kind, kind)]
        self.add(decode(data, 0))
        if kind in NAMED:
            self.members += gather(data, read_wide(data, 0)[1] if kind == kinds.NAMED_TEXT else 0)

    def take_run(self, data: bytes) -> None:
        """BrtBeginPCDIRun (2.4.147): many items of one type. Raises ValueError for an unknown type or when it is cut short."""
        kind, count, at = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:6], "little"), 6
        if kind == RUN_OF_TEXTS:
            for _ in range(count):
                text, at = read_wide(data, at)
                self.add(text)
            return
        if kind not in RUNS:
            raise ValueError("items of an unknown type")
        decode, size = RUNS[kind]
        for _ in range(count):
            self.add(decode(data, at))
            at += size

    def add(self, value: str) -> None:
        """A shared item, or the name of a group of them."""
        self.budget.spend(len(value))
        target = self.last()
        if self.in_group:
            target.others.append(value)
        else:
            target.items.append(value)
            target.used.append(0)


@dataclass(slots=True)
class Records:
    """A pivotCacheRecords part. `broken` counts records that do not fit the fields; their texts are kept all the same."""

    fields: list[Field]
    budget: Budget
    words: list[str] = field(default_factory=list, repr=False)
    number: int = 0
    broken: int = 0
    cells: list[str] | None = None

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """The records as they stream."""
        for kind, data in records:
            if kind in DECODERS or kind == kinds.ITEM_INDEX:
                self.take_typed(kind, data)
                continue
            if self.cells is not None:
                yield self.end()
            if kind == kinds.CACHE_RECORD:
                self.cells = self.unpack(data)
            elif kind == kinds.CACHE_RECORD_TYPED:
                self.cells = []
            else:
                self.words += gather(data)
        if self.cells is not None:
            yield self.end()

    def end(self) -> Row:
        """A record ends."""
        cells = tuple(self.cells or ())
        self.cells = None
        self.number += 1
        self.budget.spend(len(cells))
        return Row(self.number, cells)

    def unpack(self, data: bytes) -> list[str]:
        """BrtPCRRecord (2.4.741): a value a field, without types. One that does not fit is taken for its texts."""
        cells: list[str] = []
        at = 0
        try:
            for source in self.fields:
                text, at = read_value(source, data, at)
                cells.append(text)
        except ValueError:
            self.broken += 1
            return [*cells, *gather(data, at)]
        if at != len(data):
            self.broken += 1
            cells += gather(data, at)
        return cells

    def take_typed(self, kind: int, data: bytes) -> None:
        """A value of BrtPCRRecordDt (2.4.742), which says its type."""
        if self.cells is None:
            self.cells = []
        try:
            if kind != kinds.ITEM_INDEX:
                self.cells.append(DECODERS[kind](data, 0))
            elif len(self.cells) < len(self.fields):
                self.cells.append(read_index(self.fields[len(self.cells)], data, 0))
            else:
                self.broken += 1
        except ValueError:
            self.broken += 1
            self.cells.append("")


def read_value(source: Field, data: bytes, at: int) -> tuple[str, int]:
    """A value of a record and where it ends: an index where the field shares items, else of the field's one type."""
    if source.items:
        return read_index(source, data, at), at + 4
    if source.types & NUMBERS:
        return read_real(data, at), at + 8
    if source.types & DATES and not source.types & TEXTS:
        return read_moment(data, at), at + 8
    return read_wide(data, at)


def read_index(source: Field, data: bytes, at: int) -> str:
    """A shared item. Raises ValueError for one that is not there."""
    if at + 4 > len(data):
        raise ValueError("an index that is cut short")
    index = int.from_bytes(data[at : at + 4], "little")
    if index >= len(source.items):
        raise ValueError("a record that names what is not there")
    source.used[index] = 1
    return source.items[index]


def read_pivot_cache(claims: Claims, name: str, where: Location, visibility: Visibility) -> Iterator[Content]:
    """One cache: its fields, its records as a table, and the items that no record names."""
    definition = Definition(claims.part.budget)
    yield from claims.take(name, where, definition.take)
    fields = definition.fields
    yield from claims.passages(where, visibility, "pivotCacheFields", (each.name for each in fields))
    yield from claims.passages(where, Visibility.METADATA, "pivotCacheDefinition", definition.words)
    yield from claims.passages(where, visibility, "pivotCacheMembers", definition.members)
    for target in claims.targets(name, "pivotCacheRecords"):
        yield from read_pivot_records(claims, target, where, visibility, fields)
    for each in fields:
        yield from read_items(claims, each, where, visibility)


def read_pivot_records(
    claims: Claims, name: str, where: Location, visibility: Visibility, fields: list[Field]
) -> Iterator[Content]:
    """The records of a cache. Where one does not fit the fields the part is damaged, though its texts are kept."""
    recorded = [each for each in fields if each.in_records]
    cache = Records(recorded, claims.part.budget)
    columns = tuple(Column(name=each.name) for each in recorded)
    rows = cache.rows(claims.records(name))
    yield Table(where, claims.hide(visibility), "pivotCacheRecords", columns, rows)
    yield from claims.passages(where, visibility, CHANNEL, cache.words)
    if cache.broken:
        claims.damaged.add(name)
    yield from claims.admit_noted(name, where)


def read_items(claims: Claims, source: Field, where: Location, visibility: Visibility) -> Iterator[Content]:
    """Items of a field that no record names: a cache keeps what was once in its source."""
    unused = [item for item, used in zip(source.items, source.used, strict=True) if not used and item]
    if unused:
        rows = (Row(number, (item,)) for number, item in enumerate(unused, 1))
        yield Table(where, claims.hide(visibility), "pivotCacheSharedItems", (Column(name=source.name),), rows)
    yield from claims.passages(where, visibility, "pivotCacheGroups", source.others)
