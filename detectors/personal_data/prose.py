"""Personal data in running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from detectors.model import Location, OverLimit, Passage, Role, Visibility
from detectors.people import Register, Sighting
from detectors.personal_data.dates import read_birth
from detectors.personal_data.fields import POLICE, Field
from detectors.personal_data.identifiers.phone import national
from detectors.personal_data.ledger import Ledger, Spot
from detectors.personal_data.names import is_full_name, is_name, split_name
from detectors.personal_data.normal import compact, normalise
from detectors.personal_data.parts import read_part
from detectors.personal_data.search import Hit
from detectors.personal_data.vocabulary import Vocabulary
from detectors.personal_data.windows import Windows

REACH = 300
"""Characters after a name in which what belongs to it is looked for."""

LEAD = 70
"""Characters before a date of birth in which its owner's name stands."""

LINE_CHARACTERS = 400
NAME = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?"
LISTED = re.compile(rf"(?P<name>{NAME}(?: {NAME}){{0,4}}(?:, ?{NAME}(?: {NAME}){{0,2}})?)")
"""A name at the start of a line's text: SURNAME, Forename; or Title Forename Surname."""

LED = re.compile(
    rf"(?P<name>{NAME}(?:,? {NAME}){{1,4}})[ ,;]{{0,3}}\(?(?:[a-z]{{1,3}} )?(?:d\.?o\.?b\.?|born(?: on)?|date of birth)\W{{0,6}}$",
    re.IGNORECASE,
)
"""A name that runs up to the label of a date of birth."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text, and the stretch that may say more of its bearer."""

    name: str = field(repr=False)
    role: Role | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """A person whom a text makes out, and where the strong numbers begin that are theirs."""

    sighting: Sighting = field(repr=False)
    start: int
    marks: frozenset[int]


