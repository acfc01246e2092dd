"""Power Query packages (MS-QDEFF): the queries behind a workbook's tables, their sources, what the program noted of them."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.ole_objects import passage, swept
from detectors.formats.xml_text import read_xml
from detectors.formats.zip_archive import METHODS, open_archive
from detectors.model import Bytes, Content, Location, Part, Unread, Why

BLANKS = re.compile(r"\s+")
ELEMENT = re.compile(rb"<(?:\w{1,20}:)?DataMashup(?:\s[^>]{0,1000})?>([^<]*)<")
LOCKED = 0x1


@dataclass(slots=True)
class Fields:
    """Blocks that each stand behind their length. Raises ValueError where they end too soon."""

    data: bytes
    position: int = 0

    def long(self) -> int:
        """A 32-bit number."""
        try:
            value = int(struct.unpack_from("<I", self.data, self.position)[0])
        except struct.error:
            raise ValueError("a mashup that is cut short") from None
        self.position += 4
        return value

    def block(self) -> bytes:
        """A length, and so many bytes."""
        size = self.long()
        block = self.data[self.position : self.position + size]
        if len(block) < size:
            raise ValueError("a mashup that is cut short")
        self.position += size
        return block


def find_mashup(untrusted_xml: bytes) -> str | None:
    """The base64 of a `DataMashup` element in XML of either width of letters; None where there is none."""
    wide = untrusted_xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in untrusted_xml[:8]
    found = ELEMENT.search(untrusted_xml.replace(b"\0", b"") if wide else untrusted_xml)
    return found[1].decode("ascii", "replace") if found else None


def read_mashup(part: Part, where: Location, untrusted_base64: str) -> Iterator[Content]:
    """Formulas as passages, other parts of the package as parts, metadata as words (MS-QDEFF 2.2). Damage is Unread.

    The permission bindings at the end are a keyed digest under a user's Windows account: no text.
    """
    text = BLANKS.sub("", untrusted_base64)
    try:
        untrusted = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        yield Unread(where, Why.DAMAGED)
        return
    part.budget.spend(len(untrusted))
    fields = Fields(untrusted)
    try:
        if fields.long() != 0:
            yield Unread(where, Why.UNKNOWN_FORMAT)
        yield from read_package(part, where, fields.block())
        yield from read_xml(part, where / "permissions", fields.block())
        yield from read_metadata(part, where / "metadata", fields.block())
        fields.block()
    except ValueError:
        yield from swept(part, where, untrusted[fields.position :], offset=fields.position)
        yield Unread(where, Why.DAMAGED)
        return
    yield from swept(part, where, untrusted[fields.position :], offset=fields.position)


def read_package(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """The members of the package. Raises ValueError for an archive that lies about itself."""
    if not data:
        return
    archive = open_archive(part.inner(where, Bytes(data)))
    if archive.layout.gaps:
        yield Unread(where / "bytes outside the parts", Why.DAMAGED)
    for number, member in enumerate(archive.members, 1):
        inside = where.into(member.filename, f"query part {number}")
        if member.flag_bits & LOCKED or member.compress_type not in METHODS:
            yield Unread(inside, Why.ENCRYPTED if member.flag_bits & LOCKED else Why.UNKNOWN_FORMAT)
        elif member.filename.endswith(".m"):
            source = b"".join(archive.chunks(member))
            yield from passage(part, inside, "powerQuery", source.decode("utf-8-sig", "replace"))
        elif member.filename.endswith(".xml"):
            yield from read_xml(part, inside, b"".join(archive.chunks(member)))
        elif not member.filename.endswith("/"):
            yield part.inner(inside, archive.source(member))


def read_metadata(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """Names and states of the queries, and a package of what they last returned for previews (MS-QDEFF 2.5)."""
    if not data:
        return
    fields = Fields(data)
    fields.long()
    yield from read_xml(part, where, fields.block())
    content = fields.block()
    if content.strip(b"\0"):
        yield from read_package(part, where / "content", content)
    yield from swept(part, where, data[fields.position :], offset=fields.position)
