"""ZIP archives for readers: a directory that is checked against the local headers, members that cannot explode."""

from __future__ import annotations

import copy
import io
import lzma
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from detectors.model import OverLimit, Part, Why

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_MAGIC = b"PK\x03\x04"
END_MAGIC = b"PK\x05\x06"
END_BYTES = 22
HAS_DESCRIPTOR = 0x8
ZIP64_LOCATOR = struct.Struct("<4sIQI")
ZIP64_RECORD = struct.Struct("<4sQHHIIQQQQ")

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
SMALL_BYTES = 1_000_000
"""Below this no ratio is suspicious."""

TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    NotImplementedError,
    OSError,
    RuntimeError,
    KeyError,
    IndexError,
)
"""What zipfile raises for archives that are not what they claim."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What an archive has besides members: the ranges of bytes that its directory does not account for, the extra fields of local headers."""

    gaps: tuple[tuple[int, int], ...]
    extras: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. `layout` tells where else in it there may be something: see `zip_gaps`."""

    part: Part
    file: zipfile.ZipFile = field(repr=False)
    members: tuple[zipfile.ZipInfo, ...] = field(repr=False)
    layout: Layout

    def source(self, member: zipfile.ZipInfo) -> Member:
        """Where a member's bytes are."""
        return Member(self, member)

    def chunks(self, member: zipfile.ZipInfo, size: int = 256 * 1024) -> Iterator[bytes]:
        """A member's bytes, accounted for. Raises ValueError, OverLimit."""
        with Member(self, member).open() as stream:
            while chunk := stream.read(size):
                self.part.budget.spend(len(chunk))
                yield chunk


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the source of a part."""

    archive: Archive
    member: zipfile.ZipInfo

    def open(self) -> BinaryIO:
        """A stream that raises OverLimit(TOO_LARGE) before it yields more than the limits allow, ValueError for damage.

        It ends where the packed stream does: zipfile would stop at the size that the directory claims, others do not.
        """
        limits = self.archive.part.budget.limits
        packed, size = self.member.compress_size, self.member.file_size
        if size > SMALL_BYTES and size > packed * limits.ratio:
            raise OverLimit(Why.TOO_LARGE)
        endless = copy.copy(self.member)
        endless.file_size = sys.maxsize
        try:
            stream = self.archive.file.open(endless)
        except TROUBLE:
            raise ValueError("a member that cannot be opened") from None
        return io.BufferedReader(Capped(stream, size, limits.part_bytes), 64 * 1024)


class Capped(io.RawIOBase):
    """A member's stream: OverLimit rather than bytes beyond its limit, ValueError unless it is as long as it was said to be."""

    def __init__(self, stream: Any, size: int, limit: int) -> None:
        super().__init__()
        self.stream = stream
        self.size = size
        self.limit = limit
        self.position = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed wants its own Buffer
        """As io.RawIOBase."""
        try:
            chunk = self.stream.read(len(buffer))
        except TROUBLE:
            raise ValueError("a member that is damaged") from None
        self.position += len(chunk)
        if self.position > self.limit:
            raise OverLimit(Why.TOO_LARGE)
        if self.position > self.size or (not chunk and self.is_odd()):
            raise ValueError("a member of another size than the directory says")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def is_odd(self) -> bool:
        """Whether a member that has ended is shorter than it should be, or packed bytes are left that unpack to nothing."""
        left = self.stream._compress_left + len(getattr(self.stream._decompressor, "unused_data", b""))  # noqa: SLF001 no public way
        return self.position != self.size or left > 0


def open_archive(part: Part) -> Archive:
    """The archive in a part. Raises ValueError when its directory cannot be read or lies."""
    stream = part.source.open()
    if not stream.seekable():
        stream = io.BytesIO(part.whole())
    try:
        file = zipfile.ZipFile(stream)
        members = tuple(file.infolist())
        layout = survey(stream, members)
    except TROUBLE:
        raise ValueError("not an archive, or cut short") from None
    if len(members) > part.budget.limits.parts * 4:
        raise OverLimit(Why.TOO_MANY)
    return Archive(part, file, members, layout)


def survey(stream: BinaryIO, members: tuple[zipfile.ZipInfo, ...]) -> Layout:
    """What there is besides members. Raises ValueError when they overlap or headers disagree."""
    size = stream.seek(0, io.SEEK_END)
    position, gaps, extras = 0, [], []
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < position:
            raise ValueError("members that overlap")
        gaps.append((position, member.header_offset))
        length, extra = read_local(stream, member)
        extras.append(extra)
        position = member.header_offset + length + member.compress_size
        position += descriptor_bytes(stream, member, position)
    directory, directory_end, records, archive_end = find_directory(stream, size)
    if directory < position:
        raise ValueError("a directory that overlaps a member")
    gaps += [(position, directory), (directory_end, records), (archive_end, size)]
    return Layout(tuple((start, stop) for start, stop in gaps if stop > start), tuple(extras))


def find_directory(stream: BinaryIO, size: int) -> tuple[int, int, int, int]:
    """Where the directory begins and ends, where the end records begin, and where the archive ends (APPNOTE 4.3.12-16)."""
    tail_start = max(0, size - END_BYTES - 65535)
    stream.seek(tail_start)
    tail = stream.read()
    end = tail.rfind(END_MAGIC)
    length, directory = struct.unpack_from("<II", tail, end + 12)
    archive_end = tail_start + end + END_BYTES + int(struct.unpack_from("<H", tail, end + 20)[0])
    end += tail_start
    if 0xFFFFFFFF not in {length, directory}:
        # Offsets count from where the archive was made; what was put in front of it later moves it all.
        return end - length, end, end, archive_end
    stream.seek(end - ZIP64_LOCATOR.size)
    magic, _, record, _ = ZIP64_LOCATOR.unpack(stream.read(ZIP64_LOCATOR.size))
    stream.seek(record)
    wide = ZIP64_RECORD.unpack(stream.read(ZIP64_RECORD.size))
    if magic != b"PK\x06\x07" or wide[0] != b"PK\x06\x06" or record + 12 + wide[1] != end - ZIP64_LOCATOR.size:
        raise ValueError("a directory that cannot be found")
    return wide[-1], wide[-1] + wide[-2], record, archive_end


def descriptor_bytes(stream: BinaryIO, member: zipfile.ZipInfo, position: int) -> int:
    """The length of the data descriptor behind a member, 0 where it has none (APPNOTE 4.3.9)."""
    if not member.flag_bits & HAS_DESCRIPTOR:
        return 0
    stream.seek(position)
    data = stream.read(24)
    mark = 4 if data.startswith(b"PK\x07\x08") else 0
    for wide in ("<III", "<IQQ"):
        length = struct.calcsize(wide)
        if len(data) >= mark + length and struct.unpack_from(wide, data, mark) == (
            member.CRC,
            member.compress_size,
            member.file_size,
        ):
            return mark + length
    return 0


def read_local(stream: BinaryIO, member: zipfile.ZipInfo) -> tuple[int, bytes]:
    """The length of a member's local header, its extra fields. Raises ValueError when it names another member than the directory does."""
    stream.seek(member.header_offset)
    header = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    name_bytes, extra_bytes = int(header[9]), int(header[10])
    name = stream.read(name_bytes)
    if header[0] != LOCAL_MAGIC or header[3] != member.compress_type:
        raise ValueError("a local header that disagrees with the directory")
    if name.decode("utf-8" if header[2] & 0x800 else "cp437", "replace") != member.orig_filename:
        raise ValueError("a local header that names another member")
    return LOCAL_HEADER.size + name_bytes + extra_bytes, stream.read(extra_bytes)
