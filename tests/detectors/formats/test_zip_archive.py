"""Archives that say one thing to one program and another to the next."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from detectors.formats.zip_archive import Archive, open_archive
from detectors.model import Budget, Bytes, Limits, Location, OverLimit, Part, Visibility

TEXT = b"Crime ref,Surname\r\n" * 500
LIMITS = Limits(12, 5000, 10**5, 10**6, 200, 20.0, 15.0, 20, 10**9, 4)
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
LOCAL_CRC, LISTED_CRC = 14, 16
"""Where the checksum is in a local header and in the directory; packed size and size follow it (APPNOTE 4.3.7, 4.3.12)."""


def pack(method: int, data: bytes = TEXT) -> bytearray:
    """An archive of one member."""
    with BytesIO() as target:
        with zipfile.ZipFile(target, "w", method) as archive:
            archive.writestr("figures.csv", data)
        return bytearray(target.getvalue())


def claim(archive: bytearray, size: int, crc: int) -> bytes:
    """The archive, both its headers claiming another size and checksum."""
    listed = archive.rindex(b"PK\x01\x02")
    for start in (LOCAL_CRC, listed + LISTED_CRC):
        struct.pack_into("<I", archive, start, crc)
        struct.pack_into("<I", archive, start + 8, size)
    return bytes(archive)


def opened(data: bytes) -> Archive:
    """The archive as readers get it."""
    return open_archive(Part(Location(), Visibility.SHOWN, Bytes(data), Budget.of(LIMITS)))


def read(data: bytes) -> bytes:
    """The first member."""
    archive = opened(data)
    with archive.source(archive.members[0]).open() as stream:
        return stream.read()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", [TEXT, b""])
def test_an_honest_member_is_read_to_its_end(method: int, data: bytes) -> None:
    """Every method that we know."""
    assert read(bytes(pack(method, data))) == data


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [0, 10, len(TEXT) - 1, len(TEXT) + 1])
def test_a_size_that_is_not_true_is_damage(method: int, size: int) -> None:
    """Python's zipfile stops at the size that is claimed; other programs unpack all of it."""
    with pytest.raises(ValueError, match="member"):
        read(claim(pack(method), size, zlib.crc32(TEXT[:size])))


def test_bytes_behind_the_packed_stream_are_damage() -> None:
    """They unpack to nothing, and travel all the same."""
    hidden = b"Jane Doe, 1 High Street"
    archive = pack(zipfile.ZIP_DEFLATED)
    listed = archive.rindex(b"PK\x01\x02")
    packed = struct.unpack_from("<I", archive, listed + 20)[0] + len(hidden)
    for start in (18, listed + 20):
        struct.pack_into("<I", archive, start, packed)
    archive[listed:listed] = hidden
    end = archive.rindex(b"PK\x05\x06")
    struct.pack_into("<I", archive, end + 16, listed + len(hidden))
    with pytest.raises(ValueError, match="member"):
        read(bytes(archive))


def test_a_member_beyond_the_limit_is_too_large() -> None:
    """Whatever size it claims."""
    with pytest.raises(OverLimit):
        read(bytes(pack(zipfile.ZIP_DEFLATED, bytes(range(256)) * 400)))


def test_a_damaged_lzma_member_is_damage() -> None:
    """Its decompressor has an exception of its own."""
    archive = pack(zipfile.ZIP_LZMA)
    archive[60:80] = b"\xff" * 20
    with pytest.raises(ValueError, match="damaged"):
        read(bytes(archive))
