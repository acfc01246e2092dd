"""The people of a table's rows: which columns belong to one person, and who that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from detectors.model import OffenceGroup, Role, Visibility
from detectors.people import Sighting
from detectors.personal_data.columns import Meaning
from detectors.personal_data.dates import read_birth
from detectors.personal_data.fields import NAMES, PERSONAL, POLICE, STRONG, Field
from detectors.personal_data.identifiers.phone import national
from detectors.personal_data.names import fold, split_name
from detectors.personal_data.normal import compact, normalise, squeeze
from detectors.personal_data.offences import WEIGHT
from detectors.personal_data.vocabulary import Vocabulary

CRIME = frozenset({Field.CRIME_REFERENCE, Field.OFFENCE})

INVOLVED = frozenset({Role.VICTIM, Role.WITNESS, Role.SUSPECT, Role.REPORTING_PERSON})
"""Parts in a crime; an officer's name is not by itself part of one."""

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
    records_crime: bool = False
    """Whether the table is about crimes at all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Whom a block of a row identifies."""

    sighting: Sighting = field(repr=False)
    cells: tuple[int, ...]


def make_blocks(meanings: Sequence[Meaning], title_role: Role | None) -> list[Block]:
    """The blocks of a table. `title_role` is what its name or channel says of everybody in it."""
    groups: dict[tuple[Role | None, int], list[tuple[int, Field]]] = {}
    for number, meaning in enumerate(meanings):
        if meaning.field in PERSONAL:
            key = (meaning.heading.role, meaning.heading.number)
            groups.setdefault(key, []).append((number, meaning.field))
    merge_unowned(groups)
    crime = tuple(number for number, meaning in enumerate(meanings) if meaning.field in CRIME)
    roles = [number for number, meaning in enumerate(meanings) if meaning.field is Field.ROLE]
    return [
        Block(
            columns=tuple(columns[:BLOCK_COLUMNS]),
            role=role,
            title_role=title_role,
            role_column=roles[0] if roles and role is None else None,
            crime_columns=crime,
            offence_columns=tuple(number for number in crime if meanings[number].field is Field.OFFENCE),
            records_crime=bool(crime),
        )
        for (role, _), columns in groups.items()
        if any(kind in NAMES | STRONG for _, kind in columns)
    ]


def merge_unowned(groups: dict[tuple[Role | None, int], list[tuple[int, Field]]]) -> None:
    """Columns without an owner ("DOB") belong to the only person named in the row, if there is only one."""
    unowned = groups.get((None, 0), [])
    owners = [key for key in groups if key[0] is not None]
    if len(owners) == 1 and not any(kind in NAMES for _, kind in unowned):
        groups[owners[0]] = groups[owners[0]] + groups.pop((None, 0), [])


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
        in_crime = any(number < len(cells) and cells[number] for number in block.crime_columns)
        crime_context = self.in_crime_context(block, role) or any(kind in POLICE for kind in said)
        serving = role is not Role.UNKNOWN and not {Field.COLLAR, Field.RANK}.isdisjoint(said)
        identified = bool(marks) or bool(name and (birth or contacts or serves(said) or serving))
        if not identified and not (name and role not in {None, Role.UNKNOWN} and in_crime):
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
            offence=self.read_offence(block, cells),
        )

    def read_offence(self, block: Block, cells: Sequence[str]) -> OffenceGroup | None:
        """The kind of crime that the row is about; other than those that are named where an offence is given at all."""
        found: list[OffenceGroup] = []
        for number in block.offence_columns:
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
