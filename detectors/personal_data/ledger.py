"""What was found and where content hides, in few entries however much there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from detectors.model import Finding, HiddenPlace, Location, Passage, Records, Table, Visibility
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.masks import mask
from detectors.personal_data.recognition import Recognition, kind_of

MOST_ENTRIES = 300
"""Findings, hidden places or tables told of one part; further ones are counted together, a kind at a time."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What values of one kind share to be counted together: table or passage, visibility, column in our own words."""

    where: Location
    visibility: Visibility
    column: str = ""


@dataclass
class Ledger:
    """Findings, record-level tables and hidden places of one part."""

    recognition: Recognition
    found: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    hidden: dict[tuple[object, ...], HiddenPlace] = field(default_factory=dict)
    records: dict[tuple[object, ...], Records] = field(default_factory=dict)

    def find(
        self, identifier: Identifier, value: str, spot: Spot, locate: Callable[[], Location], count: int = 1
    ) -> None:
        """Note `count` values, one of which is given; `locate` says where it is, and is asked for a spot's first only."""
        key: tuple[object, ...] = (identifier.kind, spot)
        further = ""
        if key not in self.found and len(self.found) >= MOST_ENTRIES:
            key, further = (identifier.kind, spot.visibility), "; and others in further places"
        known = self.found.get(key)
        if known is not None:
            self.found[key] = replace(known, count=known.count + count)
            return
        result = self.recognition.explain(identifier, value, spot.column)
        self.found[key] = Finding(
            kind=kind_of(result),
            where=locate(),
            visibility=spot.visibility,
            confidence=result.score,
            masked=mask(value),
            because=f"{result.analysis_explanation.textual_explanation}{further}",
            count=count,
        )

    def hide_passage(self, passage: Passage) -> None:
        """Note a passage that is not shown; those of one channel count together, under the place of the first."""
        key = (passage.visibility, passage.channel)
        self.hide(key, HiddenPlace(passage.where, passage.visibility, passage.channel, 1))

    def hide_rows(self, table: Table, visibility: Visibility, rows: int) -> None:
        """Note rows of a table that are not shown, or not in full."""
        key = (visibility, table.channel, table.where)
        self.hide(key, HiddenPlace(table.where, visibility, table.channel, rows))

    def hide(self, key: tuple[object, ...], place: HiddenPlace) -> None:
        """Note content that is not shown."""
        if place.visibility is Visibility.SHOWN or not place.items:
            return
        if key not in self.hidden and len(self.hidden) >= MOST_ENTRIES:
            key = (place.visibility,)
        known = self.hidden.get(key)
        self.hidden[key] = replace(known, items=known.items + place.items) if known is not None else place

    def record(self, records: Records) -> None:
        """Note a record-level table."""
        key: tuple[object, ...] = (records.where, records.visibility)
        if key not in self.records and len(self.records) >= MOST_ENTRIES:
            key = (records.visibility,)
        known = self.records.get(key)
        if known is not None:
            records = replace(
                known,
                rows=known.rows + records.rows,
                hidden=known.hidden + records.hidden,
                pseudonymous=known.pseudonymous and records.pseudonymous,
            )
        self.records[key] = records
