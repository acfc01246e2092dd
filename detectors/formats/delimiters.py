"""The sign that parts the fields of some lines of text, told from the commas of prose."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SAMPLE_LINES = 50
LEAST_ROWS = 2
SENTENCE = 30
"""Characters of a field above which a line of them reads like a sentence."""

WORDS_SHARE = 0.65
"""Of uuencode a little more than half are letters and digits."""

COMMON = ",\t;|"
RARE = "^~¬§¦¤!]"
"""What people and programs take when the common ones stand in the data; `]` is what `|` of one EBCDIC is in another."""

RULES = "-+=_:| \t"
RULING = re.compile(r"(?=.*[-=_]{2})[-+=_:| \t]{3,}\n?")

LEAST_SIGNS, LEAST_RARE_SIGNS = 2, 6
"""Two rows of two fields, three rows of three."""

FIELD_CHARACTERS = 1024 * 1024
csv.field_size_limit(FIELD_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Delimiter:
    """How fields are parted and quoted. `start`: the line at which the rows begin, after a title."""

    sign: str
    start: int = 0
    quote: str = '"'


def find_delimiter(text_lines: Sequence[str]) -> Delimiter | None:
    """The delimiter on which most lines agree, the most frequent first; else that of a run of lines; None for prose."""
    some = text_lines[:SAMPLE_LINES]
    text = "".join(some)
    agreed = find_agreed(some)
    if agreed is not None:
        return agreed
    signs = [sign for sign in COMMON if text.count(sign) >= LEAST_SIGNS]
    signs += [sign for sign in RARE if text.count(sign) >= LEAST_RARE_SIGNS]
    runs = [run for sign in signs if (run := find_run(some, sign)) is not None]
    if not runs:
        return None
    _, start, sign = max(runs, key=lambda run: run[0])
    return Delimiter(sign, start, find_quote(some[start:], sign))


def find_agreed(text_lines: Sequence[str]) -> Delimiter | None:
    """The delimiter on which four of five lines agree."""
    bare = [line for line in text_lines[:SAMPLE_LINES] if not is_ruling(line)]
    agreed = [(width, sign) for sign in COMMON if (width := agreed_width(bare, sign)) > 1]
    if not agreed:
        return None
    sign = max(agreed)[1]
    return Delimiter(sign, quote=find_quote(bare, sign))


def is_ruling(line: str) -> bool:
    """Whether a line is drawn between the rows of a table, by a database or in Markdown."""
    return line[:1] in RULES and RULING.fullmatch(line) is not None


def find_quote(text_lines: Sequence[str], sign: str) -> str:
    """What fields are quoted with: an apostrophe where most fields begin with one."""
    quoted = sum(line.count(f"{sign}'") for line in text_lines)
    return "'" if quoted * 2 > sum(line.count(sign) for line in text_lines) > 0 else '"'


def agreed_width(text_lines: Sequence[str], sign: str) -> int:
    """The number of fields that four of five rows share, 0 when they do not agree. Two fields need a short, tidy first field."""
    quoted = any('"' in line for line in text_lines)
    if not quoted and sum(sign in line for line in text_lines) * 5 < len(text_lines) * 4:
        return 0
    tight = [line.replace(f'{sign} "', f'{sign}"') for line in text_lines]
    width = width_of([row for row in split(tight, sign) if row], sign)
    if width or not quoted:
        return width
    return width_of([line.rstrip("\n").split(sign) for line in text_lines if line.strip()], sign)


def width_of(rows: list[list[str]], sign: str) -> int:
    """The number of fields that four of five rows share."""
    if len(rows) < LEAST_ROWS:
        return 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if count * 5 < len(rows) * 4 or width < 2 or not any(field.strip() for row in rows for field in row[:-1]):
        return 0
    return width if not is_prose(rows, sign) else 0


def is_prose(rows: list[list[str]], sign: str) -> bool:
    """Whether rows are sentences that happen to have as many commas: a delimiter followed by a space, in most of them."""
    spaced = sum(field.startswith(" ") for row in rows for field in row[1:])
    fields = sum(len(row) - 1 for row in rows)
    if sign not in ",;" or spaced * 2 <= fields:
        return False
    if len(rows) <= LEAST_ROWS or any(row[-1].rstrip().endswith((".", "!", "?", ":")) for row in rows):
        return True
    return fields == len(rows) or sum(len(field) for row in rows for field in row) > SENTENCE * (fields + len(rows))


def find_run(text_lines: Sequence[str], sign: str) -> tuple[int, int, str] | None:
    """The longest run of lines that are rows by a delimiter, though those around it are not, or though the rows are ragged.

    Returns its fields, the line at which it begins, and the delimiter.
    """
    least = 2 if sign == "\t" else 3
    best: tuple[int, int, str] | None = None
    start, rows = 0, list[list[str]]()
    for number, line in enumerate((*text_lines, "")):
        row = split_line(line, sign) if line.lstrip().count(sign) >= least - 1 else []
        if row:
            start = start if rows else number
            rows.append(row)
        elif not is_ruling(line):
            fields = sum(len(each) for each in rows)
            if (best is None or fields > best[0]) and is_table(rows, sign, "".join(text_lines[start:number])):
                best = (fields, start, sign)
            rows = []
    return best


def is_table(rows: list[list[str]], sign: str, text: str) -> bool:
    """Whether a run of lines makes a table: three rows at least, of short fields; with a rare delimiter all of one width."""
    if len(rows) < (2 if sign == "\t" else 3):
        return False
    fields = sum(len(row) for row in rows)
    if sum(len(field) for row in rows for field in row) > SENTENCE * fields:
        return False
    if " " not in text or not are_words("".join(field for row in rows for field in row)):
        return False
    if sign in RARE:
        return len({len(row) for row in rows}) == 1
    return sign in "\t|" or text.count(f"{sign} ") * 2 <= text.count(sign)


def are_words(text: str) -> bool:
    """Whether a text is made of letters, digits and a space here and there; encoded bytes have signs of all kinds."""
    bare = text.replace("'", "").replace('"', "")
    return sum(letter.isalnum() or letter == " " for letter in bare) >= len(bare) * WORDS_SHARE


def split(text_lines: Iterable[str], sign: str) -> Iterator[list[str]]:
    """Fields by the rules of RFC 4180; nothing more after an endless field."""
    reader = csv.reader(text_lines, delimiter=sign)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            return
        if row is None:
            return
        yield row


def split_line(line: str, sign: str, quote: str = '"') -> list[str]:
    """The fields of one line; where a quote is not closed in it, or a field has no end, as if there were no quotes."""
    line = line.rstrip("\n")
    escaped = line.count("\\" + quote)
    if (line.count(quote) - escaped) % 2 == 0:
        escape = "\\" if escaped else None
        try:
            return next(
                csv.reader([line], delimiter=sign, quotechar=quote, escapechar=escape, skipinitialspace=True), []
            )
        except csv.Error:
            pass
    return line.split(sign)
