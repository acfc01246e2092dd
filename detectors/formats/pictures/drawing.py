"""What the records of a metafile hold: painted text, comments, pictures."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from detectors.formats.pictures.found import Found
from detectors.formats.pictures.lines import Lines
from detectors.formats.pictures.sizes import may_hold_text

BITMAP = re.compile(rb"\x28\x00\x00\x00(.{4})(.{4})\x01\x00[\x01\x04\x08\x10\x18\x20]\x00", re.DOTALL)
"""The header of a bitmap inside a record (MS-WMF 2.2.2.3)."""

HEADERS = 4096


@dataclass(slots=True)
class Drawing:
    """One metafile being read. `unseen` tells of text that is painted as numbers of glyphs, or pictures that may hold text."""

    found: Found
    lines: Lines = field(default_factory=Lines)
    unseen: bool = False

    def look_for_bitmap(self, record: bytes) -> None:
        """The size of a bitmap that the record paints."""
        if match := BITMAP.search(record[:HEADERS]):
            width, height = struct.unpack("<ii", match[1] + match[2])
            self.unseen |= may_hold_text(abs(width), abs(height))
