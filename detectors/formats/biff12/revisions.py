"""Revision logs of shared workbooks: who changed what, with the values before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.formats.biff12.records import Record
from detectors.formats.biff12.sheet import DECODERS
from detectors.formats.biff12.strings import gather


@dataclass(slots=True)
class Revisions:
    """A revisionHeaders, revisionLog or userNames part, as lines."""

    lines: list[str] = field(default_factory=list, repr=False)

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        for kind, data in records:
            if kind in DECODERS:
                self.take_value(kind, data)
            else:
                self.lines += gather(data)

    def take_value(self, kind: int, data: bytes) -> None:
        """An old or new value, which is written as a cell; one of another make is taken for its texts."""
        try:
            text = DECODERS[kind](data, 8)
        except ValueError:
            self.lines += gather(data)
            return
        if text:
            self.lines.append(text)
