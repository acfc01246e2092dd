"""Who the people of a table's rows are, by the cells of their blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from detectors.model import OffenceGroup, Role, Visibility
from detectors.people import Sighting
from detectors.personal_data.batch import Batch
from detectors.personal_data.blocks import Block
from detectors.personal_data.dates import read_birth
from detectors.personal_data.fields import POLICE, STRONG, Field
from detectors.personal_data.identifiers import driving_licence
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.identifiers.phone import national
from detectors.personal_data.name_columns import may_be_full_name
from detectors.personal_data.names import fold, is_name, split_name
from detectors.personal_data.normal import compact, normalise, squeeze
from detectors.personal_data.offences import WEIGHT
from detectors.personal_data.recall import Recall
from detectors.personal_data.vocabulary import INVOLVED, Vocabulary

SPELLINGS: tuple[tuple[Field, int, Callable[[str], str]], ...] = (
    (Field.PHONE, 60, national),
    (Field.EMAIL, 200, squeeze),
    (Field.POSTCODE, 20, compact),
    (Field.ADDRESS, 200, squeeze),
)
"""What one finds a person by, the steadiest first; how much of it counts; its one spelling."""


class Said(NamedTuple):
    """What a row says of the person of a block: name, birth, numbers and contacts in one spelling, the rest as it stands."""

    name: str
    birth: str
    marks: tuple[str, ...]
    contacts: tuple[str, ...]
    role: Role | None
    offence: OffenceGroup | None
    collar: str
    rank: str
    police: str


class Identification:
    """Reads people from rows, a column at a time. Made once a table; remembers what repeats in it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        identifiers: Mapping[Field, Identifier],
        checks: Mapping[Field, Callable[[str], bool]],
        visibility: Visibility,
    ) -> None:
        self.vocabulary = vocabulary
        self.visibility = visibility
        self.surnames, self.forenames = Recall(fold), Recall(fold_first)
        self.births = Recall(spell_birth)
        self.names = Recall(partial(split_name, vocabulary=vocabulary))
        self.roles = Recall(vocabulary.read_role)
        self.offences = Recall(self.group_offence)
        self.marks = {kind: Recall(partial(mark, identifiers[kind], checks[kind])) for kind in STRONG}

    def read(self, block: Block, batch: Batch) -> Iterator[tuple[int, Sighting]]:
        """Whom a block makes out, with the place of the row, as visible as the table."""
        columns = (
            self.read_names(block, batch),
            map(self.births.__getitem__, batch.first(block.of(Field.DATE_OF_BIRTH))),
            self.read_marks(block, batch),
            read_contacts(block, batch),
            self.read_roles(block, batch),
            self.read_offences(block, batch),
            batch.first(block.of(Field.COLLAR)),
            batch.first(block.of(Field.RANK)),
            batch.first(block.of(*POLICE)),
        )
        licensed = bool(block.of(Field.DRIVING_LICENCE))
        for place, said in enumerate(map(Said._make, zip(*columns, strict=True))):
            if licensed:
                strangers = find_strangers(said)
                yield from ((place, Sighting(marks=(each,), visibility=self.visibility)) for each in strangers)
                said = said._replace(marks=tuple(each for each in said.marks if each not in strangers))  # noqa: PLW2901
            if (said.name or said.marks) and (sighting := self.identify(block, batch, place, said)) is not None:
                yield place, sighting

    def identify(self, block: Block, batch: Batch, place: int, said: Said) -> Sighting | None:
        """The person that a row makes out: a strong number; or a name with something to find its bearer by."""
        role = said.role
        found = said.marks or said.birth or said.contacts or said.collar or (said.rank and role is not Role.UNKNOWN)
        if not found and not self.is_part(block, batch, place, role):
            return None
        contacts = said.contacts
        if not (said.birth or said.marks or contacts):
            contacts = (read_reference(block, batch, place, said),)
        return Sighting(
            name=said.name,
            birth=said.birth,
            marks=said.marks,
            contacts=contacts,
            role=role or (Role.OFFICER if said.collar else Role.UNKNOWN),
            visibility=self.visibility,
            crime_context=bool(said.police) or in_crime_context(block, role),
            offence=said.offence,
        )

    def is_part(self, block: Block, batch: Batch, place: int, role: Role | None) -> bool:
        """Whether somebody with nothing but a name is part of a crime: by their role in one, or named in its record."""
        known = role not in {None, Role.UNKNOWN}
        if not batch.say(block.crime_columns if known else block.reference_columns, place):
            return False
        if batch.say(block.of(Field.SURNAME), place):
            return True
        return any(map(self.is_person, batch.say(block.of(Field.FULL_NAME), place)))

    def is_person(self, name: str) -> bool:
        """Whether a name is not that of a shop: two words at least, or a title."""
        if may_be_full_name(name, self.vocabulary):
            return True
        first = name.split(maxsplit=1)[0].strip(".").casefold()
        return first in self.vocabulary.titles and is_name(name, self.vocabulary)

    def read_names(self, block: Block, batch: Batch) -> Iterable[str]:
        """Surname and first forename in one spelling, "" where there is no surname."""
        parts = (
            map(self.surnames.__getitem__, batch.first(block.of(Field.SURNAME))),
            map(self.names.__getitem__, batch.first(block.of(Field.FULL_NAME))),
            map(self.forenames.__getitem__, batch.first(block.of(Field.FORENAME))),
        )
        return [
            f"{surname}|{forename}" if surname else f"{last}|{first or forename}" if last else ""
            for surname, (last, first), forename in zip(*parts, strict=True)
        ]

    def read_marks(self, block: Block, batch: Batch) -> Iterable[tuple[str, ...]]:
        """The strong numbers that are valid."""
        numbers = [(number, kind) for number, kind in block.columns if kind in STRONG]
        if not numbers:
            return [()] * batch.size
        columns = (map(self.marks[kind].__getitem__, batch.told[number]) for number, kind in numbers)
        return [tuple(filter(None, marks)) for marks in zip(*columns, strict=True)]

    def read_roles(self, block: Block, batch: Batch) -> Iterable[Role | None]:
        """The role of the block, else what the role column says, else what the table's name says."""
        if block.role is not None:
            return [block.role] * batch.size
        if block.role_column is None:
            return [block.title_role] * batch.size
        return [role or block.title_role for role in map(self.roles.__getitem__, batch.told[block.role_column])]

    def read_offences(self, block: Block, batch: Batch) -> Iterable[OffenceGroup | None]:
        """The kind of crime that each row is about."""
        match block.offence_columns:
            case ():
                return [None] * batch.size
            case (number,):
                return map(self.offences.__getitem__, batch.told[number])
        return [self.weigh_offences(batch.say(block.offence_columns, place)) for place in range(batch.size)]

    def weigh_offences(self, texts: Iterable[str]) -> OffenceGroup | None:
        """The kind of crime of some cells that name one: of several the one that weighs most."""
        found = [group for text in texts if (group := self.offences[text]) is not None]
        return min(found, key=WEIGHT.__getitem__, default=None)

    def group_offence(self, text: str) -> OffenceGroup | None:
        """The kind of crime of a cell that names one; another than those that are told apart if need be."""
        return (self.vocabulary.offence_groups.group_of(text) or OffenceGroup.OTHER) if text else None


