"""Everything in an OLE compound file but the streams that its reader knows: objects, macros, properties, leftovers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from detectors.formats import property_sets, vba
from detectors.formats.compound_storage import MAGIC, CompoundFile, Stream, list_streams, open_compound_file, spell
from detectors.formats.compound_writer import write_compound_file
from detectors.formats.controls import is_control
from detectors.formats.data_mashup import find_mashup, read_mashup
from detectors.formats.ole_objects import (
    passage,
    read_contents,
    read_data,
    read_native,
    read_presentation,
    read_print,
    swept,
)
from detectors.formats.residue import sweep
from detectors.formats.signatures import CARVED, is_known, is_packed
from detectors.formats.xml_text import read_xml
from detectors.model import Bytes, Content, Location, Part, Unread, Visibility, Why

__all__ = ["MAGIC", "CompoundFile", "list_streams", "open_compound_file", "read_leftover_streams"]

OBJECTS = frozenset(
    [
        "WORKBOOK",
        "BOOK",
        "WORDDOCUMENT",
        "POWERPOINT DOCUMENT",
        "VISIODOCUMENT",
        "PACKAGE",
        "CONTENTS",
        "\x01OLE10NATIVE",
        "\x01COMPOBJ",
        "\x01OLE",
        "\x03EPRINT",
        "\x03OBJINFO",
        "\x03PRINT",
        "EQUATION NATIVE",
    ]
)
"""A storage that holds one of these is an embedded object: a compound file inside the file."""

HARMLESS = frozenset(
    [
        "\x01COMPOBJ",  # the name of the program behind an object (MS-OLEDS 2.3.8)
        "\x01OLE",  # whether an object is linked, and where to (MS-OLEDS 2.3.3): paths in clear text
        "\x03OBJINFO", "\x03LINKINFO", "\x03ODT",  # flags of an object in Word (MS-DOC 2.1.5)
        "\x03OCXNAME",  # the name of a control, in clear text
        "\x03INTERNAL", "\x03ACCESSOBJSITEDATA", "CONTENTSV30",  # sizes and positions of an object in Publisher
        "CURRENT USER",  # who saved a presentation (MS-PPT 2.1.1): a name in clear text
        "EQUATION NATIVE",  # a formula: letters one by one (MTEF)
        "PROJECTWM", "PROJECTLK", "PROJECTWMEX",  # names of VBA modules; licences of controls (MS-OVBA 2.3.3, 2.3.2)
        "CTLS", "OBJINFO",  # controls of a sheet: their properties in clear text (MS-XLS 2.1.7.8)
        "COMPOBJ", "OLESTREAM",
        "SUMMARYINFORMATION", "DOCUMENTSUMMARYINFORMATION",  # without the \x05: written by old programs
        "DATASPACEMAP", "VERSION", "STRONGENCRYPTIONDATASPACE", "\x06PRIMARY",  # how a package is sealed (MS-OFFCRYPTO 2.2)
        "REVISION LOG", "USER NAMES", "LIST DATA",  # BIFF records, strings in clear text, where no reader claims them
    ]
)  # fmt: skip
"""Streams that steer a program, by the last step of their path in capitals: what is text in them is clear text."""

BY_NAME: dict[str, Callable[[Part, Location, bytes], Iterator[Content]]] = {
    "\x01OLE10NATIVE": read_native,
    "CONTENTS": read_contents,
    **dict.fromkeys(["\x03EPRINT", "\x03PRINT", "\x03META", "\x03META2"], read_print),
}
"""Streams that are known by the last step of their path."""

PRESENTATION = re.compile("\x02OLEPRES\\d*")
SLASH = re.compile("/")
XML = re.compile(rb"\s*(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")
TEXT_SHARE = 0.9
CONTROLS = bytes(range(8)) + bytes((11, 12)) + bytes(range(14, 32))


def read_leftover_streams(part: Part, compound: CompoundFile, claimed: set[str]) -> Iterator[Content]:
    """Everything in a compound file but the claimed streams: other streams, storages, free sectors, slack.

    Objects come as parts, macros and properties as passages, text in what belongs to nothing as orphans. Whatever is neither
    text nor known to be harmless is Unread, and so is a file whose chains or directory do not hold together.
    """
    taken = {compound.find(name) or name for name in claimed}
    left = [name for name in compound.streams if name not in taken]
    for project in vba.find_projects(left):
        yield from vba.read_project(part, compound, project)
        members = set(project.members)
        left = [name for name in left if name not in members]
    objects = find_objects(left)
    grouped = group(left, objects)
    for number, storage in enumerate(objects, 1):
        yield read_object(part, compound, storage, grouped[storage], number)
    left = grouped[""]
    for number, name in enumerate(left, 1):
        yield from read_stream(part, part.where.into(spell(name), f"stream {number}"), name, compound.read(name))
    for number, orphan in enumerate(compound.orphans, 1):
        yield from read_orphan(part, compound, orphan, number)
    yield from read_unclaimed(part, compound)
    yield from find_damage(part, compound)


def find_objects(names: list[str]) -> list[str]:
    """The outermost storages that are embedded objects, each with its slash."""
    storages = set()
    for name in names:
        storage, slash, last = name.rpartition("/")
        if slash and (last.upper() in OBJECTS or PRESENTATION.fullmatch(last.upper())):
            storages.add(f"{storage}/")
    return sorted(each for each in storages if not any(outer in storages for outer in find_outer(each)))


def find_outer(storage: str) -> list[str]:
    """The storages around one."""
    return [storage[: match.end()] for match in SLASH.finditer(storage[:-1])]


def group(paths: list[str], storages: list[str]) -> dict[str, list[str]]:
    """Paths by the storage that they are in, "" for none of these; no storage is in another."""
    grouped: dict[str, list[str]] = {storage: [] for storage in ("", *storages)}
    for path in paths:
        ends = [match.end() for match in SLASH.finditer(path)]
        grouped[next((path[:end] for end in ends if path[:end] in grouped), "")].append(path)
    return grouped


def read_object(part: Part, compound: CompoundFile, storage: str, names: list[str], number: int) -> Part:
    """A storage with these streams as a compound file of its own. Only its own class identifier is kept: inner ones say nothing."""
    streams = {name[len(storage) :]: compound.read(name) for name in names}
    untrusted = write_compound_file(streams, {"": compound.clsids.get(storage[:-1], bytes(16))})
    return part.inner(part.where.into(spell(storage[:-1]), f"object {number}"), Bytes(untrusted))


def read_stream(part: Part, where: Location, name: str, data: bytes) -> Iterator[Content]:
    """One stream, by its name, then by its content."""
    base = name.rpartition("/")[2].upper()
    if is_control(data) or base in HARMLESS:
        yield from swept(part, where, data)
    elif base in BY_NAME and data:
        yield from BY_NAME[base](part, where, data)
    elif PRESENTATION.fullmatch(base):
        yield from read_presentation(part, where, data)
    elif property_sets.is_property_set(data):
        yield from property_sets.read_property_set(part, where, data)
    else:
        yield from read_unknown(part, where, data)


def read_unknown(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """A stream of no known name: XML, text, a file that we know; otherwise what can be seen of it, with Unread."""
    if XML.match(data):
        mashup = find_mashup(data)
        yield from read_xml(part, where, data)
        if mashup is not None:
            yield from read_mashup(part, where / "queries", mashup)
    elif not is_known(data) and is_text(data):
        yield from swept(part, where, data)
    else:
        if where.steps[-1].label.rpartition("/")[2].upper() not in OBJECTS:
            yield from passage(part, where, "streamName", where.steps[-1].label)
        yield from read_data(part, where, data)


def is_text(data: bytes) -> bool:
    """Whether bytes are nothing but text, in one-byte or two-byte letters, or numbers too few to say anything."""
    clear = data.translate(None, b"\0")
    if len(clear) < 16:
        return True
    return len(clear.translate(None, CONTROLS)) == len(clear) and not is_packed(data)


def read_orphan(part: Part, compound: CompoundFile, orphan: Stream, number: int) -> Iterator[Content]:
    """A stream that the tree does not reach: as any stream, better hidden. One without all its bytes is only swept."""
    where = part.where.into(f"left-over {spell(orphan.path)}", f"left-over stream {number}")
    hidden = Part(
        part.where, max(part.visibility, Visibility.ORPHAN), part.source, part.budget, part.declared, part.depth
    )
    data = compound.take(orphan)
    if orphan.whole:
        yield from read_stream(hidden, where, orphan.path, data)
    else:
        yield from sweep(data, where, visibility=hidden.visibility)


def read_unclaimed(part: Part, compound: CompoundFile) -> Iterator[Content]:
    """Text, and whole files, in what belongs to no stream."""
    visibility = max(part.visibility, Visibility.ORPHAN)
    for place, offset, data in compound.unclaimed():
        if data.count(0) + data.count(0xFF) == len(data):
            continue
        carved = CARVED.search(data) if len(data) > 64 else None
        kept = data[: carved.start()] if carved else data
        yield from sweep(kept, part.where / place, offset=offset, visibility=visibility)
        if carved:
            start = carved.start()
            where = part.where / place / f"file at byte {offset + start}"
            yield part.inner(where, Bytes(data[start:]), visibility=visibility)
        if is_packed(kept):
            yield Unread(part.where / place / f"byte {offset}", Why.UNKNOWN_FORMAT)


def find_damage(part: Part, compound: CompoundFile) -> Iterator[Unread]:
    """Streams cut short, and a file that does not hold together."""
    for number, stream in enumerate(compound.found.values(), 1):
        if not stream.whole:
            yield Unread(part.where.into(spell(stream.path), f"stream {number}"), Why.DAMAGED)
    if not compound.sound:
        yield Unread(part.where / "sectors", Why.DAMAGED)
