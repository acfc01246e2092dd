"""Places in an archive that are in no member: read, and unread where what is read may not be all."""

from __future__ import annotations

import base64
import codecs
import io
import struct
import zipfile
import zlib

import pytest

from detectors.model import Why
from tests.detectors.readers.reading import read_all, reasons, texts

WORDS = b"Jane Needle, 1 High Street, victim of an assault\n" * 4
GROWTH = struct.pack("<HHHH", 0xA220, 44, 0xA028, 40) + bytes(40)
"""Room that Office leaves for a part to grow into (ECMA-376 part 2, C.2)."""


def pack(comment: bytes = b"", member_comment: bytes = b"", extra: bytes = b"") -> bytes:
    """An archive of one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        member = zipfile.ZipInfo("figures.txt")
        member.comment, member.extra = member_comment, extra
        archive.writestr(member, "nothing of note\n")
        archive.comment = comment
    return target.getvalue()


def with_local_extra(extra: bytes) -> bytes:
    """An archive whose directory knows nothing of an extra field."""
    archive = bytearray(pack())
    name_bytes = struct.unpack_from("<H", archive, 26)[0]
    struct.pack_into("<H", archive, 28, len(extra))
    archive[30 + name_bytes : 30 + name_bytes] = extra
    end = archive.rindex(b"PK\x05\x06")
    struct.pack_into("<I", archive, end + 16, struct.unpack_from("<I", archive, end + 16)[0] + len(extra))
    return bytes(archive)


def extra_field(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


@pytest.mark.parametrize(
    "archive",
    [
        pack(comment=WORDS),
        pack(comment="Jane Needle".encode("utf-16-le")),
        pack(comment=base64.b64encode(WORDS)),
        pack(member_comment=WORDS),
        pack(extra=extra_field(0x7777, WORDS)),
        pack(extra=extra_field(0x5455, WORDS)),
        pack(extra=extra_field(0xCAFE, WORDS)),
        with_local_extra(extra_field(0x7777, WORDS)),
        pack() + base64.b64encode(WORDS),
    ],
)
def test_words_outside_the_members_are_read(archive: bytes) -> None:
    """Comments, extra fields of either header, under the name of a known kind too, in base64 too."""
    assert "Jane Needle" in texts(read_all(archive))


@pytest.mark.parametrize(
    "hidden",
    [
        zlib.compress(WORDS),
        base64.b85encode(WORDS),
        WORDS.hex().encode(),
        bytes(byte ^ 0xAA for byte in WORDS),
    ],
)
def test_what_cannot_be_read_outside_the_members_is_said(hidden: bytes) -> None:
    """Wherever it stands."""
    for archive in (pack() + hidden, hidden + pack(), pack(comment=hidden), pack(extra=extra_field(0x7777, hidden))):
        assert reasons(read_all(archive)) & {Why.DAMAGED, Why.UNKNOWN_FORMAT}


@pytest.mark.parametrize(
    "hidden",
    [
        b"J Doe, victim",
        WORDS.decode().encode("utf-32-le"),
        codecs.encode(WORDS.decode(), "rot13").encode(),
        WORDS[::-1],
    ],
)
def test_no_gap_is_without_doubt(hidden: bytes) -> None:
    """Too short to tell, or text in nobody's language: nothing belongs there at all."""
    assert Why.DAMAGED in reasons(read_all(pack() + hidden))


@pytest.mark.parametrize("archive", [pack(), pack(extra=GROWTH), with_local_extra(GROWTH), pack() + b"\r\n\0\0"])
def test_what_programs_leave_between_members_is_nothing(archive: bytes) -> None:
    """Room to grow, a line end that a mail program added."""
    contents = read_all(archive)
    assert not reasons(contents)
    assert "unclaimed" not in texts(contents)
