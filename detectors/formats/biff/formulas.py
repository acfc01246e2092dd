"""Texts and numbers inside parsed formulas: `IF(1=1,"","text")` shows nothing and holds something (MS-XLS 2.5.198)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.biff.strings import Strings
from detectors.formats.residue import find_texts

STRING, EXTENDED, ATTRIBUTE, INTEGER, NUMBER, ARRAY = 0x17, 0x18, 0x19, 0x1E, 0x1F, 0x20
CHOOSE = 4

PLAIN = {
    0x01: 5,
    0x02: 5,
    0x18: 6,
    0x1A: 11,
    0x1B: 5,
    0x1C: 2,
    0x1D: 2,
    0x1E: 3,
    0x1F: 9,
    **dict.fromkeys(range(0x03, 0x17), 1),
}
SIZES = {
    8: {
        **PLAIN, 0x20: 8, 0x21: 3, 0x22: 4, 0x23: 5, 0x24: 5, 0x25: 9, 0x26: 7, 0x27: 7, 0x28: 7, 0x29: 3, 0x2A: 5, 0x2B: 9,
        0x2C: 5, 0x2D: 9, 0x2E: 3, 0x2F: 3, 0x39: 7, 0x3A: 7, 0x3B: 11, 0x3C: 7, 0x3D: 11,
    },
    5: {
        **PLAIN, 0x20: 8, 0x21: 3, 0x22: 4, 0x23: 15, 0x24: 4, 0x25: 7, 0x26: 7, 0x27: 7, 0x28: 7, 0x29: 3, 0x2A: 4, 0x2B: 7,
        0x2C: 4, 0x2D: 7, 0x2E: 3, 0x2F: 3, 0x39: 25, 0x3A: 18, 0x3B: 21, 0x3C: 18, 0x3D: 21,
    },
}  # fmt: skip
"""Bytes of a token with its operands; the three classes of an operand (0x20, 0x40, 0x60) are one."""

ELEMENT = {0x00: 9, 0x01: 9, 0x04: 9, 0x10: 9}
"""Bytes of an element of an array constant that is not a string."""


@dataclass(slots=True)
class Literals:
    """What a formula says itself. `understood` is False where its tokens could not be followed to the end."""

    texts: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    arrays: int = 0
    understood: bool = True


def read_literals(strings: Strings, rgce: bytes, rgcb: bytes = b"") -> Literals:
    """Texts and numbers in the tokens `rgce` and the array constants `rgcb` behind them."""
    found = Literals()
    sizes = SIZES.get(strings.version)
    if sizes is None:
        found.texts += [text for _, _, text in find_texts(rgce + rgcb)]
        return found
    position = 0
    while position < len(rgce):
        size = read_token(strings, rgce, position, sizes, found)
        if not size:
            found.understood = False
            found.texts += [text for _, _, text in find_texts(rgce[position:])]
            break
        position += size
    if found.arrays or not found.understood:
        read_arrays(strings, rgcb, found)
    return found


def read_token(strings: Strings, rgce: bytes, position: int, sizes: dict[int, int], found: Literals) -> int:
    """The size of the token at a position; what it says goes to `found`. 0 for a token that is not known."""
    token = rgce[position]
    if token == STRING:
        text, end = strings.counted(rgce, position + 1, 1)
        found.texts.append(text)
        return max(end - position, 1)
    if token == ATTRIBUTE:
        return read_attribute(rgce, position)
    base = token if token < 0x20 else token & 0x1F | 0x20
    if base == ARRAY:
        found.arrays += 1
    elif base in {INTEGER, NUMBER}:
        found.numbers += unpack_number(rgce, position)
    return sizes.get(base, 0)


def read_attribute(rgce: bytes, position: int) -> int:
    """The size of PtgAttr, which for CHOOSE has a table of jumps."""
    head = rgce[position : position + 4]
    if len(head) == 4 and head[1] & CHOOSE:
        return 4 + 2 * ((head[2] | head[3] << 8) + 1)
    return 4


def unpack_number(rgce: bytes, position: int) -> list[float]:
    """The number of PtgInt or PtgNum; none where it is cut short."""
    form, size = ("<H", 2) if rgce[position] == INTEGER else ("<d", 8)
    data = rgce[position + 1 : position + 1 + size]
    return [struct.unpack(form, data)[0]] if len(data) == size else []


def read_arrays(strings: Strings, rgcb: bytes, found: Literals) -> None:
    """Array constants (MS-XLS 2.5.198.59): their texts and numbers."""
    position = 0
    for _ in range(found.arrays):
        if position + 3 > len(rgcb):
            return
        columns, rows = struct.unpack_from("<BH", rgcb, position)
        count = (columns + 1) * (rows + 1) if strings.version == 8 else (columns or 256) * rows
        values, position = read_elements(strings, rgcb, position + 3, count)
        for value in values:
            if isinstance(value, str):
                found.texts.append(value)
            else:
                found.numbers.append(value)


def read_elements(strings: Strings, untrusted: bytes, position: int, count: int) -> tuple[list[str | float], int]:
    """Values as caches and array constants write them (SerAr, MS-XLS 2.5.241), and where they end."""
    found: list[str | float] = []
    for value, end in iterate_elements(strings, untrusted, position, count):
        position = end
        if value is not None:
            found.append(value)
    return found, position


def iterate_elements(
    strings: Strings, untrusted: bytes, position: int, count: int
) -> Iterator[tuple[str | float | None, int]]:
    """Each value with where it ends: None for an empty one. Stops at the end of the data, or at what it does not know."""
    for _ in range(count):
        if position >= len(untrusted):
            return
        kind = untrusted[position]
        if kind == 2:
            text, position = strings.long(untrusted, position + 1)
            yield text, position
            continue
        if kind not in ELEMENT or position + 9 > len(untrusted):
            return
        value = read_element(kind, untrusted[position + 1 : position + 9])
        position += 9
        yield value, position


def read_element(kind: int, data: bytes) -> str | float | None:
    """A value that is not a string: a number, a truth, an error, nothing."""
    match kind:
        case 1:
            return float(struct.unpack("<d", data)[0])
        case 4:
            return "TRUE" if data[0] else "FALSE"
        case 0x10:
            return ERRORS.get(data[0], "#ERROR")
    return None


ERRORS = {0: "#NULL!", 7: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
"""Error values (MS-XLS 2.5.10)."""


def number_text(value: float) -> str:
    """A number as people write it: whole ones without a point."""
    if abs(value) < 1e16 and value == int(value):
        return str(int(value))
    return repr(value)
