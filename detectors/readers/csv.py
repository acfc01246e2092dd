"""Delimited text: CSV, TSV and their kin, recognised by lines that agree on a delimiter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.formats.charsets import clean, guess
from detectors.formats.delimiters import find_agreed
from detectors.formats.residue import sweep_part
from detectors.formats.text_stream import HEAD, encoding, is_for_programs, lines
from detectors.formats.text_tables import Feed, Reading, find_form
from detectors.model import Content, Part, Unread, Why

BLOCK_LINES = 1_000

DIRECTIVE = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
"""What Excel takes from a first line: `sep=;`."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """Tables in text; their columns have letters as in a sheet, their first rows may be headings."""

    name: str = "csv"
    media_type: str = "text/csv"

    def recognises(self, part: Part) -> bool:
        """Whether the first lines, or half of their blocks, are tables."""
        text = sample(part)
        return not is_for_programs(text) and (bool(DIRECTIVE.match(text)) or has_tables(text))

    def read(self, part: Part) -> Iterator[Content]:
        """A table, or several with the words between them; what else stands in the file after binary bytes."""
        text = sample(part)
        directive = DIRECTIVE.match(text)
        known = find_agreed(filled_lines(text))
        sign = directive[1] if directive else known.sign if known else ""
        reading = Reading(part, Feed(lines(part, encoding(part) or "utf-8")), sign)
        try:
            yield from reading.read()
        except ValueError:
            reading.damaged = True
        if reading.damaged:
            yield Unread(part.where, Why.DAMAGED)
            yield from sweep_part(part)


def sample(part: Part) -> str:
    """The first lines as text, without the last, which may be cut; empty for what is not text."""
    head = part.head(HEAD)
    name = guess(head) if head else None
    if name is None:
        return ""
    text = clean(head.decode(name, "replace"))
    return text if len(head) < HEAD else text[: text.rfind("\n") + 1]


def plain_lines(text: str) -> list[str]:
    """Lines as a spreadsheet ends them: no form feeds, no line separators of Unicode."""
    return [line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")]


def filled_lines(text: str) -> list[str]:
    """Lines with something in them."""
    return [line for line in plain_lines(text)[:BLOCK_LINES] if line.strip()]


def has_tables(text: str) -> bool:
    """Whether half of the lines stand in tables, the whole being one or each block being one in its own way."""
    if find_agreed(filled_lines(text)) is not None:
        return True
    blocks: list[list[str]] = [[]]
    for line in plain_lines(text)[:BLOCK_LINES]:
        if line.strip():
            blocks[-1].append(line)
        else:
            blocks.append([])
    forms = [(len(block), form) for block in blocks if (form := find_form(block)) is not None]
    tabular = sum(count - form.start for count, form in forms)
    return bool(tabular) and tabular * 2 >= sum(len(block) for block in blocks)
