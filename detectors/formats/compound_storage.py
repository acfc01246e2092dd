"""Sectors, chains and the directory of OLE compound files (MS-CFB), with an owner for every byte."""

from __future__ import annotations

import itertools
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.model import Part

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = struct.Struct("<8s16sHHHHH6s9I")
"""Up to the DIFAT that the header itself holds (MS-CFB 2.2)."""

ENTRY = struct.Struct("<64sHBBIII16sI8s8sIQ")
"""A directory entry (MS-CFB 2.6.1)."""

SECTOR_SHIFTS = (9, 12)
MINI_SHIFT = 6
MINI_BYTES = 1 << MINI_SHIFT
CUTOFF = 4096
"""Streams shorter than this live in the mini stream."""

REGULAR = 0xFFFFFFFA
"""The greatest number of a sector; those above it mean the end of a chain, a free sector and the like."""

END_OF_CHAIN = 0xFFFFFFFE
NO_ENTRY = 0xFFFFFFFF
UNUSED, STORAGE, STREAM, ROOT = 0, 1, 2, 5
NESTED = 64
"""Storages in storages; what is deeper counts as unreachable."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the directory; `name` never holds a slash, which separates the steps of a path."""

    index: int
    kind: int
    name: str
    left: int
    right: int
    child: int
    clsid: bytes
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a stream's bytes are. It is `whole` when its chain is as long as its size says."""

    path: str
    size: int
    mini: bool
    sectors: array[int] = field(repr=False)
    whole: bool


