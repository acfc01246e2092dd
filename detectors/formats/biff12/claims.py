"""The parts of a workbook that is being read: which are accounted for, which are damaged, and how their content is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from detectors.formats.biff12.channels import Words, cut
from detectors.formats.biff12.records import ENDS, Record, read_records
from detectors.formats.opc import Package, Relationship
from detectors.formats.residue import sweep
from detectors.model import Content, Location, Part, Passage, Unread, Visibility, Why

AROUND = frozenset((36, 37, 38, 3072))
"""Records that may stand before the first one of a part (MS-XLSB 2.1.6)."""


@dataclass(slots=True)
class Claims:
    """The package in `part`. `claimed` are the parts whose content is accounted for."""

    part: Part
    package: Package
    claimed: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    firsts: dict[str, int | None] = field(default_factory=dict)

    @property
    def where(self) -> Location:
        """Where the workbook is."""
        return self.part.where

    def free(self, name: str) -> bool:
        """Whether a part is there and nobody has claimed it."""
        return name in self.package.parts and name not in self.claimed

    def records(self, name: str) -> Iterator[Record]:
        """The records of a part, which is claimed by that; they end where it is damaged, which is noted."""
        self.claimed.add(name)
        return self.watch(name, read_records(self.package.chunks(name), ENDS.get(self.first(name) or 0)))

    def first(self, name: str) -> int | None:
        """The kind of a part's first record, which tells what it is; None where there is none."""
        if name not in self.firsts:
            self.firsts[name] = None
            with suppress(ValueError):
                records = read_records(self.package.chunks(name))
                self.firsts[name] = next((kind for kind, _ in records if kind not in AROUND), None)
        return self.firsts[name]

    def relationships(self, name: str) -> list[Relationship]:
        """What a part points to; nothing where that is damaged, which is said when the rest of the package is read."""
        try:
            return self.package.relationships(name)
        except ValueError:
            return []

    def targets(self, name: str, kind: str) -> list[str]:
        """The parts of one kind that a part points to and that nobody has claimed."""
        return [
            each.target
            for each in self.relationships(name)
            if each.kind == kind and not each.external and self.free(each.target)
        ]

    def beginning(self, kind: int) -> Iterator[str]:
        """Free parts that begin with a record of this kind, whatever their names."""
        for name in sorted(self.package.parts):
            if name.endswith(".bin") and self.free(name) and self.first(name) == kind:
                yield name

    def hide(self, visibility: Visibility) -> Visibility:
        """As hidden as the workbook, at least."""
        return max(self.part.visibility, visibility)

    def passages(
        self, where: Location, visibility: Visibility, channel: str, texts: Iterable[str]
    ) -> Iterator[Content]:
        """Passages of lines, if there is anything in them."""
        for text in cut(texts):
            if text.strip():
                yield Passage(where, self.hide(visibility), channel, text)

    def words(self, where: Location, visibility: Visibility, words: Words) -> Iterator[Content]:
        """The passages of each channel, at least as hidden as metadata."""
        for channel, text in words.passages():
            if text.strip():
                yield Passage(where, self.hide(max(visibility, Visibility.METADATA)), channel, text)

    def take(self, name: str, where: Location, into: Callable[[Iterator[Record]], object]) -> Iterator[Content]:
        """All of a part at once; of a damaged one what comes before the damage, and then whatever looks like text."""
        try:
            into(self.records(name))
        except ValueError:
            self.damaged.add(name)
        yield from self.admit_noted(name, where)

    def watch(self, name: str, records: Iterator[Record]) -> Iterator[Record]:
        """Records of a part up to any damage, which is noted."""
        try:
            yield from records
        except ValueError:
            self.damaged.add(name)

    def admit(self, name: str, where: Location) -> Iterator[Content]:
        """That a part is damaged, and the text that can be seen in it all the same."""
        yield Unread(where, Why.DAMAGED)
        chunks: list[bytes] = []
        with suppress(ValueError):  # what was unpacked before the damage is in the list
            chunks.extend(self.package.chunks(name))
        yield from sweep(b"".join(chunks), where, visibility=self.hide(Visibility.ORPHAN))

    def admit_noted(self, name: str, where: Location) -> Iterator[Content]:
        """The same, if damage was noted."""
        if name in self.damaged:
            yield from self.admit(name, where)
