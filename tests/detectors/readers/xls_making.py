"""BIFF records, strings and compound files, written by hand so that a test decides every byte."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, data: bytes = b"") -> bytes:
    """A record, continued where it is longer than 8224 bytes."""
    first, rest = data[:8224], data[8224:]
    return struct.pack("<HH", kind, len(first)) + first + (record(0x3C, rest) if rest else b"")


def words(*numbers: int) -> bytes:
    """Numbers of 16 bits."""
    return struct.pack(f"<{len(numbers)}H", *numbers)


def bare(text: str) -> bytes:
    """Characters behind their flag."""
    try:
        return b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return b"\1" + text.encode("utf-16-le")


def size(text: str) -> int:
    """Characters as BIFF counts them."""
    return len(text.encode("utf-16-le")) // 2


def string(text: str) -> bytes:
    """A counted string."""
    return words(size(text)) + bare(text)


def short(text: str) -> bytes:
    """A string counted in one byte."""
    return bytes([size(text)]) + bare(text)


def bof(kind: int, version: int = 0x600) -> bytes:
    return record(0x809, words(version, kind, 0, 0) + (bytes(8) if version == 0x600 else b""))


EOF = record(0x0A)


def font(points: float = 10, colour: int = 0x7FFF) -> bytes:
    return record(0x31, words(round(points * 20), 0, colour, 400, 0) + bytes(4) + short("Arial"))


def xf(font_index: int = 0, form: int = 0, fill: int | None = None) -> bytes:
    pattern, colours = (0, 0) if fill is None else (1 << 26, fill | 65 << 7)
    return record(0xE0, words(font_index, form, 1) + bytes(8) + struct.pack("<IH", pattern, colours))


def number_format(index: int, code: str) -> bytes:
    return record(0x41E, words(index) + string(code))


def shared(*texts: str | bytes) -> bytes:
    """The shared strings; those that are bytes already, as they are."""
    written = (text if isinstance(text, bytes) else string(text) for text in texts)
    return record(0xFC, struct.pack("<II", len(texts), len(texts)) + b"".join(written))


def name_of(name: str, rgce: bytes, flags: int = 0) -> bytes:
    return record(0x18, words(flags) + bytes([0, size(name)]) + words(len(rgce), 0, 0) + bytes(4) + bare(name) + rgce)


def text_token(text: str) -> bytes:
    return b"\x17" + short(text)


def cell_text(row: int, column: int, index: int, style: int = 0) -> bytes:
    return record(0xFD, words(row, column, style) + struct.pack("<I", index))


def cell_number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, words(row, column, style) + struct.pack("<d", value))


def cell_formula(row: int, column: int, rgce: bytes, value: bytes) -> bytes:
    return record(0x06, words(row, column, 0) + value + bytes(6) + words(len(rgce)) + rgce)


def cell_label(row: int, column: int, text: str) -> bytes:
    return record(0x204, words(row, column, 0) + string(text))


def row(index: int, *, hidden: bool = False, height: int = 255) -> bytes:
    return record(0x208, words(index, 0, 9, height, 0, 0, 0x20 if hidden else 0, 0))


def column(first: int, last: int, *, hidden: bool = False, width: int = 2560) -> bytes:
    return record(0x7D, words(first, last, width, 0, int(hidden), 0))


def sheet(*records: bytes, kind: int = 0x10, version: int = 0x600) -> bytes:
    return bof(kind, version) + b"".join(records) + EOF


def workbook(global_records: bytes, sheets: list[tuple[str, int, int, bytes]], version: int = 0x600) -> bytes:
    """A BIFF stream; sheets are name, state, type, substream."""

    def bound(name: str, state: int, kind: int, start: int) -> bytes:
        encoded = short(name) if version == 0x600 else bytes([len(name)]) + name.encode("cp1252")
        return record(0x85, struct.pack("<IBB", start, state, kind) + encoded)

    head = bof(0x05, version) + global_records
    start = len(head) + sum(len(bound(name, state, kind, 0)) for name, state, kind, _ in sheets) + len(EOF)
    bounds = b""
    for name, state, kind, data in sheets:
        bounds += bound(name, state, kind, start)
        start += len(data)
    return head + bounds + EOF + b"".join(data for *_, data in sheets)


@dataclass
class Space:
    """Streams in units of one size, and the table that chains them."""

    unit: int
    body: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def store(self, data: bytes) -> int:
        """The first unit of a stream."""
        if not data:
            return END
        first, count = len(self.table), -(-len(data) // self.unit)
        self.body += data.ljust(count * self.unit, b"\0")
        self.table += [first + index + 1 for index in range(count - 1)] + [END]
        return first


def entry(name: str, kind: int, start: int, length: int, *, following: int = FREE, child: int = FREE) -> bytes:
    """A directory entry; the members of a storage follow one another to the right."""
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, FREE, following, child)
    return head + bytes(36) + struct.pack("<IQ", start, length)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of version 3 with its streams; a path of two steps lies in a storage."""
    big, mini = Space(SECTOR), Space(MINI)
    starts = {path: (big if len(data) >= CUTOFF else mini).store(data) for path, data in streams.items()}
    folders = list(dict.fromkeys(path.rpartition("/")[0] for path in streams if "/" in path))
    nodes = [*folders, *streams]
    parents = {name: name.rpartition("/")[0] if name in streams else "" for name in nodes}
    members = {folder: [name for name in nodes if parents[name] == folder] for folder in ("", *folders)}

    def following(name: str) -> int:
        siblings = members[parents[name]]
        after = siblings[siblings.index(name) + 1 :]
        return nodes.index(after[0]) + 1 if after else FREE

    def child(folder: str) -> int:
        return nodes.index(members[folder][0]) + 1

    mini_start = big.store(bytes(mini.body))
    directory = entry("Root Entry", 5, mini_start, len(mini.body), child=child(""))
    for name in nodes:
        if name in streams:
            base = name.rpartition("/")[2]
            directory += entry(base, 2, starts[name], len(streams[name]), following=following(name))
        else:
            directory += entry(name, 1, 0, 0, following=following(name), child=child(name))
    directory_at = big.store(directory)
    minifat = struct.pack(f"<{len(mini.table)}I", *mini.table)
    minifat = minifat.ljust(-(-len(minifat) // SECTOR) * SECTOR, b"\xff")
    minifat_at = big.store(minifat)
    fat = big.table
    count, fat_at = -(-(len(fat) + 1) // 127), len(fat)
    fat += [FAT] * count
    fat += [FREE] * (count * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + words(0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<8I", count, directory_at, 0, CUTOFF, minifat_at, len(minifat) // SECTOR, END, 0)
    header += b"".join(struct.pack("<I", fat_at + index if index < count else FREE) for index in range(109))
    return header + bytes(big.body) + struct.pack(f"<{len(fat)}I", *fat)
