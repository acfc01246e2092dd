"""Texts of one substream put together by their place, so that a thousand records are not a thousand passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.biff.places import Place
from detectors.model import Location, Passage, Visibility

LARGEST = 64 * 1024
"""Characters of one passage."""


@dataclass(slots=True)
class Gathering:
    """Lines by place, until there are enough for a passage. Each line is kept once a passage."""

    where: Location
    visibility: Visibility
    lines: dict[Place, dict[str, None]] = field(default_factory=dict)
    sizes: dict[Place, int] = field(default_factory=dict)

    def add(self, place: Place, text: str) -> Iterator[Passage]:
        """One more text."""
        text = text.strip("\0")
        if not text.strip():
            return
        lines = self.lines.setdefault(place, {})
        if text in lines:
            return
        lines[text] = None
        self.sizes[place] = self.sizes.get(place, 0) + len(text)
        if self.sizes[place] > LARGEST:
            yield self.passage(place)

    def passage(self, place: Place) -> Passage:
        """What has been gathered of a place."""
        text = "\n".join(self.lines.pop(place))
        self.sizes[place] = 0
        return Passage(self.where / place.step, max(self.visibility, place.visibility), place.channel, text)

    def finish(self) -> Iterator[Passage]:
        """All that is left."""
        for place in list(self.lines):
            yield self.passage(place)
