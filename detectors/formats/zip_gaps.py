"""What an archive holds outside its members: bytes before, between and after them, comments, extra fields."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED

from detectors.formats.charsets import clean, guess
from detectors.formats.encoded import find_inline
from detectors.formats.residue import find_texts, sweep
from detectors.formats.zip_archive import LOCAL_HEADER, LOCAL_MAGIC, Archive
from detectors.model import Bytes, Content, Location, OverLimit, Part, Passage, Unread, Visibility, Why

NOTHING = b"\0\t\n\r "
"""Bytes that fill a gap without saying anything."""

KNOWN_EXTRAS = {0x0001: 28, 0x000A: 32, 0x5455: 13, 0x7875: 19, 0x7855: 4, 0x5855: 12, 0xCAFE: 0}
"""ZIP64 sizes, times and owners, the mark of Java archives (APPNOTE 4.5): each with the most bytes that it has."""

TEXT_SHARE = 0.9
LEAST_BYTES = 32
WORD_BYTES = 25
"""Text has a space in so many bytes; base64, hexadecimal digits and the like have none."""


def read_gaps(part: Part, archive: Archive) -> Iterator[Content]:
    """Members that no directory lists as parts, text as passages; Unread for any gap that is not empty, for none belongs there."""
    for number, (start, end) in enumerate(archive.layout.gaps, 1):
        where = part.where / f"gap {number}"
        if end - start > part.budget.limits.part_bytes:
            raise OverLimit(Why.TOO_LARGE)
        part.budget.spend(end - start)
        with part.source.open() as stream:
            stream.seek(start)
            untrusted = stream.read(end - start)
        if untrusted.strip(NOTHING):
            yield from read_gap(part, where, untrusted, start)
            yield Unread(where, Why.DAMAGED)
    yield from read_comment(part, part.where / "comment", archive.file.comment)
    for number, (member, local) in enumerate(zip(archive.members, archive.layout.extras, strict=True), 1):
        yield from read_comment(part, part.where / f"comment {number}", member.comment)
        extras = dict.fromkeys((*extra_fields(member.extra), *extra_fields(local)))
        yield from read_extras(part, part.where / f"extra field {number}", extras)


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
    yield from read_bytes(part, where, bytes(rest), offset)


def read_bytes(part: Part, where: Location, untrusted: bytes, offset: int = 0) -> Iterator[Content]:
    """Bytes of nobody's: the text in them, the files that it carries in base64."""
    yield from sweep(untrusted, where, offset=offset, visibility=max(part.visibility, Visibility.ORPHAN))
    for number, inline in enumerate(find_inline(untrusted), 1):
        part.budget.spend(len(inline.data))
        yield part.inner(where / f"encoded file {number}", Bytes(inline.data), visibility=Visibility.ORPHAN)


def read_comment(part: Part, where: Location, untrusted_comment: bytes) -> Iterator[Content]:
    """A comment of the archive or a member; one that is no text is bytes of nobody's, and Unread."""
    if not untrusted_comment.strip(NOTHING):
        return
    name = guess(untrusted_comment)
    if name:
        text = clean(untrusted_comment.decode(name, "replace"))
        yield Passage(where, max(part.visibility, Visibility.METADATA), "zipComment", text)
    if name is None or not is_text(untrusted_comment):
        yield from read_bytes(part, where, untrusted_comment)
        yield Unread(where, Why.UNKNOWN_FORMAT)


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


def extra_fields(untrusted_extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields of a member by kind; what is too short for a field has none."""
    position = 0
    while position < len(untrusted_extra):
        kind, size = struct.unpack_from("<HH", untrusted_extra.ljust(position + 4, b"\0"), position)
        yield kind, untrusted_extra[position + 4 : position + 4 + size]
        position += 4 + size


def read_extras(part: Part, where: Location, extras: Iterable[tuple[int, bytes]]) -> Iterator[Content]:
    """Those extra fields of a member that are not of the usual kinds; Unread for a long one that is no text."""
    for kind, data in extras:
        if len(data) > KNOWN_EXTRAS.get(kind, -1) and data.strip(NOTHING):
            yield from read_bytes(part, where, data)
            if not is_text(data):
                yield Unread(where, Why.UNKNOWN_FORMAT)


def is_text(untrusted: bytes) -> bool:
    """Whether bytes are mostly words, or too few to matter, so that the sweep has read them."""
    filled = len(untrusted) - untrusted.count(0)
    if filled < LEAST_BYTES:
        return True
    shown = [untrusted[start:end] for start, end, _ in find_texts(untrusted)]
    words = sum(len(run.split()) for run in shown)
    return sum(len(run) - run.count(0) for run in shown) >= TEXT_SHARE * filled and words * WORD_BYTES > filled
