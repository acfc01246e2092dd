"""workbook.bin, sharedStrings.bin: sheets, names, caches, and the strings that cells share."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.channels import Words
from detectors.formats.biff12.records import Record, take_each
from detectors.formats.biff12.strings import COUNT, gather, gather_literals, read_rich, read_wide
from detectors.formats.biff12.values import read_real
from detectors.formats.runs import Fonts, find_fonts
from detectors.model import Visibility

STATES = (Visibility.SHOWN, Visibility.HIDDEN_SHEET, Visibility.VERY_HIDDEN_SHEET)
VIEW_FLAGS = 28
WINDOWS = (STATES[0], STATES[1], STATES[2], STATES[2])
"""By the first two flags of BrtBookView (2.4.303): hidden, very hidden."""

RUN = struct.Struct("<HH")
INTEGER, REAL = 0x1E, 0x1F
"""Tokens of whole and real numbers (2.5.97.46, 2.5.97.61)."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    visibility: Visibility
    relation: str


@dataclass(slots=True)
class Workbook:
    """What workbook.bin says. `caches` are relationships; `views` name people; `words` is the rest."""

    sheets: list[SheetEntry] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    caches: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    words: Words = field(default_factory=Words)
    since_1904: bool = False
    windows: list[Visibility] = field(default_factory=list)

    @property
    def visibility(self) -> Visibility:
        """That of the windows: a workbook opens as hidden as the least hidden of them."""
        return min(self.windows, default=Visibility.SHOWN)

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        take_each(records, self.take_record)

    def take_record(self, kind: int, data: bytes) -> None:
        """One record. Raises ValueError when it is cut short."""
        match kind:
            case kinds.SHEET_ENTRY:
                self.sheets.append(read_sheet_entry(data))
            case kinds.NAME:
                self.names.append(read_name(data))
            case kinds.BEGIN_CACHE_IDENTIFIER:
                self.caches.append(read_wide(data, 4)[0])
            case kinds.USER_VIEW:
                self.views += gather(data)
            case _:
                self.take_other(kind, data)

    def take_other(self, kind: int, data: bytes) -> None:
        """Properties, paths, file sharing, and whatever is not known."""
        if kind == kinds.BOOK_PROPERTIES:
            self.since_1904 = bool(data[:1] and data[0] & 1)
        elif kind == kinds.BOOK_VIEW and len(data) > VIEW_FLAGS:
            self.windows.append(WINDOWS[data[VIEW_FLAGS] & 3])
        self.words.take(kind, data, "workbook")


def read_sheet_entry(data: bytes) -> SheetEntry:
    """BrtBundleSh (2.4.311): state, number, relationship, name. Raises ValueError when it is cut short."""
    relation, at = read_wide(data, 8)
    name, _ = read_wide(data, at)
    state = COUNT.unpack_from(data)[0]
    return SheetEntry(name, STATES[min(state, 2)], relation)


def read_name(data: bytes) -> str:
    """BrtName (2.4.712) as a line: the name, the values in its formula, its comment. Raises ValueError when it is cut short."""
    name, at = read_wide(data, 9)
    formula = at
    for _ in range(2):  # tokens, then what does not fit into tokens
        if at + 4 > len(data):
            raise ValueError("a formula that is missing")
        at += 4 + COUNT.unpack_from(data, at)[0]
    words = [*gather_literals(data[:at], formula), *read_constant(data[formula:at])]
    while at < len(data):  # its comment; description, help and status of some
        word, at = read_wide(data, at)
        words.append(word)
    said = " ".join(word for word in words if word)
    return f"{name} = {said}" if said else name


def read_constant(formula: bytes) -> list[str]:
    """The number that a name stands for, if it stands for one."""
    size = COUNT.unpack_from(formula)[0]
    if size == 3 and formula[4] == INTEGER:
        return [str(int.from_bytes(formula[5:7], "little"))]
    return [read_real(formula, 5)] if size == 9 and formula[4] == REAL else []


@dataclass(slots=True)
class Strings:
    """sharedStrings.bin: the strings in order, phonetic readings apart."""

    items: list[str] = field(default_factory=list, repr=False)
    fonts: dict[int, Fonts] = field(default_factory=dict)
    """By string the fonts that its runs are in."""

    phonetic: list[str] = field(default_factory=list, repr=False)
    words: list[str] = field(default_factory=list, repr=False)

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        take_each(records, self.take_record)

    def take_record(self, kind: int, data: bytes) -> None:
        """One record; a string that is damaged has its place too. Raises ValueError for that."""
        if kind != kinds.SHARED_ITEM:
            self.words += gather(data)
            return
        self.items.append("")
        self.items[-1], runs, phonetic = read_rich(data, 0)
        if runs:
            self.fonts[len(self.items) - 1] = find_fonts(self.items[-1], RUN.iter_unpack(runs))
        if phonetic:
            self.phonetic.append(phonetic)