def mark(identifier: Identifier, check: Callable[[str], bool], text: str) -> str:
    """A strong number in one spelling, "" where a text is none that is valid."""
    plain = normalise(text).strip()
    return identifier.mark(plain) if plain and check(plain) else ""


def find_strangers(said: Said) -> tuple[str, ...]:
    """The driving licences of a row that are somebody else's: by the name and the birth that their numbers say."""
    surname, birth = said.name.partition("|")[0], date.fromisoformat(said.birth) if said.birth else None
    licences = [each for each in said.marks if each.startswith(f"{Field.DRIVING_LICENCE}:")]
    return tuple(each for each in licences if not driving_licence.belongs(each.partition(":")[2], surname, birth))


def fold_first(forenames: str) -> str:
    """The first of some forenames, for comparing."""
    return fold(forenames).partition(" ")[0]


def spell_birth(text: str) -> str:
    """A date of birth in one spelling, "" where it is none."""
    birth = read_birth(text) if text else None
    return birth.isoformat() if birth else ""


def in_crime_context(block: Block, role: Role | None) -> bool:
    """Whether a person of a block is shown as part of a crime."""
    if role is Role.OFFICER:
        return False
    return block.records_crime or role in INVOLVED or (block.role_column is not None and role is not None)


def read_reference(block: Block, batch: Batch, place: int, said: Said) -> str:
    """What else tells two bearers of one name apart: a collar number, else the crime."""
    for kind, text in ((Field.COLLAR, said.collar), (Field.RANK, said.rank)):
        if text:
            return f"{kind}:{squeeze(text)}"
    values = [batch.told[number][place] for number in block.crime_columns[:4]]
    return f"crime:{squeeze(' '.join(values)[:200])}"


def read_contacts(block: Block, batch: Batch) -> Iterable[tuple[str, ...]]:
    """The steadiest of what each row gives to find the person by."""
    contacts: list[tuple[str, ...]] = [()] * batch.size
    for kind, size, spell in SPELLINGS:
        if numbers := block.of(kind):
            told = zip(contacts, batch.first(numbers), strict=True)
            contacts = [known or ((f"{kind}:{spell(text[:size])}",) if text else ()) for known, text in told]
    return contacts
