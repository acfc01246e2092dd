"""Which columns of a table are about one person of each row."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace

from detectors.model import Role
from detectors.personal_data.fields import CONTACTS, NAMES, PERSONAL, STRONG, Field
from detectors.personal_data.name_columns import Meaning

CRIME = frozenset({Field.CRIME_REFERENCE, Field.OFFENCE})

BLOCK_COLUMNS = 60
"""A person has no more columns than this; a hostile table may."""


@dataclass(frozen=True, slots=True)
class Block:
    """The columns that are about one person of each row. `role_column` says their role where the headings do not."""

    columns: tuple[tuple[int, Field], ...]
    role: Role | None = None
    role_column: int | None = None
    title_role: Role | None = None
    crime_columns: tuple[int, ...] = ()
    offence_columns: tuple[int, ...] = ()
    reference_columns: tuple[int, ...] = ()
    records_crime: bool = False
    """Whether the table is about crimes at all."""

    def of(self, *kinds: Field) -> list[int]:
        """The columns of some kinds, in the order of the kinds."""
        return [number for wanted in kinds for number, kind in self.columns if kind is wanted]


Owner = tuple[Role | None, int]
Columns = list[tuple[int, Field]]
NOBODY: Owner = (None, 0)


def make_blocks(meanings: Sequence[Meaning], title_role: Role | None) -> list[Block]:
    """The blocks of a table. `title_role` is what its name or channel says of everybody in it whose role nothing else tells."""
    groups: dict[Owner, Columns] = {}
    for number, meaning in enumerate(meanings):
        if meaning.field in PERSONAL:
            key = (meaning.heading.role, meaning.heading.number)
            groups.setdefault(key, []).append((number, meaning.field))
    merge_unowned(groups)
    headless = {number for number, meaning in enumerate(meanings) if not meaning.headed}
    crime = [number for number, meaning in enumerate(meanings) if meaning.field in CRIME]
    roles = [number for number, meaning in enumerate(meanings) if meaning.field is Field.ROLE]
    return [
        replace(
            make_block(
                piece, owner, of_number(crime, meanings, owner[1]), of_number(roles, meanings, owner[1]), meanings
            ),
            title_role=title_role,
        )
        for owner, columns in groups.items()
        for piece in split_people(columns, headless)
        if any(kind in NAMES | STRONG for _, kind in piece)
    ]


def make_block(
    columns: Columns, owner: Owner, crime: tuple[int, ...], roles: tuple[int, ...], meanings: Sequence[Meaning]
) -> Block:
    """The block of one person, with the columns that speak of the crime and of their role in it."""
    return Block(
        columns=tuple(columns[:BLOCK_COLUMNS]),
        role=owner[0],
        role_column=roles[0] if roles and owner[0] is None else None,
        crime_columns=crime,
        offence_columns=tuple(number for number in crime if meanings[number].field is Field.OFFENCE),
        reference_columns=tuple(number for number in crime if meanings[number].field is Field.CRIME_REFERENCE),
        records_crime=bool(crime),
    )


def split_people(columns: Columns, headless: Container[int]) -> list[Columns]:
    """The columns of one owner, as those of several people where names begin anew.

    Under headings only where something more is said of each: a name beside a surname, or an alias, is no second person.
    """
    pieces: list[Columns] = [[]]
    for number, kind in columns:
        if begins_another(kind, {each for _, each in pieces[-1]}):
            pieces.append([])
        pieces[-1].append((number, kind))
    whole = all(
        {kind for _, kind in piece} & {Field.SURNAME, Field.FULL_NAME}
        and (piece[0][0] in headless or any(kind in TELLING for _, kind in piece))
        for piece in pieces
    )
    return pieces if whole else [columns]


TELLING = STRONG | CONTACTS | {Field.DATE_OF_BIRTH, Field.COLLAR}


def begins_another(kind: Field, said: Collection[Field]) -> bool:
    """Whether a column begins another person's columns."""
    match kind:
        case Field.FULL_NAME:
            return any(each in NAMES for each in said)
        case Field.SURNAME | Field.FORENAME:
            return kind in said or Field.FULL_NAME in said
    return False


def merge_unowned(groups: dict[Owner, Columns]) -> None:
    """Give columns without an owner ("DOB") to whom the columns before them are about, unless they name somebody themselves."""
    unowned = groups.get(NOBODY, [])
    owners = {number: owner for owner, columns in groups.items() if owner[0] is not None for number, _ in columns}
    if not owners or any(kind in NAMES for _, kind in unowned):
        return
    left: Columns = []
    for number, kind in unowned:
        owner = owners[max((each for each in owners if each < number), default=min(owners))]
        if len(set(owners.values())) > 1 and any(kind is each for _, each in groups[owner]):
            left.append((number, kind))
        else:
            groups[owner].append((number, kind))
    if left:
        groups[NOBODY] = left
    else:
        groups.pop(NOBODY, None)


def of_number(columns: Sequence[int], meanings: Sequence[Meaning], number: int) -> tuple[int, ...]:
    """Of columns that say something of a record, those whose headings have the person's number; all where none has."""
    mine = tuple(column for column in columns if meanings[column].heading.number == number)
    return mine or tuple(columns)
