"""Read bytes as the child does, without the sandbox, and say what came out."""

from __future__ import annotations

from dataclasses import replace

from detectors.model import (
    Budget,
    Bytes,
    Content,
    Limits,
    Location,
    OverLimit,
    Part,
    Passage,
    Row,
    Step,
    Table,
    Unread,
    Visibility,
    Why,
)
from detectors.readers import recognise

LIMITS = Limits(12, 5000, 10**8, 10**9, 200, 60.0, 40.0, 60, 10**9, 8)


def root(untrusted: bytes, declared: str = "", limits: Limits = LIMITS) -> Part:
    """The bytes as the part that an inspection begins with."""
    where = Location((Step("input", "file"),))
    return Part(where, Visibility.SHOWN, Bytes(untrusted), Budget.of(limits), declared)


def read_all(untrusted: bytes, declared: str = "", limits: Limits = LIMITS) -> list[Content]:
    """Everything inside, however deep; tables with their rows taken."""
    contents: list[Content] = []
    waiting = [root(untrusted, declared, limits)]
    while waiting:
        part = waiting.pop()
        inner: list[Part] = []
        try:
            part.budget.admit(part.depth)
            contents += read_one(part, inner)
        except OverLimit as limit:
            contents.append(Unread(part.where, limit.why))
        except ValueError:
            contents.append(Unread(part.where, Why.DAMAGED))
        waiting += reversed(inner)
    return contents


def read_one(part: Part, inner: list[Part]) -> list[Content]:
    """One part; what is inside it goes to `inner`. What was read before an exception is lost here, unlike in the child."""
    reader = recognise(part)
    if reader is None:
        return [Unread(part.where, Why.UNKNOWN_FORMAT)] if part.head(1) else []
    contents: list[Content] = []
    for content in reader.read(part):
        if isinstance(content, Part):
            inner.append(content)
        elif isinstance(content, Table):
            contents.append(replace(content, rows=tuple(content.rows)))
        else:
            contents.append(content)
    return contents


def say(contents: list[Content]) -> list[str]:
    """One line a passage, cell or unread place, as a person would say it."""
    lines: list[str] = []
    for content in contents:
        match content:
            case Passage():
                lines.append(f"{content.visibility.label} | {content.channel} | {content.where} | {content.text!r}")
            case Table():
                lines += [line for row in content.rows for line in say_row(content, row)]
            case Unread():
                lines.append(f"unread | {content.where} | {content.why}")
            case Part():
                raise AssertionError
    return lines


def say_row(table: Table, row: Row) -> list[str]:
    """A line a cell."""
    return [
        f"{table.seen(row, index).label} | {table.channel} | {table.cell(row, index)} | {' ⏎ '.join(cell.splitlines())}"
        for index, cell in enumerate(row.cells)
        if cell
    ]


def texts(contents: list[Content]) -> str:
    """All text, for looking something up."""
    return "\n".join(say(contents))


def reasons(contents: list[Content]) -> set[Why]:
    """Why anything is unread."""
    return {content.why for content in contents if isinstance(content, Unread)}