class Narrative:
    """Finds the people whom a text makes out by its form: lines that begin with a role, names that run up to a birth."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def find_people(self, text: str, hits: Sequence[Hit], spans: Sequence[tuple[int, int]] = ()) -> list[Told]:
        """Everybody a normalised text identifies, by the names it marks, those at `spans`, and the identifiers that follow them."""
        named = self.find_named(text, hits, spans)
        ends = [after.start for _, after in pairwise(named)]
        mentions: dict[str, list[tuple[Named, list[Hit]]]] = {}
        for name, end in zip(named, [*ends, len(text)][: len(named)], strict=True):
            mine = [hit for hit in hits if name.start <= hit.start < min(name.end, end)]
            mentions.setdefault("|".join(split_name(name.name, self.vocabulary)), []).append((name, mine))
        told = [self.identify_all(text, each) for each in mentions.values()]
        return [person for person in told if person is not None]

    def identify_all(self, text: str, mentions: Sequence[tuple[Named, list[Hit]]]) -> Told | None:
        """The person of all mentions of one name: a text says who somebody is once, and elsewhere what befell them."""
        names = [name for name, _ in mentions]
        roles = [name.role for name in names if name.role not in {None, Role.UNKNOWN}]
        mine = [hit for _, hits in mentions for hit in hits]
        crime = any(self.speaks_of_crime(text, name.start) for name in names)
        sighting = self.identify(replace(names[0], role=roles[0] if roles else names[0].role), mine, crime=crime)
        if sighting is None:
            return None
        return Told(sighting, names[0].start, frozenset(hit.start for hit in mine if hit.identifier.strong))

    def speaks_of_crime(self, text: str, start: int) -> bool:
        """Whether a crime is spoken of near a name."""
        return self.vocabulary.crime.search(text[max(0, start - REACH) : start + REACH].casefold()) is not None

    def find_named(self, text: str, hits: Sequence[Hit], spans: Sequence[tuple[int, int]]) -> list[Named]:
        """The names that the text marks as such, and those at `spans`, in order."""
        named = {name.start: name for name in self.read_spans(text, spans)}
        marked = [*self.find_births(text, hits), *self.find_labelled(text)]
        for name in marked:
            end = name.start + len(name.name)
            named = {start: other for start, other in named.items() if not name.start <= start < end}
            named[name.start] = name
        return [named[start] for start in sorted(named)]

    def read_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[Named]:
        """Names of at least two words, or of one after a title, where the language model sees one."""
        found: list[Named] = []
        for start, end in spans:
            name = text[start:end].strip(" ,.;:()")
            titled = (
                text[max(0, start - 6) : start].rstrip(" .").rpartition(" ")[2].casefold() in self.vocabulary.titles
            )
            if "\n" in name or not self.may_be_name(name, titled=titled):
                continue
            begin = text.index(name, start)
            role = read_part(text, begin, begin + len(name), self.vocabulary)
            found.append(Named(name, role, begin, begin + len(name) + REACH))
        return found

    def may_be_name(self, name: str, *, titled: bool) -> bool:
        """Whether what the model takes for a name may be that of a person, in full or after a title."""
        if not is_name(name, self.vocabulary):
            return False
        words = [word for word in name.casefold().split() if word not in self.vocabulary.titles]
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
                found.append(Named(name, role, position + label.end(), position + label.end() + REACH))
            position += len(line) + 1
        return found

    def read_listed(self, text: str) -> str:
        """The name that a text begins with, "" where it begins with none ("none", "no victims were identified")."""
        match = LISTED.match(text)
        if match is None:
            return ""
        words = match["name"].split(" ")
        for size in range(len(words), 1, -1):
            name = " ".join(words[:size]).rstrip(",.")
            if is_full_name(name, self.vocabulary):
                return name
        return ""

    def find_births(self, text: str, hits: Sequence[Hit]) -> list[Named]:
        """Names that run up to a date of birth: "the victim Jane DOE (DOB 01/02/1980)"."""
        found: list[Named] = []
        for hit in hits:
            if hit.identifier.kind != Field.DATE_OF_BIRTH.value:
                continue
            lead_start = max(0, hit.start - LEAD, text.rfind("\n", 0, hit.start) + 1)
            lead = text[lead_start : hit.start]
            match = LED.search(lead)
            if match is None:
                continue
            name = self.read_last_name(match["name"])
            if name:
                before = text[max(0, lead_start - LEAD) : lead_start + match.end("name")]
                start = lead_start + match.end("name") - len(name)
                found.append(Named(name, self.read_role_near(before), start, start + REACH))
        return found

    def read_last_name(self, text: str) -> str:
        """The longest name at the end of some words."""
        words = text.split(" ")
        for size in range(min(4, len(words)), 1, -1):
            name = " ".join(words[-size:])
            rest = [word.strip(",.").casefold() for word in words[-size:]]
            if is_full_name(name, self.vocabulary) and not any(word in self.vocabulary.roles for word in rest):
                return name
        return ""

    def read_role_near(self, text: str) -> Role | None:
        """The last role named in a text."""
        for word in reversed(re.findall(r"[a-z]+", text.casefold())):
            if len(word) > 3 and word in self.vocabulary.roles:
                return self.vocabulary.roles[word]
        return None

    def identify(self, name: Named, hits: Sequence[Hit], *, crime: bool) -> Sighting | None:
        """The person of a name and of what follows it, or None where that says too little.

        A name with a part in a crime is enough where a crime is named (POLE data standards 1.1: minimum person record).
        """
        births = [day for hit in hits if hit.identifier.kind == "date_of_birth" and (day := read_birth(hit.value))]
        marks = tuple(hit.identifier.mark(hit.value) for hit in hits if hit.identifier.strong)
        contacts = tuple(f"{hit.identifier.kind}:{spell(hit)}" for hit in hits if hit.identifier.kind in CONTACT_KINDS)
        references = [hit for hit in hits if hit.identifier.kind == "crime_reference"]
        involved = name.role not in {None, Role.UNKNOWN, Role.OFFICER}
        if not (births or marks or contacts or (involved and (references or crime))):
            return None
        surname, forename = split_name(name.name, self.vocabulary)
        return Sighting(
            name=f"{surname}|{forename}",
            birth=births[0].isoformat() if births else "",
            marks=marks,
            contacts=contacts or tuple(f"crime:{compact(hit.value)}" for hit in references),
            role=name.role or Role.UNKNOWN,
            crime_context=involved or bool(references),
        )


@dataclass
class Prose:
    """Passages of one channel and visibility that follow each other, searched together."""

    vocabulary: Vocabulary
    ledger: Ledger
    people: Register
    visibility: Visibility
    channel: str
    windows: Windows | None = None
    lines: list[str] = field(default_factory=list, repr=False)
    starts: list[int] = field(default_factory=list)
    places: list[Location] = field(default_factory=list)
    size: int = 0

    def add(self, passage: Passage) -> None:
        """One more passage."""
        text = normalise(passage.text)
        self.lines.append(text)
        self.starts.append(self.size)
        self.places.append(passage.where)
        self.size += len(text) + 1

    def look(self) -> None:
        """Find identifiers and people in all passages. Raises OverLimit and hyperscan.error."""
        text = "\n".join(self.lines)
        hits = [hit for hit in self.vocabulary.search.find(text) if self.matters(hit)]
        for hit in hits:
            where = self.locate(hit.start)
            self.ledger.find(hit.identifier, hit.value, Spot(where, self.visibility), partial(self.locate, hit.start))
        try:
            self.see_people(text, hits, self.find_names(text, hits))
        except OverLimit:
            self.see_people(text, hits, [])
            raise

    def find_names(self, text: str, hits: Sequence[Hit]) -> list[tuple[int, int]]:
        """Where the language model sees names; nowhere without one. Raises OverLimit(TOOK_TOO_LONG)."""
        if self.windows is None:
            return []
        return self.windows.find_names(text, hits, hidden=self.visibility is not Visibility.SHOWN)

    def see_people(self, text: str, hits: Sequence[Hit], spans: Sequence[tuple[int, int]]) -> None:
        """Register everybody whom the text identifies. Raises OverLimit(TOO_MANY)."""
        owned: set[int] = set()
        for told in Narrative(self.vocabulary).find_people(text, hits, spans):
            owned |= told.marks
            self.people.see(replace(told.sighting, visibility=self.visibility), self.locate(told.start))
        for hit in hits:
            if hit.identifier.strong and hit.start not in owned:
                self.people.see(sight_mark(hit, self.visibility), self.locate(hit.start))

    def locate(self, offset: int) -> Location:
        """The place of the passage at an offset."""
        return self.places[bisect_right(self.starts, offset) - 1]

    def matters(self, hit: Hit) -> bool:
        """Whether a hit counts; addresses in the header of a message are what it is sent by."""
        return hit.counts and (hit.identifier.strong or not self.channel.startswith("header:"))


def sight_mark(hit: Hit, visibility: Visibility) -> Sighting:
    """The person behind a strong number."""
    crime = Field(hit.identifier.kind) in POLICE
    return Sighting(marks=(hit.identifier.mark(hit.value),), visibility=visibility, crime_context=crime)


CONTACT_KINDS = frozenset({"phone", "email", "postcode"})


def spell(hit: Hit) -> str:
    """A contact in the spelling that tables use too."""
    match hit.identifier.kind:
        case "phone":
            return national(hit.value)
        case "email":
            return hit.value.casefold()
    return compact(hit.value)
