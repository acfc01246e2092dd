"""Distinct people of one message, by role and by how they were seen."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from detectors.model import Group, Location, OffenceGroup, OverLimit, People, Role, Visibility, Why

MOST_KEYS = 2_000_000
"""Digests held for one message, some 100 bytes each; beyond, its people can no longer be told apart."""

MOST_GROUPS = 300
"""Groups told of one part; further ones are counted under the place of the last."""

HIDDEN, EXPOSED, PLAIN, BOTH = 1, 2, 4, 8
"""How a person was seen: in hidden content, shown with crime context, shown at all; BOTH where hidden and shown."""

ROLES = tuple(Role)
OFFENCES = tuple(OffenceGroup)
NO_OFFENCE = len(OFFENCES)
VISIBILITIES = tuple(Visibility)
UNKNOWN = ROLES.index(Role.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person seen once: what tells them apart, and how they were seen.

    `name`, `birth`, `marks` (numbers that name one person) and `contacts` (what goes with a name) are in one spelling each.
    """

    name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    marks: tuple[str, ...] = field(default=(), repr=False)
    contacts: tuple[str, ...] = field(default=(), repr=False)
    role: Role = Role.UNKNOWN
    visibility: Visibility = Visibility.SHOWN
    crime_context: bool = False
    offence: OffenceGroup | None = None

    @property
    def sure(self) -> list[tuple[str, ...]]:
        """What no two people share: a name with a date of birth, numbers that name one person."""
        sure: list[tuple[str, ...]] = [("mark", mark) for mark in self.marks[:2]] if self.marks else []
        if self.name and self.birth:
            sure.insert(0, ("birth", self.name, self.birth))
        return sure

    @property
    def likely(self) -> tuple[str, ...]:
        """What two people hardly share: a name with the steadiest contact; nothing without."""
        return ("contact", self.name, self.contacts[0]) if self.name and self.contacts else ()


