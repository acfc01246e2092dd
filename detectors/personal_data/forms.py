"""Tables on their side: labels down the first column, a person or incident in each further one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from detectors.model import Column, Location, Role, Row, Table, Visibility
from detectors.personal_data.fields import PERSONAL
from detectors.personal_data.vocabulary import Vocabulary

FORM_ROWS = 200
FORM_COLUMNS = 12
LABELS = 3
"""A table with fewer known labels is not taken for a form."""


@dataclass(frozen=True, slots=True)
class Form(Table):
    """A table turned: its rows are the columns of `sheet`, which still says where a cell is."""

    sheet: Table = field(kw_only=True)
    lines: tuple[Row, ...] = field(kw_only=True, repr=False)

    def cell(self, row: Row, index: int) -> Location:
        """Where a cell is in the table as it stands."""
        return self.sheet.cell(self.lines[index], row.number)


def read_form(table: Table, rows: Sequence[Row], vocabulary: Vocabulary) -> Form | None:
    """The table turned if it is a form, else None."""
    width = max((len(row.cells) for row in rows), default=0)
    if isinstance(table, Form) or len(rows) > FORM_ROWS or not 2 <= width <= FORM_COLUMNS:
        return None
    lines = [row for row in rows if row.cells and row.cells[0].strip()]
    labels = [row.cells[0] for row in lines if not vocabulary.is_part(row.cells[0])]
    known = [heading for label in labels if (heading := vocabulary.read_heading(label)) is not None]
    personal = sum(heading.field in PERSONAL for heading in known)
    if len(known) < LABELS or not personal or 2 * len(known) < len(lines):
        return None
    return turn(table, lines, vocabulary, width)


def turn(table: Table, lines: Sequence[Row], vocabulary: Vocabulary, width: int) -> Form:
    """The form whose labels are the first cells of some rows."""
    records = tuple(
        Row(
            number,
            tuple(row.cells[number] if number < len(row.cells) else "" for row in lines),
            cell_visibility={
                place: seen
                for place, row in enumerate(lines)
                if (seen := table.seen(row, number)) is not Visibility.SHOWN
            },
        )
        for number in range(1, width)
    )
    columns = tuple(Column(name) for name in name_lines(lines, vocabulary))
    return Form(table.where, table.visibility, table.channel, columns, records, sheet=table, lines=tuple(lines))


def name_lines(lines: Sequence[Row], vocabulary: Vocabulary) -> list[str]:
    """The labels, with the role of the section they are in ("VICTIM" alone on a line) or, repeated, with a number."""
    section: Role | None = None
    told: Counter[str] = Counter()
    names: list[str] = []
    for row in lines:
        label = row.cells[0].strip().rstrip(":")
        role = vocabulary.read_role(label)
        if role is not None and not any(cell.strip() for cell in row.cells[1:]):
            section = role
        heading = vocabulary.read_heading(label)
        if section is not None and heading is not None and heading.role is None:
            label = f"{section.value.replace('_', ' ')} {label}"
        told[label] += 1
        names.append(f"{label} {told[label]}" if told[label] > 1 else label)
    return names
