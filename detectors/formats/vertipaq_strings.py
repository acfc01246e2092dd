"""Dictionaries of a data model's columns (MS-XLDM 2.3.2): the distinct values, Huffman-packed or plain."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.model import Budget

LONG, REAL, STRING = 0, 1, 2
HEADER_BYTES = 4 + 6 * 4
PAGE_BEGIN, PAGE_END = b"\xdd\xcc\xbb\xaa", b"\xcd\xab\xcd\xab"
ONE_SET, MANY_SETS = 0xABA91, 0xABA92
"""Letters that share their upper byte; UTF-16 as it comes."""

LENGTHS = 128
LONGEST_CODE = 15


@dataclass(slots=True)
class Cursor:
    """Fields being read from the start. Raises ValueError where the bytes end."""

    data: bytes
    position: int = 0

    def number(self, size: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        """So many bytes."""
        end = self.position + size
        if end > len(self.data):
            raise ValueError("a dictionary that is cut short")
        start, self.position = self.position, end
        return self.data[start:end]


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page of Huffman codes."""

    number: int
    bits: int
    upper: int | None
    lengths: bytes
    codes: bytes


def read_dictionary(untrusted: bytes, budget: Budget) -> list[str]:
    """The values in the order of their identifiers. Raises ValueError for what does not hold together, OverLimit."""
    cursor = Cursor(untrusted)
    kind = cursor.number(4)
    cursor.position = HEADER_BYTES
    if kind == STRING:
        return list(read_strings(cursor, budget))
    if kind not in {LONG, REAL}:
        raise ValueError("a dictionary of no known type")
    count, size = cursor.number(8), cursor.number(4)
    code = {(LONG, 4): "i", (LONG, 8): "q", (REAL, 8): "d"}.get((kind, size))
    if code is None:
        raise ValueError("numbers of no known size")
    data = cursor.take(count * size)
    return [show(value) for value in struct.unpack(f"<{count}{code}", data)]


def show(value: float) -> str:
    """A number without what it does not need."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)


def read_strings(cursor: Cursor, budget: Budget) -> Iterator[str]:
    """Strings page by page."""
    cursor.take(8 + 1 + 8)
    plain: dict[int, list[str]] = {}
    packed: list[PackedPage] = []
    count = cursor.number(8)
    if count > len(cursor.data):
        raise ValueError("more pages than there is room for")
    for number in range(count):
        page = read_page(cursor, number)
        if isinstance(page, PackedPage):
            packed.append(page)
        else:
            plain[number] = page
    starts = read_starts(cursor)
    by_number = {page.number: page for page in packed}
    for number in range(count):
        if number in plain:
            yield from plain[number]
        else:
            yield from unpack(by_number[number], starts.get(number, []), budget)


def read_page(cursor: Cursor, number: int) -> list[str] | PackedPage:
    """One page (2.3.2.1.3): its strings, or what they are packed into."""
    cursor.take(8 + 1 + 8 + 8)
    packed = cursor.number(1)
    if cursor.take(4) != PAGE_BEGIN:
        raise ValueError("a page that does not begin")
    page = read_packed(cursor, number) if packed else read_plain(cursor)
    if cursor.take(4) != PAGE_END:
        raise ValueError("a page that does not end")
    return page


def read_plain(cursor: Cursor) -> list[str]:
    """Strings that end in zeros."""
    cursor.take(8)
    used, allocated = cursor.number(8) * 2, cursor.number(8)
    data = cursor.take(max(used, allocated))
    return data[:used].decode("utf-16-le", "replace").split("\0")[:-1]


def read_packed(cursor: Cursor, number: int) -> PackedPage:
    """Huffman codes and the lengths that they are made of."""
    bits, kind, size = cursor.number(4), cursor.number(4), cursor.number(8)
    upper = cursor.number(1) if kind == ONE_SET else None
    if kind not in {ONE_SET, MANY_SETS}:
        raise ValueError("letters of no known set")
    cursor.take(4)
    lengths = cursor.take(LENGTHS)
    cursor.take(8)
    return PackedPage(number, bits, upper, lengths, cursor.take(size))


def read_starts(cursor: Cursor) -> dict[int, list[int]]:
    """Where each string of a packed page begins, in bits, by page."""
    count, size = cursor.number(8), cursor.number(4)
    if size != 8:
        raise ValueError("handles of no known size")
    handles = array("I")
    handles.frombytes(cursor.take(count * size))
    starts: dict[int, list[int]] = {}
    for offset, page in zip(handles[::2], handles[1::2], strict=True):
        starts.setdefault(page, []).append(offset)
    return starts


def unpack(page: PackedPage, starts: list[int], budget: Budget) -> Iterator[str]:
    """The strings of a packed page. Raises ValueError for places that do not ascend and codes that mean nothing."""
    codes = make_codes(page.lengths)
    swapped = bytearray(page.codes + b"\0" * (len(page.codes) % 2))
    swapped[::2], swapped[1::2] = swapped[1::2], swapped[::2]
    total = min(page.bits, len(page.codes) * 8)
    for start, end in zip(starts, [*starts[1:], total], strict=True):
        if not start <= end <= total:
            raise ValueError("strings that overlap")
        budget.spend((end - start) // 8 + 1)
        data = decode(bytes(swapped), start, end, codes)
        if page.upper is None:
            yield data.decode("utf-16-le", "replace")
        else:
            yield bytes(each for letter in data for each in (letter, page.upper)).decode("utf-16-le", "replace")


def make_codes(lengths: bytes) -> dict[tuple[int, int], int]:
    """Canonical codes: shorter ones first, then by the byte they stand for; half a byte says each length."""
    sizes = [size for each in lengths for size in (each & 15, each >> 4)]
    codes: dict[tuple[int, int], int] = {}
    code = 0
    for size in range(1, LONGEST_CODE + 1):
        for symbol, each in enumerate(sizes):
            if each == size:
                codes[size, code] = symbol
                code += 1
        code <<= 1
    return codes


def decode(data: bytes, start: int, end: int, codes: dict[tuple[int, int], int]) -> bytes:
    """The bytes that some bits stand for."""
    out = bytearray()
    code = size = 0
    for position in range(start, end):
        code = code << 1 | data[position >> 3] >> (7 - (position & 7)) & 1
        size += 1
        symbol = codes.get((size, code))
        if symbol is not None:
            out.append(symbol)
            code = size = 0
        elif size > LONGEST_CODE:
            raise ValueError("a code that means nothing")
    return bytes(out)
