"""Where text stands in the records around cells, by the kind of the record (MS-XLSB 2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.records import Record
from detectors.formats.biff12.strings import gather
from detectors.formats.residue import CHANNEL

PASSAGE_CHARACTERS = 64 * 1024


def spread(*entries: tuple[str, tuple[int, ...]]) -> dict[int, str]:
    """Channels by kind of record."""
    return {kind: channel for channel, numbers in entries for kind in numbers}


CHANNELS = spread(
    ("sheetSettings", (147, 651)),
    ("autoFilter", (*range(161, 176), 530, 532, 1152, *range(1177, 1182), *range(5081, 5095))),
    ("formula", (kinds.SHARED_FORMULA, kinds.ARRAY_FORMULA, kinds.DATA_TABLE, 351, 352, 1041, 1043)),
    ("customView", (397, 422, 423, 655)),
    ("conditionalFormat", (*range(461, 472), 558, *range(1046, 1053), 1112, 1146)),
    ("headerFooter", (kinds.HEADER_FOOTER,)),
    ("hyperlink", (kinds.HYPERLINK,)),
    ("consolidation", (495, 497, 499)),
    ("scenario", (500, 502, 504)),
    ("protectedRange", (536, 680, 1103, 1104)),
    ("dataValidation", (kinds.VALIDATION, 573, 681, 1053, 1054)),
    ("webPublish", (553, 554, 556)),
    ("smartTag", (*range(589, 599),)),
    ("oleObject", (639, 644)),
)
"""What a sheet says besides its cells."""

SHORT_NAMES = {kinds.BEGIN_TABLE_COLUMN: 24, kinds.HYPERLINK: 16, kinds.HEADER_FOOTER: 2, kinds.AUTHOR: 0}
"""Records in which strings of one letter mean something, and where their strings begin."""

IDENTIFIER, IDENTIFIER_BYTES = 3072, 16
"""BrtUID: a random number that may look like a word."""


@dataclass(slots=True)
class Words:
    """Texts by channel, to be passed on as passages of at most about 64 Ki characters."""

    texts: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def take(self, kind: int, data: bytes, fallback: str = CHANNEL) -> None:
        """The texts of a record, under the channel of its kind."""
        if kind == IDENTIFIER and len(data) <= IDENTIFIER_BYTES:
            return
        start = SHORT_NAMES.get(kind)
        found = gather(data) if start is None else gather(data, start, shortest=1)
        if found:
            self.add(CHANNELS.get(kind, fallback), found)

    def add(self, channel: str, texts: Iterable[str]) -> None:
        """Texts of a channel."""
        self.texts.setdefault(channel, []).extend(texts)

    def passages(self) -> Iterator[tuple[str, str]]:
        """Channel and text of each passage."""
        for channel, texts in self.texts.items():
            for text in cut(dict.fromkeys(texts)):
                yield channel, text


def cut(texts: Iterable[str]) -> Iterator[str]:
    """Texts as lines, in pieces of at most about 64 Ki characters."""
    lines: list[str] = []
    size = 0
    for text in texts:
        lines.append(text)
        size += len(text) + 1
        if size > PASSAGE_CHARACTERS:
            yield "\n".join(lines)
            lines, size = [], 0
    if lines:
        yield "\n".join(lines)


def take_all(records: Iterable[Record], words: Words, channel: str) -> None:
    """All texts of a part that holds one kind of thing. Raises ValueError for damage, after keeping what was before it."""
    for kind, data in records:
        words.take(kind, data, channel)
