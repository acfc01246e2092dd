"""ZIP archives for readers: a directory that is checked against the local headers, members that cannot explode."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from detectors.model import OverLimit, Part, Why

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_MAGIC = b"PK\x03\x04"
END_MAGIC = b"PK\x05\x06"
END_BYTES = 22
DESCRIPTOR_BYTES = 24
"""The longest data descriptor that may stand between two members (APPNOTE 4.3.9)."""

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
SMALL_BYTES = 1_000_000
"""Below this no ratio is suspicious."""

TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
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
class Archive:
    """An open archive. `stray` tells that bytes lie outside what the directory accounts for."""

    part: Part
    file: zipfile.ZipFile = field(repr=False)
    members: tuple[zipfile.ZipInfo, ...] = field(repr=False)
    stray: bool

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
        """A stream that raises OverLimit(TOO_LARGE) before it yields more than the limits allow, ValueError for damage."""
        limits = self.archive.part.budget.limits
        packed, size = self.member.compress_size, self.member.file_size
        if size > SMALL_BYTES and size > packed * limits.ratio:
            raise OverLimit(Why.TOO_LARGE)
        try:
            stream = self.archive.file.open(self.member)
        except TROUBLE:
            raise ValueError("a member that cannot be opened") from None
        return io.BufferedReader(Capped(stream, min(size, limits.part_bytes)), 64 * 1024)


class Capped(io.RawIOBase):
    """A stream that ends in OverLimit rather than beyond its limit."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__()
        self.stream = stream
        self.left = limit

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed wants its own Buffer
        """As io.RawIOBase."""
        try:
            chunk = self.stream.read(len(buffer))
        except TROUBLE:
            raise ValueError("a member that is damaged") from None
        self.left -= len(chunk)
        if self.left < 0:
            raise OverLimit(Why.TOO_LARGE)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def open_archive(part: Part) -> Archive:
    """The archive in a part. Raises ValueError when its directory cannot be read or lies."""
    stream = part.source.open()
    if not stream.seekable():
        stream = io.BytesIO(part.whole())
    try:
        file = zipfile.ZipFile(stream)
        members = tuple(file.infolist())
        size = stream.seek(0, io.SEEK_END)
        stray = has_stray(stream, members, size)
    except TROUBLE:
        raise ValueError("not an archive, or cut short") from None
    if len(members) > part.budget.limits.parts * 4:
        raise OverLimit(Why.TOO_MANY)
    return Archive(part, file, members, stray)


def has_stray(stream: BinaryIO, members: tuple[zipfile.ZipInfo, ...], size: int) -> bool:
    """Whether bytes lie before, between or after the members. Raises ValueError when members overlap or headers disagree."""
    position, stray = 0, False
    for member in sorted(members, key=lambda member: member.header_offset):
        gap = member.header_offset - position
        if gap < 0:
            raise ValueError("members that overlap")
        stray = stray or gap > (DESCRIPTOR_BYTES if position else 0)
        position = member.header_offset + local_bytes(stream, member) + member.compress_size
    tail_start = max(0, size - END_BYTES - 65535)
    stream.seek(tail_start)
    tail = stream.read()
    end = tail.rfind(END_MAGIC)
    comment = struct.unpack_from("<H", tail, end + 20)[0]
    length, directory = struct.unpack_from("<II", tail, end + 12)
    stray = stray or tail_start + end + END_BYTES + comment != size
    if 0xFFFFFFFF in {length, directory}:
        return stray  # ZIP64 says it elsewhere (APPNOTE 4.3.14); zipfile has checked that
    gap = directory - position
    return stray or not 0 <= gap <= DESCRIPTOR_BYTES or directory + length != tail_start + end


def local_bytes(stream: BinaryIO, member: zipfile.ZipInfo) -> int:
    """The length of a member's local header. Raises ValueError when it names another member than the directory does."""
    stream.seek(member.header_offset)
    header = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    name_bytes, extra_bytes = int(header[9]), int(header[10])
    name = stream.read(name_bytes)
    if header[0] != LOCAL_MAGIC or header[3] != member.compress_type:
        raise ValueError("a local header that disagrees with the directory")
    if name.decode("utf-8" if header[2] & 0x800 else "cp437", "replace") != member.orig_filename:
        raise ValueError("a local header that names another member")
    return LOCAL_HEADER.size + name_bytes + extra_bytes
