"""Property sets (MS-OLEPS): title, author, company, names of sheets, whatever users defined, thumbnails."""

from __future__ import annotations

import datetime as dt
import struct
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from detectors.formats.residue import sweep
from detectors.formats.signatures import is_known
from detectors.formats.vba import name_encoding
from detectors.model import Bytes, Content, Location, Part, Passage, Unread, Visibility, Why

BYTE_ORDER = b"\xfe\xff"
HEADER_BYTES = 28
SECTION = struct.Struct("<16sI")
DICTIONARY, CODE_PAGE = 0, 1
WIDE = 1200

SUMMARY = uuid.UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9").bytes_le
DOCUMENT_SUMMARY = uuid.UUID("d5cdd502-2e9c-101b-9397-08002b2cf9ae").bytes_le
NAMES = {
    SUMMARY: {
        2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 7: "template", 8: "last saved by",
        9: "revision", 10: "editing time", 11: "printed", 12: "created", 13: "saved", 14: "pages", 15: "words",
        16: "characters", 17: "thumbnail", 18: "program", 19: "security",
    },
    DOCUMENT_SUMMARY: {
        2: "category", 3: "presentation format", 4: "bytes", 5: "lines", 6: "paragraphs", 7: "slides", 8: "notes",
        9: "hidden slides", 10: "clips", 11: "scale", 12: "headings", 13: "titles of parts", 14: "manager",
        15: "company", 16: "links up to date", 17: "characters with spaces", 19: "shared", 20: "link base", 21: "links",
        22: "links changed", 23: "version", 24: "signature", 26: "content type", 27: "content status", 28: "language",
        29: "document version",
    },
}  # fmt: skip
"""Property identifiers by the format of their section (MS-OLEPS 3.1, MS-OSHARED 2.3.3.2.2)."""

VECTOR, ARRAY = 0x1000, 0x2000
PLAIN = {
    2: "<h", 3: "<i", 4: "<f", 5: "<d", 16: "<b", 17: "<B", 18: "<H", 19: "<I", 20: "<q", 21: "<Q", 22: "<i", 23: "<I",
}  # fmt: skip
"""Types that are one number (MS-OLEPS 2.15)."""

EMPTY, NULL, CURRENCY, DATE, STRING8, ERROR, BOOL, VARIANT = 0, 1, 6, 7, 8, 10, 11, 12
LPSTR, LPWSTR, FILETIME, BLOB, CLIPBOARD, CLSID, BLOB_OBJECT = 30, 31, 64, 65, 71, 72, 70
BLOBS = frozenset([BLOB, BLOB_OBJECT, 66, 67, 68, 69, 73])
EPOCH_1601 = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
EPOCH_1899 = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
MACINTOSH, WINDOWS = 0xFFFFFFFE, 0xFFFFFFFF
METAFILE, DIB = 3, 8


