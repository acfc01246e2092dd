"""Numbers, dates and errors of BIFF12 as text."""

from __future__ import annotations

import struct

REAL = struct.Struct("<d")
SIGNED = struct.Struct("<i")
MOMENT = struct.Struct("<HHBBBB")

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""BErr, 2.5.97.2."""


def show_real(value: float) -> str:
    """A double as a person writes it: whole where it is whole, with the fifteen digits that Excel keeps."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return f"{value:.15g}"


def read_real(data: bytes, at: int) -> str:
    """An Xnum (2.5.171). Raises ValueError when it is cut short."""
    if at + 8 > len(data):
        raise ValueError("a number that is cut short")
    return show_real(REAL.unpack_from(data, at)[0])


def read_rk(data: bytes, at: int) -> str:
    """An RkNumber (2.5.123): a small integer or the high half of a double, maybe a hundredth of it. ValueError when cut short."""
    if at + 4 > len(data):
        raise ValueError("a number that is cut short")
    bits = SIGNED.unpack_from(data, at)[0]
    value = float(bits >> 2) if bits & 2 else REAL.unpack(bytes(4) + struct.pack("<i", bits & ~3))[0]
    return show_real(value / 100 if bits & 1 else value)


def read_flag(data: bytes, at: int) -> str:
    """A boolean as Excel shows it. Raises ValueError when it is cut short."""
    if at >= len(data):
        raise ValueError("a boolean that is missing")
    return "TRUE" if data[at] else "FALSE"


def read_error(data: bytes, at: int) -> str:
    """An error as Excel shows it. Raises ValueError when it is cut short."""
    if at >= len(data):
        raise ValueError("an error that is missing")
    return ERRORS.get(data[at], "#ERROR")


def read_moment(data: bytes, at: int) -> str:
    """A PCDIDateTime (2.5.101) as a day, with the time when there is one. Raises ValueError when it is cut short."""
    if at + 8 > len(data):
        raise ValueError("a date that is cut short")
    year, month, day, hour, minute, second = MOMENT.unpack_from(data, at)
    text = f"{year:04}-{month:02}-{day:02}"
    return f"{text} {hour:02}:{minute:02}:{second:02}" if hour or minute or second else text
