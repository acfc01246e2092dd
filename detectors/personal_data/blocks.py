"""The people of a table's rows: which columns belong to one person, and who that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace

from detectors.model import OffenceGroup, Role, Visibility
from detectors.people import Sighting
from detectors.personal_data.dates import read_birth
from detectors.personal_data.fields import CONTACTS, NAMES, PERSONAL, POLICE, STRONG, Field
from detectors.personal_data.identifiers.phone import national
from detectors.personal_data.name_columns import Meaning, may_be_full_name
from detectors.personal_data.names import fold, is_name, split_name
from detectors.personal_data.normal import compact, normalise, squeeze
from detectors.personal_data.offences import WEIGHT
from detectors.personal_data.vocabulary import INVOLVED, Vocabulary

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


@dataclass(frozen=True, slots=True)
class Reading:
    """Whom a block of a row identifies."""

    sighting: Sighting = field(repr=False)
    cells: tuple[int, ...]


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


class Identification:
    """Reads people from rows. Made once a table."""

    def __init__(
        self, blocks: Iterable[Block], vocabulary: Vocabulary, checks: dict[Field, Callable[[str], bool]]
    ) -> None:
        self.blocks = tuple(blocks)
        self.vocabulary = vocabulary
        self.checks = checks
        self.identifiers = {Field(identifier.kind): identifier for identifier in vocabulary.search.identifiers}
        self.roles: dict[str, Role | None] = {}
        self.offences: dict[str, OffenceGroup | None] = {}

    def read(self, cells: Sequence[str]) -> list[Reading]:
        """Everybody whom the cells of a row identify; their visibility is yet to be said."""
        readings = [self.read_block(block, cells) for block in self.blocks]
        return [reading for reading in readings if reading is not None]

    def read_block(self, block: Block, cells: Sequence[str]) -> Reading | None:
        """The person of one block, or None where the block is blank or does not identify anybody."""
        said: dict[Field, list[str]] = {}
        used: list[int] = []
        for number, kind in block.columns:
            value = cells[number] if number < len(cells) else ""
            if value and not self.vocabulary.is_blank(value):
                said.setdefault(kind, []).append(value)
                used.append(number)
        if not said:
            return None
        sighting = self.identify(block, cells, said)
        return Reading(sighting, tuple(used)) if sighting else None

    def identify(self, block: Block, cells: Sequence[str], said: dict[Field, list[str]]) -> Sighting | None:
        """The person that some values make out: a strong number; or a name with something to find its bearer by."""
        name = self.read_name(said)
        marks = self.read_marks(said)
        role = block.role or self.read_role(block, cells) or block.title_role
        contacts = read_contacts(said)
        birth = read_birth(said[Field.DATE_OF_BIRTH][0]) if Field.DATE_OF_BIRTH in said else None
        crime_context = self.in_crime_context(block, role) or any(kind in POLICE for kind in said)
        serving = role is not Role.UNKNOWN and not {Field.COLLAR, Field.RANK}.isdisjoint(said)
        identified = bool(marks) or bool(name and (birth or contacts or serves(said) or serving))
        if not identified and not (name and self.is_part(block, cells, said, role)):
            return None
        if not (birth or marks or contacts):
            contacts = self.read_reference(block, cells, said)
        return Sighting(
            name=name,
            birth=birth.isoformat() if birth else "",
            marks=marks,
            contacts=contacts,
            role=role or (Role.OFFICER if serves(said) else Role.UNKNOWN),
            crime_context=crime_context,
            offence=self.read_offence(block.offence_columns, cells),
        )

    def is_part(self, block: Block, cells: Sequence[str], said: dict[Field, list[str]], role: Role | None) -> bool:
        """Whether somebody with nothing but a name is part of a crime: by their role in one, or named in its record."""
        known = role not in {None, Role.UNKNOWN}
        places = block.crime_columns if known else block.reference_columns
        if not any(number < len(cells) and cells[number] for number in places):
            return False
        return Field.SURNAME in said or any(self.is_person(name) for name in said[Field.FULL_NAME])

    def is_person(self, name: str) -> bool:
        """Whether a name is not that of a shop: two words at least, or a title."""
        if may_be_full_name(name, self.vocabulary):
            return True
        return name.split(maxsplit=1)[0].strip(".").casefold() in self.vocabulary.titles and is_name(
            name, self.vocabulary
        )

    def read_offence(self, columns: Sequence[int], cells: Sequence[str]) -> OffenceGroup | None:
        """The kind of crime that the row is about; other than those that are named where an offence is given at all."""
        found: list[OffenceGroup] = []
        for number in columns:
            text = cells[number] if number < len(cells) else ""
            if text and not self.vocabulary.is_blank(text):
                found.append(self.group_offence(text) or OffenceGroup.OTHER)
        return min(found, key=WEIGHT.__getitem__, default=None)

    def group_offence(self, text: str) -> OffenceGroup | None:
        """The kind of crime of a value, remembered for the rows that repeat it."""
        if text not in self.offences:
            if len(self.offences) >= 10_000:
                self.offences.clear()
            self.offences[text] = self.vocabulary.offence_groups.group_of(text)
        return self.offences[text]

    def in_crime_context(self, block: Block, role: Role | None) -> bool:
        """Whether a person of the table is shown as part of a crime."""
        if role is Role.OFFICER:
            return False
        return block.records_crime or role in INVOLVED or (block.role_column is not None and role is not None)

    def read_role(self, block: Block, cells: Sequence[str]) -> Role | None:
        """What the role column says; None where there is none or it says nothing known."""
        if block.role_column is None or block.role_column >= len(cells):
            return None
        text = cells[block.role_column]
        if len(text) > 60:
            return None
        if text not in self.roles and len(self.roles) < 10_000:
            self.roles[text] = self.vocabulary.read_role(text)
        return self.roles.get(text)

    def read_name(self, said: dict[Field, list[str]]) -> str:
        """Surname and first forename in one spelling, "" where there is no surname."""
        forename = fold(said[Field.FORENAME][0]).partition(" ")[0] if Field.FORENAME in said else ""
        if Field.SURNAME in said:
            return f"{fold(said[Field.SURNAME][0])}|{forename}"
        if Field.FULL_NAME not in said:
            return ""
        surname, first = split_name(said[Field.FULL_NAME][0], self.vocabulary)
        return f"{surname}|{first or forename}" if surname else ""

    def read_marks(self, said: dict[Field, list[str]]) -> tuple[str, ...]:
        """The strong numbers that are valid."""
        return tuple(
            self.identifiers[kind].mark(plain)
            for kind in STRONG & said.keys()
            for value in said[kind]
            if self.checks[kind](plain := normalise(value).strip())
        )

    def read_reference(self, block: Block, cells: Sequence[str], said: dict[Field, list[str]]) -> tuple[str, ...]:
        """What else tells two bearers of one name apart: a collar number, else the crime."""
        for kind in (Field.COLLAR, Field.RANK):
            if kind in said:
                return (f"{kind}:{squeeze(said[kind][0])}",)
        values = [cells[number] for number in block.crime_columns[:4] if number < len(cells)]
        return (f"crime:{squeeze(' '.join(values)[:200])}",)


def serves(said: dict[Field, list[str]]) -> bool:
    """Whether a person has a collar number: an officer, or a member of staff."""
    return Field.COLLAR in said


def read_contacts(said: dict[Field, list[str]]) -> tuple[str, ...]:
    """What one finds a person by, the steadiest first, in one spelling."""
    contacts: list[str] = []
    if Field.PHONE in said:
        contacts.append(f"phone:{national(said[Field.PHONE][0][:60])}")
    if Field.EMAIL in said:
        contacts.append(f"email:{squeeze(said[Field.EMAIL][0][:200])}")
    if Field.POSTCODE in said:
        contacts.append(f"postcode:{compact(said[Field.POSTCODE][0][:20])}")
    if Field.ADDRESS in said:
        contacts.append(f"address:{squeeze(said[Field.ADDRESS][0][:200])}")
    return tuple(contacts)


def hide(sighting: Sighting, visibility: Visibility) -> Sighting:
    """The same person, seen so."""
    return Sighting(
        name=sighting.name,
        birth=sighting.birth,
        marks=sighting.marks,
        contacts=sighting.contacts,
        role=sighting.role,
        visibility=visibility,
        crime_context=sighting.crime_context,
        offence=sighting.offence,
    )
