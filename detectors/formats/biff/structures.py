"""Strings of the records whose structure says more than a search would: names, validations, filters, scenarios."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from detectors.formats.biff.formulas import number_text, read_literals
from detectors.formats.biff.strings import Strings
from detectors.formats.residue import decode_narrow

BUILT_IN = (
    "Consolidate_Area", "Auto_Open", "Auto_Close", "Extract", "Database", "Criteria", "Print_Area", "Print_Titles", "Recorder",
    "Data_Form", "Auto_Activate", "Auto_Deactivate", "Sheet_Title", "_FilterDatabase",
)  # fmt: skip
"""Names that stand as one byte (MS-XLS 2.5.66)."""


URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
FILE_MONIKER = bytes.fromhex("0303000000000000c000000000000046")

EXACT = frozenset((0x1E, 0x41E, 0x293, 0x892))
"""Records whose names are all their text, read here or with the styles; the rest are numbers."""

LONG_VOLUME = re.compile("\x05.", re.DOTALL)
"""In a path, a mark and the length of what follows: an address, a long volume name."""


def read_strings(kind: int, strings: Strings, data: bytes) -> list[str]:
    """The strings of a record; none where its structure is not known. Raises nothing for data that lies."""
    read = READERS.get(kind)
    if read is None:
        return []
    try:
        return [text for text in read(strings, data) if text]
    except (struct.error, IndexError, OverflowError):
        return []


def read_name(strings: Strings, data: bytes) -> list[str]:
    """NAME: the name with the literals it stands for, then its menu, description, help and status texts (MS-XLS 2.4.150)."""
    if strings.version < 5:
        return read_old_name(strings, data)
    flags, _, count, size = struct.unpack_from("<HBBH", data)
    others = data[10:14]
    name, position = strings.bare(data, 14, count)
    if flags & 0x20 and name:
        name = BUILT_IN[ord(name[0])] if ord(name[0]) < len(BUILT_IN) else "built-in"
    words = literal_texts(strings, data[position : position + size], data[position + size :])
    found = [f"{name} = {' '.join(words)}" if words else name]
    # Array constants stand between the formula and the texts; only without them is it known where the texts begin.
    position += size
    for length in others:
        if length:
            text, position = strings.bare(data, position, length)
            found.append(text)
    return found if position <= len(data) else found[:1]


def read_old_name(strings: Strings, data: bytes) -> list[str]:
    """NAME of BIFF2 to BIFF4."""
    count = data[3]
    start = 5 if strings.version == 2 else 6
    name, position = strings.bare(data, start, count)
    words = literal_texts(strings, data[position:], b"")
    return [f"{name} = {' '.join(words)}" if words else name]


def literal_texts(strings: Strings, rgce: bytes, rgcb: bytes) -> list[str]:
    """Texts and numbers that a formula says itself."""
    literals = read_literals(strings, rgce, rgcb)
    return [*literals.texts, *map(number_text, literals.numbers)]


def read_name_comment(strings: Strings, data: bytes) -> list[str]:
    """NAMECMT (MS-XLS 2.4.180)."""
    name_size, comment_size = struct.unpack_from("<HH", data, 12)
    name, position = strings.bare(data, 16, name_size)
    return [f"{name}: {strings.bare(data, position, comment_size)[0]}"]


def read_array(strings: Strings, data: bytes) -> list[str]:
    """Literals of ARRAY (MS-XLS 2.4.4)."""
    size = struct.unpack_from("<H", data, 12)[0]
    return read_literals(strings, data[14 : 14 + size], data[14 + size :]).texts


def read_shared_formula(strings: Strings, data: bytes) -> list[str]:
    """Literals of SHRFMLA (MS-XLS 2.4.277)."""
    return read_literals(strings, data[10:]).texts


def read_counted(strings: Strings, data: bytes) -> list[str]:
    """A string and nothing else."""
    return [strings.long(data, 0)[0]]


def read_user(strings: Strings, data: bytes) -> list[str]:
    """WRITEACCESS (2.4.349), which xlwt fills with the bare name: its first letters are then no count of anything."""
    if strings.version >= 8 and int.from_bytes(data[:2], "little") > len(data):
        return [decode_narrow(data)]
    return read_counted(strings, data)


def read_wide_counted(strings: Strings, data: bytes) -> list[str]:
    """A string whose count has two bytes in every version."""
    return [strings.counted(data, 0, 2)[0]]


def read_validation(strings: Strings, data: bytes) -> list[str]:
    """DV: titles, texts, and the list that cells choose from (MS-XLS 2.4.89)."""
    found: list[str] = []
    position = 4
    for _ in range(4):
        text, position = strings.counted(data, position)
        found.append(text.strip("\0"))
    for _ in range(2):
        size = struct.unpack_from("<H", data, position)[0]
        found += [
            text.replace("\0", "\n") for text in literal_texts(strings, data[position + 4 : position + 4 + size], b"")
        ]
        position += 4 + size
    return found


def read_condition(strings: Strings, data: bytes) -> list[str]:
    """Literals of CF, whose two formulas stand at its end (MS-XLS 2.4.42)."""
    first, second = struct.unpack_from("<HH", data, 2)
    start = len(data) - first - second
    if start < 6:
        return []
    formulas = data[start : start + first], data[start + first :]
    return [text for formula in formulas for text in literal_texts(strings, formula, b"")]


def read_scenario(strings: Strings, data: bytes) -> list[str]:
    """SCENARIO: its name, user and comment, then the values of its cells (MS-XLS 2.4.244)."""
    cells, _, _, name_size, comment_size, user_size = struct.unpack_from("<HBBBBB", data)
    name, position = strings.bare(data, 7, name_size)
    found = [name]
    for size in (user_size, comment_size):
        if size:
            text, position = strings.long(data, position)
            found.append(text)
    position += cells * 4
    for _ in range(cells):
        if position >= len(data):
            break
        text, position = strings.long(data, position)
        found.append(text)
    return found


def read_filter(strings: Strings, data: bytes) -> list[str]:
    """AUTOFILTER: the values that are let through, numbers and texts (MS-XLS 2.4.6)."""
    found: list[str] = []
    position = 24
    for at in (4, 14):
        kind = data[at]
        if kind == 4:
            found.append(number_text(struct.unpack_from("<d", data, at + 2)[0]))
        elif kind == 6:
            text, position = strings.bare(data, position, data[at + 6])
            found.append(text)
    return found


def read_source(strings: Strings, data: bytes) -> list[str]:
    """DCONREF: the file and sheet that numbers were taken from (MS-XLS 2.4.86)."""
    return [clean_path(strings.counted(data, 6, 2 if strings.version == 8 else 1)[0])]


def read_pivot_view(strings: Strings, data: bytes) -> list[str]:
    """SXVIEW: the names of the pivot table and of its data field (MS-XLS 2.4.313)."""
    table_size, data_size = struct.unpack_from("<HH", data, 40)
    table, position = strings.bare(data, 44, table_size)
    return [table, strings.bare(data, position, data_size)[0]]


def named_at(count_at: int) -> Callable[[Strings, bytes], list[str]]:
    """A record with one name, counted at an offset; FFFF stands for none."""

    def read(strings: Strings, data: bytes) -> list[str]:
        count = struct.unpack_from("<H", data, count_at)[0]
        return [] if count == 0xFFFF else [strings.bare(data, count_at + 2, count)[0]]

    return read


def read_style(strings: Strings, data: bytes) -> list[str]:
    """STYLE: the names that people have given (MS-XLS 2.4.269)."""
    if not data or data[1] & 0x80:
        return []
    return [strings.long(data, 2)[0]]


def read_style_extension(strings: Strings, data: bytes) -> list[str]:
    """StyleExt, likewise (MS-XLS 2.4.270)."""
    if data[12] & 1:
        return []
    return [strings_utf16(data, 16)] if strings.version == 8 else []


def strings_utf16(data: bytes, position: int) -> str:
    """Wide text behind its count, without a flag byte (LPWideString)."""
    count = struct.unpack_from("<H", data, position)[0]
    return data[position + 2 : position + 2 + count * 2].decode("utf-16-le", "replace")


def read_tooltip(strings: Strings, data: bytes) -> list[str]:
    """HLINKTOOLTIP: wide text behind its range (MS-XLS 2.4.141)."""
    del strings
    return [data[10:].decode("utf-16-le", "replace").rstrip("\0")]


def read_hyperlink(strings: Strings, data: bytes) -> list[str]:
    """HLINK: its label, frame, target and place in the target (MS-XLS 2.4.140, MS-OSHARED 2.3.7.1)."""
    del strings
    flags = struct.unpack_from("<I", data, 28)[0]
    found, position = list[str](), 32
    for flag in (0x10, 0x80, 0x100):
        if flags & flag:
            text, position = read_wide(data, position, 2)
            found.append(text)
    if flags & 0x1 and not flags & 0x100:
        texts, position = read_moniker(data, position)
        found += texts
    if flags & 0x8:
        found.append(read_wide(data, position, 2)[0])
    return found


def read_moniker(data: bytes, position: int) -> tuple[list[str], int]:
    """The target of a link, an address or a file, and where it ends (MS-OSHARED 2.3.7.6, 2.3.7.8)."""
    kind, position = data[position : position + 16], position + 16
    if kind == URL_MONIKER:
        text, position = read_wide(data, position, 1)
        return [text.partition("\0")[0]], position
    if kind != FILE_MONIKER:
        return [], len(data)
    size = struct.unpack_from("<I", data, position + 2)[0]
    plain = data[position + 6 : position + 6 + size].decode("cp1252", "replace")
    position += 6 + size + 24
    more = struct.unpack_from("<I", data, position)[0]
    if not more:
        return [plain.strip("\0")], position + 4
    count = struct.unpack_from("<I", data, position + 4)[0]
    wide = data[position + 10 : position + 10 + count].decode("utf-16-le", "replace")
    return [plain.strip("\0"), wide], position + 4 + more


def read_wide(data: bytes, position: int, width: int) -> tuple[str, int]:
    """Wide text behind a count of characters (width 2) or of bytes (width 1), and where it ends."""
    size = struct.unpack_from("<I", data, position)[0] * width
    piece = data[position + 4 : position + 4 + size]
    return piece.decode("utf-16-le", "replace").rstrip("\0"), position + 4 + size


def read_headers(strings: Strings, data: bytes) -> list[str]:
    """HEADERFOOTER: those of even pages and of the first (MS-XLS 2.4.137)."""
    found: list[str] = []
    position = 38
    for at in (30, 32, 34, 36):
        if struct.unpack_from("<H", data, at)[0]:
            text, position = strings.counted(data, position)
            found.append(text)
    return found


def read_series_text(strings: Strings, data: bytes) -> list[str]:
    """SeriesText: titles, labels and the names of series (MS-XLS 2.4.254)."""
    return [strings.counted(data, 2, 1)[0]]


def clean_path(untrusted_path: str) -> str:
    """A path as a person writes it: control characters stand for drives and folders (MS-XLS 2.5.277)."""
    path = LONG_VOLUME.sub("", untrusted_path)
    if path[:1] in {"\x01", "\x02", "\x00"}:
        path = path[1:]
    if path[:1] == "\x01" and len(path) > 1:
        path = path[1] + ":\\" + path[2:] if path[1] != "@" else "\\\\" + path[2:]
    return "".join("\\" if sign in "\x02\x03\x04\x05\x06\x07\x08" else sign for sign in path).replace("\x00", "")


READERS: dict[int, Callable[[Strings, bytes], list[str]]] = {
    0x18: read_name,
    0x218: read_name,
    0x894: read_name_comment,
    0x221: read_array,
    0x4BC: read_shared_formula,
    0x14: read_counted,
    0x15: read_counted,
    0x5C: read_user,
    0x1BA: read_wide_counted,
    0x52: read_wide_counted,
    0xCD: read_wide_counted,
    0x293: read_style,
    0x892: read_style_extension,
    0x1BE: read_validation,
    0x1B1: read_condition,
    0xAF: read_scenario,
    0x9E: read_filter,
    0x51: read_source,
    0xB0: read_pivot_view,
    0xB1: named_at(8),
    0xB2: named_at(6),
    0xC5: named_at(12),
    0x800: read_tooltip,
    0x1B8: read_hyperlink,
    0x89C: read_headers,
    0x100D: read_series_text,
}
