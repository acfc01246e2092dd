"""Compound files made of streams: a storage inside another file as a file of its own."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from detectors.formats.compound_storage import (
    CUTOFF,
    END_OF_CHAIN,
    ENTRY,
    HEADER,
    MAGIC,
    MINI_BYTES,
    NO_ENTRY,
    ROOT,
    STORAGE,
    STREAM,
)

SECTOR = 512
FAT_SECTOR, DIFAT_SECTOR = 0xFFFFFFFD, 0xFFFFFFFC
IN_HEADER = 109
"""FAT sectors that the header names; a DIFAT sector names 127 more (MS-CFB 2.5)."""

PER_DIFAT = SECTOR // 4 - 1


@dataclass(slots=True)
class Node:
    """A storage or stream on its way into the directory."""

    name: str
    data: bytes | None = None
    clsid: bytes = bytes(16)
    children: dict[str, Node] = field(default_factory=dict)
    index: int = 0
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    start: int = END_OF_CHAIN


@dataclass(slots=True)
class Writer:
    """What is written so far: whole sectors, and the chains over them."""

    body: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)
    mini: list[bytes] = field(default_factory=list)
    mini_fat: list[int] = field(default_factory=list)

    def store(self, data: bytes) -> int:
        """Put bytes into sectors; the first of them."""
        return chain(data, SECTOR, self.body, self.fat)

    def store_small(self, data: bytes) -> int:
        """Put bytes into mini sectors."""
        return chain(data, MINI_BYTES, self.mini, self.mini_fat)


def chain(data: bytes, size: int, body: list[bytes], table: list[int]) -> int:
    """Append bytes, filled up to whole sectors, and the chain over them."""
    if not data:
        return END_OF_CHAIN
    count = -(-len(data) // size)
    first = len(table)
    table.extend(range(first + 1, first + count))
    table.append(END_OF_CHAIN)
    body.append(data.ljust(count * size, b"\0"))
    return first


def write_compound_file(streams: Mapping[str, bytes], clsids: Mapping[str, bytes] | None = None) -> bytes:
    """A compound file (MS-CFB, version 3) with these streams by their paths, storages as the paths need them."""
    root = Node("Root Entry", clsid=(clsids or {}).get("", bytes(16)))
    nodes = [root]
    for path, data in streams.items():
        place(root, path, data, clsids or {}, nodes)
    for index, node in enumerate(nodes):
        node.index = index
    for node in nodes:
        node.child = balance(sorted(node.children.values(), key=lambda each: (len(each.name), each.name.upper())))
    writer = Writer()
    for node in nodes:
        if node.data is not None:
            node.start = (writer.store_small if len(node.data) < CUTOFF else writer.store)(node.data)
    mini = b"".join(writer.mini)
    root.start = writer.store(mini)
    return finish(writer, nodes, mini_bytes=len(mini))


def place(root: Node, path: str, data: bytes, clsids: Mapping[str, bytes], nodes: list[Node]) -> None:
    """Put a stream at its path."""
    node, so_far = root, ""
    *storages, name = path.split("/")
    for step in storages:
        so_far = f"{so_far}/{step}" if so_far else step
        if step not in node.children:
            node.children[step] = Node(step, clsid=clsids.get(so_far, bytes(16)))
            nodes.append(node.children[step])
        node = node.children[step]
    node.children[name] = Node(name, data)
    nodes.append(node.children[name])


def balance(siblings: list[Node]) -> int:
    """A balanced tree of siblings in order; the index of its top."""
    if not siblings:
        return NO_ENTRY
    middle = len(siblings) // 2
    top = siblings[middle]
    top.left, top.right = balance(siblings[:middle]), balance(siblings[middle + 1 :])
    return top.index


def finish(writer: Writer, nodes: Iterable[Node], *, mini_bytes: int) -> bytes:
    """Directory, tables and header around what is written."""
    directory = writer.store(fill(b"".join(entry(node, mini_bytes) for node in nodes)))
    mini_fat = writer.store(words(writer.mini_fat))
    count = difat_count = 0
    while True:  # the tables have to hold themselves
        needed = -(-(len(writer.fat) + count + difat_count) // (SECTOR // 4))
        difat_needed = -(-max(0, needed - IN_HEADER) // PER_DIFAT)
        if (needed, difat_needed) == (count, difat_count):
            break
        count, difat_count = needed, difat_needed
    first = len(writer.fat)
    fat = words([*writer.fat, *[FAT_SECTOR] * count, *[DIFAT_SECTOR] * difat_count])
    names = list(range(first, first + count))
    difat = write_difat(names[IN_HEADER:], first + count)
    header = HEADER.pack(
        MAGIC, bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0, count, directory, 0, CUTOFF, mini_fat,
        -(-len(writer.mini_fat) * 4 // SECTOR), first + count if difat_count else END_OF_CHAIN, difat_count,
    )  # fmt: skip
    in_header = words(names[:IN_HEADER])[: IN_HEADER * 4].ljust(IN_HEADER * 4, b"\xff")
    return b"".join((header, in_header, *writer.body, fat, difat))


def write_difat(names: list[int], first: int) -> bytes:
    """The sectors that name the FAT sectors for which the header has no room."""
    pieces = []
    for number, start in enumerate(range(0, len(names), PER_DIFAT), 1):
        more = first + number if start + PER_DIFAT < len(names) else END_OF_CHAIN
        some = names[start : start + PER_DIFAT]
        pieces.append(struct.pack(f"<{PER_DIFAT + 1}I", *some, *[NO_ENTRY] * (PER_DIFAT - len(some)), more))
    return b"".join(pieces)


def words(values: list[int]) -> bytes:
    """Numbers as whole sectors, filled up with free ones."""
    data = struct.pack(f"<{len(values)}I", *values)
    return data + b"\xff" * (-len(data) % SECTOR)


def fill(directory: bytes) -> bytes:
    """Whole sectors of the directory: unused entries have no neighbours (MS-CFB 2.6.1)."""
    unused = ENTRY.pack(bytes(64), 0, 0, 0, NO_ENTRY, NO_ENTRY, NO_ENTRY, bytes(16), 0, bytes(8), bytes(8), 0, 0)
    return directory + unused * (-len(directory) // ENTRY.size % (SECTOR // ENTRY.size))


def entry(node: Node, mini_bytes: int) -> bytes:
    """A node as a directory entry."""
    root = node.index == 0
    kind = ROOT if root else STORAGE if node.data is None else STREAM
    size = mini_bytes if root else len(node.data or b"")
    name = node.name.encode("utf-16-le", "surrogatepass")[:62] + b"\0\0"
    start = node.start if root or node.data is not None else 0
    return ENTRY.pack(
        name.ljust(64, b"\0"), len(name), kind, 1, node.left, node.right, node.child, node.clsid, 0, bytes(8), bytes(8), start, size,
    )  # fmt: skip
