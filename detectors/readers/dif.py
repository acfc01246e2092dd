"""DIF, the data interchange format of VisiCalc, which Excel and Calc still open."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.text_stream import encoding, lines
from detectors.model import Content, Part, Passage, Row, Table, Visibility

MARK = b"TABLE"
COLUMNS = 16_384
PASSAGE_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Dif:
    """A table in pairs of lines: a type with a number, then a text."""

    name: str = "dif"
    media_type: str = "application/x-dif"

    def recognises(self, part: Part) -> bool:
        """Whether it begins with the header item TABLE and its pair `0,1`."""
        first = part.head(256).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").split(b"\n")[:2]
        return [line.strip() for line in first] == [MARK, b"0,1"]

    def read(self, part: Part) -> Iterator[Content]:
        """The rows, then the words of the header and what stands behind the end. Raises ValueError for binary bytes."""
        reading = Reading(part, lines(part, encoding(part) or "cp1252"))
        reading.read_header()
        rows = reading.read_rows()
        yield Table(part.where, part.visibility, "cells", (), rows)
        collections.deque(rows, maxlen=0)
        yield from reading.read_asides()


@dataclass(slots=True)
class Reading:
    """A file that is being read."""

    part: Part
    source: Iterator[str]
    header: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)

    def line(self) -> str | None:
        """The next line without its end; None at the end of the file."""
        line = next(self.source, None)
        return None if line is None else line.rstrip("\n")

    def read_header(self) -> None:
        """Items of three lines each up to DATA."""
        while (topic := self.line()) is not None:
            self.line()
            words = self.line() or ""
            if topic.strip() == "DATA":
                return
            if len(words.strip('"')) > 1:
                self.part.budget.spend(len(words))
                self.header.append(words.strip('"'))

    def read_rows(self) -> Iterator[Row]:
        """Tuples; BOT begins one, EOD ends the last. A text may run over several lines."""
        number = 0
        cells: list[str] = []
        while (pair := self.line()) is not None:
            kind, _, value = pair.partition(",")
            text = self.read_text()
            if kind.strip() != "-1":
                cells.append(text if kind.strip() == "1" else value.strip() or text)
                if len(cells) > COLUMNS:
                    raise ValueError("a row of too many cells")
                continue
            if cells:
                yield Row(number, tuple(cells))
            number, cells = number + 1, []
            if text.strip() == "EOD":
                break
        if cells:
            yield Row(number, tuple(cells))
        self.behind = [line for line in self.source if line.strip()]

    def read_text(self) -> str:
        """The second line of a pair, without its quotes; a quote that is not closed goes on in the next line."""
        text = self.line() or ""
        if not text.startswith('"'):
            return text
        parts = [text]
        while (len(parts) < 2 and len(text) < 2) or not parts[-1].endswith('"'):
            line = self.line()
            if line is None or len(parts) > 1_000:
                break
            parts.append(line)
        return "\n".join(parts).strip('"').replace('""', '"')

    def read_asides(self) -> Iterator[Content]:
        """Words of the header, and lines behind the end of the data."""
        visibility = max(self.part.visibility, Visibility.METADATA)
        if self.header:
            yield Passage(self.part.where / "header", visibility, "dif", "\n".join(self.header))
        orphan = max(self.part.visibility, Visibility.ORPHAN)
        for start in range(0, len(self.behind), PASSAGE_LINES):
            text = "".join(self.behind[start : start + PASSAGE_LINES])
            yield Passage(self.part.where / "behind the end", orphan, "unclaimed", text)
