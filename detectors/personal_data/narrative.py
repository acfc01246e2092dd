"""The people whom running text makes out: by its form, by what it says befell them, by the company they are in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from detectors.model import OffenceGroup, Role
from detectors.people import Sighting
from detectors.personal_data.case_repair import raise_names
from detectors.personal_data.dates import read_birth
from detectors.personal_data.fields import Field
from detectors.personal_data.identifiers import driving_licence
from detectors.personal_data.identifiers.phone import national
from detectors.personal_data.lexicon import spell
from detectors.personal_data.names import PARTICLES, is_full_name, is_name, split_name
from detectors.personal_data.normal import compact
from detectors.personal_data.parts import NO_PART, Part, read_part
from detectors.personal_data.search import Hit
from detectors.personal_data.spotting import Spotted
from detectors.personal_data.vocabulary import Vocabulary

REACH = 300
"""Characters after a name in which what belongs to it is looked for, and on both sides of it a crime."""

COMPANY = 500
"""Characters from somebody in a crime within which others who are named, and do not speak of it as their work, are in it too."""

LEAD = 70
"""Characters before a date of birth in which its owner's name stands."""

LINE_CHARACTERS = 400
NAME = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?"
LISTED = re.compile(rf"(?P<name>{NAME}(?: {NAME}){{0,4}}(?:, ?{NAME}(?: {NAME}){{0,2}})?)")
"""A name at the start of a line's text: SURNAME, Forename; or Title Forename Surname."""

FOLLOWING = re.compile(r"(?:,? (?:[^\W\d_a-z][\w'’-]*|&|and(?= [^\W\d_a-z])|of(?= [^\W\d_a-z]))){0,3}(?:,? [\w&]+)?")
"""Capitalised words, and one more of any kind."""


LED = re.compile(
    rf"(?P<name>{NAME}(?:,? {NAME}){{1,4}})[ ,;]{{0,3}}\(?(?:[a-z]{{1,3}} )?(?:d\.?o\.?b\.?|born(?: on)?|date of birth|b\.)\W{{0,6}}$",
    re.IGNORECASE,
)
"""A name that runs up to the label of a date of birth."""

NUMBERS = frozenset({"crime_reference", "date_of_birth", "phone", "postcode", "custody_number", "pnc_id", "nino"})
"""Kinds of identifiers that accounts hold, and few other texts."""

CONTACT_KINDS = frozenset({"phone", "email", "postcode"})

NARRATED = "narrated"
"""Stands for what goes with a name where a text says no more than what befell its bearer."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text, the part that the words beside it give it, and the stretch that may say more of its bearer."""

    name: str = field(repr=False)
    part: Part
    start: int
    end: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A person whom a text makes out, and where the strong numbers begin that are theirs."""

    sighting: Sighting = field(repr=False)
    start: int
    marks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Bearer:
    """All mentions of one name, and the identifiers that follow them."""

    mentions: tuple[Named, ...]
    hits: tuple[Hit, ...] = field(repr=False)

    @property
    def part(self) -> Part:
        """The first part that is certain; an officer's before a hint."""
        parts = [mention.part for mention in self.mentions]
        certain = [part for part in parts if part.certain and part.role is not Role.OFFICER]
        officers = [part for part in parts if part.role is Role.OFFICER]
        loose = [part for part in parts if part.role is not Role.UNKNOWN]
        return next(iter((*certain, *officers, *loose)), NO_PART)

    @property
    def is_involved(self) -> bool:
        """Whether the bearer has a part in a crime for certain."""
        return self.part.certain and self.part.role not in {Role.UNKNOWN, Role.OFFICER}


