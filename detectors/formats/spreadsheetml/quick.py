"""Records of SpreadsheetML parts without an XML parser, where they are written as Excel writes them.

Rows and pivot records are most of a workbook's bytes. A record that has the one usual form, to the last byte, is taken apart by a regular
expression; every other byte goes to expat. Records are whole elements, so the parser does not miss them.
"""

from __future__ import annotations

import pyexpat
import re
from collections.abc import Callable, Iterable, Iterator

from detectors.formats.xml_events import Handler, make_parser

UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?!\?xml[^>]{0,200}encoding=(?![\"']utf-8[\"']))", re.IGNORECASE)
"""A part that begins as UTF-8 and does not say that it is anything else."""

LONGEST_RECORD = 8 * 1024 * 1024
ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

TakeRecord = Callable[[str], bool]
"""Takes a record without its end tag; False when it is not of the usual form, and nothing of it was taken."""


def feed(
    chunks: Iterable[bytes], handler: Handler, opener: bytes, closer: bytes, take: TakeRecord, remarks: list[str]
) -> Iterator[None]:
    """As `xml_events.feed`, with the records between `opener` and `closer` offered to `take` first. Raises ValueError."""
    parser = make_parser(handler, remarks)
    buffer, quick = b"", None
    try:
        for chunk in chunks:
            buffer += chunk
            if quick is None:
                quick = UTF8.match(buffer) is not None
            end = buffer.rfind(closer) if quick else -1
            if end < 0:
                quick = bool(quick) and len(buffer) < LONGEST_RECORD
                if not quick:
                    parser.Parse(buffer, False)
                    buffer = b""
                continue
            block, buffer = buffer[:end], buffer[end + len(closer) :]
            for piece in block.split(closer):
                take_piece(piece, parser, opener, closer, take)
            yield
        parser.Parse(buffer, True)
    except (pyexpat.ExpatError, LookupError):  # LookupError: an encoding that Python does not know
        raise ValueError("not well-formed XML") from None
    yield


def take_piece(piece: bytes, parser: pyexpat.XMLParserType, opener: bytes, closer: bytes, take: TakeRecord) -> None:
    """What stands before one end tag: a record, perhaps with other things in front of it."""
    start = piece.find(opener)
    if start > 0:
        parser.Parse(piece[:start], False)
    record = piece[start:] if start > 0 else piece
    if start < 0 or not take_bytes(record, take):
        parser.Parse(record + closer, False)


def take_bytes(record: bytes, take: TakeRecord) -> bool:
    """A record in UTF-8."""
    try:
        return take(record.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def unescape(text: str) -> str:
    """Text with the references of XML 1.0 section 4.6 resolved. Raises ValueError for others."""
    if "&" not in text:
        return text
    clear = ENTITY.sub(resolve, text)
    if text.count("&") != len(ENTITY.findall(text)):
        raise ValueError("an entity that is not XML's")
    return clear


def resolve(match: re.Match[str]) -> str:
    """One reference."""
    decimal, hexadecimal, name = match.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
