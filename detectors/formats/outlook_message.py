"""Outlook messages (MS-OXMSG): properties by number, recipients, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.formats.compound_storage import CompoundFile
from detectors.formats.compound_writer import write_compound_file
from detectors.formats.ole_objects import passage, swept
from detectors.formats.residue import decode_narrow
from detectors.formats.rtf_compression import decompress
from detectors.formats.signatures import is_known, is_packed
from detectors.model import Bytes, Content, Location, Part, Passage, Unread, Visibility, Why

PROPERTIES = "__properties_version1.0"
SUBSTREAM = re.compile(r"(?i)(?:(.*)/)?__substg1\.0_([0-9a-f]{4})([0-9a-f]{4})(-[0-9a-f]{8})?$")
RECIPIENT = re.compile(r"(?i)__recip_version1\.0_#([0-9a-f]{8})")
ATTACHMENT = re.compile(r"(?i)__attach_version1\.0_#([0-9a-f]{8})")
OBJECT = re.compile(r"(?i)(__attach_version1\.0_#[0-9a-f]{8}/__substg1\.0_3701000d)/")

WIDE, NARROW, BINARY, OBJECT_TYPE = "001F", "001E", "0102", "000D"
SHOWN = {"0037": "header:subject", "1000": "body", "0C1A": "from", "0E04": "to", "0E03": "cc", "3001": "name"}
"""What a mail program shows: subject, body, sender, recipients. Everything else is behind the face."""

BODY_HTML, BODY_RTF, ATTACHED = "1013", "1009", "3701"
FILE_NAMES = ("3707", "3704", "3001")
NAMES = {
    "0037": "subject", "1000": "body", "0C1A": "sender", "0C1F": "sender address", "5D01": "sender address",
    "0E04": "to", "0E03": "cc", "0E02": "bcc", "007D": "transport headers", "3001": "name", "3003": "address",
    "39FE": "address", "3707": "file name", "3704": "short file name", "370D": "path", "1035": "message id",
}  # fmt: skip
RECIPIENT_TYPE = b"\x03\x00\x15\x0c"
BCC = 3


def is_message(compound: CompoundFile) -> bool:
    """Whether the file is a message: its properties stand at the top."""
    return compound.find(PROPERTIES) is not None


def read_message(part: Part, compound: CompoundFile) -> Iterator[Content]:
    """Texts as passages, bodies and attachments as parts. What is binary is swept; what is packed in it is Unread."""
    hidden = find_hidden_recipients(compound)
    objects: dict[str, dict[str, bytes]] = {}
    for name in compound.streams:
        if found := OBJECT.match(name):
            objects.setdefault(found[1], {})[name[found.end() :]] = compound.read(name)
            continue
        where = locate(part, compound, name)
        match = SUBSTREAM.match(name)
        if match is None:
            yield from swept(part, where, compound.read(name))
        else:
            blind = name.partition("/")[0] in hidden
            yield from read_property(part, compound, where, match, blind=blind)
    for name, streams in objects.items():
        yield part.inner(locate(part, compound, name), Bytes(write_compound_file(streams)))


def find_hidden_recipients(compound: CompoundFile) -> set[str]:
    """Storages of blind copies (PidTagRecipientType 3, MS-OXOMSG 2.2.3.1)."""
    hidden = set()
    for name in compound.streams:
        storage, _, base = name.rpartition("/")
        if base.lower() == PROPERTIES and RECIPIENT.fullmatch(storage):
            data = compound.read(name)
            start = data.find(RECIPIENT_TYPE)
            if start >= 0 and int.from_bytes(data[start + 8 : start + 12], "little") & 0xF == BCC:
                hidden.add(storage)
    return hidden


def locate(part: Part, compound: CompoundFile, name: str) -> Location:
    """The message, one of its recipients or attachments."""
    storage = name.partition("/")[0]
    if found := RECIPIENT.fullmatch(storage):
        return part.where / f"recipient {int(found[1], 16) + 1}"
    if found := ATTACHMENT.fullmatch(storage):
        alias = f"attachment {int(found[1], 16) + 1}"
        return part.where.into(name_attachment(compound, storage) or alias, alias)
    return part.where


def name_attachment(compound: CompoundFile, storage: str) -> str:
    """The file name of an attachment, if it has one."""
    for tag in FILE_NAMES:
        for kind in (WIDE, NARROW):
            spelled = compound.find(f"{storage}/__substg1.0_{tag}{kind}")
            if spelled is not None:
                return decode(compound.read(spelled), kind)
    return ""


def decode(data: bytes, kind: str) -> str:
    """A string property."""
    return (data.decode("utf-16-le", "replace") if kind == WIDE else decode_narrow(data)).rstrip("\0")


def read_property(
    part: Part, compound: CompoundFile, where: Location, match: re.Match[str], *, blind: bool
) -> Iterator[Content]:
    """One property that has a stream of its own (MS-OXMSG 2.1.3). The upper bit of its type says that it has many values."""
    tag, kind, data = match[2].upper(), match[3].upper(), compound.read(match[0])
    single = f"{int(kind, 16) & 0x0FFF:04X}"
    nested = "/" in match[0] or bool(match[4])
    if single in {WIDE, NARROW}:
        yield from read_text(part, where, tag, decode(data, single), shown=not blind and not (nested and tag != "3001"))
    elif single == BINARY and tag == BODY_RTF and not nested:
        also_plain = any(compound.find(f"__substg1.0_1000{each}") is not None for each in (WIDE, NARROW))
        hidden = Visibility.METADATA if also_plain else Visibility.SHOWN
        yield from read_rtf(part, where / "body in RTF", data, hidden)
    elif single == BINARY and tag == BODY_HTML and not nested:
        yield part.inner(where / "body in HTML", Bytes(data), declared="text/html")
    elif single == BINARY and tag == ATTACHED and "/" in match[0]:
        yield part.inner(where, Bytes(data))
    else:
        yield from read_binary(part, where / f"property {tag}", data)


def read_text(part: Part, where: Location, tag: str, text: str, *, shown: bool) -> Iterator[Content]:
    """A string property: shown where a mail program shows it."""
    inside = where / NAMES.get(tag, f"property {tag}")
    if text.strip() and shown and tag in SHOWN:
        yield Passage(inside, part.visibility, SHOWN[tag], text)
    else:
        yield from passage(part, inside, "messageProperty", text)


def read_rtf(part: Part, where: Location, data: bytes, visibility: Visibility) -> Iterator[Content]:
    """The body in compressed RTF, which may hold the HTML that the message was written in; not what is shown beside a plain one."""
    text, whole = decompress(data)
    part.budget.spend(len(text))
    if text.strip(b"\0"):
        yield part.inner(where, Bytes(text), visibility=visibility)
    if not whole:
        yield Unread(where, Why.DAMAGED)


def read_binary(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """Identifiers, security descriptors, pictures: what can be seen of them."""
    if is_known(data) and len(data) > 64:
        yield part.inner(where, Bytes(data), visibility=Visibility.METADATA)
        return
    yield from swept(part, where, data)
    if is_packed(data):
        yield Unread(where, Why.UNKNOWN_FORMAT)
