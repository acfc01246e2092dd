"""OLE compound files that have no reader of their own: sealed packages, macros, objects, controls, messages, old documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.compound_file import MAGIC, CompoundFile, open_compound_file, read_leftover_streams
from detectors.formats.encrypted_package import decrypt
from detectors.formats.ole_objects import swept
from detectors.formats.outlook_message import is_message, read_message
from detectors.formats.presentation_objects import read_objects
from detectors.formats.signatures import is_known
from detectors.model import Bytes, Content, Part, Unread, Why

PRESENTATION = "PowerPoint Document"
PACKAGE, INFO = "EncryptedPackage", "EncryptionInfo"

DOCUMENTS = (
    ("Workbook", "Book"),
    ("WordDocument", "1Table", "0Table", "Data"),
    (PRESENTATION, "Pictures", "Text_Content", "PP97_DUALSTORAGE", "Header"),
    ("VisioDocument",),
    ("Quill/QuillSub/CONTENTS", "Contents", "Escher/EscherStm", "Escher/EscherDelayStm", "Envelope"),
)
"""The main streams of old formats, the first of which tells the format, and what goes with them."""


@dataclass(frozen=True, slots=True)
class Ole:
    """A compound file, whatever is in it."""

    name: str = "ole"
    media_type: str = "application/x-ole-storage"

    def recognises(self, part: Part) -> bool:
        """Whether the bytes begin with the compound file's mark (MS-CFB 2.2)."""
        return part.head(8) == MAGIC

    def read(self, part: Part) -> Iterator[Content]:
        """What each stream is, then everything that belongs to none. Raises ValueError for a file without a directory."""
        compound = open_compound_file(part)
        claimed: set[str] = set()
        if compound.find(PACKAGE) is not None:
            claimed |= {PACKAGE, INFO}
            yield from read_sealed(part, compound)
        if is_message(compound):
            claimed |= set(compound.streams)
            yield from read_message(part, compound)
        for streams in DOCUMENTS:
            names = {name for name in streams if compound.find(name) is not None}
            if streams[0] in names and not names & claimed:
                claimed |= names
                yield from read_document(part, compound, streams[0], sorted(names))
        yield from read_leftover_streams(part, compound, claimed)


def read_sealed(part: Part, compound: CompoundFile) -> Iterator[Content]:
    """A package under a password: opened when the password is Excel's own."""
    package = compound.read(PACKAGE)
    info = compound.read(INFO) if compound.find(INFO) is not None else b""
    try:
        opened = decrypt(info, package, part.budget)
    except ValueError:
        opened = None
    if opened is None:
        yield Unread(part.where, Why.ENCRYPTED)
    elif is_known(opened):
        yield part.inner(part.where / "package", Bytes(opened))
    else:
        yield Unread(part.where, Why.DAMAGED)


def read_document(part: Part, compound: CompoundFile, main: str, names: list[str]) -> Iterator[Content]:
    """An old document: the text that can be seen in it, and Unread, since there is more."""
    for name in names:
        yield from swept(part, part.where / name, compound.read(name))
    if main == PRESENTATION:
        yield from read_objects(part, compound.read(main))
    yield Unread(part.where / main, Why.UNKNOWN_FORMAT)
