"""Header fields of messages: their lines, their encoded words, their parameters."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from detectors.formats.charsets import decode

FIELDS = 5_000
FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]{1,40}\?[bBqQ]\?)")
PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Fields:
    """A header: its fields in order, names in lower case, and where the body begins."""

    items: tuple[tuple[str, bytes], ...]
    body: int
    ambiguous: bool
    """Whether two programs may see two different structures in it."""

    def all(self, name: str) -> list[bytes]:
        """The values of every field of that name."""
        return [value for key, value in self.items if key == name]

    def first(self, name: str) -> str:
        """The first value of that name as text, "" for none."""
        return next((unfold(value) for value in self.all(name)), "")


def split_header(data: bytes, start: int, end: int) -> Fields:
    """The header at `start` of an entity that ends at `end` (RFC 5322 2.2). Raises ValueError for one of absurd length."""
    items: list[tuple[str, list[bytes]]] = []
    position, ambiguous = start, False
    while position < end:
        line_end = data.find(b"\n", position, end) + 1 or end
        line = data[position:line_end]
        if not line.strip(b"\r\n"):
            return Fields(join_lines(items), line_end, ambiguous)
        if line[:1] in b" \t":
            ambiguous = ambiguous or not line.strip()  # some end the header here, some go on
            if items:
                items[-1][1].append(line)
        elif (match := FIELD.match(line)) is not None:
            items.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        elif not (position == start and line.startswith((b"From ", b">From "))):
            return Fields(join_lines(items), position, ambiguous or bool(items))  # no blank line: the body begins here
        if len(items) > FIELDS:
            raise ValueError("a header without end")
        position = line_end
    return Fields(join_lines(items), end, ambiguous)


def join_lines(items: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, bytes], ...]:
    """Each field with the lines that it is folded into."""
    return tuple((name, b"".join(lines)) for name, lines in items)


def unfold(untrusted_value: bytes) -> str:
    """A value as one line of text; raw 8-bit bytes as UTF-8, else as Windows does."""
    return " ".join(decode(untrusted_value, "utf-8").split())


def read_words(text: str) -> str:
    """A value with its encoded words decoded (RFC 2047); what does not decode stays as it is."""
    joined = BETWEEN_WORDS.sub(r"\1\2", BETWEEN_WORDS.sub(r"\1\2", text))
    return ENCODED_WORD.sub(read_word, joined)


def read_word(match: re.Match[str]) -> str:
    """One encoded word."""
    charset, way, text = match[1].partition("*")[0], match[2].lower(), match[3]
    try:
        if way == "b":
            data = base64.b64decode(text + "=" * (-len(text) % 4))
        else:
            data = binascii.a2b_qp(text.replace("_", " "), header=True)
    except (binascii.Error, ValueError):
        return match[0]
    return decode(data, charset)


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` as its token in lower case and its parameters (RFC 2045 5.1, RFC 2231)."""
    token = COMMENT.sub("", value.partition(";")[0]).strip().lower()
    raw: dict[str, str] = {}
    for match in PARAMETER.finditer(value[:65536]):
        raw.setdefault(match[1].lower(), unquote(match[2].strip()))
    return token, join_continuations(raw)


def unquote(value: str) -> str:
    """A parameter's value without its quotes; a bare one ends at white space."""
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value.strip('"'))
    return COMMENT.sub("", value).split(" ")[0]


def join_continuations(raw: dict[str, str]) -> dict[str, str]:
    """`name*0*=utf-8''a%20; name*1=b` as `name`."""
    joined: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str, bool]]] = {}
    for key, value in raw.items():
        name, *rest = key.split("*")
        if not rest:
            joined[name] = read_words(value)
            continue
        number = int(rest[0]) if rest[0].isdigit() and len(rest[0]) < 5 else 0
        pieces.setdefault(name, []).append((number, value, key.endswith("*")))
    for name, parts in pieces.items():
        joined[name] = join_pieces(sorted(parts))
    return joined


def join_pieces(parts: list[tuple[int, str, bool]]) -> str:
    """The pieces of one value, percent-decoded where they say so."""
    charset, data = "utf-8", b""
    for index, (_, value, encoded) in enumerate(parts):
        text = value
        if index == 0 and encoded and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "surrogateescape")
    return decode(data, charset)
