"""Conditional formats of a sheet that can hide its cells (MS-XLS 2.4.56 CondFmt, 2.4.42 CF)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from detectors.formats.appearance import indexed
from detectors.formats.biff.strings import Strings
from detectors.formats.biff.styles import Style
from detectors.formats.conditions import NEVER, Area, Change, Conditions, Rule, compare
from detectors.formats.number_formats import built_in, read_format

RANGES, RULE, LATER_RANGES, LATER_RULE = 0x1B0, 0x1B1, 0x879, 0x87A
KINDS = frozenset((RANGES, RULE, LATER_RANGES, LATER_RULE))
LATER = 12
"""Records of Excel 2007 begin with a header of their own."""

COMPARES, COMPUTES = 1, 2
NUMBER, FONT, ALIGNMENT, BORDER, PATTERN, PROTECTION = (1 << bit for bit in range(25, 31))
"""Which parts a differential format has (2.5.81 DXFN)."""

NO_PATTERN, NO_FORE, NO_GROUND, NO_NUMBER = (1 << bit for bit in range(16, 20))
"""Which of their values it leaves."""

FONT_SIZE, INK, POINTS = 118, 80, 64
SOLID = 1


@dataclass(slots=True)
class ConditionReader:
    """Takes the records of conditional formats in order. `palette` are the colours that the workbook has changed."""

    strings: Strings
    styles: Iterable[Style]
    palette: dict[int, int]
    conditions: Conditions = field(default_factory=Conditions)
    areas: tuple[Area, ...] = ()

    def take(self, kind: int, data: bytes) -> None:
        """A record; one that is cut short says nothing here, its texts are read with the others."""
        start = LATER if kind in {LATER_RANGES, LATER_RULE} else 0
        try:
            if kind in {RANGES, LATER_RANGES}:
                self.areas = tuple(read_areas(data, start))
            else:
                self.take_rule(data, start, later=kind == LATER_RULE)
        except (struct.error, IndexError):
            return

    def take_rule(self, data: bytes, at: int, *, later: bool) -> None:
        """CF, CF12: kind, operator, sizes of two formulas, what changes, the formulas."""
        kind, operator, first, second = struct.unpack_from("<BBHH", data, at)
        at += 6
        if later:
            size = struct.unpack_from("<I", data, at)[0]
            change, end = (self.read_change(data, at + 4)[0], at + 4 + size) if size else (Change(), at + 6)
        else:
            change, end = self.read_change(data, at)
        formulas = [each for each in (data[end : end + first], data[end + first : end + first + second]) if each]
        if not self.hides(change) or (kind == COMPUTES and formulas[:1] and formulas[0] in NEVER):
            return
        comparison = compare(operator, formulas) if kind == COMPARES else None
        self.conditions.add(Rule(self.areas, change, comparison))

    def hides(self, change: Change) -> bool:
        """Whether it conceals cells of some style that the workbook has."""
        return any(
            change.conceals_number(style.form, style.look) or change.conceals_text(style.form, style.look)
            for style in self.styles
        )

    def read_change(self, data: bytes, at: int) -> tuple[Change, int]:
        """DXFN (2.5.81), and where it ends."""
        flags, user = struct.unpack_from("<IH", data, at)
        at += 6
        change = Change()
        if flags & NUMBER:
            size = struct.unpack_from("<H", data, at)[0] if user & 1 else 2
            if not flags & NO_NUMBER:
                form = read_format(self.strings.long(data, at + 2)[0]) if user & 1 else built_in(data[at + 1])
                change = replace(change, number=form)
            at += size
        if flags & FONT:
            points, ink = struct.unpack_from("<i", data, at + POINTS)[0], struct.unpack_from("<i", data, at + INK)[0]
            change = replace(change, points=max(0, points) / 20, ink=self.colour(ink) if ink >= 0 else None)
            at += FONT_SIZE
        at += 8 * bool(flags & ALIGNMENT) + 8 * bool(flags & BORDER)
        if flags & PATTERN:
            change = self.read_pattern(change, flags, *struct.unpack_from("<HH", data, at))
            at += 4
        return change, at + 2 * bool(flags & PROTECTION)

    def read_pattern(self, change: Change, flags: int, style: int, colours: int) -> Change:
        """DXFPat (2.5.80): solid in the background's colour, as Excel fills, where no other pattern is said."""
        pattern = SOLID if flags & NO_PATTERN else style >> 10
        if pattern > SOLID:
            return replace(change, patterned=True)
        colour = colours >> 7 & 0x7F if not flags & NO_GROUND else colours & 0x7F
        said = not flags & NO_GROUND or not flags & NO_FORE
        return replace(change, ground=self.colour(colour)) if said and pattern == SOLID else change

    def colour(self, index: int) -> int | None:
        """A colour by its index; None for an automatic one."""
        return self.palette[index] if index in self.palette else indexed(index)


def read_areas(data: bytes, at: int) -> Iterable[Area]:
    """CondFmt: behind the number of rules, a flag and the range around all, the ranges (Ref8U, 2.5.212)."""
    count = struct.unpack_from("<H", data, at + 12)[0]
    for index in range(count):
        top, bottom, left, right = struct.unpack_from("<4H", data, at + 14 + 8 * index)
        yield top, left, bottom, right