@dataclass(slots=True)
class Sectors:
    """The sectors of a file, or the mini sectors of its mini stream, and which of them belong to something."""

    untrusted: bytes = field(repr=False)
    size: int
    first: int
    """Where sector 0 begins."""
    table: array[int] = field(default_factory=lambda: array("I"))
    owned: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        count = max(0, len(self.untrusted) - self.first + self.size - 1) // self.size
        self.owned = bytearray(count)

    def offset(self, sector: int) -> int:
        """Where a sector begins."""
        return self.first + sector * self.size

    def own(self, sector: int) -> bool:
        """Take a sector; False when it is not there or belongs to something already, so that no chain can run in a circle."""
        if sector >= len(self.owned) or self.owned[sector]:
            return False
        self.owned[sector] = 1
        return True

    def follow(self, start: int, wanted: int | None = None) -> tuple[array[int], bool]:
        """The sectors of a chain, `wanted` of them or up to its end; and whether it is sound."""
        sectors = array("I")
        while (wanted is None and start != END_OF_CHAIN) or (wanted is not None and len(sectors) < wanted):
            if not self.own(start):
                return sectors, False
            sectors.append(start)
            start = self.table[start] if start < len(self.table) else NO_ENTRY
        return sectors, True

    def join(self, sectors: array[int]) -> bytes:
        """The bytes of some sectors."""
        return b"".join(
            self.untrusted[self.offset(first) : self.offset(last + 1)] for first, last in find_runs(sectors)
        )

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Ranges of bytes in sectors that belong to nothing."""
        position = 0
        while (start := self.owned.find(0, position)) >= 0:
            end = self.owned.find(1, start)
            position = end if end >= 0 else len(self.owned)
            yield self.offset(start), min(self.offset(position), len(self.untrusted))
            if end < 0:
                return


def find_runs(sectors: array[int]) -> Iterator[tuple[int, int]]:
    """First and last sector of each run of consecutive ones."""
    first = last = -1
    for sector in sectors:
        if sector != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = sector
        last = sector
    if first >= 0:
        yield first, last


@dataclass(frozen=True, slots=True)
class CompoundFile:
    """An open compound file, held in memory.

    `streams` are paths: `_VBA_PROJECT_CUR/VBA/dir`, spelled as the directory does. `orphans` are streams that the directory's
    tree does not reach (deleted, or hidden from programs that walk it). `sound` is whether chains and directory hold together.
    """

    untrusted: bytes = field(repr=False)
    streams: tuple[str, ...]
    found: dict[str, Stream] = field(repr=False)
    spelled: dict[str, str] = field(repr=False)
    clsids: dict[str, bytes] = field(repr=False)
    orphans: tuple[Stream, ...] = field(repr=False)
    regular: Sectors = field(repr=False)
    mini: Sectors = field(repr=False)
    residue: tuple[tuple[int, bytes], ...] = field(repr=False)
    """What stands in unused directory entries and behind names, by its offset in the directory."""
    sound: bool

    def find(self, name: str) -> str | None:
        """How the directory spells a name, since programs compare them without regard to case."""
        return name if name in self.found else self.spelled.get(name.upper())

    def read(self, name: str) -> bytes:
        """A stream's bytes, in any case of letters; what there is of one that is cut short. Raises ValueError when it is missing.

        `read_leftover_streams` says of a stream cut short that it is damaged.
        """
        spelled = self.find(name)
        if spelled is None:
            raise ValueError("a stream that is missing")
        return self.take(self.found[spelled])

    def take(self, stream: Stream) -> bytes:
        """The bytes of a stream, as far as they are there."""
        return (self.mini if stream.mini else self.regular).join(stream.sectors)[: stream.size]

    def unclaimed(self) -> Iterator[tuple[str, int, bytes]]:
        """Ranges of bytes that belong to no stream: the place they are in, the offset there, the bytes."""
        first = self.regular.first
        if first > CUTOFF // 8:  # a header as long as a sector, of which the format uses 512 bytes
            yield "header", CUTOFF // 8, self.untrusted[CUTOFF // 8 : first]
        for start, end in self.regular.gaps():
            yield "free sectors", start, self.untrusted[start:end]
        for start, end in self.mini.gaps():
            yield "mini stream", start, self.mini.untrusted[start:end]
        for offset, data in self.residue:
            yield "directory", offset, data
        yield from self.slack()

    def slack(self) -> Iterator[tuple[str, int, bytes]]:
        """What stands behind the end of a stream in its last sector."""
        for stream in itertools.chain(self.found.values(), self.orphans):
            sectors = self.mini if stream.mini else self.regular
            used = stream.size % sectors.size
            if used and stream.whole and stream.sectors:
                start = sectors.offset(stream.sectors[-1])
                place = "mini stream" if stream.mini else "slack"
                yield place, start + used, sectors.untrusted[start + used : start + sectors.size]


def spell(path: str) -> str:
    """A path as people write it: without the control character that many names begin with (MS-CFB 2.6.1)."""
    return "".join(character for character in path if character >= " ")


def open_compound_file(part: Part) -> CompoundFile:
    """The compound file in a part. Raises ValueError when there is no header or no directory, OverLimit.

    Chains are followed once and sectors owned once: cycles, streams that share sectors and sizes that lie end in streams
    that are not `whole`, or in `sound` being False.
    """
    return parse(part.whole())


def list_streams(part: Part) -> tuple[str, ...]:
    """The streams of a compound file, unpaid for, so that readers can tell whose it is; none where it cannot be opened."""
    with part.source.open() as stream:
        untrusted = stream.read(part.budget.limits.part_bytes)
    try:
        return parse(untrusted).streams
    except ValueError:
        return ()


def parse(untrusted: bytes) -> CompoundFile:
    """As `open_compound_file`, of bytes."""
    if len(untrusted) < 1024 or not untrusted.startswith(MAGIC):
        raise ValueError("not a compound file")
    header = HEADER.unpack_from(untrusted)
    shift, mini_shift, first_directory = int(header[5]), int(header[6]), int(header[10])
    cutoff, first_mini, first_difat = int(header[12]), int(header[13]), int(header[15])
    if shift not in SECTOR_SHIFTS or mini_shift != MINI_SHIFT:
        raise ValueError("a compound file with sectors of no known size")
    regular = Sectors(untrusted, 1 << shift, 1 << shift)
    sound = read_fat(regular, first_difat) and cutoff == CUTOFF
    chain, complete = regular.follow(first_directory)
    directory = regular.join(chain)
    entries = list(read_entries(directory, wide=shift == SECTOR_SHIFTS[1]))
    if not entries:
        raise ValueError("a compound file without a directory")
    mini, mini_sound = open_mini_stream(regular, entries[0], first_mini)
    return assemble(regular, mini, entries, sound=sound and complete and mini_sound, directory=directory)


def read_fat(regular: Sectors, difat: int) -> bool:
    """Fill the table of chains from the sectors that the header and the DIFAT name; whether all are there."""
    untrusted, sound = regular.untrusted, True
    names = array("I")
    names.frombytes(untrusted[HEADER.size : 512])
    while difat <= REGULAR:
        if not regular.own(difat):
            sound = False
            break
        more = array("I")
        more.frombytes(whole_words(untrusted[regular.offset(difat) : regular.offset(difat + 1)]))
        difat = more.pop() if more else END_OF_CHAIN
        names.extend(more)
    for sector in names:
        if sector > REGULAR:
            continue
        if not regular.own(sector):
            sound = False
            continue
        regular.table.frombytes(whole_words(untrusted[regular.offset(sector) : regular.offset(sector + 1)]))
    return sound


def whole_words(data: bytes) -> bytes:
    """As many bytes as make whole 32-bit words."""
    return data[: len(data) & ~3]


def open_mini_stream(regular: Sectors, root: Entry, first_mini: int) -> tuple[Sectors, bool]:
    """The mini stream, which is the root entry's, with its table of chains."""
    mini = Sectors(b"", MINI_BYTES, 0)
    if first_mini > REGULAR or root.start > REGULAR:
        return mini, True
    table, sound = regular.follow(first_mini)
    container, complete = regular.follow(root.start)
    mini = Sectors(regular.join(container), MINI_BYTES, 0)
    mini.table.frombytes(whole_words(regular.join(table)))
    return mini, sound and complete