@dataclass(slots=True)
class Values:
    """Typed values being read from one section. Methods raise ValueError for what does not fit."""

    data: bytes
    encoding: str = "cp1252"
    wide: bool = False
    position: int = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self.position + size
        if size < 0 or end > len(self.data):
            raise ValueError("a property that is cut short")
        start, self.position = self.position, end
        return self.data[start:end]

    def long(self) -> int:
        """A 32-bit number."""
        return int.from_bytes(self.take(4), "little")

    def align(self, boundary: int = 4) -> None:
        """Go on to the next multiple."""
        self.position = min(len(self.data), -(-self.position // boundary) * boundary)

    def string(self, kind: int) -> str:
        """A string of any type, by length."""
        size = self.long()
        if kind == LPWSTR:
            return self.take(size * 2).decode("utf-16-le", "replace").rstrip("\0")
        if self.wide:
            return self.take(size).decode("utf-16-le", "replace").rstrip("\0")
        return self.take(size).decode(self.encoding, "replace").rstrip("\0")


@dataclass(slots=True)
class Found:
    """What a property says: lines of text, and pictures or other bytes."""

    lines: list[str] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)


def is_property_set(untrusted: bytes) -> bool:
    """Whether the bytes begin as a property set stream with one or two sections (MS-OLEPS 2.21)."""
    if len(untrusted) < HEADER_BYTES + SECTION.size or not untrusted.startswith(BYTE_ORDER):
        return False
    count = struct.unpack_from("<I", untrusted, 24)[0]
    return untrusted[2:4] in {b"\0\0", b"\1\0"} and 1 <= count <= 2


def read_property_set(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    """A passage a property; what stands between and behind properties is swept. Damage is Unread, with what was read kept."""
    count = struct.unpack_from("<I", untrusted, 24)[0]
    used = [(0, HEADER_BYTES + count * SECTION.size)]
    try:
        for number in range(count):
            kind, offset = find_section(untrusted, number)
            yield from read_section(part, where, untrusted, kind, offset, used)
    except ValueError:
        yield Unread(where, Why.DAMAGED)
    yield from sweep_gaps(part, where, untrusted, used)


def find_section(untrusted: bytes, number: int) -> tuple[bytes, int]:
    """The format and the place of a section. Raises ValueError when the table ends before it."""
    try:
        kind, offset = SECTION.unpack_from(untrusted, HEADER_BYTES + number * SECTION.size)
    except struct.error:
        raise ValueError("a section that is not there") from None
    return kind, offset


def read_section(
    part: Part, where: Location, untrusted: bytes, kind: bytes, offset: int, used: list[tuple[int, int]]
) -> Iterator[Content]:
    """One section. `used` gains the ranges that are read."""
    section = untrusted[offset:]
    values = Values(section)
    values.long()
    count = values.long()
    if count * 8 > len(section):
        raise ValueError("more properties than there is room for")
    table = [struct.unpack("<II", values.take(8)) for _ in range(count)]
    used.append((offset, offset + values.position))
    offsets = dict(reversed(table))
    read_code_page(values, offsets.get(CODE_PAGE))
    names = read_dictionary(values, offsets.get(DICTIONARY))
    if DICTIONARY in offsets:
        used.append((offset + offsets[DICTIONARY], offset + values.position))
    for number, (identifier, start) in enumerate(table, 1):
        if identifier in {DICTIONARY, CODE_PAGE}:
            continue
        values.position = start
        found = Found()
        whole = True
        try:
            read_value(values, values.long(), found)
        except ValueError:
            whole = False
        used.append((offset + start, offset + values.position))
        part.budget.spend(values.position - start if values.position > start else 0)
        yield from surface(part, place(where, kind, identifier, number, names), found, names.get(identifier))
        if not whole:
            yield Unread(where / f"property {number}", Why.DAMAGED)


def read_code_page(values: Values, start: int | None) -> None:
    """How strings are spelled in this section."""
    if start is None:
        return
    values.position = start + 4
    code_page = values.long() & 0xFFFF
    values.wide = code_page == WIDE
    values.encoding = name_encoding(code_page)


def read_dictionary(values: Values, start: int | None) -> dict[int, str]:
    """The names that users gave to properties (MS-OLEPS 2.17). Raises ValueError for one that does not fit."""
    names: dict[int, str] = {}
    if start is None:
        return names
    values.position = start
    for _ in range(values.long()):
        identifier, size = values.long(), values.long()
        if values.wide:
            names[identifier] = values.take(size * 2).decode("utf-16-le", "replace").rstrip("\0")
            values.align()
        else:
            names[identifier] = values.take(size).decode(values.encoding, "replace").rstrip("\0")
    return names


def place(where: Location, kind: bytes, identifier: int, number: int, names: dict[int, str]) -> Location:
    """Where a property is: our name for it, or the user's."""
    if identifier in names:
        return where.into(f"property '{names[identifier]}'", f"property {number}")
    return where / NAMES.get(kind, {}).get(identifier, f"property {number}")


def read_value(values: Values, kind: int, found: Found) -> None:
    """A value of a type, or many of them."""
    if kind & VECTOR:
        start = values.position
        try:
            read_vector(values, kind & 0xFFF, found, boundary=1)
        except ValueError:
            values.position = start
            found.lines.clear()
            read_vector(values, kind & 0xFFF, found, boundary=4)
    elif kind & ARRAY:
        raise ValueError("an array")
    else:
        read_one(values, kind & 0xFFF, found)


def read_vector(values: Values, kind: int, found: Found, *, boundary: int) -> None:
    """Many values. The format wants each to begin at a multiple of four; Office itself writes strings one behind the other."""
    for _ in range(values.long()):
        before = values.position
        read_one(values, kind, found)
        values.align(boundary if kind in {LPSTR, STRING8, VARIANT} and not values.wide else 4)
        if values.position == before:
            raise ValueError("values of no size")


def read_one(values: Values, kind: int, found: Found) -> None:
    """One value."""
    if kind == VARIANT:
        read_one(values, nested(values.long()), found)
    elif kind in {LPSTR, STRING8, LPWSTR}:
        found.lines.append(values.string(kind))
    elif kind in BLOBS:
        found.blobs.append(values.take(values.long()))
    elif kind == CLIPBOARD:
        found.blobs.append(with_picture(values.take(values.long())))
    else:
        read_number(values, kind, found)


def nested(kind: int) -> int:
    """The type of a variant, which is never a variant itself."""
    if kind in {VARIANT, *range(VECTOR, 0xFFFF)}:
        raise ValueError("a variant in a variant")
    return kind


def read_number(values: Values, kind: int, found: Found) -> None:
    """A number, a truth, a time."""
    if kind in PLAIN:
        layout = PLAIN[kind]
        value = struct.unpack(layout, values.take(struct.calcsize(layout)))[0]
        found.lines.append(f"{value:g}" if isinstance(value, float) else str(value))
    elif kind in SHOWN:
        size, show = SHOWN[kind]
        found.lines.append(show(values.take(size)))
    elif kind == ERROR:
        values.take(4)
    elif kind not in {EMPTY, NULL}:
        raise ValueError("a value of no known type")


def show_time(data: bytes) -> str:
    """A time in hundreds of nanoseconds since 1601; short ones are durations (editing time)."""
    ticks = int.from_bytes(data, "little")
    if not ticks:
        return ""
    try:
        span = dt.timedelta(microseconds=ticks // 10)
        return str(span) if span.days < 365 else f"{EPOCH_1601 + span:%Y-%m-%d %H:%M:%S}"
    except OverflowError:
        return str(ticks)


def show_date(data: bytes) -> str:
    """A time in days since 1899."""
    days: float = struct.unpack("<d", data)[0]
    try:
        return f"{EPOCH_1899 + dt.timedelta(days=days):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError):
        return f"{days:g}"


SHOWN: dict[int, tuple[int, Callable[[bytes], str]]] = {
    BOOL: (2, lambda data: "yes" if data != b"\0\0" else "no"),
    FILETIME: (8, show_time),
    DATE: (8, show_date),
    CURRENCY: (8, lambda data: f"{int.from_bytes(data, 'little', signed=True) / 10_000:g}"),
    CLSID: (16, lambda data: str(uuid.UUID(bytes_le=data))),
}
"""Types of a fixed size that are not plain numbers, and how a person writes them."""


def with_picture(clipboard: bytes) -> bytes:
    """The picture in clipboard data (MS-OLEPS 2.11): behind the tag and format, a Windows metafile behind its size."""
    if len(clipboard) < 8:
        return clipboard
    tag, kind = struct.unpack_from("<II", clipboard)
    body = clipboard[8:]
    if tag == WINDOWS and kind == METAFILE:
        return body[8:]
    return clipboard if tag not in {WINDOWS, MACINTOSH} else body


def surface(part: Part, where: Location, found: Found, name: str | None) -> Iterator[Content]:
    """A property as a passage; pictures in it as parts."""
    visibility = max(part.visibility, Visibility.METADATA)
    text = "\n".join(line for line in found.lines if line.strip())
    if text.strip():
        yield Passage(where, visibility, "documentProperty", f"{name}: {text}" if name else text)
    for number, blob in enumerate(found.blobs, 1):
        if is_known(blob):
            yield part.inner(where / f"picture {number}", Bytes(blob), visibility=visibility)
        else:
            yield from sweep(blob, where, visibility=visibility)


def sweep_gaps(part: Part, where: Location, untrusted: bytes, used: list[tuple[int, int]]) -> Iterator[Passage]:
    """Text in what no property claims."""
    position = 0
    for start, end in [*sorted(used), (len(untrusted), len(untrusted))]:
        if position < start <= len(untrusted):
            gap = untrusted[position:start]
            yield from sweep(gap, where, offset=position, visibility=max(part.visibility, Visibility.ORPHAN))
        position = max(position, end)
