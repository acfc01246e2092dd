"""Distinct people of one message, by role and by how they were seen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.model import Group, Location, OverLimit, People, Role, Visibility, Why

MOST_KEYS = 2_000_000
"""Digests held for one message, some 110 bytes each; beyond, its people can no longer be told apart."""

MOST_GROUPS = 300
"""Groups told of one part; further ones are counted under the place of the last."""

HIDDEN, EXPOSED = 1, 2
ROLES = tuple(Role)


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
    births: bytearray = field(default_factory=bytearray)
    """Per person: whether a date of birth is known, so that father and son at one address stay two."""

    reported: int = 0
    """People with lower numbers were counted by an earlier `take`."""

    newly: Counter[int] = field(default_factory=Counter)
    groups: Counter[tuple[Location, Role, Visibility, bool]] = field(default_factory=Counter)

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
        self.births.append(0)
        group = (where, sighting.role, sighting.visibility, sighting.crime_context)
        if group not in self.groups and len(self.groups) >= MOST_GROUPS:
            group = (next(reversed(self.groups))[0], *group[1:])
        self.groups[group] += 1
        return len(self.states) - 1

    def update(self, person: int, sighting: Sighting) -> None:
        """Note how a person was seen this time."""
        shown = sighting.visibility is Visibility.SHOWN
        state = (0 if shown else HIDDEN) | (EXPOSED if shown and sighting.crime_context else 0)
        fresh = state & ~self.states[person]
        self.states[person] |= state
        self.newly[fresh] += 1
        if sighting.birth:
            self.births[person] = 1
        if person >= self.reported and ROLES[self.roles[person]] is Role.UNKNOWN:
            self.roles[person] = ROLES.index(sighting.role)

    def take(self) -> tuple[People, tuple[Group, ...]]:
        """The people first seen, first seen hidden and first seen exposed since the last take."""
        roles = Counter(ROLES[number] for number in self.roles[self.reported :])
        people = People(
            total=len(self.states) - self.reported,
            hidden=self.newly[HIDDEN] + self.newly[HIDDEN | EXPOSED],
            exposed=self.newly[EXPOSED] + self.newly[HIDDEN | EXPOSED],
            by_role=dict(roles),
        )
        groups = tuple(Group(*key, count) for key, count in self.groups.items())
        self.reported = len(self.states)
        self.newly = Counter()
        self.groups = Counter()
        return people, groups
