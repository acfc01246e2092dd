"""What may stand in visible text: the force's contacts, its staff's signatures, the requester's own name and address."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from detectors.faults import say_fault
from detectors.model import Role, Visibility
from detectors.people import Sighting
from detectors.personal_data.identifiers import email, phone, postcode
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.names import split_name
from detectors.personal_data.narrative import NARRATED
from detectors.personal_data.search import Hit
from detectors.personal_data.vocabulary import Vocabulary

CRIME = "crime:"
"""How contacts begin that are none: a sighting without any is told apart by the reference of the crime, or by being told of one."""


def check_by(identifier: Identifier, words: str) -> Callable[[str], str]:
    """A check that a value is one of the kind, written in full."""

    def check(value: str) -> str:
        if not identifier.check(value.upper()):
            raise ValueError(words)
        return value

    return check


def check_domain(value: str) -> str:
    """A domain of at least two labels, in small letters."""
    if not email.IDENTIFIER.check(f"A@{value}".upper()) or value != value.casefold():
        raise ValueError("must be a domain in small letters, such as force.police.uk")
    return value


def check_name(value: str) -> str:
    """A forename and a surname: one word is the name of too many."""
    if len(value.replace(",", " ").split()) < 2:
        raise ValueError("must be a forename and a surname")
    return value


Email = Annotated[str, AfterValidator(check_by(email.IDENTIFIER, "must be an address such as foi@force.police.uk"))]
Phone = Annotated[str, AfterValidator(check_by(phone.IDENTIFIER, "must be a telephone number, with its area code"))]
Postcode = Annotated[str, AfterValidator(check_by(postcode.IDENTIFIER, "must be a full postcode, such as AB1 2CD"))]
Domain = Annotated[str, AfterValidator(check_domain)]
Name = Annotated[str, AfterValidator(check_name)]


class Part(BaseModel):
    """A table of the file: unknown names are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Force(Part):
    """What the force publishes of itself."""

    domains: tuple[Domain, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    postcodes: tuple[Postcode, ...] = ()


class Staff(Part):
    """Somebody who signs replies."""

    name: Name = Field(repr=False)
    phone: Phone | None = Field(None, repr=False)
    email: Email | None = Field(None, repr=False)


class Requester(Part):
    """Somebody who asked, known by the address that replies go to."""

    email: Email = Field(repr=False)
    name: Name | None = Field(None, repr=False)
    phone: Phone | None = Field(None, repr=False)
    postcode: Postcode | None = Field(None, repr=False)


class Declared(Part):
    """The file."""

    force: Force = Field(default_factory=Force)
    staff: tuple[Staff, ...] = ()
    requester: tuple[Requester, ...] = ()


@dataclass(frozen=True)
class Allowed:
    """What may stand in the visible text of one message. `marks` are kinds with the one spelling of a value; names are as sightings have them."""

    domains: tuple[str, ...] = ()
    marks: frozenset[str] = field(default=frozenset(), repr=False)
    staff: frozenset[str] = field(default=frozenset(), repr=False)
    requesters: frozenset[str] = field(default=frozenset(), repr=False)

    def lifts(self, hit: Hit, visibility: Visibility) -> bool:
        """Whether a value may stand where it does. Never a number that identifies one person."""
        if visibility is not Visibility.SHOWN or hit.identifier.strong:
            return False
        if hit.identifier.kind == email.IDENTIFIER.kind and is_within(hit.value, self.domains):
            return True
        return hit.identifier.mark(hit.value) in self.marks

    def lifts_person(self, sighting: Sighting) -> bool:
        """Whether a person may be named so: with nothing else that identifies them; staff in no part of a crime."""
        if sighting.visibility is not Visibility.SHOWN or sighting.birth or sighting.marks:
            return False
        if not all(contact == NARRATED or contact.startswith(CRIME) for contact in sighting.contacts):
            return False
        if sighting.name in self.requesters:
            return True
        return sighting.name in self.staff and sighting.role in {Role.UNKNOWN, Role.OFFICER}


NOTHING_ALLOWED = Allowed()


@dataclass(frozen=True)
class Allowances:
    """What a force has declared, ready for use. Made once, before any message; nothing in it changes."""

    declared: Declared
    vocabulary: Vocabulary = field(repr=False)

    def allow(self, recipients: Collection[str]) -> Allowed:
        """What may stand in a message to some recipients: a requester's own only where nobody else outside the force gets it."""
        force = self.declared.force
        outside = {recipient.casefold() for recipient in recipients if not is_within(recipient, force.domains)}
        alone = outside.pop() if len(outside) == 1 else ""
        asking = [requester for requester in self.declared.requester if requester.email.casefold() == alone]
        signing = self.declared.staff
        return Allowed(
            domains=force.domains,
            marks=frozenset(
                (
                    *mark(email.IDENTIFIER, (*force.emails, alone, *(each.email for each in signing))),
                    *mark(
                        phone.IDENTIFIER,
                        (*force.phones, *(each.phone for each in signing), *(each.phone for each in asking)),
                    ),
                    *mark(postcode.IDENTIFIER, (*force.postcodes, *(each.postcode for each in asking))),
                )
            ),
            staff=self.spell(each.name for each in signing),
            requesters=self.spell(each.name for each in asking),
        )

    def spell(self, names: Iterable[str | None]) -> frozenset[str]:
        """Names as sightings have them."""
        return frozenset("|".join(split_name(name, self.vocabulary)) for name in names if name)


def mark(identifier: Identifier, values: Iterable[str | None]) -> Iterator[str]:
    """The marks of those values that are given."""
    return (identifier.mark(value) for value in values if value)


def is_within(address: str, domains: Collection[str]) -> bool:
    """Whether an address is in one of some domains or below it."""
    domain = address.rpartition("@")[2].casefold()
    return any(domain == each or domain.endswith(f".{each}") for each in domains)


def load_allowances(path: Path, vocabulary: Vocabulary) -> Allowances:
    """The allowances of a file. Raises ValueError, one sentence that names file, table and field."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {os.strerror(error.errno or 0)}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: not valid TOML: {error}.") from None
    try:
        return Allowances(Declared.model_validate(values), vocabulary)
    except ValidationError as error:
        raise ValueError(explain(error, path)) from None


def explain(error: ValidationError, path: Path) -> str:
    """The first fault of the file as one sentence; a value is not repeated, for it may be somebody's."""
    fault = error.errors(include_url=False, include_input=False)[0]
    words = "there is no such field" if fault["type"] == "extra_forbidden" else say_fault(fault)
    steps = [f"{step + 1}" if isinstance(step, int) else step for step in fault["loc"]]
    return f"{path}: field '{'.'.join(steps)}': {words}."
