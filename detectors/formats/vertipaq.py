"""Columns of a data model (MS-XLDM 2.3): what the table's description says of them, and their rows."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats import xml_events

WIDTH = re.compile(r"<(\d{1,2})>")
NO_VALUE, FIRST_VALUE = 2, 3
"""Identifiers of nothing, and of the first distinct value (MS-XLDM 2.3.2)."""

BIT_PACKED = 0xFFFFFFFF
CURRENCY, DATE, BOOLEAN = 6, 7, 11
"""Types of columns that are not what their numbers look like (OLE DB's `DBTYPE`)."""

UNLIKE_NUMBERS = frozenset([CURRENCY, DATE, BOOLEAN])
EPOCH = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)


@dataclass(slots=True)
class Thing:
    """An XMObject: its class, name and properties, and the things in it by the role they play."""

    kind: str
    name: str
    role: str
    properties: dict[str, str] = field(default_factory=dict)
    inside: list[Thing] = field(default_factory=list)

    def parts(self, role: str) -> list[Thing]:
        """The things that play a role."""
        return [each for each in self.inside if each.role == role]

    def number(self, name: str) -> int:
        """A property as a whole number. Raises ValueError for what is none."""
        text = self.properties.get(name, "0")
        if len(text) > 20:
            raise ValueError("a number without end")
        return int(text)


@dataclass(slots=True)
class Things:
    """Handler of a table's description: the tree of its objects."""

    root: Thing = field(default_factory=lambda: Thing("", "", ""))
    open: list[Thing] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An object, or what may name its role."""
        self.value = []
        if name in {"Member", "Collection", "DataObject"}:
            self.roles.append("data" if name == "DataObject" else "")
        if name == "XMObject":
            role = self.roles[-1] if self.roles else ""
            thing = Thing(attributes.get("class", ""), attributes.get("name", ""), role)
            (self.open[-1] if self.open else self.root).inside.append(thing)
            self.open.append(thing)
        self.elements.append(name)

    def text(self, text: str) -> None:
        """Character data."""
        self.value.append(text)

    def end(self, name: str) -> None:
        """A property, a role, or the end of an object."""
        self.elements.pop()
        around = self.elements[-1] if self.elements else ""
        if name == "XMObject":
            self.open.pop()
        elif name in {"Member", "Collection", "DataObject"}:
            self.roles.pop()
        elif name == "Name" and around in {"Member", "Collection"}:
            self.roles[-1] = "".join(self.value)
        elif around == "Properties" and self.open:
            self.open[-1].properties[name] = "".join(self.value)
        self.value = []


@dataclass(frozen=True, slots=True)
class Segment:
    """One run of rows: how many, of how many bits each, counted from what."""

    rows: int
    width: int
    least: int


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column: where its rows and its distinct values are, or how its numbers are made."""

    name: str
    kind: int
    segments: tuple[Segment, ...]
    rows: tuple[str, ...]
    dictionary: str
    base: int
    magnitude: float
    nullable: bool


def read_columns(untrusted: bytes) -> list[RawColumn]:
    """The columns of a `.tbl.xml`. Raises ValueError for broken XML and numbers that are none."""
    handler = Things()
    xml_events.parse([untrusted], handler)
    return [
        read_column(thing)
        for table in handler.root.inside
        for thing in table.parts("Columns")
        if thing.kind == "XMRawColumn"
    ]


def read_column(thing: Thing) -> RawColumn:
    """One column."""
    statistics = next(iter(thing.parts("ColumnStats")), Thing("", "", ""))
    data = thing.parts("data")
    values = next((each for each in data if each.kind.startswith("XMValueDataDictionary")), None)
    named = next((each.name for each in data if each.kind.startswith("XMHashDataDictionary")), "")
    try:
        magnitude = float(values.properties.get("Magnitude", "1")) if values else 1.0
    except ValueError:
        raise ValueError("a magnitude that is no number") from None
    return RawColumn(
        name=thing.name,
        kind=statistics.number("DBType"),
        segments=tuple(read_segment(each) for each in thing.parts("Segments")),
        rows=tuple(each.name for each in data if each.kind.startswith("XMRawColumnPartition")),
        dictionary=named,
        base=values.number("BaseId") if values else 0,
        magnitude=magnitude or 1.0,
        nullable=statistics.properties.get("HasNulls") == "true",
    )


def read_segment(thing: Thing) -> Segment:
    """One segment; the bits of its rows are in the name of how they are packed."""
    packing = next(
        (each for part in thing.parts("SubSegment") for each in part.parts("CompressionInfo")), Thing("", "", "")
    )
    found = WIDTH.findall(packing.kind)
    return Segment(thing.number("Records"), int(found[-1]) if found else 0, packing.number("Min"))


def read_identifiers(untrusted: bytes, segments: tuple[Segment, ...]) -> Iterator[int]:
    """A value's identifier for each row (MS-XLDM 2.3.1.1). Raises ValueError where the bytes end too soon.

    Runs may be far longer than the bytes that say so: pay for what comes out.
    """
    position = 0
    for segment in segments:
        runs, position = read_block(untrusted, position)
        packed, position = read_block(untrusted, position)
        yield from itertools.islice(read_runs(runs, packed, segment), segment.rows)


def read_block(untrusted: bytes, position: int) -> tuple[bytes, int]:
    """A length in units of eight bytes, and the bytes."""
    end = position + 8
    size = int.from_bytes(untrusted[position:end], "little") * 8
    if end > len(untrusted) or size > len(untrusted) - end:
        raise ValueError("rows that are cut short")
    return untrusted[end : end + size], end + size


def read_runs(runs: bytes, packed: bytes, segment: Segment) -> Iterator[int]:
    """Values that repeat, and stretches that are packed bit by bit."""
    offset = 0
    values = read_bits(packed, segment)
    for value, count in struct.iter_unpack("<II", runs):
        if value + offset == BIT_PACKED:
            yield from itertools.islice(values, count)
            offset += count
        else:
            yield from itertools.repeat(value, count)


def read_bits(packed: bytes, segment: Segment) -> Iterator[int]:
    """Numbers of few bits in words of sixty-four, none across two words."""
    if not 0 < segment.width <= 64:
        yield from itertools.repeat(segment.least, segment.rows)
        return
    mask = (1 << segment.width) - 1
    shifts = range(0, 64 - segment.width + 1, segment.width)
    words = array("Q")
    words.frombytes(packed)
    for word in words:
        for shift in shifts:
            yield (word >> shift & mask) + segment.least


def show(column: RawColumn, number: float) -> str:
    """A number as its column means it."""
    if column.kind == DATE:
        return show_date(number)
    if column.kind == CURRENCY:
        number /= 10_000
    if column.kind == BOOLEAN:
        return "yes" if number else "no"
    return str(int(number)) if abs(number) < 1e15 and number == int(number) else repr(number)


def show_item(column: RawColumn, item: str) -> str:
    """A distinct value as its column means it; one that is no number as it stands."""
    try:
        return show(column, float(item))
    except ValueError:
        return item


def show_date(days: float) -> str:
    """Days since the end of 1899."""
    try:
        moment = EPOCH + dt.timedelta(days=days)
    except (OverflowError, ValueError):
        return repr(days)
    return f"{moment:%Y-%m-%d}" if days == int(days) else f"{moment:%Y-%m-%d %H:%M:%S}"
