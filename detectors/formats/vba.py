"""VBA projects (MS-OVBA): the source of their modules, their references, their forms, the strings of compiled code."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.compound_storage import CompoundFile, spell
from detectors.formats.ole_objects import passage, swept
from detectors.formats.residue import find_texts
from detectors.formats.vba_compression import decompress
from detectors.model import Bytes, Content, Location, Part, Unread, Why

CODE_PAGE, MODULE_NAME, MODULE_STREAM, MODULE_OFFSET, PROJECT_VERSION = 0x0003, 0x0019, 0x001A, 0x0031, 0x0009
"""Records of the `dir` stream (MS-OVBA 2.3.4.2)."""

SOURCE_MARK = b"\x00Attribut\x00e "
"""How every module's compressed source begins, three bytes behind the start of its container."""

MOST_PROJECTS = 50
COMPILED = ("_VBA_PROJECT", "__SRP_")
PICTURE = bytes.fromhex("0452e30b918fce119de300aa004bb8516c740000")
"""StdPicture of a form (MS-OFORMS 2.4.6), behind which stand a length and the picture."""


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project is: the path of the storage around its `VBA` storage (with slash, "" for the root), and that storage's."""

    outer: str
    inner: str
    members: tuple[str, ...] = field(repr=False)
    """Streams of the project, `dir` first."""


@dataclass(slots=True)
class Directory:
    """What the `dir` stream says: the code page, and by the name of a module's stream where its source begins."""

    encoding: str = "cp1252"
    offsets: dict[str, int] = field(default_factory=dict)


def find_projects(names: list[str]) -> list[Project]:
    """The projects among the streams of a compound file: wherever a `dir` stands beside `_VBA_PROJECT`."""
    known = {name.upper() for name in names}
    projects: list[Project] = []
    for name in names:
        prefix, _, base = name.rpartition("/")
        inner = f"{prefix}/" if prefix else ""
        if len(projects) == MOST_PROJECTS:
            break
        if base.upper() != "DIR" or f"{inner}_VBA_PROJECT".upper() not in known:
            continue
        outer = prefix.rpartition("/")[0] if prefix.upper().rpartition("/")[2] in {"VBA", "_VBA_PROJECT"} else prefix
        outer = f"{outer}/" if outer else ""
        members = {each for each in names if each.startswith(inner) or is_of_project(each, outer, known)}
        projects.append(Project(outer, inner, (name, *sorted(members - {name}))))
    return projects


def is_of_project(name: str, outer: str, known: set[str]) -> bool:
    """Whether a stream beside the `VBA` storage is the project's own or a form's."""
    if not name.startswith(outer):
        return False
    rest = name[len(outer) :]
    first, _, inside = rest.partition("/")
    if not inside:
        return first.upper() in {"PROJECT", "PROJECTWM", "PROJECTLK"}
    return f"{outer}{first}/\x03VBFrame".upper() in known


def read_project(part: Part, compound: CompoundFile, project: Project) -> Iterator[Content]:
    """Modules as source text, then whatever else the project holds. A module that does not decompress is Unread."""
    where = part.where / "macros"
    directory = Directory()
    for name in project.members:
        data = compound.read(name)
        base = name.rpartition("/")[2]
        inside = where.into(spell(name[len(project.outer) :]), "module or form")
        if not name.startswith(project.inner):
            yield from read_beside(part, inside, data)
        elif base.upper() == "DIR":
            text, whole = read_directory(data)
            part.budget.spend(len(text))
            directory = parse_directory(text)
            yield from passage(part, inside, "vba", "\n".join(piece for _, _, piece in find_texts(text)))
            if not whole:
                yield Unread(inside, Why.DAMAGED)
        elif base.upper().startswith(COMPILED):
            yield from swept(part, inside, data)
        else:
            yield from read_module(part, inside, base, data, directory)


def read_directory(data: bytes) -> tuple[bytes, bool]:
    """The `dir` stream, decompressed where it can be: names and paths of what the project refers to."""
    try:
        return decompress(data)
    except ValueError:
        return data, False


def parse_directory(untrusted: bytes) -> Directory:
    """Records by id and length; what does not parse ends it, since modules are found without it too."""
    directory, position, stream = Directory(), 0, ""
    while position + 6 <= len(untrusted):
        kind, size = struct.unpack_from("<HI", untrusted, position)
        if kind == PROJECT_VERSION:
            size = 6  # this one's length says 4 (2.3.4.2.1.11)
        value = untrusted[position + 6 : position + 6 + size]
        position += 6 + size
        if kind == CODE_PAGE and len(value) == 2:
            directory.encoding = name_encoding(struct.unpack("<H", value)[0])
        elif kind == MODULE_STREAM:
            stream = value.decode(directory.encoding, "replace").upper()
        elif kind == MODULE_OFFSET and len(value) == 4:
            directory.offsets[stream] = struct.unpack("<I", value)[0]
    return directory


def name_encoding(code_page: int) -> str:
    """Python's name of a Windows code page."""
    name = {10000: "mac_roman", 65001: "utf-8", 1200: "utf-16-le"}.get(code_page, f"cp{code_page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def read_module(part: Part, where: Location, name: str, data: bytes, directory: Directory) -> Iterator[Content]:
    """One module: its source, and the strings of the compiled code before it."""
    start = find_source(data, directory.offsets.get(name.upper()))
    if start is None:
        yield from swept(part, where, data)
        if data.strip(b"\0"):
            yield Unread(where, Why.UNKNOWN_FORMAT)
        return
    text, whole = decompress(data, start)
    part.budget.spend(len(text))
    yield from passage(part, where, "vba", text.decode(directory.encoding, "replace"))
    yield from swept(part, where / "compiled", data[:start])
    if not whole:
        yield Unread(where, Why.DAMAGED)


def find_source(data: bytes, offset: int | None) -> int | None:
    """Where the source's container begins: where `dir` says, or where it looks like one."""
    if offset is not None and data[offset : offset + 1] == b"\x01" and data[offset + 2 : offset + 3]:
        return offset
    start = data.find(SOURCE_MARK) - 3
    return start if start >= 0 and data[start] == 1 else None


def read_beside(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """`PROJECT`, `PROJECTwm`, and the streams of forms, with the pictures in them."""
    texts = [text for _, _, text in find_texts(data)]
    yield from passage(part, where, "vba", "\n".join(texts))
    yield from read_pictures(part, where, data)


def read_pictures(part: Part, where: Location, data: bytes) -> Iterator[Content]:
    """Pictures in the properties of controls."""
    position = data.find(PICTURE)
    number = 0
    while position >= 0:
        start = position + len(PICTURE) + 4
        number += 1
        size = int.from_bytes(data[start - 4 : start], "little")
        if picture := data[start : start + size]:
            yield part.inner(where / f"picture {number}", Bytes(picture))
        position = data.find(PICTURE, max(start, min(start + size, len(data))))