@dataclass
class Register:
    """Who has been seen in one message. Holds 64-bit digests, never a name; `key` is random for the message."""

    key: bytes = field(repr=False)
    known: dict[int, int] = field(default_factory=dict, repr=False)
    """Digest → number of the person."""

    states: bytearray = field(default_factory=bytearray)
    roles: bytearray = field(default_factory=bytearray)
    offences: bytearray = field(default_factory=bytearray)
    births: bytearray = field(default_factory=bytearray)
    """Per person: whether a date of birth is known, so that father and son at one address stay two."""

    reported: int = 0
    """People with lower numbers were counted by an earlier `take`."""

    newly: Counter[int] = field(default_factory=Counter)
    offences_told: Counter[int] = field(default_factory=Counter)
    """Offence groups learnt of people whom an earlier `take` counted without one."""

    places: dict[Location, int] = field(default_factory=dict)
    here: tuple[Location | None, int] = (None, 0)
    """The place last asked for, and its number."""

    firsts: array[int] = field(default_factory=lambda: array("H"))
    ways: bytearray = field(default_factory=bytearray)
    """Of people not yet reported: where they were first seen, and how hidden, with crime context or without."""

    def see(self, sighting: Sighting, where: Location) -> None:
        """Count a person if not seen before, or not so seen. Raises OverLimit(TOO_MANY) when there are too many to remember."""
        sure = [hash((self.key, *parts)) for parts in sighting.sure]
        likely = [hash((self.key, *parts))] if (parts := sighting.likely) else []
        person = self.recognise(sure, likely, sighting)
        if person is None:
            person = self.add(sighting, where)
        for digest in sure + likely:
            self.known.setdefault(digest, person)
        if len(self.known) > MOST_KEYS:
            raise OverLimit(Why.TOO_MANY)
        self.update(person, sighting)

    def recognise(self, sure: list[int], likely: list[int], sighting: Sighting) -> int | None:
        """The number of a person seen before. A name with a contact is not enough where two dates of birth are known."""
        for digest in sure:
            if digest in self.known:
                return self.known[digest]
        for digest in likely:
            if digest in self.known and not (sighting.birth and self.births[self.known[digest]]):
                return self.known[digest]
        return None

    def add(self, sighting: Sighting, where: Location) -> int:
        """A new person."""
        self.states.append(0)
        self.roles.append(ROLES.index(sighting.role))
        self.offences.append(NO_OFFENCE)
        self.births.append(0)
        self.firsts.append(self.number_place(where))
        self.ways.append(2 * sighting.visibility + sighting.crime_context)
        return len(self.states) - 1

    def number_place(self, where: Location) -> int:
        """The number of a place; that of the last for one too many. A table's people come one after the other."""
        if where is not self.here[0]:
            known = self.places.get(where)
            if known is None and len(self.places) >= MOST_GROUPS:
                known = len(self.places) - 1
            self.here = (where, self.places.setdefault(where, len(self.places)) if known is None else known)
        return self.here[1]

    def update(self, person: int, sighting: Sighting) -> None:
        """Note how a person was seen this time."""
        self.update_state(person, sighting)
        if sighting.birth:
            self.births[person] = 1
        if person >= self.reported and self.roles[person] == UNKNOWN:
            self.roles[person] = ROLES.index(sighting.role)
        if sighting.offence is not None:
            self.update_offence(person, OFFENCES.index(sighting.offence))

    def update_state(self, person: int, sighting: Sighting) -> None:
        """Add a way of having been seen."""
        shown = sighting.visibility is Visibility.SHOWN
        before = self.states[person]
        state = before | (PLAIN if shown else HIDDEN)
        if shown and sighting.crime_context:
            state |= EXPOSED
        if state & HIDDEN and state & PLAIN:
            state |= BOTH
        if state != before:
            self.newly[state & ~before] += 1
            self.states[person] = state

    def update_offence(self, person: int, offence: int) -> None:
        """Keep the offence group that weighs most; of somebody already counted with one, that one."""
        known = self.offences[person]
        if person >= self.reported:
            self.offences[person] = min(known, offence)
        elif known == NO_OFFENCE:
            self.offences[person] = offence
            self.offences_told[offence] += 1

    def take(self) -> tuple[People, tuple[Group, ...]]:
        """The people first seen, first seen hidden and first seen exposed since the last take."""
        roles = Counter(self.roles[self.reported :])
        offences = Counter(self.offences[self.reported :]) + self.offences_told
        people = People(
            total=len(self.states) - self.reported,
            hidden=self.count_newly(HIDDEN),
            exposed=self.count_newly(EXPOSED),
            by_role={ROLES[number]: count for number, count in roles.items()},
            by_offence={OFFENCES[number]: count for number, count in offences.items() if number != NO_OFFENCE},
            both=self.count_newly(BOTH),
        )
        groups = self.group()
        self.reported = len(self.states)
        self.newly = Counter()
        self.offences_told = Counter()
        self.places = {}
        self.here = (None, 0)
        self.firsts = array("H")
        self.ways = bytearray()
        return people, groups

    def count_newly(self, way: int) -> int:
        """How many were first seen in a way since the last take."""
        return sum(count for state, count in self.newly.items() if state & way)

    def group(self) -> tuple[Group, ...]:
        """Those not yet reported, by place and by what is known of them now."""
        places, last = tuple(self.places), len(self.places) - 1
        alike: Counter[tuple[int, ...]] = Counter(
            zip(self.firsts, self.roles[self.reported :], self.ways, self.offences[self.reported :], strict=True)
        )
        merged: Counter[tuple[int, ...]] = Counter()
        for key, count in alike.items():
            merged[key if len(merged) < MOST_GROUPS else (last, *key[1:])] += count
        return tuple(
            Group(
                where=places[place],
                role=ROLES[role],
                visibility=VISIBILITIES[way // 2],
                crime_context=bool(way % 2),
                count=count,
                offence=None if offence == NO_OFFENCE else OFFENCES[offence],
            )
            for (place, role, way, offence), count in merged.items()
        )
