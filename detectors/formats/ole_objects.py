"""What a program leaves behind an embedded object: the packaged file, its picture, the native data (MS-OLEDS)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.residue import decode_narrow, sweep
from detectors.formats.signatures import is_known
from detectors.model import Bytes, Content, Location, Part, Passage, Unread, Visibility, Why

PACKAGE = 2
"""The first word of a packaged file; links to one say 3."""

LINK = 3
LINK_KIND = 1
"""Behind the names: 3 for a file that is inside, 1 for one that is elsewhere."""

NAME_BYTES = 4096
BITMAP, METAFILE, DIB, ENHANCED_METAFILE = 2, 3, 8, 14
"""Clipboard formats of a picture (MS-OLEDS 2.1.1)."""

OLE1_HEADER = b"\x01\x05\x00\x00"
OLE1_EMBEDDED, OLE1_LINKED, OLE1_PICTURE = 2, 1, 5


@dataclass(slots=True)
class Cursor:
    """Bytes being read from the start. Every method raises ValueError where they end too soon."""

    data: bytes
    position: int = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self.position + size
        if size < 0 or end > len(self.data):
            raise ValueError("an object that is cut short")
        self.position, start = end, self.position
        return self.data[start:end]

    def word(self) -> int:
        """A 16-bit number."""
        return int(struct.unpack("<H", self.take(2))[0])

    def long(self) -> int:
        """A 32-bit number."""
        return int(struct.unpack("<I", self.take(4))[0])

    def line(self) -> bytes:
        """Bytes up to a zero."""
        end = self.data.find(b"\0", self.position, self.position + NAME_BYTES)
        if end < 0:
            raise ValueError("a name without an end")
        return self.take(end - self.position + 1)[:-1]

    def wide(self) -> str:
        """A length in letters of two bytes, and the letters."""
        size = self.long() * 2
        if size > NAME_BYTES:
            raise ValueError("a name that is no name")
        return self.take(size).decode("utf-16-le", "replace").rstrip("\0")

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self.data) - self.position)


def passage(part: Part, where: Location, channel: str, text: str) -> Iterator[Passage]:
    """A passage behind the face, unless it is empty."""
    if text.strip():
        yield Passage(where, max(part.visibility, Visibility.METADATA), channel, text)


def swept(part: Part, where: Location, data: bytes, *, offset: int = 0) -> Iterator[Passage]:
    """The text in bytes of a live stream."""
    yield from sweep(data, where, offset=offset, visibility=max(part.visibility, Visibility.METADATA))


def read_native(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    r"""`\x01Ole10Native` (MS-OLEDS 2.3.6): a packaged file with its names, or the native data of another program."""
    yield from swept(part, where, untrusted)  # clear text counts whatever the file inside is said to be
    if len(untrusted) < 4:
        return
    size = struct.unpack_from("<I", untrusted)[0]
    body = untrusted[4 : 4 + size]
    if size > len(untrusted) - 4:
        yield Unread(where, Why.DAMAGED)
    if len(body) >= 2 and struct.unpack_from("<H", body)[0] in {PACKAGE, LINK}:
        yield from read_packaged(part, where, body)
    else:
        yield from read_known(part, where / "data", body)


def read_packaged(part: Part, where: Location, body: bytes) -> Iterator[Content]:
    """A packaged file: its label, where it came from, where it went on its way, and its bytes."""
    cursor = Cursor(body, 2)
    names: list[str] = []
    try:
        names += [decode_narrow(cursor.line()), decode_narrow(cursor.line())]
        cursor.word()
        link = cursor.word() == LINK_KIND
        names.append(decode_narrow(cursor.take(cursor.long()).rstrip(b"\0")))
        inside = where.into(names[0] or "packaged file", "packaged file")
        if not link:
            size = cursor.long()
            data = cursor.take(min(size, len(body) - cursor.position))
            if len(data) < size:
                yield Unread(inside, Why.DAMAGED)
            if data:
                yield part.inner(inside, Bytes(data))
        names += read_wide_names(cursor)
    except ValueError:
        yield Unread(where, Why.DAMAGED)
    yield from passage(part, where, "oleObject", "\n".join(dict.fromkeys(name for name in names if name)))


def read_wide_names(cursor: Cursor) -> list[str]:
    """The same three names in Unicode, where newer programs put them behind the bytes."""
    names: list[str] = []
    before = cursor.position
    try:
        while len(names) < 3 and cursor.position < len(cursor.data):
            before = cursor.position
            names.append(cursor.wide())
    except ValueError:
        cursor.position = before  # not names: left to be swept
    return names


def read_known(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """Bytes that are swept already: a file that we know, or Unread."""
    if is_known(data):
        yield part.inner(where, Bytes(data))
    elif data.startswith(OLE1_HEADER):
        yield from read_ole1(part, where, data)
    elif data.strip(b"\0"):
        yield Unread(where, Why.UNKNOWN_FORMAT)


def read_data(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """Native data of another program: a file that we know, an OLE 1 object, or what can be seen of it, with Unread."""
    if not is_known(data):
        yield from swept(part, where, data)
    yield from read_known(part, where, data)


def read_contents(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    """`CONTENTS`: the native data of a program that keeps a file of its own in it, a PDF for instance."""
    yield from swept(part, where, untrusted)
    yield from read_known(part, where, untrusted)


def read_ole1(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    """An object of OLE 1 (MS-OLEDS 2.2): its class, its names, its native data, its picture. The caller sweeps it."""
    cursor = Cursor(untrusted)
    try:
        while cursor.position + 8 <= len(untrusted) and cursor.data.startswith(OLE1_HEADER, cursor.position):
            cursor.take(4)
            kind = cursor.long()
            if not kind:
                break
            yield from read_ole1_object(part, where, cursor, kind)
    except ValueError:
        yield Unread(where, Why.DAMAGED)


def read_ole1_object(part: Part, where: Location, cursor: Cursor, kind: int) -> Iterator[Content]:
    """One object header and what follows it."""
    name = decode_narrow(cursor.take(cursor.long()).rstrip(b"\0"))
    if kind == OLE1_PICTURE:
        cursor.take(8)
        yield from read_picture(part, where / "picture", cursor.take(cursor.long()), name)
        return
    names = [name, *(decode_narrow(cursor.take(cursor.long()).rstrip(b"\0")) for _ in range(2))]
    yield from passage(part, where, "oleObject", "\n".join(each for each in names if each))
    if kind == OLE1_LINKED:
        yield from passage(part, where, "oleObject", decode_narrow(cursor.take(cursor.long())))
        cursor.take(8)
        return
    data = cursor.take(cursor.long())
    if name == "Package" and data[:2] == b"\x02\x00":
        yield from read_packaged(part, where, data)
    else:
        yield from read_data(part, where / "data", data)


def read_picture(part: Part, where: Location, data: bytes, name: str) -> Iterator[Content]:
    """The picture of an OLE 1 object."""
    if name == "METAFILEPICT" and len(data) > 8:
        yield part.inner(where, Bytes(data[8:]))
    elif name == "DIB":
        yield part.inner(where, Bytes(with_file_header(data)))
    else:
        yield from swept(part, where, data)


def read_presentation(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    r"""`\x02OlePresNNN` (MS-OLEDS 2.3.4): the picture that stands for the object on the page."""
    cursor = Cursor(untrusted)
    try:
        marker = cursor.long()
        if marker in {0xFFFFFFFF, 0xFFFFFFFE}:
            kind = cursor.long()
        else:
            cursor.take(marker)
            kind = 0
        device = cursor.long()
        cursor.take(max(0, device - 4) + 4 * 6)
        data = cursor.take(min(cursor.long(), len(untrusted) - cursor.position))
    except ValueError:
        yield from swept(part, where, untrusted)
        return
    end = cursor.position
    yield from swept(part, where, untrusted[: end - len(data)])
    yield from read_face(part, where, data, kind)
    yield from swept(part, where, untrusted[end:], offset=end)


def read_face(part: Part, where: Location, data: bytes, kind: int) -> Iterator[Content]:
    """The picture of an object, by its clipboard format."""
    if not data.strip(b"\0"):
        return
    if kind == DIB:
        yield part.inner(where / "picture", Bytes(with_file_header(data)))
    elif kind in {METAFILE, ENHANCED_METAFILE} or is_known(data):
        yield part.inner(where / "picture", Bytes(data))
    else:
        yield from swept(part, where, data)
        if kind:
            yield Unread(where / "picture", Why.UNKNOWN_FORMAT)


def read_print(part: Part, where: Location, untrusted: bytes) -> Iterator[Content]:
    r"""`\x03EPRINT`, `\x03PRINT`, `\x03META`: the picture for the printer; a Windows one stands behind eight bytes of size."""
    if is_known(untrusted):
        yield part.inner(where / "picture", Bytes(untrusted))
    elif is_known(untrusted[8:]):
        yield part.inner(where / "picture", Bytes(untrusted[8:]))
    elif untrusted.strip(b"\0"):
        yield from swept(part, where, untrusted)
        yield Unread(where, Why.UNKNOWN_FORMAT)


def with_file_header(bitmap: bytes) -> bytes:
    """A bitmap of the clipboard as a file: fourteen bytes more (MS-WMF 2.2.2.9)."""
    header = struct.unpack_from("<I", bitmap)[0] if len(bitmap) >= 4 else 0
    return struct.pack("<2sIHHI", b"BM", (len(bitmap) + 14) & 0xFFFFFFFF, 0, 0, min(14 + header, 0xFFFFFFFF)) + bitmap
