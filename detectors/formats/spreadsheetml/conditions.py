"""Conditional formats of a worksheet part, from a first look at its end: they stand behind the cells that they hide (18.3.1.18)."""

from __future__ import annotations

import pyexpat
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from detectors.formats.conditions import OPERATORS, Area, Change, Comparison, Conditions, Rule
from detectors.formats.number_formats import NumberFormat, float_or_none
from detectors.formats.spreadsheetml.differential import DifferentialHandler
from detectors.formats.spreadsheetml.merges import REFERENCE, column_index
from detectors.formats.spreadsheetml.rich_text import ReadColour
from detectors.formats.spreadsheetml.workbook import number

NAME = b"conditionalFormatting"
BEGIN = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?conditionalFormatting[\s>]")
MOST_BYTES = 8 * 1024 * 1024
"""From the first conditional format on; rules behind them do not count."""

OVERLAP = 128
NEVER = re.compile(r"FALSE(?:\(\))?|0", re.IGNORECASE)
UNSEEN = Change(number=NumberFormat(hides=True))
"""A bar or a sign in the place of the number."""

Hides = Callable[[Change], bool]


@dataclass(slots=True)
class ConditionFinder:
    """Gathers the end of a part, from its first conditional format on, as its chunks go by."""

    untrusted: bytearray = field(default_factory=bytearray, repr=False)
    begun: bool = False

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        for chunk in chunks:
            yield chunk
            if len(self.untrusted) < MOST_BYTES:
                self.take(chunk.replace(b"\0", b""))  # a sheet may be UTF-16

    def take(self, chunk: bytes) -> None:
        """A chunk in a charset of bytes."""
        self.untrusted += chunk
        if self.begun:
            return
        found = BEGIN.search(self.untrusted) if NAME in self.untrusted else None
        self.begun = found is not None
        del self.untrusted[: found.start() if found else max(0, len(self.untrusted) - OVERLAP)]

    def find(self, changes: list[Change], read_colour: ReadColour, hides: Hides) -> Conditions:
        """The rules that can hide: those whose change `hides` something that the workbook has."""
        handler = ConditionHandler(changes, read_colour, hides)
        if self.begun:
            handler.read(bytes(self.untrusted))
        return handler.conditions


@dataclass(slots=True)
class ConditionHandler:
    """Handler of conditional formats, those of Excel 2010 included, which keep their changes and ranges inside (MS-XLSX 2.6.6)."""

    changes: list[Change]
    read_colour: ReadColour
    hides: Hides
    conditions: Conditions = field(default_factory=Conditions)
    areas: tuple[Area, ...] = ()
    pending: list[tuple[Change, Comparison | None]] = field(default_factory=list)
    rule: dict[str, str] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    change: Change | None = None
    inside: DifferentialHandler | None = None

    def read(self, untrusted: bytes) -> None:
        """A piece of a worksheet, which ends in the end of an element that it does not begin."""
        parser = pyexpat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: self.start(local(name), attributes)
        parser.EndElementHandler = lambda name: self.end(local(name))
        parser.CharacterDataHandler = self.value.append
        try:
            parser.Parse(b"<piece>" + untrusted.decode("utf-8", "replace").encode(), False)
        except pyexpat.ExpatError:
            return  # what is broken is said where the sheet is read

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        self.value.clear()
        if self.inside is not None:
            self.inside.start(name, attributes)
            return
        match name:
            case "conditionalFormatting":
                self.areas, self.pending = read_areas(attributes.get("sqref", "")), []
            case "cfRule":
                self.rule, self.formulas, self.change = attributes, [], None
            case "dxf":
                self.inside = DifferentialHandler(self.read_colour)
            case "dataBar" | "iconSet" if attributes.get("showValue") in {"0", "false"}:
                self.change = UNSEEN

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "dxf":
                self.change = self.inside.change if self.inside is not None else None
                self.inside = None
            case "formula" | "f":
                self.formulas.append("".join(self.value).strip())
            case "sqref":
                self.areas = read_areas("".join(self.value))
            case "cfRule":
                self.end_rule()
            case "conditionalFormatting":
                for change, comparison in self.pending:
                    self.conditions.add(Rule(self.areas, change, comparison))
        if self.inside is not None:
            self.inside.end(name)
        self.value.clear()

    def end_rule(self) -> None:
        """A rule is known; those that can hide nothing are forgotten."""
        index = self.rule.get("dxfId", "")
        if self.change is None and index:
            known = number(index)
            self.change = self.changes[known] if known < len(self.changes) else None
        kind = self.rule.get("type", "")
        never = kind == "containsBlanks" or (kind == "expression" and all(map(NEVER.fullmatch, self.formulas)))
        if self.change is not None and not never and self.hides(self.change):
            self.pending.append((self.change, self.compare(kind)))

    def compare(self, kind: str) -> Comparison | None:
        """The condition of a rule, where it compares the cell with numbers."""
        values = [float_or_none(each) for each in self.formulas]
        operands = [each for each in values if each is not None]
        operator = self.rule.get("operator", "")
        wanted = 2 if operator in {"between", "notBetween"} else 1
        if kind != "cellIs" or operator not in OPERATORS or not len(values) == len(operands) == wanted:
            return None
        return Comparison(operator, *operands)


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def read_areas(references: str) -> tuple[Area, ...]:
    """`A1:B9 D4` (ST_Sqref, 18.18.76)."""
    return tuple(area for each in references.split() if (area := read_area(each)) is not None)


def read_area(reference: str) -> Area | None:
    """One range; None where it is none."""
    first, _, last = reference.replace("$", "").partition(":")
    start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first)
    if start is None or end is None:
        return None
    return int(start[2]), column_index(start[1]), int(end[2]), column_index(end[1])
