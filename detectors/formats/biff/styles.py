"""Cell formats: what a number format makes of a value, whether the text can be seen (MS-XLS 2.4.353, 2.4.122, 2.4.126)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from detectors.formats.appearance import ON_PAPER, Look, Pen, Pens, indexed
from detectors.formats.biff.strings import Strings
from detectors.formats.number_formats import GENERAL, NumberFormat, built_in, read_format

FONT, FORMAT, XF = (0x31, 0x231), (0x1E, 0x41E), (0x43, 0x243, 0x443, 0xE0)
PALETTE, XFEXT, FONT_COLOUR = 0x92, 0x87D, 0x45
SOLID = 1
TEXT_COLOUR, FOREGROUND = 0x0D, 0x04
THEME_COLOURS = (0xFFFFFF, 0x000000, 0xEEECE1, 0x1F497D, 0x4F81BD, 0xC0504D, 0x9BBB59, 0x8064A2, 0x4BACC6, 0xF79646)
"""Background, text and accents of the theme that Excel 2007 to 2010 begins with."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's format does to its value: whether nobody sees a number, or a text."""

    form: NumberFormat = GENERAL
    hides_number: bool = False
    hides_text: bool = False
    look: Look = ON_PAPER

    def hides_runs(self, pens: Pens) -> bool:
        """Whether some run of a text cannot be seen."""
        return any(self.form.conceals_text(self.look.written(pen)) for pen in pens)


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class CellFormat:
    """An XF record: font, number format, colour of the fill (None: none), whether the fill is a pattern."""

    font: int
    form: int
    fill: int | None = None
    patterned: bool = False


@dataclass(slots=True)
class Styles:
    """Styles as they are read. Records come in any order, so that colours are looked up at the end."""

    strings: Strings = field(default_factory=Strings)
    fonts: list[tuple[float, int]] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    cells: list[CellFormat] = field(default_factory=list)
    palette: dict[int, int] = field(default_factory=dict)
    inks: dict[int, int] = field(default_factory=dict)
    grounds: dict[int, int] = field(default_factory=dict)

    def take(self, kind: int, data: bytes) -> bool:
        """A record, if it is one of style."""
        if kind in FONT:
            self.fonts.append(read_font(data))
        elif kind in FORMAT:
            self.take_format(kind, data)
        elif kind in XF:
            self.cells.append(read_cell_format(kind, data))
        elif kind == PALETTE:
            self.take_palette(data)
        elif kind == XFEXT:
            self.take_extension(data)
        elif kind == FONT_COLOUR and self.fonts and len(data) >= 2:
            self.fonts[-1] = (self.fonts[-1][0], int.from_bytes(data[:2], "little"))
        else:
            return False
        return True

    def take_format(self, kind: int, data: bytes) -> None:
        """FORMAT: a number of its own since BIFF5, in order before."""
        if self.strings.version >= 5:
            code, _ = self.strings.long(data, 2)
            self.formats[int.from_bytes(data[:2], "little")] = code
        else:
            code, _ = self.strings.counted(data, 2 if kind == 0x41E else 0, 1)
            self.formats[len(self.formats)] = code

    def take_palette(self, data: bytes) -> None:
        """PALETTE: colours from index 8 on (MS-XLS 2.4.188)."""
        for index in range(min((len(data) - 2) // 4, 56)):
            red, green, blue = data[2 + index * 4 : 5 + index * 4]
            self.palette[8 + index] = red << 16 | green << 8 | blue

    def take_extension(self, data: bytes) -> None:
        """XFExt: colours beyond the palette (MS-XLS 2.4.355)."""
        if len(data) < 20:
            return
        cell, count = struct.unpack_from("<H2xH", data, 14)
        position = 20
        for _ in range(min(count, 32)):
            if position + 4 > len(data):
                return
            kind, size = struct.unpack_from("<HH", data, position)
            colour = full_colour(data[position + 4 : position + size])
            if colour is not None and kind == TEXT_COLOUR:
                self.inks[cell] = colour
            elif colour is not None and kind == FOREGROUND:
                self.grounds[cell] = colour
            position += max(size, 4)

    def colour(self, index: int) -> int | None:
        """A colour by its index; None for an automatic one."""
        return self.palette[index] if index in self.palette else indexed(index)

    def finish(self) -> list[Style]:
        """The style of each XF; of each number format where there are no XFs (BIFF2)."""
        if not self.cells:
            return [Style(form, form.hides, form.hides_text) for form in map(read_format, self.formats.values())]
        return [self.style(number, cell) for number, cell in enumerate(self.cells)]

    def style(self, number: int, cell: CellFormat) -> Style:
        """The style of one XF."""
        code = self.formats.get(cell.form)
        form = read_format(code) if code is not None else built_in(cell.form)
        if form == GENERAL and code is None and self.strings.version < 5:
            form = built_in(cell.form)
        # There is no font 4: index 5 is the fifth (MS-XLS 2.5.129).
        index = cell.font - 1 if cell.font > 4 else cell.font
        points, ink = self.fonts[index] if index < len(self.fonts) else (0.0, 0x7FFF)
        ground = self.grounds.get(number, self.colour(cell.fill)) if cell.fill is not None else None
        look = Look(self.inks.get(number, self.colour(ink)), ground, points, cell.patterned)
        return Style(form, form.conceals_number(look), form.conceals_text(look), look)

    def pens(self) -> dict[int, Pen]:
        """How each font writes, by the index that runs and cells name it by: there is no font 4 (MS-XLS 2.5.129)."""
        return {number + (number > 3): Pen(self.colour(ink), points) for number, (points, ink) in enumerate(self.fonts)}


def read_font(data: bytes) -> tuple[float, int]:
    """Size in points and colour index of FONT."""
    if len(data) < 6:
        return (int.from_bytes(data[:2], "little") / 20, 0x7FFF)
    height, _, colour = struct.unpack_from("<HHH", data)
    return height / 20, colour


def read_cell_format(kind: int, data: bytes) -> CellFormat:
    """An XF of any version."""
    padded = data.ljust(20, b"\0")
    if kind == 0xE0:
        font, form = struct.unpack_from("<HH", padded)
        return read_wide_fill(font, form, padded, eight=len(data) >= 20)
    if kind == 0x43:
        return CellFormat(padded[0], padded[2] & 0x3F)
    return CellFormat(padded[0], padded[1])


def read_wide_fill(font: int, form: int, data: bytes, *, eight: bool) -> CellFormat:
    """The fill of an XF of BIFF8 (20 bytes) or BIFF5 (16)."""
    if eight:
        pattern = data[17] >> 2
        colours = struct.unpack_from("<H", data, 18)[0]
    else:
        area = struct.unpack_from("<I", data, 8)[0]
        pattern, colours = area >> 16 & 0x3F, area & 0x3FFF
    return CellFormat(font, form, colours & 0x7F if pattern == SOLID else None, pattern > SOLID)


def full_colour(data: bytes) -> int | None:
    """FullColorExt as 0xRRGGBB: red, green, blue, or a colour of the theme without its tint (MS-XLS 2.5.155)."""
    if len(data) < 8:
        return None
    kind, tint = struct.unpack_from("<Hh", data)
    if kind == 2:
        return data[4] << 16 | data[5] << 8 | data[6]
    value = int.from_bytes(data[4:8], "little")
    if kind == 3 and value < len(THEME_COLOURS) and abs(tint) < 0x400:
        return THEME_COLOURS[value]
    return None
