"""A warm parent with the real readers, and one more that dies of a part that tells it to."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

from detectors import child
from detectors.model import Content, Part, Reader
from detectors.readers import recognise


@dataclass(frozen=True)
class Killer:
    """Obeys the first word of a part."""

    name: str = "killer"
    media_type: str = "text/plain"

    def recognises(self, part: Part) -> bool:
        return part.head(10).startswith((b"KILL", b"HANG", b"STARVE"))

    def read(self, part: Part) -> Iterator[Content]:
        match part.head(4):
            case b"KILL":
                os.abort()
            case b"HANG":
                time.sleep(3600)
        yield from iter((bytearray(2 * 10**9),))  # type: ignore[misc] # more memory than a child may have


def recognise_or_kill(part: Part) -> Reader | None:
    return Killer() if Killer().recognises(part) else recognise(part)


child.recognise = recognise_or_kill  # type: ignore[attr-defined]

if __name__ == "__main__":
    child.main()
