"""Pivot caches: streams of records that keep a copy of the source's rows, whatever became of the source (MS-XLS 2.1.7.9)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from detectors.formats.biff.formulas import ERRORS, number_text
from detectors.formats.biff.record_texts import find_all_texts, find_strays
from detectors.formats.biff.strings import Segments, Strings
from detectors.model import Budget, Row

DATABASE, FIELD, INDICES = 0xC6, 0xC7, 0xC8
NUMBER, TRUTH, ERROR, INTEGER, TEXT, DATE, NOTHING = 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF
ITEMS = frozenset((NUMBER, TRUTH, ERROR, INTEGER, TEXT, DATE, NOTHING))
CONTINUE, EOF = 0x3C, 0x0A
NUMERIC = frozenset((0x122, 0x1BB, 0xD8, 0xD9, EOF))
SHARES, WIDE_INDICES = 0x1, 0x200


@dataclass(slots=True)
class Field:
    """A field of the cache; `items` are its shared values, of which records name those that are `used`."""

    name: str
    shares: bool
    wide: bool
    grouped: int = 0
    items: list[str] = field(default_factory=list, repr=False)
    groups: list[str] = field(default_factory=list, repr=False)
    used: bytearray = field(default_factory=bytearray, repr=False)

    def take(self, item: str) -> None:
        """One value: groups come first where a field has been grouped."""
        if len(self.groups) < self.grouped:
            self.groups.append(item)
        else:
            self.items.append(item)


@dataclass(slots=True)
class PivotCache:
    """A cache up to its records, which begin at `start`. `bad` counts records that do not fit the fields."""

    untrusted: bytes = field(repr=False)
    fields: list[Field] = field(default_factory=list)
    width: int = 0
    words: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    start: int = 0
    bad: int = 0

    @property
    def recorded(self) -> list[Field]:
        """The fields that records have: those of the source, not those calculated or grouped from them."""
        return self.fields[: self.width] if 0 < self.width <= len(self.fields) else self.fields


@dataclass(frozen=True, slots=True)
class Item:
    """A record of a cache with what continues it."""

    kind: int
    position: int
    segments: list[bytes] = field(repr=False)

    @property
    def data(self) -> bytes:
        """All of it."""
        return self.segments[0] if len(self.segments) == 1 else b"".join(self.segments)


def items(untrusted: bytes, position: int = 0) -> Iterator[Item]:
    """The records from a position on. Raises ValueError where one is longer than the stream."""
    waiting: Item | None = None
    while position + 4 <= len(untrusted):
        kind, size = struct.unpack_from("<HH", untrusted, position)
        if position + 4 + size > len(untrusted):
            if waiting is not None:
                yield waiting
            raise ValueError("a record longer than its stream")
        data = untrusted[position + 4 : position + 4 + size]
        if kind == CONTINUE and waiting is not None:
            waiting.segments.append(data)
        else:
            if waiting is not None:
                yield waiting
            waiting = Item(kind, position, [data])
        position += 4 + size
    if waiting is not None:
        yield waiting


def items_left(cache: PivotCache) -> Iterator[Item]:
    """The records of the rows, as far as they go; one that is cut short is a bad one, and its texts are kept."""
    end = cache.start
    try:
        for item in items(cache.untrusted, cache.start):
            end = item.position + sum(4 + len(each) for each in item.segments)
            yield item
    except ValueError:
        cache.bad += 1
        cache.strays += find_all_texts(cache.untrusted[end + 4 :])


def read_cache(untrusted: bytes, strings: Strings, budget: Budget) -> PivotCache:
    """The fields with their shared items. Raises ValueError for a stream that is no cache, OverLimit."""
    cache = PivotCache(untrusted, start=len(untrusted))
    for item in items(untrusted):
        if item.kind == INDICES:
            cache.start = item.position
            break
        if is_inline(cache, item):
            cache.start = item.position
            break
        take_definition(cache, item, strings, budget)
    for each in cache.fields:
        each.used = bytearray(len(each.items))
    return cache


def is_inline(cache: PivotCache, item: Item) -> bool:
    """Whether records begin without indices: no field shares its values, and all fields have been read."""
    if item.kind not in ITEMS or len(cache.fields) < max(cache.width, 1):
        return False
    return not any(each.shares for each in cache.recorded) and not cache.fields[-1].shares


def take_definition(cache: PivotCache, item: Item, strings: Strings, budget: Budget) -> None:
    """A record before those of the rows."""
    data = item.data
    if item.kind == DATABASE and len(data) >= 18:
        cache.width = data[10] | data[11] << 8
        # Who refreshed it last; a cache that nobody has refreshed has no count either.
        if data[18:20] != b"\xff\xff":
            cache.words.append(strings.counted(data, 18)[0])
    elif item.kind == FIELD and len(data) >= 14:
        take_field(cache, data, strings)
    elif item.kind in ITEMS and cache.fields:
        text = read_item(item, strings)
        budget.spend(len(text) + 50)
        cache.fields[-1].take(text)
    elif item.kind not in NUMERIC:
        cache.words += find_all_texts(data)
    else:
        cache.strays += find_strays(data)


def take_field(cache: PivotCache, data: bytes, strings: Strings) -> None:
    """SXFDB (MS-XLS 2.4.283)."""
    flags, _, _, _, grouped, _, atoms = struct.unpack_from("<7H", data)
    name, end = strings.counted(data, 14)
    field_ = Field(name, bool(flags & SHARES), bool(flags & WIDE_INDICES))
    field_.grouped = grouped if atoms else 0
    cache.fields.append(field_)
    cache.strays += find_strays(data[end:])


def read_item(item: Item, strings: Strings) -> str:
    """A value as text; "" for none, and for one that is cut short."""
    try:
        if item.kind == TEXT:
            return read_text(item, strings)
        return VALUES[item.kind](item.data)
    except (struct.error, IndexError):
        return ""


def read_text(item: Item, strings: Strings) -> str:
    """SXString: the count FFFF stands for no text (MS-XLS 2.4.310)."""
    if item.data[:2] == b"\xff\xff":
        return ""
    return Segments(item.segments).string()[0] if strings.version == 8 else strings.counted(item.data, 0)[0]


def read_date(data: bytes) -> str:
    """SXDtr as `1980-02-01`, with the time when there is one (MS-XLS 2.4.288). A day of 0 stands for a time alone."""
    year, month, day, hour, minute, second = struct.unpack_from("<HHBBBB", data)
    time = f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
    if not day:
        return time
    return f"{year:04}-{month:02}-{day:02}" + (f" {time}" if hour or minute or second else "")


VALUES: dict[int, Callable[[bytes], str]] = {
    NUMBER: lambda data: number_text(struct.unpack_from("<d", data)[0]),
    INTEGER: lambda data: str(struct.unpack_from("<h", data)[0]),
    TRUTH: lambda data: "TRUE" if data[0] else "FALSE",
    ERROR: lambda data: ERRORS.get(data[0], "#ERROR"),
    DATE: read_date,
    NOTHING: lambda _: "",
}


def read_records(cache: PivotCache, strings: Strings, budget: Budget) -> Iterator[Row]:
    """The rows of a cache: shared values by their indices (SXDBB), the others in line behind them. Raises OverLimit."""
    fields = cache.recorded
    shared = [index for index, each in enumerate(fields) if each.shares]
    inline = [index for index, each in enumerate(fields) if not each.shares]
    assembler = Assembler(cache, shared, inline, budget)
    for item in items_left(cache):
        if item.kind == INDICES:
            yield from assembler.finish()
            assembler.take_indices(item.data)
        elif item.kind in ITEMS:
            if not shared and len(assembler.values) >= len(inline):
                yield from assembler.finish()
            assembler.values.append(read_item(item, strings))
            assembler.begun = True
        elif item.kind == EOF:
            cache.strays += find_all_texts(cache.untrusted[item.position + 4 :])
            break
        else:
            cache.strays += find_strays(item.data)
    yield from assembler.finish()


@dataclass(slots=True)
class Assembler:
    """Puts rows together."""

    cache: PivotCache
    shared: list[int]
    inline: list[int]
    budget: Budget
    number: int = 0
    begun: bool = False
    indices: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def take_indices(self, data: bytes) -> None:
        """SXDBB: an index into the items of each field that shares them, one byte or two (MS-XLS 2.4.281)."""
        self.begun = True
        fields = self.cache.recorded
        self.budget.spend(len(fields))
        self.indices = []
        position = 0
        for each in self.shared:
            size = 2 if fields[each].wide else 1
            self.indices.append(int.from_bytes(data[position : position + size], "little"))
            position += size
        if position != len(data):
            self.cache.bad += 1

    def finish(self) -> Iterator[Row]:
        """The row so far."""
        if not self.begun:
            return
        self.begun = False
        self.number += 1
        fields = self.cache.recorded
        cells = [""] * len(fields)
        for index, item in zip(self.shared, self.indices, strict=False):
            if item < len(fields[index].items):
                fields[index].used[item] = 1
                cells[index] = fields[index].items[item]
                self.budget.spend(1 + (len(cells[index]) >> 10))
            elif fields[index].items:
                self.cache.bad += 1
        for index, value in zip(self.inline, self.values, strict=False):
            cells[index] = value
        cells += self.values[len(self.inline) :]
        self.values = []
        yield Row(self.number, tuple(cells))
