"""Personal data in running text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from detectors.model import Location, OverLimit, Passage, Visibility
from detectors.people import Register, Sighting
from detectors.personal_data.allowances import NOTHING_ALLOWED, Allowed
from detectors.personal_data.fields import POLICE, Field
from detectors.personal_data.ledger import Ledger, Spot
from detectors.personal_data.narrative import Narrative
from detectors.personal_data.normal import normalise
from detectors.personal_data.search import Hit
from detectors.personal_data.spotting import Spotted
from detectors.personal_data.vocabulary import Vocabulary
from detectors.personal_data.windows import Windows


@dataclass
class Prose:
    """Passages of one channel and visibility that follow each other, searched together."""

    vocabulary: Vocabulary
    ledger: Ledger
    people: Register
    visibility: Visibility
    channel: str
    windows: Windows
    allowed: Allowed = NOTHING_ALLOWED
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
            written, names = self.windows.find_names(text, hits, hidden=self.visibility is not Visibility.SHOWN)
        except OverLimit:
            self.see_people(text, hits, ())
            raise
        self.see_people(written, hits, names)

    def see_people(self, text: str, hits: Sequence[Hit], names: Sequence[Spotted]) -> None:
        """Register everybody whom the text identifies. Raises OverLimit(TOO_MANY)."""
        owned: set[int] = set()
        for told in Narrative(self.vocabulary).find_people(text, hits, names):
            owned |= told.marks
            sighting = replace(told.sighting, visibility=self.visibility)
            if not self.allowed.lifts_person(sighting):
                self.people.see(sighting, self.locate(told.start))
        for hit in hits:
            if hit.identifier.strong and hit.start not in owned:
                self.people.see(sight_mark(hit, self.visibility), self.locate(hit.start))

    def locate(self, offset: int) -> Location:
        """The place of the passage at an offset."""
        return self.places[bisect_right(self.starts, offset) - 1]

    def matters(self, hit: Hit) -> bool:
        """Whether a hit counts; addresses in the header of a message are what it is sent by."""
        if self.allowed.lifts(hit, self.visibility):
            return False
        return hit.counts and (hit.identifier.strong or not self.channel.startswith("header:"))


def sight_mark(hit: Hit, visibility: Visibility) -> Sighting:
    """The person behind a strong number."""
    crime = Field(hit.identifier.kind) in POLICE
    return Sighting(marks=(hit.identifier.mark(hit.value),), visibility=visibility, crime_context=crime)
