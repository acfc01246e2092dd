"""Bytes as text: every character set that mail uses, loaded before a child is shut in."""

from __future__ import annotations

import codecs
import re

EBCDIC = ("cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140")
"""The code pages of mainframes; read as any other, their text has no letters."""

# Python loads a codec from a file at its first use, and a child can open none.
NAMES = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7", "ascii", "latin-1",
    "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9", "iso8859-10",
    "iso8859-11", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "cp437", "cp850", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "shift_jis",
    "cp932", "euc-jp", "iso2022-jp", "gb2312", "gbk", "gb18030", "hz", "big5", "euc-kr", "cp949", "tis-620", "idna", "punycode",
    *EBCDIC,
)  # fmt: skip
CODECS = {codecs.lookup(name).name: codecs.lookup(name) for name in NAMES}
ALIASES = {alias: CODECS[codecs.lookup(alias).name] for alias in (
    *NAMES, "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-13",
    "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "windows-1257", "windows-1258", "utf8", "utf16", "latin1", "sjis", "ks_c_5601-1987",
    "iso-2022-jp", "macintosh", "ansi_x3.4-1968",
    "ibm037", "ibm273", "ibm424", "ibm500", "ibm1026", "ibm1140",
)}  # fmt: skip

EBCDIC_MARKS = frozenset(" \t\r\n\x85,.;:|!/-'\"()&@£$%*+=#_?]")
EBCDIC_SHARE = 0.95

UNLIKE_ASCII = frozenset(
    codecs.lookup(name).name
    for name in (*EBCDIC, "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "idna", "punycode")
)
"""Character sets in which the bytes of plain English mean something else."""

PLAIN = bytes((9, 10, 13, *range(32, 127)))
PLAIN_SHARE = 0.75
"""Less than half the bytes of wide characters or EBCDIC are printable ASCII, whatever the language."""

BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text holds; tab, line ends, form feed and escape are common."""

PADDING = re.compile("\x00+|\x1a+\\Z")
"""What damaged, padded and very old files have in their text: zeros, and the mark with which DOS ended a file."""

FEW_ZEROS = 20
"""One in so many bytes of wide text is at least zero: spaces and line ends."""

LAST_HIGH_BYTES = frozenset((*range(7), 0x20))
"""High bytes of Latin, Greek, Cyrillic, Hebrew and Arabic letters, and of typographic signs."""

LAST_PLANES = 4
"""Letters and signs stand in the first planes of Unicode."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(untrusted: bytes, declared: str) -> str:
    """Text by its declared character set; where that is unknown or does not fit, as UTF-8, else as Windows does.

    What is plain English whatever it says it is, is read so: a false label must hide nothing.
    """
    codec = ALIASES.get(declared.strip().lower().replace("_", "-")) or ALIASES.get(declared.strip().lower())
    if codec and codec.name in UNLIKE_ASCII and is_plain(untrusted):
        codec = None
    for name in (codec.name if codec else "utf-8", "utf-8"):
        try:
            return untrusted.decode(name)
        except (UnicodeDecodeError, UnicodeError):
            continue
    return untrusted.decode("cp1252", "replace")


def is_plain(untrusted: bytes) -> bool:
    """Whether bytes are ASCII, but for a few."""
    return len(untrusted) - len(untrusted.translate(None, PLAIN)) > PLAIN_SHARE * len(untrusted)


def guess(untrusted_head: bytes) -> str | None:
    """The encoding of a text by its first bytes; None when they are not text. A head cut within a character is no matter."""
    for mark, name in BOMS:
        if untrusted_head.startswith(mark):
            return name if is_text(untrusted_head, name) else None
    if b"\0" in untrusted_head:
        widths = (name for name in ("utf-16-le", "utf-16-be") if is_wide(untrusted_head, name))
        if wide := find_widest(untrusted_head) or next(widths, None):
            return wide
    untrusted_head = untrusted_head.replace(b"\0", b"").rstrip(b"\x1a")
    if not untrusted_head:
        return None
    if is_text(untrusted_head, "utf-8") or is_mostly_utf_8(untrusted_head):
        return "utf-8"
    if is_ebcdic(untrusted_head):
        return "cp1140"
    return "cp1252" if not BINARY.search(untrusted_head.decode("latin-1")) else None


def is_text(untrusted_head: bytes, name: str) -> bool:
    """Whether bytes decode, but for a cut at their end, to text without binary controls."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(untrusted_head, final=False)
    except UnicodeDecodeError:
        return False
    return not BINARY.search(PADDING.sub("", text))


def is_mostly_utf_8(untrusted_head: bytes) -> bool:
    """Whether bytes are text with more letters of UTF-8 than bytes that are none: joined from files of two kinds."""
    text = untrusted_head.decode("utf-8", "surrogateescape")
    stray = sum("\udc80" <= letter <= "\udcff" for letter in text)
    other = sum(letter > "\x7f" for letter in text) - stray
    return other > stray and not BINARY.search(text)


def is_ebcdic(untrusted_head: bytes) -> bool:
    """Whether bytes are text of a mainframe: hardly anything but letters, digits, spaces and marks, which no other encoding makes of them."""
    text = untrusted_head.decode("cp1140")
    words = sum(letter.isascii() and letter.isalnum() for letter in text)
    plain = sum(letter in EBCDIC_MARKS for letter in text)
    return words * 3 > len(text) and words + plain > EBCDIC_SHARE * len(text)


def is_wide(untrusted_head: bytes, name: str) -> bool:
    """Whether bytes are UTF-16 without a mark: letters of a few scripts, and zeros where those of Latin and the spaces have them."""
    high = untrusted_head[1::2] if name == "utf-16-le" else untrusted_head[0::2]
    likely = sum(high.count(byte) for byte in LAST_HIGH_BYTES)
    low = untrusted_head[0::2] if name == "utf-16-le" else untrusted_head[1::2]
    if likely * 20 < len(high) * 19 or high.count(0) * FEW_ZEROS < len(high) or low.count(0) * 2 > high.count(0):
        return False
    return is_text(untrusted_head, name)


def find_widest(untrusted_head: bytes) -> str | None:
    """UTF-32 without a mark: of every four bytes the first is zero and the second a plane's number, or the same from behind."""
    whole = untrusted_head[: len(untrusted_head) & ~3]
    for name, first, second in (("utf-32-be", 0, 1), ("utf-32-le", 3, 2)):
        if not whole or any(whole[first::4]) or max(whole[second::4]) >= LAST_PLANES:
            continue
        if is_text(whole, name) and "\0" not in whole.decode(name):
            return name
    return None


def clean(text: str) -> str:
    """Text without padding: a run of it parts words, one alone within a word does not. The line ends of mainframes as all others."""
    if "\x85" in text:
        text = text.replace("\x85", "\n")
    if "\0" not in text and "\x1a" not in text:
        return text
    return PADDING.sub(lambda run: " " if len(run[0]) > 1 else "", text)


def as_windows(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-8 in a text that is UTF-8 otherwise, as Windows would read it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as-windows", as_windows)
