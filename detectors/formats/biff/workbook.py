"""The globals of a workbook: sheets, shared strings, styles, dates (MS-XLS 2.1.7.20.3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from detectors.formats.biff.cells import Book
from detectors.formats.biff.records import Stream, Substream
from detectors.formats.biff.strings import Strings, codec_of, read_shared_strings
from detectors.formats.biff.styles import Styles
from detectors.formats.number_formats import read_format
from detectors.formats.runs import Fonts, find_fonts, find_pens
from detectors.model import Budget, OverLimit, Visibility, Why

SHEET, CODE_PAGE, SINCE_1904, SHARED, WINDOW, CACHE = 0x85, 0x42, 0x22, 0xFC, 0x3D, 0xD5
OWN = frozenset((SHEET, CODE_PAGE, SINCE_1904, SHARED, WINDOW, CACHE))
STATES = {1: Visibility.HIDDEN_SHEET, 2: Visibility.VERY_HIDDEN_SHEET, 3: Visibility.VERY_HIDDEN_SHEET}
RUN = struct.Struct("<HH")
STYLE_COST = 1_000
MOST_SHEETS = 10_000


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it; `start` is where its BOF should be."""

    name: str
    visibility: Visibility
    start: int
    kind: int = 0


@dataclass(slots=True)
class Globals:
    """What the workbook says of itself."""

    book: Book
    sheets: list[SheetEntry] = field(default_factory=list)
    phonetic: list[str] = field(default_factory=list)
    caches: list[int] = field(default_factory=list)
    format_words: list[str] = field(default_factory=list)
    fonts: dict[int, Fonts] = field(default_factory=dict)
    """By shared string the fonts that its runs are in."""

    miscounted: bool = False
    """Whether there are more or fewer shared strings than they are said to be: bytes in them are no longer what they were."""

    windows: list[bool] = field(default_factory=list)

    @property
    def window_hidden(self) -> bool:
        """Whether no window shows the workbook."""
        return bool(self.windows) and all(self.windows)


def read_globals(stream: Stream, substream: Substream | None, budget: Budget) -> Globals:
    """The globals in a substream. Before BIFF5 each sheet has its own; without one everything is plain."""
    version = substream.version if substream else 8
    book = Book(version=version, strings=Strings(version))
    found = Globals(book)
    if substream is None:
        return found
    book.strings = Strings(version, find_code_page(stream, substream))
    styles = Styles(book.strings)
    for position in substream.others:
        kind = stream.kind(position)
        if kind in OWN:
            take(found, stream, kind, position, budget)
        elif styles.take(kind, stream.payload(position)):
            budget.spend(STYLE_COST)
    book.styles, book.fonts, book.palette = styles.finish(), styles.pens(), styles.palette
    book.pens = find_pens(found.fonts, book.fonts)
    book.bare_formats = version == 2 and not styles.cells
    found.format_words = [words for code in styles.formats.values() if (words := read_format(code).words)]
    return found


def find_code_page(stream: Stream, substream: Substream) -> str:
    """The codec of strings up to BIFF5 (CODEPAGE, MS-XLS 2.4.52)."""
    for position in substream.others:
        if stream.kind(position) == CODE_PAGE:
            return codec_of(int.from_bytes(stream.payload(position)[:2], "little"))
    return "cp1252"


def take(found: Globals, stream: Stream, kind: int, position: int, budget: Budget) -> None:
    """One record of the globals."""
    data = stream.payload(position)
    match kind:
        case 0x85 if len(data) > 6:
            found.sheets.append(read_entry(found.book.strings, data))
            if len(found.sheets) > MOST_SHEETS:
                raise OverLimit(Why.TOO_MANY)
        case 0x22:
            found.book.since_1904 = bool(data and data[0])
        case 0xFC:
            take_shared_strings(found, stream.segments(position), budget)
        case 0x3D if len(data) >= 10:
            found.windows.append(bool(data[8] & 1))
        case 0xD5 if len(data) >= 2:
            found.caches.append(int.from_bytes(data[:2], "little"))


def read_entry(strings: Strings, data: bytes) -> SheetEntry:
    """BOUNDSHEET (MS-XLS 2.4.28)."""
    start, state, kind = struct.unpack_from("<IBB", data)
    name, _ = strings.counted(data, 6, 1)
    return SheetEntry(name, STATES.get(state & 3, Visibility.SHOWN), start, kind)


def take_shared_strings(found: Globals, segments: list[bytes], budget: Budget) -> None:
    """SST: the strings, and phonetic readings apart."""
    for text, runs, phonetic in read_shared_strings(segments, budget):
        if runs:
            found.fonts[len(found.book.shared)] = find_fonts(text, RUN.iter_unpack(runs[: len(runs) & ~3]))
        found.book.shared.append(text)
        if phonetic:
            found.phonetic.append(phonetic)
    found.book.used = bytearray(len(found.book.shared))
    said = int.from_bytes(segments[0][4:8], "little")
    found.miscounted = bool(found.book.shared) and said != len(found.book.shared)
