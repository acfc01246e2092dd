"""Backups of Analysis Services, which is what a workbook keeps its data model in: files by name, packed or not (MS-XLDM 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats import xml_events
from detectors.formats.xpress import decompress_chunks
from detectors.model import Budget

SIGNATURE = b"\xff\xfe" + "STREAM_STORAGE_SIGNATURE_)!@#$%^&*(".encode("utf-16-le")
PAGE = 4096
CHECKSUM_BYTES = 4
MARK = b"\xff\xfe"


@dataclass(slots=True)
class Leaves:
    """Handler: the text of elements by name, a new set of them at each `record`."""

    record: str
    found: list[dict[str, str]] = field(default_factory=lambda: [{}])
    value: list[str] = field(default_factory=list)

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element."""
        self.value = []
        if name == self.record:
            self.found.append({})

    def text(self, text: str) -> None:
        """Character data."""
        self.value.append(text)

    def end(self, name: str) -> None:
        """An element with what it says."""
        if self.value:
            self.found[-1].setdefault(name, "".join(self.value))
        self.value = []


@dataclass(frozen=True, slots=True)
class Backup:
    """An open backup. `files` maps a file's name, as the server had it, to where its bytes are."""

    untrusted: bytes = field(repr=False)
    files: dict[str, tuple[int, int]] = field(repr=False)
    log: str
    packed: bool
    checked: bool
    budget: Budget = field(repr=False)

    def read(self, name: str) -> bytes:
        """A file's bytes, paid for. Raises ValueError for one that does not unpack."""
        offset, size = self.files[name]
        data = self.untrusted[offset : offset + size - (CHECKSUM_BYTES if self.checked else 0)]
        if not self.packed or name == self.log or data.startswith(MARK):
            self.budget.spend(len(data))
            return data
        return b"".join(self.pay(decompress_chunks(data)))

    def pay(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Account for each chunk before the next is made."""
        for chunk in chunks:
            self.budget.spend(len(chunk))
            yield chunk


def parse_text(untrusted: bytes, record: str) -> list[dict[str, str]]:
    """The leaves of XML in UTF-16, with or without its mark. Raises ValueError for broken XML."""
    text = untrusted.removeprefix(MARK).decode("utf-16-le", "replace").rstrip("\0 ")
    handler = Leaves(record)
    xml_events.parse([text.encode("utf-8", "replace")], handler)
    return handler.found


def number(leaves: dict[str, str], name: str) -> int:
    """A whole number. Raises ValueError for anything else."""
    text = leaves.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValueError("a place that is no number")
    return int(text)


def open_backup(untrusted: bytes, budget: Budget) -> Backup:
    """The backup in bytes that begin with `SIGNATURE`. Raises ValueError when its directory cannot be read."""
    header = {
        key: value for leaves in parse_text(untrusted[len(SIGNATURE) : PAGE], "") for key, value in leaves.items()
    }
    start = number(header, "m_cbOffsetHeader")
    directory = parse_text(untrusted[start : start + number(header, "DataSize")], "BackupFile")
    places = {
        leaves.get("Path", ""): (number(leaves, "m_cbOffsetHeader"), number(leaves, "Size")) for leaves in directory[1:]
    }
    if not places:
        raise ValueError("a backup without files")
    checked, packed = header.get("ErrorCode") == "true", header.get("ApplyCompression") == "true"
    log = list(places)[-1]
    backup = Backup(untrusted, places, log, packed, checked, budget)
    names = {
        each.get("StoragePath", ""): each.get("Path", "") for each in parse_text(backup.read(log), "BackupFile")[1:]
    }
    files = {name_file(names.get(path, path), path): place for path, place in places.items()}
    return Backup(untrusted, files, log, packed, checked, budget)


def name_file(path: str, storage: str) -> str:
    """The last two steps of a path on the server; enough to tell files apart, since names repeat between tables only."""
    steps = path.split("\\")
    return "/".join(steps[-2:]) if len(steps) > 1 else storage
