"""Files that a text carries inline, in base64 or uuencode, as it did before MIME and does in XML."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from detectors.formats.charsets import guess
from detectors.formats.transfer import decode_base64, decode_uuencoded

UUENCODED = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
UU_LINE = re.compile(rb"[!-`][ -`]*")

# One long run first: where it does not match, runs are short, and the second way cannot become quadratic.
# A short run is looked at where it begins as an archive, a compound file or a PDF does.
BASE64 = re.compile(
    rb"[A-Za-z0-9+/]{240,}={0,2}|(?:[A-Za-z0-9+/]{40,239}[ \t]*\r?\n[ \t]*){4,}[A-Za-z0-9+/]*={0,2}"
    rb"|(?:UEsDB|0M8R4K|JVBERi|H4sI)[A-Za-z0-9+/]{80,}={0,2}"
)
ARMOUR = re.compile(rb"-----BEGIN (PGP PUBLIC KEY BLOCK|PGP SIGNATURE|CERTIFICATE|PUBLIC KEY|SSH SIGNATURE)-----")
CONTAINERS = (
    b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff",
    b"GIF8", b"II*\0", b"MM\0*", b"BM", b"MZ", b"\x7fELF", b"BZh", b"\xfd7zXZ",
)  # fmt: skip
LEAST_UNKNOWN = 2_000
"""A block of so many bytes that is nothing we know is not a signature or a key: somebody has to look at it."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A file inside a text: its name ("" for none), its bytes, whether all of it decoded."""

    name: bytes
    data: bytes = field(repr=False)
    whole: bool


def find_inline(untrusted_text: bytes) -> Iterator[Inline]:
    """Every inline file of a text: what is named and closed as uuencode, and what base64 makes sense of."""
    yield from find_uuencoded(untrusted_text)
    for match in BASE64.finditer(untrusted_text):
        if ARMOUR.search(untrusted_text, max(0, match.start() - 200), match.start()):
            continue
        data, _ = decode_base64(match[0])
        if is_file(data):
            yield Inline(b"", data, whole=True)


def find_uuencoded(untrusted_text: bytes) -> Iterator[Inline]:
    """Files between `begin 644 name` and `end`; one that is not closed is cut where its lines end."""
    position = 0
    while (begin := UUENCODED.search(untrusted_text, position)) is not None:
        position = begin.end()
        end = UU_END.search(untrusted_text, position)
        lines = untrusted_text[position : end.start()] if end else b"\n".join(take_uu_lines(untrusted_text[position:]))
        first = lines.split(b"\n", 1)[0].rstrip(b"\r")
        if begin[0].startswith(b"begin-base64"):
            data, whole = decode_base64(lines)
        elif is_uu_line(first):
            data, whole = decode_uuencoded(lines)
        else:
            continue
        position = end.end() if end else position
        yield Inline(begin[1].strip(), data, whole and end is not None)


def take_uu_lines(untrusted_text: bytes) -> list[bytes]:
    """The lines at the start of a text that can be uuencode."""
    return list(takewhile(is_uu_line, (line.rstrip(b"\r") for line in untrusted_text.split(b"\n"))))


def is_uu_line(untrusted_line: bytes) -> bool:
    """Whether a line is as long as its first byte says."""
    if not UU_LINE.fullmatch(untrusted_line):
        return False
    try:
        binascii.a2b_uu(untrusted_line)
    except binascii.Error:
        return len(untrusted_line) >= ((untrusted_line[0] - 32) & 63) * 4 // 3
    return True


def is_file(data: bytes) -> bool:
    """Whether decoded bytes are a file or a text, not a hash that only looks like base64."""
    if data.startswith(CONTAINERS):
        return True
    head = data[:4096]
    text = guess(head) is not None and sum(48 <= byte < 123 or byte == 32 for byte in head) * 10 >= len(head) * 7
    return text or len(data) >= LEAST_UNKNOWN
