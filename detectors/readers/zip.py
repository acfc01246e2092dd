"""ZIP archives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZipInfo

from detectors.formats.zip_archive import METHODS, Archive, open_archive
from detectors.formats.zip_gaps import read_gaps
from detectors.model import Content, Part, Passage, Unread, Why

MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Zip:
    """An archive whose members are parts."""

    name: str = "zip"
    media_type: str = "application/zip"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin as an archive does. Office packages go to readers before this one."""
        return part.head(4).startswith(MARKS)

    def read(self, part: Part) -> Iterator[Content]:
        """Members, their names, and comments. Raises ValueError for an archive that lies about itself."""
        archive = open_archive(part)
        names = {member.filename for member in archive.members}
        yield from read_gaps(part, archive)
        if len(names) < len(archive.members):
            yield Unread(part.where / "members of one name", Why.DAMAGED)
        for number, member in enumerate(archive.members, 1):
            yield from read_member(part, archive, number, member)


def read_member(part: Part, archive: Archive, number: int, member: ZipInfo) -> Iterator[Content]:
    """One member: its name, and its bytes as a part."""
    where = part.where.into(member.filename, f"member {number}")
    yield Passage(where, part.visibility, "memberName", member.filename)
    if member.filename.endswith("/") and not member.file_size:
        return
    if member.flag_bits & ENCRYPTED:
        yield Unread(where, Why.ENCRYPTED)
    elif member.compress_type not in METHODS:
        yield Unread(where, Why.UNKNOWN_FORMAT)
    else:
        yield part.inner(where, archive.source(member))
