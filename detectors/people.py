"""Distinct people of one message, by role and by how they were seen."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.model import Group, Location, OffenceGroup, OverLimit, People, Role, Visibility, Why

MOST_KEYS = 2_000_000
"""Digests held for one message, some 110 bytes each; beyond, its people can no longer be told apart."""

MOST_GROUPS = 300
"""Groups told of one part; further ones are counted under the place of the last."""

HIDDEN, EXPOSED, PLAIN, BOTH = 1, 2, 4, 8
"""How a person was seen: in hidden content, shown with crime context, shown at all; BOTH where hidden and shown."""

ROLES = tuple(Role)
OFFENCES = tuple(OffenceGroup)
NO_OFFENCE = len(OFFENCES)
VISIBILITIES = tuple(Visibility)


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

    def tell_apart(self) -> Iterator[tuple[str, ...]]:
        """What another sighting of the same person may share with this one, the surest first."""
        if self.name and self.birth:
            yield ("birth", self.name, self.birth)
        for mark in self.marks[:2]:
            yield ("mark", mark)
        if self.name and self.contacts:
            yield ("contact", self.name, self.contacts[0])


@dataclass
class Register:
    """Who has been seen in one message. Holds keyed digests, never a name; `key` is random for the message."""

    key: bytes = field(repr=False)
    known: dict[bytes, int] = field(default_factory=dict, repr=False)
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
    firsts: array[int] = field(default_factory=lambda: array("H"))
    ways: bytearray = field(default_factory=bytearray)
    """Of people not yet reported: where they were first seen, and how hidden, with crime context or without."""

    def see(self, sighting: Sighting, where: Location) -> None:
        """Count a person if not seen before, or not so seen. Raises OverLimit(TOO_MANY) when there are too many to remember."""
        digests = [(kind, self.digest(rest)) for kind, *rest in sighting.tell_apart()]
        person = self.recognise(digests, sighting)
        if person is None:
            person = self.add(sighting, where)
        for _, digest in digests:
            self.known.setdefault(digest, person)
        if len(self.known) > MOST_KEYS:
            raise OverLimit(Why.TOO_MANY)
        self.update(person, sighting)

    def recognise(self, digests: list[tuple[str, bytes]], sighting: Sighting) -> int | None:
        """The number of a person seen before. A name with a contact is not enough where two dates of birth are known."""
        for kind, digest in digests:
            person = self.known.get(digest)
            if person is not None and not (kind == "contact" and sighting.birth and self.births[person]):
                return person
        return None

    def digest(self, parts: list[str]) -> bytes:
        """A keyed digest of what identifies a person."""
        return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12, key=self.key).digest()

    def add(self, sighting: Sighting, where: Location) -> int:
        """A new person."""
        self.states.append(0)
        self.roles.append(ROLES.index(sighting.role))
        self.offences.append(NO_OFFENCE)
        self.births.append(0)
        if where not in self.places and len(self.places) >= MOST_GROUPS:
            where = next(reversed(self.places))
        self.firsts.append(self.places.setdefault(where, len(self.places)))
        self.ways.append(2 * VISIBILITIES.index(sighting.visibility) + sighting.crime_context)
        return len(self.states) - 1

    def update(self, person: int, sighting: Sighting) -> None:
        """Note how a person was seen this time."""
        self.update_state(person, sighting)
        if sighting.birth:
            self.births[person] = 1
        if person >= self.reported and ROLES[self.roles[person]] is Role.UNKNOWN:
            self.roles[person] = ROLES.index(sighting.role)
        if sighting.offence is not None:
            self.update_offence(person, OFFENCES.index(sighting.offence))

    def update_state(self, person: int, sighting: Sighting) -> None:
        """Add a way of having been seen."""
        shown = sighting.visibility is Visibility.SHOWN
        state = self.states[person] | (PLAIN if shown else HIDDEN)
        if shown and sighting.crime_context:
            state |= EXPOSED
        if state & HIDDEN and state & PLAIN:
            state |= BOTH
        self.newly[state & ~self.states[person]] += 1
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
