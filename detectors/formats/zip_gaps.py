"""What an archive holds outside what its directory accounts for: bytes before, between and after the members, extra fields."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED

from detectors.formats.residue import find_texts, sweep
from detectors.formats.zip_archive import LOCAL_HEADER, LOCAL_MAGIC, Archive
from detectors.model import Bytes, Content, Location, OverLimit, Part, Unread, Visibility, Why

DIRECTORY_MARKS = (b"PK\x01\x02", b"PK\x05\x06")
"""A second directory: two programs may see two archives."""

KNOWN_EXTRAS = frozenset((0x0001, 0x000A, 0x5455, 0x7875, 0x7855, 0x5855, 0xCAFE))
"""ZIP64 sizes, times and owners, the mark of Java archives (APPNOTE 4.5)."""

TEXT_SHARE = 0.7
LEAST_BYTES = 16


def read_gaps(part: Part, archive: Archive) -> Iterator[Content]:
    """Members that no directory lists as parts, text as passages; Unread for what is neither."""
    for number, (start, end) in enumerate(archive.gaps, 1):
        where = part.where / f"gap {number}"
        if end - start > part.budget.limits.part_bytes:
            raise OverLimit(Why.TOO_LARGE)
        part.budget.spend(end - start)
        with part.source.open() as stream:
            stream.seek(start)
            untrusted = stream.read(end - start)
        if untrusted.strip(b"\0"):
            yield from read_gap(part, where, untrusted, start)
    for number, member in enumerate(archive.members, 1):
        yield from read_extra(part, part.where / f"extra field {number}", member.extra)


def read_gap(part: Part, where: Location, untrusted: bytes, offset: int) -> Iterator[Content]:
    """One gap: members by their local headers, then the rest."""
    rest, position, number = bytearray(), 0, 0
    while (found := untrusted.find(LOCAL_MAGIC, position)) >= 0:
        rest += untrusted[position:found]
        data, position = read_member(part, untrusted, found)
        number += 1
        if data is None:
            yield Unread(where / f"member {number}", Why.DAMAGED)
        elif data:
            yield part.inner(where / f"member {number}", Bytes(data), visibility=Visibility.ORPHAN)
    rest += untrusted[position:]
    yield from sweep(bytes(rest), where, offset=offset, visibility=max(part.visibility, Visibility.ORPHAN))
    if any(mark in rest for mark in DIRECTORY_MARKS) or not is_text(bytes(rest)):
        yield Unread(where, Why.DAMAGED)


def read_member(part: Part, untrusted: bytes, start: int) -> tuple[bytes | None, int]:
    """The content of a member that only its local header tells of (None: it cannot be had), and where it ends."""
    if start + LOCAL_HEADER.size > len(untrusted):
        return None, start + len(LOCAL_MAGIC)
    header = LOCAL_HEADER.unpack_from(untrusted, start)
    method, packed = int(header[3]), int(header[7])
    begin = start + LOCAL_HEADER.size + int(header[9]) + int(header[10])
    if method == ZIP_STORED:
        part.budget.spend(packed)
        return untrusted[begin : begin + packed], min(begin + packed, len(untrusted))
    if method != ZIP_DEFLATED:
        return None, start + len(LOCAL_MAGIC)
    return inflate(part, untrusted, begin, start + len(LOCAL_MAGIC))


def inflate(part: Part, untrusted: bytes, begin: int, otherwise: int) -> tuple[bytes | None, int]:
    """A deflated member, as long as the stream itself says."""
    packed = untrusted[begin:]
    machine = zlib.decompressobj(-15)
    limit = min(part.budget.limits.part_bytes, max(1_000_000, len(packed) * part.budget.limits.ratio))
    try:
        data = machine.decompress(packed, limit)
    except zlib.error:
        return None, otherwise
    if not machine.eof:
        if machine.unconsumed_tail:
            raise OverLimit(Why.TOO_LARGE)
        return None, otherwise
    part.budget.spend(len(data))
    return data, len(untrusted) - len(machine.unused_data)


def read_extra(part: Part, where: Location, untrusted_extra: bytes) -> Iterator[Content]:
    """The extra fields of a member that are not of the usual kinds."""
    position = 0
    while position + 4 <= len(untrusted_extra):
        kind, size = struct.unpack_from("<HH", untrusted_extra, position)
        data = untrusted_extra[position + 4 : position + 4 + size]
        position += 4 + size
        if kind not in KNOWN_EXTRAS:
            yield from sweep(data, where, visibility=max(part.visibility, Visibility.ORPHAN))


def is_text(untrusted: bytes) -> bool:
    """Whether bytes are mostly text or nothing, so that the sweep has read them."""
    bare = untrusted.replace(b"\0", b"")
    if len(bare) < LEAST_BYTES:
        return True
    shown = sum(end - start for start, end, _ in find_texts(bare))
    return shown >= TEXT_SHARE * len(bare)
