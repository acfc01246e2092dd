"""Form controls that stand in a package as bytes of their own (`xl/activeX/activeX1.bin`): their words and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.controls import CLSID_BYTES, begins
from detectors.formats.ole_objects import swept
from detectors.formats.vba import read_pictures
from detectors.model import Content, Part

MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Control:
    """A control of Microsoft Forms, saved as a stream behind the identifier of its class (MS-OFORMS 2.1.2)."""

    name: str = "control"
    media_type: str = "application/vnd.ms-office.activeX"

    def recognises(self, part: Part) -> bool:
        """Whether a class identifier is followed by a version and a length that fits."""
        head = part.head(CLSID_BYTES + 0x10004)
        return not head.startswith(b"PK") and head[6:8] != b"\0\0" and begins(head, CLSID_BYTES)

    def read(self, part: Part) -> Iterator[Content]:
        """Captions, values and names, which stand in the clear; pictures as parts."""
        untrusted = part.whole()
        yield from swept(part, part.where, untrusted)
        yield from read_pictures(part, part.where, untrusted)
