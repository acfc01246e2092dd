"""What was found and where content hides, in few entries however much there is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from detectors.model import Finding, HiddenPlace, Location, Records, Visibility
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.masks import mask

MOST_ENTRIES = 300
"""Findings, hidden places or tables told of one part; further ones are counted together, a kind at a time."""


@dataclass
class Ledger:
    """Findings, record-level tables and hidden places of one part."""

    findings: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    hidden: dict[tuple[object, ...], HiddenPlace] = field(default_factory=dict)
    records: dict[tuple[object, ...], Records] = field(default_factory=dict)

    def find(
        self, identifier: Identifier, value: str, where: Location, visibility: Visibility, column: str = ""
    ) -> None:
        """Note a value. `where` is kept for the first of its kind in a place; `column` names the heading that vouches for it."""
        place = where.steps[:-1] if column else where.steps
        key: tuple[object, ...] = (identifier.kind, place, column, visibility)
        because = f"{identifier.because}, {column}" if column else identifier.because
        if key not in self.findings and len(self.findings) >= MOST_ENTRIES:
            key, because = (identifier.kind, visibility), f"{because}; and others in further places"
        known = self.findings.get(key)
        if known is not None:
            self.findings[key] = replace(known, count=known.count + 1)
            return
        self.findings[key] = Finding(
            kind=identifier.kind,
            where=where,
            visibility=visibility,
            confidence=identifier.confidence,
            masked=mask(value),
            because=because,
        )

    def hide(self, where: Location, visibility: Visibility, channel: str, items: int) -> None:
        """Note content that is not shown."""
        if visibility is Visibility.SHOWN or not items:
            return
        key: tuple[object, ...] = (where, visibility, channel)
        if key not in self.hidden and len(self.hidden) >= MOST_ENTRIES:
            key = (visibility,)
        known = self.hidden.get(key, HiddenPlace(where, visibility, channel, 0))
        self.hidden[key] = replace(known, items=known.items + items)

    def record(self, records: Records) -> None:
        """Note a record-level table."""
        key: tuple[object, ...] = (records.where, records.visibility)
        if key not in self.records and len(self.records) >= MOST_ENTRIES:
            key = (records.visibility,)
        known = self.records.get(key)
        if known is not None:
            records = replace(known, rows=known.rows + records.rows, hidden=known.hidden + records.hidden)
        self.records[key] = records