def read_entries(directory: bytes, *, wide: bool) -> Iterator[Entry]:
    """All entries, unused ones too."""
    for index in range(len(directory) // ENTRY.size):
        values = ENTRY.unpack_from(directory, index * ENTRY.size)
        name, length, size = values[0], int(values[1]), int(values[12])
        yield Entry(
            index=index,
            kind=values[2],
            name=name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").replace("/", "\N{REPLACEMENT CHARACTER}"),
            left=values[4],
            right=values[5],
            child=values[6],
            clsid=values[7],
            start=values[11],
            size=size if wide else size & 0xFFFFFFFF,
        )  # fmt: skip


@dataclass(slots=True)
class Tree:
    """The directory as a tree, walked without recursion and each entry once."""

    entries: list[Entry]
    paths: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    sound: bool = True

    def walk(self) -> None:
        """Give every entry that the root reaches its path; of two that have one path the first has it."""
        seen = {0}
        waiting = [(self.entries[0].child, "", 0)]
        while waiting:
            index, prefix, depth = waiting.pop()
            if index == NO_ENTRY:
                continue
            if index >= len(self.entries) or index in seen or depth > NESTED:
                self.sound = False
                continue
            seen.add(index)
            entry = self.entries[index]
            waiting += [(entry.left, prefix, depth), (entry.right, prefix, depth)]
            path = f"{prefix}{entry.name}"
            if entry.kind not in {STORAGE, STREAM} or path in self.taken:
                self.sound = False
                continue
            self.taken.add(path)
            self.paths[index] = path
            if entry.kind == STORAGE:
                waiting.append((entry.child, f"{path}/", depth + 1))


def assemble(regular: Sectors, mini: Sectors, entries: list[Entry], *, sound: bool, directory: bytes) -> CompoundFile:
    """Follow the chains of all streams, those of the tree first, then those of entries that it does not reach."""
    tree = Tree(entries)
    tree.walk()
    found: dict[str, Stream] = {}
    orphans: list[Stream] = []
    for entry in entries:
        if entry.kind == STREAM and entry.index in tree.paths:
            path = tree.paths[entry.index]
            found[path] = follow(regular, mini, entry, path)
    for entry in entries:
        if entry.kind == STREAM and entry.index not in tree.paths:
            stream = follow(regular, mini, entry, entry.name)
            if stream.sectors:
                orphans.append(stream)
    return CompoundFile(
        untrusted=regular.untrusted,
        streams=tuple(found),
        found=found,
        spelled={path.upper(): path for path in reversed(found)},
        clsids={tree.paths.get(each.index, ""): each.clsid for each in entries if each.index in tree.paths or not each.index},
        orphans=tuple(orphans),
        regular=regular,
        mini=mini,
        residue=tuple(find_residue(entries, directory)),
        sound=sound and tree.sound,
    )  # fmt: skip


def follow(regular: Sectors, mini: Sectors, entry: Entry, path: str) -> Stream:
    """Where the bytes of an entry are."""
    if not entry.size:
        return Stream(path, 0, False, array("I"), True)
    small = entry.size < CUTOFF
    sectors = mini if small else regular
    wanted = -(-entry.size // sectors.size)
    chain, sound = sectors.follow(entry.start, wanted)
    there = sum(
        min(sectors.offset(last + 1), len(sectors.untrusted)) - sectors.offset(first)
        for first, last in find_runs(chain)
    )
    return Stream(path, entry.size, small, chain, sound and there >= entry.size)


def find_residue(entries: list[Entry], directory: bytes) -> Iterator[tuple[int, bytes]]:
    """Bytes of the directory that say nothing to a program: unused entries, and what stands behind a name."""
    for entry in entries:
        start = entry.index * ENTRY.size
        if entry.kind not in {STORAGE, STREAM, ROOT}:
            yield start, directory[start : start + ENTRY.size]
        else:
            length = struct.unpack_from("<H", directory, start + 64)[0]
            yield start + min(length, 64), directory[start + min(length, 64) : start + 64]
