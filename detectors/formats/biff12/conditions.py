"""Conditional formats of a binary sheet that can hide its cells (MS-XLSB 2.4.22, 2.4.23), from a first look at its records.

Rules that Excel 2010 keeps with their changes inside (BrtBeginCFRule14) are read for their words only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator

from detectors.formats.biff12 import kinds
from detectors.formats.biff12.records import Record
from detectors.formats.biff12.strings import read_wide
from detectors.formats.conditions import NEVER, Area, Change, Conditions, Rule, compare

HEAD, RULE, AREA = struct.Struct("<3I"), struct.Struct("<IIIIIIIHIII"), struct.Struct("<4I")
COMPARES, COMPUTES = 1, 2


def find_conditions(records: Iterable[Record], changes: list[Change], hides: Callable[[Change], bool]) -> Conditions:
    """The rules whose change `hides` something; rows are counted from 1. Raises ValueError for a damaged part."""
    conditions = Conditions()
    areas: tuple[Area, ...] = ()
    telling = {index: change for index, change in enumerate(changes) if hides(change)}
    for kind, data in records:
        if kind == kinds.BEGIN_CONDITIONAL and len(data) >= HEAD.size:
            areas = tuple(read_areas(data))
        elif kind == kinds.BEGIN_RULE and len(data) >= RULE.size:
            change = telling.get(RULE.unpack_from(data)[2])
            if change is not None:
                add_rule(conditions, areas, change, data)
    return conditions


def read_areas(data: bytes) -> Iterator[Area]:
    """UncheckedSqRfX (2.5.160): a count, then first and last row, first and last column of each range."""
    count = HEAD.unpack_from(data)[2]
    for index in range(min(count, (len(data) - HEAD.size) // AREA.size)):
        top, bottom, left, right = AREA.unpack_from(data, HEAD.size + AREA.size * index)
        yield top + 1, left, bottom + 1, right


def add_rule(conditions: Conditions, areas: tuple[Area, ...], change: Change, data: bytes) -> None:
    """BrtBeginCFRule: kind, operator, sizes of the formulas, a text, the formulas."""
    kind, _, _, _, operator, _, _, _, *sizes = RULE.unpack_from(data)
    formulas = read_formulas(data, sizes)
    if kind == COMPUTES and formulas[:1] and formulas[0] in NEVER:
        return
    conditions.add(Rule(areas, change, compare(operator, formulas) if kind == COMPARES else None))


def read_formulas(data: bytes, sizes: list[int]) -> list[bytes]:
    """The tokens of each formula; none where they are not where they should be."""
    try:
        _, at = read_wide(data, RULE.size)
    except ValueError:
        return []
    found = []
    for size in filter(None, sizes):
        length = int.from_bytes(data[at : at + 4], "little")
        found.append(data[at + 4 : at + 4 + length])
        at += size
    return found
