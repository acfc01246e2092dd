"""All text in a record, whatever its structure: counted strings in every script, and runs of plain text."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

from detectors.formats.biff.strings import characters
from detectors.formats.residue import find_texts

COUNTED = re.compile(rb"([\x02-\xff])\x00([\x00\x01])", re.DOTALL)
"""A count of 16 bits with a flag byte, or of 32 bits."""

BEYOND_LATIN = re.compile("[\u0700-\u1fff\u2c00-\ud7ff\uf900-\ufaff]")
"""Scripts in which runs cannot be told from numbers; their strings are found by their counts."""

LETTERS = re.compile(r"[^\W_]{2}")
COMPARED = 8192
"""What is known of a longer record is not compared: saying a text twice is cheaper."""

WORD = re.compile(r"[^\W\d_]{3,}")
LONG_NUMBER = re.compile(r"\d[\d /.-]{6}")
SIGNS = 5
LONG = re.compile(rb"[\x20-\x7e]{16,}")
LONG_LITTLE = re.compile(rb"(?:[\x20-\x7e]\x00){8,}")
LONG_BIG = re.compile(rb"(?:\x00[\x20-\x7e]){8,}")

LEAST = 12
"""A run in a record that should hold only numbers is text from this length on."""


def find_all_texts(untrusted: bytes, known: str = "") -> list[str]:
    """Each text in a record that is not in `known`, in the order in which it is found."""
    found: dict[str, None] = {}
    known = known if len(known) <= COMPARED else ""
    for _, _, text in find_texts(untrusted):
        keep(text, known, found)
    for text in find_counted(untrusted):
        keep(text, known, found)
    return list(found)


def keep(text: str, known: str, found: dict[str, None]) -> None:
    """Add a text that says something and is not known."""
    stripped = text.strip(" \0\r\n\t")
    if stripped and stripped not in found and not (known and stripped in known):
        found[stripped] = None


def find_counted(untrusted: bytes) -> list[str]:
    """Wide strings beyond Latin, Greek and the like, by the counts before them."""
    texts: list[str] = []
    position = 0
    while match := COUNTED.search(untrusted, position):
        text = counted_text(untrusted, match)
        position = match.end() + len(text) * 2 if text else match.start() + 1
        if text:
            texts.append(text)
    return texts


def counted_text(untrusted: bytes, match: re.Match[bytes]) -> str:
    """The text that a count announces; "" where there is none."""
    count, end = match[1][0], match.end()
    # A flag of 0 before another 0 is the upper half of a count of 32 bits.
    if not match[2][0]:
        if untrusted[end : end + 1] != b"\0":
            return ""
        end += 1
    if end + count * 2 > len(untrusted):
        return ""
    text, _ = characters(untrusted, end, count, 1)
    return text if BEYOND_LATIN.search(text) and is_writing(text) else ""


def is_writing(text: str) -> bool:
    """Whether all of it is characters that people write."""
    return bool(LETTERS.search(text)) and all(sign.isprintable() or sign in "\r\n\t\0" for sign in text)


def find_strays(untrusted: bytes) -> list[str]:
    """Texts in a record of numbers: runs too long to be chance."""
    return [text for _, _, text in find_texts(untrusted) if len(text) >= LEAST and is_no_chance(text)]


def is_no_chance(text: str) -> bool:
    """Whether a run is words or a long number, rather than bytes that happen to be letters: 0.3 as a double is six threes."""
    if len(set(text)) <= SIGNS:
        return False
    return bool(LONG_NUMBER.search(text)) or any(len(set(word)) > 2 for word in WORD.findall(text))


def find_long_texts(untrusted: bytes) -> list[str]:
    """Texts in data that is mostly compressed, as pictures are: camera, program, author, place."""
    narrow = [match[0].decode("ascii") for match in LONG.finditer(untrusted)]
    return [text for text in dict.fromkeys((*narrow, *find_wide(untrusted))) if is_no_chance(text)]


def find_wide(untrusted: bytes) -> Iterator[str]:
    """Wide text in either byte order; what begins inside another text is that text in the wrong order."""
    little = ((match.span(), match[0].decode("utf-16-le")) for match in LONG_LITTLE.finditer(untrusted))
    big = ((match.span(), match[0].decode("utf-16-be")) for match in LONG_BIG.finditer(untrusted))
    last = 0
    for (start, end), text in heapq.merge(little, big):
        if start >= last:
            last = end
            yield text