class Narrative:
    """Finds the people whom a text makes out. Made once; holds nothing of a message."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def find_people(self, text: str, hits: Sequence[Hit], names: Sequence[Spotted] = ()) -> list[Told]:
        """Everybody a normalised text identifies, by the names it marks, those spotted in it, and the identifiers that follow them."""
        bearers = self.gather(self.find_named(text, hits, names), hits, len(text))
        numbers = [hit.start for hit in hits if hit.identifier.kind in NUMBERS]
        told = [(bearer, self.identify(text, bearer, numbers)) for bearer in bearers]
        places = sorted(
            start
            for bearer, sighting in told
            if sighting is not None and sighting.crime_context
            for start in self.find_tellings(text, bearer, numbers)
        )
        people = []
        for bearer, sighting in told:
            if bearer.part.role is not Role.OFFICER and is_in_company(bearer, places):
                sighting = self.see_in_company(bearer, sighting)  # noqa: PLW2901 - as it is after all
            if sighting is not None:
                if sighting.crime_context:
                    sighting = replace(sighting, offence=self.read_offence(text, bearer))  # noqa: PLW2901 - the same
                marks = frozenset(hit.start for hit in bearer.hits if hit.identifier.strong)
                people.append(Told(sighting, bearer.mentions[0].start, marks))
        return people

    def gather(self, named: Sequence[Named], hits: Sequence[Hit], length: int) -> list[Bearer]:
        """The mentions of each name together; "Mr Doe" is whoever is called Doe in full."""
        ends = [after.start for _, after in pairwise(named)]
        together: dict[tuple[str, str], list[tuple[Named, list[Hit]]]] = {}
        starts = [hit.start for hit in hits]
        for name, end in zip(named, [*ends, length][: len(named)], strict=True):
            first, last = bisect_left(starts, name.start), bisect_left(starts, min(name.end, end))
            together.setdefault(split_name(name.name, self.vocabulary), []).append((name, list(hits[first:last])))
        full = {surname: (surname, forename) for surname, forename in reversed(together) if forename}
        for key in [key for key in together if not key[1] and key[0] in full]:
            together[full[key[0]]] += together.pop(key)
        return [
            Bearer(tuple(name for name, _ in each), leave_strangers(surname, [hit for _, mine in each for hit in mine]))
            for (surname, _), each in together.items()
        ]

    def speaks_of_crime(self, text: str, start: int) -> bool:
        """Whether a crime is spoken of near a name."""
        return self.vocabulary.crime.search(text[max(0, start - REACH) : start + REACH].casefold()) is not None

    def find_named(self, text: str, hits: Sequence[Hit], names: Sequence[Spotted]) -> list[Named]:
        """The names that the text marks as such, and those spotted, in order, none overlapping another."""
        marked = [*self.find_births(text, hits), *self.find_labelled(text)]
        found = [*marked, *sorted(self.read_spotted(text, names), key=lambda name: (-len(name.name), not name.known))]
        taken: dict[int, Named] = {}
        covered: set[int] = set()
        for name in found:
            place = range(name.start, name.start + len(name.name))
            if covered.isdisjoint(place):
                covered.update(place)
                taken[name.start] = name
        return [taken[start] for start in sorted(taken)]

    def read_spotted(self, text: str, names: Sequence[Spotted]) -> list[Named]:
        """Names of at least two words, or of one after a title, where one was spotted."""
        found: list[Named] = []
        known = {(spotted.start, spotted.end) for spotted in names if spotted.known}
        for start, end in dict.fromkeys((spotted.start, spotted.end) for spotted in names):
            name = self.trim(text, start, end)
            lead = text[max(0, start - 8) : start].rstrip(" .")
            titled = re.split(r"\W", lead)[-1].casefold() in self.vocabulary.titles
            if not name or "\n" in name or not self.may_be_name(name, titled=titled) or self.is_in_title(text, start):
                continue
            begin = text.index(name, start)
            part = self.read_deed(text, begin, begin + len(name))
            found.append(Named(name, part, begin, begin + len(name) + REACH, (start, end) in known))
        return found

    def read_deed(self, text: str, start: int, end: int) -> Part:
        """The part of a name by the words beside it; what they say was done is not certain in a text that reads like no account."""
        part = read_part(text, start, end, self.vocabulary)
        if part.by_deed and part.certain and self.vocabulary.accounts.denies(text, start, end):
            return replace(part, certain=False)
        return part

    def is_in_title(self, text: str, place: int) -> bool:
        """Whether the line at a place is the title of an offence: "Fail to take child to King George's Fields"."""
        first, last = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        return self.vocabulary.offence_groups.standing.read_title(text[first : last if last >= 0 else None]) is not None

    def trim(self, text: str, start: int, end: int) -> str:
        """What was spotted without what cannot be part of a name: the area of a postcode, words in small letters, a place; "" where nothing is left."""
        words = text[start:end].strip(" ,.;:()").removesuffix("'s").split(" ")
        if text[end : end + 1].isdigit():
            words = words[:-1]
        while words and not (words[-1][:1].isupper() or words[-1] in PARTICLES):
            words = words[:-1]
        name = " ".join(words)
        before = text[max(0, start - LEAD) : start].split()[-1:]
        is_place = any(spell(each) in self.vocabulary.lexicon.places for each in (name, " ".join((*before, name))))
        return (
            "" if is_place or not name[:1].isupper() or self.is_body(text[start + len(name) : start + REACH]) else name
        )

    def may_be_name(self, name: str, *, titled: bool) -> bool:
        """Whether what was spotted may be the name of a person, in full or after a title."""
        if not is_name(name, self.vocabulary):
            return False
        words = [word for word in name.casefold().split() if word not in self.vocabulary.titles]
        written = [word for word in words if len(word.strip(".")) > 1]
        if not any(
            self.vocabulary.lexicon.is_listed(word) or not self.vocabulary.lexicon.is_ordinary(word) for word in written
        ):
            return False
        return len(words) >= 2 or (titled and len(words) == 1)

    def find_labelled(self, text: str) -> list[Named]:
        """Names on lines that begin with a role: "AGGRIEVED: DOE, Jane"."""
        found: list[Named] = []
        position = 0
        for line in text.split("\n"):
            label = (
                self.vocabulary.role_lines.match(line[:LINE_CHARACTERS])
                if ":" in line or "-" in line or "=" in line
                else None
            )
            if label is not None and (name := self.read_listed(line[label.end() : label.end() + 80])):
                role = self.vocabulary.roles.get((label["role"] or "").casefold())
                part = NO_PART if role in {None, Role.UNKNOWN} else Part(role)
                found.append(Named(name, part, position + label.end(), position + label.end() + REACH))
            position += len(line) + 1
        return found

    def read_listed(self, text: str) -> str:
        """The name that a text begins with, "" where it begins with none ("none", "no victims were identified")."""
        for written in (text, raise_names(text, self.vocabulary.lexicon)):
            match = LISTED.match(written)
            words = match["name"].split(" ") if match is not None else []
            for size in range(len(words), 1, -1):
                name = " ".join(words[:size]).rstrip(",.")
                if is_full_name(name, self.vocabulary):
                    return "" if self.is_body(written[len(name) :]) else name
        return ""

    def is_body(self, after: str) -> bool:
        """Whether the words directly after a name make it that of a body: St John Fisher High School, Ernest Doe & Sons."""
        following = FOLLOWING.match(after)
        words = following[0].casefold().replace(",", " ").split() if following is not None else []
        return not self.vocabulary.bodies.isdisjoint(words)

    def find_births(self, text: str, hits: Sequence[Hit]) -> list[Named]:
        """Names that run up to a date of birth: "the victim Jane DOE (DOB 01/02/1980)"."""
        found: list[Named] = []
        for hit in hits:
            if hit.identifier.kind != Field.DATE_OF_BIRTH.value:
                continue
            lead_start = max(0, hit.start - LEAD, text.rfind("\n", 0, hit.start) + 1)
            match = LED.search(text[lead_start : hit.start])
            name = self.read_last_name(match["name"]) if match is not None else ""
            if match is not None and name:
                start = lead_start + match.end("name") - len(name)
                found.append(Named(name, self.read_part(text, start, start + len(name)), start, start + REACH))
        return found

    def read_part(self, text: str, start: int, end: int) -> Part:
        """The part of somebody whose birth is given: that of the words beside the name, else the last role named before it."""
        part = read_part(text, start, end, self.vocabulary)
        if part.role is not Role.UNKNOWN:
            return part
        for word in reversed(re.findall(r"[a-z]+", text[max(0, start - LEAD) : start].casefold())):
            if len(word) > 3 and self.vocabulary.roles.get(word, Role.UNKNOWN) is not Role.UNKNOWN:
                return Part(self.vocabulary.roles[word])
        return NO_PART

    def read_last_name(self, text: str) -> str:
        """The longest name at the end of some words."""
        for written in (text, raise_names(text, self.vocabulary.lexicon)):
            words = written.split(" ")
            for size in range(min(4, len(words)), 1, -1):
                name = " ".join(words[-size:])
                rest = [word.strip(",.").casefold() for word in words[-size:]]
                if is_full_name(name, self.vocabulary) and not any(word in self.vocabulary.roles for word in rest):
                    return name
        return ""

    def identify(self, text: str, bearer: Bearer, numbers: Sequence[int]) -> Sighting | None:
        """The person of a name and of what follows it, or None where that says too little.

        A name with a part in a crime is enough where a crime is named (POLE data standards 1.1: minimum person record), and so
        is one in an account of what happened. `numbers` are the places of numbers of people.
        """
        hits = bearer.hits
        births = [day for hit in hits if hit.identifier.kind == "date_of_birth" and (day := read_birth(hit.value))]
        marks = tuple(hit.identifier.mark(hit.value) for hit in hits if hit.identifier.strong)
        contacts = tuple(
            f"{hit.identifier.kind}:{spell_contact(hit)}" for hit in hits if hit.identifier.kind in CONTACT_KINDS
        )
        references = [hit for hit in hits if hit.identifier.kind == "crime_reference"]
        crime = any(self.speaks_of_crime(text, mention.start) for mention in bearer.mentions)
        involved = bearer.is_involved
        part = bearer.part
        narrated = (
            not involved
            and part.role is not Role.OFFICER
            and any(self.is_narrated(text, mention, numbers) for mention in bearer.mentions)
        )
        if not (births or marks or contacts or narrated or (involved and (references or crime))):
            return None
        exposing = (
            involved or narrated or bool(references) or (crime and (bool(births) or part.role is not Role.UNKNOWN))
        )
        return Sighting(
            name="|".join(split_name(bearer.mentions[0].name, self.vocabulary)),
            birth=births[0].isoformat() if births else "",
            marks=marks,
            contacts=contacts or tuple(f"crime:{compact(hit.value)}" for hit in references) or (NARRATED,),
            role=part.role,
            crime_context=exposing and (part.role is not Role.OFFICER or bool(births)),
        )

    def is_narrated(self, text: str, mention: Named, numbers: Sequence[int]) -> bool:
        """Whether a text that names somebody in full, beyond doubt, gives an account of what happened to them or what they did."""
        if not mention.known or mention.part.aside or " " not in mention.name:
            return False
        near = bisect_left(numbers, mention.start + REACH) - bisect_left(numbers, mention.start - REACH)
        end = mention.start + len(mention.name)
        hinted = mention.part.role is not Role.UNKNOWN
        return self.vocabulary.accounts.tell(text, mention.start, end, numbers=near, hinted=hinted)

    def find_tellings(self, text: str, bearer: Bearer, numbers: Sequence[int]) -> list[int]:
        """Where the text tells what makes somebody part of a crime: others near there are in it, not those near every mention."""
        personal = [hit.start for hit in bearer.hits]
        return [
            mention.start
            for mention, after in zip(bearer.mentions, (*bearer.mentions[1:], None), strict=True)
            if (mention.part.certain and mention.part.role is not Role.OFFICER)
            or any(mention.start <= start < (after.start if after else mention.end) for start in personal)
            or self.is_narrated(text, mention, numbers)
        ]

    def read_offence(self, text: str, bearer: Bearer) -> OffenceGroup | None:
        """The kind of crime that the text is about where it first names somebody."""
        start = bearer.mentions[0].start
        return self.vocabulary.offence_groups.group_of(text[max(0, start - REACH) : start + REACH])

    def see_in_company(self, bearer: Bearer, sighting: Sighting | None) -> Sighting | None:
        """Somebody who is named beside people in a crime: also in it, if the name is known for one or something befell its bearer."""
        if sighting is not None:
            return replace(sighting, crime_context=True)
        if bearer.part.role is Role.UNKNOWN and not any(mention.known for mention in bearer.mentions):
            return None
        name = "|".join(split_name(bearer.mentions[0].name, self.vocabulary))
        return Sighting(name=name, contacts=(NARRATED,), role=bearer.part.role, crime_context=True)


def leave_strangers(surname: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """What follows a name, but for driving licences that are somebody else's: the number says its holder's name and birth."""
    births = [day for hit in hits if hit.identifier.kind == Field.DATE_OF_BIRTH and (day := read_birth(hit.value))]
    birth = births[0] if births else None
    return tuple(
        hit
        for hit in hits
        if hit.identifier.kind != Field.DRIVING_LICENCE or driving_licence.belongs(hit.value, surname, birth)
    )


def is_in_company(bearer: Bearer, places: Sequence[int]) -> bool:
    """Whether a mention stands near one of some places, which are in order."""
    for mention in bearer.mentions:
        nearest = bisect_left(places, mention.start - COMPANY)
        if nearest < len(places) and places[nearest] <= mention.start + COMPANY:
            return True
    return False


def spell_contact(hit: Hit) -> str:
    """A contact in the spelling that tables use too."""
    match hit.identifier.kind:
        case "phone":
            return national(hit.value)
        case "email":
            return hit.value.casefold()
    return compact(hit.value)
