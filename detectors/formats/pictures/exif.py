"""TIFF directories (TIFF 6.0, EXIF 2.32): as a picture, and as the metadata of other pictures."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.pictures.found import Found
from detectors.formats.pictures.iptc import read_iptc, read_resources
from detectors.formats.residue import find_texts

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL, UTF8 = 2, 3, 4, 5, 7, 10, 129
WIDTH, HEIGHT = 0x100, 0x101
STRIPS, STRIP_BYTES, TILES, TILE_BYTES = 0x111, 0x117, 0x144, 0x145
SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY = 0x14A, 0x8769, 0x8825, 0xA005
THUMBNAIL, THUMBNAIL_BYTES = 0x201, 0x202
XMP, IPTC, PHOTOSHOP, USER_COMMENT = 0x2BC, 0x83BB, 0x8649, 0x9286
WINDOWS_TEXT = range(0x9C9B, 0x9CA0)
"""Title, comment, author, keywords, subject, as Windows Explorer writes them: UTF-16."""

POINTERS = frozenset([SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY])
PIXELS = frozenset([STRIPS, TILES, THUMBNAIL])
PROFILE = 0x8773
NAMES = {
    0x10E: "description", 0x10F: "camera maker", 0x110: "camera", 0x11D: "page", 0x131: "program", 0x132: "time",
    0x13B: "artist", 0x13C: "computer", 0x8298: "copyright", 0x9003: "taken", 0x9004: "digitised", 0x9286: "comment",
    0xA430: "owner", 0xA431: "serial number", 0xA433: "lens maker", 0xA434: "lens", 0xA435: "lens serial number",
    0xA420: "image id", 0x9C9B: "title", 0x9C9C: "comment", 0x9C9D: "author", 0x9C9E: "keywords", 0x9C9F: "subject",
    0x1D: "date of position",
}  # fmt: skip
MOST_DIRECTORIES = 200
MOST_ENTRIES = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory: the bytes of its values, wherever they stand."""

    tag: int
    kind: int
    count: int
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Tiff:
    """One file or block being read. `used` are ranges of bytes that some entry claims."""

    data: bytes
    order: str
    found: Found
    used: list[tuple[int, int]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    read: int = 0
    """Bytes of entries so far; in a sound file no two share any."""

    def number(self, layout: str, offset: int) -> int:
        """A number in the file's byte order. Raises ValueError beyond the end."""
        try:
            return int(struct.unpack_from(self.order + layout, self.data, offset)[0])
        except struct.error:
            raise ValueError("a directory that is cut short") from None

    def numbers(self, entry: Entry) -> list[int]:
        """The whole numbers of an entry."""
        layout = {1: "B", SHORT: "H", LONG: "I", 13: "I", 8: "h", 9: "i"}.get(entry.kind)
        size = SIZES.get(entry.kind, 1)
        count = len(entry.data) // size
        return [int(each) for each in struct.unpack_from(f"{self.order}{count}{layout}", entry.data)] if layout else []

    def ratios(self, entry: Entry) -> list[float]:
        """The fractions of an entry."""
        layout = "i" if entry.kind == SIGNED_RATIONAL else "I"
        count = len(entry.data) // 8
        values = struct.unpack_from(f"{self.order}{count * 2}{layout}", entry.data)
        return [values[n] / values[n + 1] if values[n + 1] else 0.0 for n in range(0, len(values), 2)]

    def entries(self, offset: int) -> tuple[list[Entry], int]:
        """The entries of a directory, and where the next one begins."""
        count = self.number("H", offset)
        end = offset + 2 + count * 12
        if count > MOST_ENTRIES:
            raise ValueError("a directory of too many entries")
        entries = [each for number in range(count) if (each := self.entry(offset + 2 + number * 12))]
        self.used.append((offset, end + 4))
        try:
            return entries, self.number("I", end)
        except ValueError:
            return entries, 0

    def entry(self, offset: int) -> Entry | None:
        """One entry; None for a type that the format does not have."""
        tag, kind, count = self.number("H", offset), self.number("H", offset + 2), self.number("I", offset + 4)
        size = SIZES.get(kind, 0) * count
        if not size:
            return None
        start = offset + 8 if size <= 4 else self.number("I", offset + 8)
        self.read += size
        if self.read > 2 * len(self.data):
            raise ValueError("entries that share their bytes")
        data = self.data[start : start + size]
        if len(data) < size:
            self.found.damaged = True
        self.used.append((start, start + len(data)))
        self.found.budget.spend(len(data))
        return Entry(tag, kind, count, data)


def begins_tiff(untrusted: bytes) -> bool:
    """Whether bytes begin as a TIFF of either byte order."""
    return untrusted.startswith((b"II*\x00", b"MM\x00*"))


def read_tiff(untrusted: bytes, found: Found, *, whole: bool) -> None:
    """All directories of a block; of a `whole` file also its size, and what no directory claims. Damage is noted."""
    tiff = Tiff(untrusted, "<" if untrusted.startswith(b"II") else ">", found, [(0, 8)])
    if not begins_tiff(untrusted):
        found.damaged = True
        return
    waiting = [(offset, "") for offset in follow(tiff, 4)]
    while waiting and len(tiff.seen) < MOST_DIRECTORIES:
        offset, kind = waiting.pop(0)
        if offset in tiff.seen or not offset:
            continue
        tiff.seen.add(offset)
        try:
            entries, following = tiff.entries(offset)
        except ValueError:
            found.damaged = True
            continue
        waiting.append((following, kind))
        waiting += read_directory(tiff, entries, kind, whole=whole)
    if whole:
        find_gaps(tiff)


def follow(tiff: Tiff, offset: int) -> list[int]:
    """The directory that a place names."""
    try:
        return [tiff.number("I", offset)]
    except ValueError:
        tiff.found.damaged = True
        return []


def read_directory(tiff: Tiff, entries: list[Entry], kind: str, *, whole: bool) -> list[tuple[int, str]]:
    """One directory; returns those that it names, with what kind they are."""
    by_tag = {entry.tag: entry for entry in entries}
    pointers = []
    if kind == "gps":
        read_position(tiff, by_tag)
    elif whole and WIDTH in by_tag and HEIGHT in by_tag:
        tiff.found.size(*((tiff.numbers(by_tag[tag]) or [0])[0] for tag in (WIDTH, HEIGHT)))
    for entry in entries:
        if entry.tag in POINTERS:
            pointers += [
                (offset, "gps" if entry.tag == GPS else "") for offset in tiff.numbers(entry)[:MOST_DIRECTORIES]
            ]
        elif entry.tag not in PIXELS:
            read_entry(tiff.found, entry)
    claim_pixels(tiff, by_tag)
    return pointers


def read_entry(found: Found, entry: Entry) -> None:
    """The words of one entry."""
    name = NAMES.get(entry.tag, f"tag {entry.tag:#06x}")
    if entry.tag == XMP:
        found.text("XMP", entry.data.decode("utf-8", "replace"))
    elif entry.tag == IPTC:
        read_iptc(entry.data, found)
    elif entry.tag == PHOTOSHOP:
        read_resources(entry.data, found)
    elif entry.tag in WINDOWS_TEXT:
        found.text(name, entry.data.decode("utf-16-le", "replace").rstrip("\0"))
    elif entry.kind in {ASCII, UTF8}:
        found.text(name, decode(entry.data))
    elif entry.kind == UNDEFINED or (entry.kind == 1 and len(entry.data) > 4):
        found.text(name, "\n".join(text for _, _, text in find_texts(entry.data)) if entry.tag != PROFILE else "")


def decode(data: bytes) -> str:
    """A string; old cameras fill it with blanks or zeros."""
    try:
        return data.decode("utf-8").strip("\0 ")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").strip("\0 ")


def read_position(tiff: Tiff, by_tag: dict[int, Entry]) -> None:
    """Where a picture was taken, as a map and as a person write it (EXIF 2.32 4.6.6)."""
    parts, signed = [], []
    for reference, tag in ((1, 2), (3, 4)):
        side = decode(by_tag[reference].data)[:1] if reference in by_tag else ""
        if tag not in by_tag or by_tag[tag].kind != RATIONAL:
            return
        degrees, minutes, seconds = (*tiff.ratios(by_tag[tag]), 0.0, 0.0, 0.0)[:3]
        total = degrees + minutes / 60 + seconds / 3600
        whole, rest = divmod(total * 3600, 3600)
        parts.append(f"{whole:.0f} deg {rest // 60:.0f}' {rest % 60:.2f}\" {side}")
        signed.append(f"{-total if side in {'S', 'W'} else total:.6f}")
    tiff.found.text("position", f"{', '.join(parts)} ({', '.join(signed)})")


def claim_pixels(tiff: Tiff, by_tag: dict[int, Entry]) -> None:
    """Ranges of pixels belong to the picture; the small picture inside a photograph is a picture of its own."""
    for places, sizes in ((STRIPS, STRIP_BYTES), (TILES, TILE_BYTES), (THUMBNAIL, THUMBNAIL_BYTES)):
        if places not in by_tag or sizes not in by_tag:
            continue
        ranges = list(zip(tiff.numbers(by_tag[places]), tiff.numbers(by_tag[sizes]), strict=False))
        tiff.used += [(start, start + size) for start, size in ranges]
        if places == THUMBNAIL:
            for start, size in ranges[:1]:
                tiff.found.enclose("thumbnail", tiff.data[start : start + size])


def find_gaps(tiff: Tiff) -> None:
    """Bytes of a file that no directory claims."""
    for start, end in gaps(tiff.used, len(tiff.data)):
        tiff.found.leave(start, tiff.data[start:end])


def gaps(used: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """What lies between ranges."""
    position = 0
    for start, end in [*sorted(used), (size, size)]:
        if position < start <= size:
            yield position, start
        position = max(position, end)
