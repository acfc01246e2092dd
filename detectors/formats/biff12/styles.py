"""styles.bin: what a cell's format shows of its value, and whether its text can be seen at all."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from detectors.formats.appearance import ON_PAPER, Look, Pen, Pens, indexed, tinted
from detectors.formats.biff12 import kinds
from detectors.formats.biff12.records import Record, take_each
from detectors.formats.biff12.strings import gather, read_wide
from detectors.formats.conditions import Change
from detectors.formats.number_formats import GENERAL, NumberFormat, built_in, read_format

COLOUR = struct.Struct("<BBh3B")
CELL_FORMAT = struct.Struct("<5H")
TWIPS = 20
SOLID = 1
CODE_CHARACTERS = 1024
"""Excel takes 255; a longer code is no format but a place for text."""

THEME = (0xFFFFFF, 0x000000, 0xEEECE1, 0x1F497D, 0x4F81BD, 0xC0504D, 0x9BBB59, 0x8064A2, 0x4BACC6, 0xF79646)
"""The colours of the usual theme, for the rare colour that is not also given by its channels."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell format does: the number format, whether nobody sees a number, or a text."""

    form: NumberFormat = GENERAL
    hides_number: bool = False
    hides_text: bool = False
    look: Look = ON_PAPER

    def hides_runs(self, pens: Pens) -> bool:
        """Whether some run of a text cannot be seen."""
        return any(self.form.conceals_text(self.look.written(pen)) for pen in pens)

    def hidden_by(self, change: Change, *, numeric: bool) -> bool:
        """Whether a number, or a text, is not seen where a conditional format applies."""
        conceals = change.conceals_number if numeric else change.conceals_text
        return conceals(self.form, self.look)

    @property
    def plain(self) -> bool:
        """Whether it changes nothing."""
        return self.form == GENERAL and not self.hides_number and not self.hides_text


PLAIN = Style()


@dataclass(slots=True)
class Styles:
    """The cell formats in order; `words` are what number formats and styles of the file's own say."""

    cells: list[Style] = field(default_factory=list)
    looks: list[Style] = field(default_factory=list)
    """The same, those included that change nothing."""

    words: list[str] = field(default_factory=list)
    formats: dict[int, NumberFormat] = field(default_factory=dict)
    fonts: list[Pen] = field(default_factory=list)
    grounds: list[int | None] = field(default_factory=list)
    patterned: set[int] = field(default_factory=set)
    """The fills of more than one colour."""

    changes: list[Change] = field(default_factory=list)
    """The differential formats, by which conditional formats change cells."""

    in_cells: bool = False

    def take(self, records: Iterable[Record]) -> None:
        """All of the part; what was read before damage stays. Raises ValueError for damage."""
        take_each(records, self.take_record)

    def take_record(self, kind: int, data: bytes) -> None:
        """One record; what is damaged has its place too. Raises ValueError for that."""
        match kind:
            case kinds.FORMAT:
                self.add_format(data)
            case kinds.FONT:
                self.fonts.append(Pen())
                self.fonts[-1] = Pen(read_colour(data, 12), int.from_bytes(data[:2], "little") / TWIPS)
            case kinds.FILL:
                self.add_fill(data)
            case kinds.BEGIN_CELL_FORMATS | kinds.END_CELL_FORMATS:
                self.in_cells = kind == kinds.BEGIN_CELL_FORMATS
            case kinds.CELL_FORMAT if self.in_cells:
                self.add_cell(data)
            case kinds.CHANGE:
                self.changes.append(Change())
                self.changes[-1] = read_change(data)
            case kinds.STYLE if not data[4:5] or not data[4] & 1:  # one of the file's own (BrtStyle, 2.4.767)
                self.words += gather(data, 8)

    def add_fill(self, data: bytes) -> None:
        """BrtFill (2.4.653): none, of one colour, a pattern or a gradient."""
        pattern = int.from_bytes(data[:4], "little")
        self.grounds.append(None)
        if pattern > SOLID:
            self.patterned.add(len(self.grounds) - 1)
        elif pattern == SOLID:
            self.grounds[-1] = read_colour(data, 4)

    def add_format(self, data: bytes) -> None:
        """BrtFmt (2.4.657): a number format of the file's own, with the words it shows."""
        code = read_wide(data, 2)[0]
        form = self.formats[int.from_bytes(data[:2], "little")] = read_format(code[:CODE_CHARACTERS])
        if len(code) > CODE_CHARACTERS:
            self.words.append(code)
        elif form.words:
            self.words.append(form.words)

    def add_cell(self, data: bytes) -> None:
        """BrtXF (2.4.824) of a cell. Raises ValueError when it is cut short."""
        self.cells.append(PLAIN)
        self.looks.append(PLAIN)
        if len(data) < CELL_FORMAT.size:
            raise ValueError("a cell format that is cut short")
        _, number, font, fill, _ = CELL_FORMAT.unpack_from(data)
        pen = self.fonts[font] if font < len(self.fonts) else Pen()
        ground = self.grounds[fill] if fill < len(self.grounds) else None
        form = self.formats.get(number) or built_in(number)
        look = Look(pen.ink, ground, pen.points, fill in self.patterned)
        style = Style(form, form.conceals_number(look), form.conceals_text(look), look)
        self.looks[-1] = style
        if not style.plain:
            self.cells[-1] = style


def read_change(data: bytes) -> Change:
    """BrtDXF (2.4.353): solid in the background's colour where no other pattern is said. Raises ValueError when it is cut short."""
    change = Change()
    for kind, value in read_properties(data):
        match kind:
            case 0x00 if value and value[0] > SOLID:
                change = replace(change, patterned=True)
            case 0x01 if change.ground is None:
                change = replace(change, ground=read_colour(value, 0))
            case 0x02:
                change = replace(change, ground=read_colour(value, 0))
            case 0x05:
                change = replace(change, ink=read_colour(value, 0))
            case 0x24:
                change = replace(change, points=int.from_bytes(value[:4], "little") / TWIPS)
            case 0x26:
                change = replace(change, number=read_format(read_wide(value, 2)[0][:CODE_CHARACTERS]))
    return change


def read_properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The properties of a BrtDXF (XFProp, 2.5.165): kind, size with this head, value."""
    at = 6
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + size]
        at += max(size, 4)


def read_colour(data: bytes, at: int) -> int | None:
    """A BrtColor (2.4.326): None for the automatic one. Raises ValueError when it is cut short."""
    if at + COLOUR.size > len(data):
        raise ValueError("a colour that is cut short")
    flags, index, tint, red, green, blue = COLOUR.unpack_from(data, at)
    given = red << 16 | green << 8 | blue
    match flags >> 1:
        case 1:
            return given if flags & 1 and index < 64 else indexed(index)
        case 2:
            return tinted(given, tint / 32767)
        case 3:
            base = given if flags & 1 else THEME[index % len(THEME)]
            return tinted(base, tint / 32767)
    return None
