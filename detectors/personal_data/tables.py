"""Personal data in the rows of one table, in one pass."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress, zip_longest

from detectors.model import Records, Role, Row, Table, Visibility
from detectors.people import Register, Sighting
from detectors.personal_data.allowances import NOTHING_ALLOWED, Allowed
from detectors.personal_data.batch import Batch, make_batch, take_batches
from detectors.personal_data.blocks import CRIME, Block, make_blocks
from detectors.personal_data.cell_search import CellSearch
from detectors.personal_data.columns import Profiler, field_of, is_header, read_headings
from detectors.personal_data.fields import STRONG, Field
from detectors.personal_data.forms import read_form
from detectors.personal_data.identification import Identification
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.ledger import Ledger, Spot
from detectors.personal_data.name_columns import Meaning
from detectors.personal_data.narrative import Narrative
from detectors.personal_data.normal import normalise
from detectors.personal_data.prose import sight_mark
from detectors.personal_data.records import are_records, speak_of_individuals
from detectors.personal_data.search import Hit
from detectors.personal_data.validity import Validity
from detectors.personal_data.vocabulary import HEADING_CHARACTERS, Heading, Vocabulary
from detectors.personal_data.windows import Windows

TOP_ROWS = 10
"""Rows in which headings are looked for with all their slips of the pen; further down they must be spelt exactly."""

MOST_COLUMNS = 400
"""Columns that are named; further ones are searched for identifiers only."""

NOTHING: frozenset[str] = frozenset()


@dataclass
class Segment:
    """The rows under one row of headings."""

    headings: list[Heading | None] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    rows: int = 0
    hidden: int = 0
    records: bool | None = None
    individuals: bool = False
    """Whether a column says something of individuals, if only their key."""

    people: int = 0
    """How often a row identified somebody."""


class TableDetection:
    """One table being looked through. Lives for that table."""

    def __init__(
        self,
        table: Table,
        vocabulary: Vocabulary,
        profiler: Profiler,
        ledger: Ledger,
        people: Register,
        allowed: Allowed,
    ) -> None:
        self.table = table
        self.vocabulary = vocabulary
        self.profiler = profiler
        self.ledger = ledger
        self.people = people
        self.allowed = allowed
        self.segment = Segment(headings=[vocabulary.read_heading(c.name or "") for c in table.columns[:MOST_COLUMNS]])
        self.title_role = self.read_title()
        self.narrative = Narrative(vocabulary)
        self.identification = Identification(vocabulary, profiler.identifiers, profiler.checks, table.visibility)
        self.search = CellSearch(vocabulary.search)
        self.valid = {
            kind: Validity(profiler.checks[kind], by_shape=kind not in STRONG) for kind in profiler.identifiers
        }
        self.header = Row(0, ())
        self.at_top = TOP_ROWS
        self.hidden: dict[Visibility, int] = {}

    def read_title(self) -> Role | None:
        """What the name of the sheet or file says of everybody in the table: "Victims"."""
        step = self.table.where.steps[-1:] and self.table.where.steps[-1].label
        words = "".join(c if c.isalnum() else " " for c in step or "").casefold().split()
        roles = {self.vocabulary.roles.get(word) for word in words} - {None, Role.UNKNOWN}
        return roles.pop() if len(roles) == 1 else None

    def look(self) -> None:
        """Take every row. Raises what the reader raises, OverLimit, and hyperscan.error; what was found until then stays."""
        try:
            self.search_names()
            for number, rows in enumerate(take_batches(self.table)):
                form = read_form(self.table, rows, self.vocabulary) if number == 0 else None
                if form is not None:
                    TableDetection(form, self.vocabulary, self.profiler, self.ledger, self.people, self.allowed).look()
                    continue
                for part in self.split(rows):
                    self.look_through(part)
        finally:
            self.close()

    def search_names(self) -> None:
        """Search the names of the columns, which a pivot cache takes from cells too."""
        self.search_cells(Row(0, tuple(column.name or "" for column in self.table.columns)))

    def close(self) -> None:
        """Tell the ledger of records and hidden rows."""
        self.end_segment()
        for visibility, items in self.hidden.items():
            self.ledger.hide_rows(self.table, visibility, items)

    def end_segment(self) -> None:
        """Note the rows under one row of headings if they were records."""
        segment = self.segment
        if segment.records and segment.rows:
            pseudonymous = segment.individuals and not segment.people
            self.ledger.record(
                Records(self.table.where, self.table.visibility, segment.rows, segment.hidden, pseudonymous)
            )

    def split(self, rows: list[Row]) -> Iterator[list[Row]]:
        """Cut a batch at its rows of headings, each of which begins a segment."""
        part: list[Row] = []
        for row in rows:
            headings = self.read_header(row)
            if headings is None:
                part.append(row)
                continue
            headings = inherit_roles(headings, part[-1] if part else self.header, self.vocabulary)
            self.header = row
            if part:
                yield part
            part = []
            self.search_cells(row)
            self.end_segment()
            self.segment = Segment(headings=headings)
        if part:
            yield part

    def read_header(self, row: Row) -> list[Heading | None] | None:
        """What a row means if it is one of headings, else None."""
        if self.at_top > 0:
            self.at_top -= 1
        elif self.vocabulary.known_headings.isdisjoint(row.cells):
            return None
        cells = row.cells[:MOST_COLUMNS]
        headings = read_headings(cells, self.vocabulary)
        enough = 2 if self.header.number else 1
        if not is_header(cells, headings, self.vocabulary, enough) or any(map(self.profiler.is_value, cells)):
            return None
        return headings

    def look_through(self, rows: list[Row]) -> None:
        """A batch of rows under the same headings."""
        batch = make_batch(self.table, rows, MOST_COLUMNS, self.vocabulary)
        self.name_columns(batch.told)
        self.count_hidden(batch)
        self.judge_records(rows)
        identified = self.see_people(batch)
        done = self.note_identifiers(batch)
        self.search_columns(batch, done, identified)

    def name_columns(self, columns: Sequence[Sequence[str]]) -> None:
        """Name the columns by this batch; a column that an earlier batch named keeps its name where this one says nothing."""
        headings = self.segment.headings[: len(columns)]
        headings += [None] * (len(columns) - len(headings))
        meanings = self.profiler.name(headings, columns)
        for number, earlier in enumerate(self.segment.meanings[: len(meanings)]):
            if meanings[number].field is Field.OTHER and earlier.field is not Field.OTHER:
                meanings[number] = replace(earlier, sample=meanings[number].sample)
        self.segment.meanings = meanings

    def count_hidden(self, batch: Batch) -> None:
        """Count rows that are not shown, or not in full, under each way they are hidden."""
        if batch.plain:
            ways = Counter({self.table.visibility: batch.size})
        else:
            columns = {column.visibility for column in self.table.columns}
            ways = Counter()
            for row in batch.rows:
                seen = max(self.table.visibility, row.visibility)
                ways.update({seen} | {max(seen, way) for way in columns.union(row.cell_visibility.values())})
        for way, items in ways.items():
            self.hidden[way] = self.hidden.get(way, 0) + items

    def judge_records(self, rows: list[Row]) -> None:
        """Count rows, and once there are any say whether they are records."""
        segment = self.segment
        filled = [row for row in rows if any(row.cells)]
        segment.rows += len(filled)
        if self.table.visibility is not Visibility.SHOWN:
            segment.hidden += len(filled)
        else:
            segment.hidden += sum(row.visibility is not Visibility.SHOWN for row in filled)
        if filled and not segment.records:
            segment.records = are_records(segment.meanings, [row.cells for row in filled])
        segment.individuals = segment.individuals or speak_of_individuals(segment.meanings)

    def see_people(self, batch: Batch) -> set[int]:
        """Register everybody the rows identify; returns the places in the batch of the rows that do."""
        identified: set[int] = set()
        for block in make_blocks(self.segment.meanings, self.title_role):
            for place, sighting in self.identification.read(block, batch):
                self.see(sighting if batch.plain else hide(sighting, batch, block, place))
                identified.add(place)
        return identified

    def see(self, sighting: Sighting) -> None:
        """Register somebody of the rows under the present headings. Raises OverLimit."""
        self.segment.people += 1
        self.people.see(sighting, self.table.where)

    def note_identifiers(self, batch: Batch) -> dict[int, set[str]]:
        """Findings of the columns that hold one kind of identifier; returns the texts that are done with, by column."""
        return {
            number: self.note_column(batch, number, meaning)
            for number, meaning in enumerate(self.segment.meanings)
            if meaning.field in self.profiler.identifiers
        }

    def note_column(self, batch: Batch, number: int, meaning: Meaning) -> set[str]:
        """Findings of one column; returns its texts that are nothing but the identifier."""
        cells = batch.columns[number]
        valid = self.valid[meaning.field].judge_all(cells)
        identifier = self.profiler.identifiers[meaning.field]
        for visibility, (first, count) in batch.count_seen(list(compress(range(batch.size), valid)), number).items():
            spot = Spot(self.table.where, visibility, meaning.heading.because)
            locate = partial(self.table.cell, batch.rows[first], number)
            self.ledger.find(identifier, cells[first], spot, locate, count)
        return set(compress(cells, valid))

    def search_columns(self, batch: Batch, done: Mapping[int, set[str]], identified: set[int]) -> None:
        """Search everything else, each distinct text once."""
        texts: set[str] = set()
        for number, cells in enumerate(batch.columns):
            texts |= set(cells) - done.get(number, NOTHING)
        found = self.search.find(texts)
        self.read_accounts(batch, found)
        for number, cells in enumerate(batch.columns):
            dirty = found.keys() - done.get(number, NOTHING)
            if dirty.isdisjoint(cells):
                continue
            for place, cell in enumerate(cells):
                if cell in dirty:
                    self.note_hits(batch.rows[place], number, found[cell], alone=place not in identified)

    def read_accounts(self, batch: Batch, found: Mapping[str, list[Hit]]) -> None:
        """Register the people whom free text names without any identifier; the language model is too slow for so many cells."""
        windows = Windows(None, self.vocabulary, sys.maxsize)
        told: dict[str, list[Sighting]] = {}
        for number, meaning in enumerate(self.segment.meanings):
            if meaning.field is not Field.FREE_TEXT:
                continue
            for place, cell in enumerate(batch.told[number]):
                if not cell or cell in found:
                    continue
                if cell not in told:
                    told[cell] = self.read_account(cell, windows)
                for sighting in told[cell]:
                    self.see_told(sighting, batch.rows[place], number)

    def read_account(self, cell: str, windows: Windows) -> list[Sighting]:
        """The people whom a text without identifiers tells of."""
        text = normalise(cell)
        if not windows.spotting.may_spot(text):
            return []
        written, names = windows.find_names(text, (), hidden=False)
        return [each.sighting for each in self.narrative.find_people(written, (), names)]

    def see_told(self, sighting: Sighting, row: Row, number: int) -> None:
        """Register somebody whom the text of a cell tells of."""
        seen = self.table.seen(row, number)
        placed = self.in_row(replace(sighting, visibility=seen), row)
        if self.segment.records or not self.allowed.lifts_person(placed):
            self.see(placed)

    def search_cells(self, row: Row) -> None:
        """Search all cells of a row, whatever their columns hold."""
        found = self.search.find(row.cells)
        for number, cell in enumerate(row.cells):
            if cell in found:
                self.note_hits(row, number, found[cell], alone=True)

    def note_hits(self, row: Row, number: int, hits: list[Hit], *, alone: bool) -> None:
        """Findings and people of one cell; a strong number in a row that identifies nobody else is a person."""
        seen = self.table.seen(row, number)
        allowed = NOTHING_ALLOWED if self.segment.records else self.allowed
        counting = [hit for hit in hits if (hit.counts or self.is_headed(number, hit)) and not allowed.lifts(hit, seen)]
        if not counting:
            return
        owned: set[int] = set()
        for told in self.narrative.find_people(raise_small(normalise(row.cells[number])), counting):
            owned |= told.marks
            sighting = self.in_row(replace(told.sighting, visibility=seen), row)
            if not allowed.lifts_person(sighting):
                self.see(sighting)
        for hit in counting:
            self.note(hit.identifier, hit.value, row, number, f"column {number + 1}")
            if hit.identifier.strong and alone and hit.start not in owned:
                self.see(sight_mark(hit, seen))

    def in_row(self, sighting: Sighting, row: Row) -> Sighting:
        """Somebody in the text of a row, with the crime that the row is about. An officer is not part of it."""
        meanings = self.segment.meanings[: len(row.cells)]
        crime = [number for number, meaning in enumerate(meanings) if meaning.field in CRIME and row.cells[number]]
        if not crime or sighting.role is Role.OFFICER:
            return sighting
        offences = [row.cells[number] for number in crime if meanings[number].field is Field.OFFENCE]
        offence = sighting.offence or self.identification.weigh_offences(offences)
        return replace(sighting, crime_context=True, offence=offence)

    def is_headed(self, number: int, hit: Hit) -> bool:
        """Whether the heading of a column says what a hit in it is, though most of its values are something else."""
        if hit.identifier.kind in self.vocabulary.search.own:
            written = self.header.cells[number] if number < len(self.header.cells) else self.table.column(number).name
            return self.vocabulary.search.is_label(hit.identifier, (written or "")[:HEADING_CHARACTERS])
        heading = self.segment.headings[number] if number < len(self.segment.headings) else None
        return heading is not None and heading.field is field_of(hit.identifier)

    def note(self, identifier: Identifier, value: str, row: Row, number: int, column: str) -> None:
        """A finding of one cell."""
        locate = partial(self.table.cell, row, number) if row.number else partial(self.table.where.__truediv__, "names")
        self.ledger.find(identifier, value, Spot(self.table.where, self.table.seen(row, number), column), locate)


def hide(sighting: Sighting, batch: Batch, block: Block, place: int) -> Sighting:
    """Somebody as hidden as the cells of the row are that say who it is."""
    said = (number for number, _ in block.columns if batch.told[number][place])
    return replace(sighting, visibility=max(batch.seen(place, number) for number in said))


def raise_small(text: str) -> str:
    """A text that is all in small letters as if every word were a name: "aggrieved: doe, jane"; offsets stay."""
    titled = text.title() if text.islower() else text
    return titled if len(titled) == len(text) else text


def inherit_roles(headings: list[Heading | None], above: Row, vocabulary: Vocabulary) -> list[Heading | None]:
    """Give headings the role of a merged cell above them: "Victim" over "Surname", "DOB"."""
    if 3 * sum(map(bool, above.cells)) > 2 * len(headings):
        return headings  # a row of values, or headings of their own
    role: Role | None = None
    inherited: list[Heading | None] = []
    for cell, heading in zip_longest(above.cells[: len(headings)], headings, fillvalue=None):
        role = vocabulary.read_role(cell) if cell else role  # a merged cell is blank but for its first
        fits = heading is not None and heading.role is None and role not in {None, Role.UNKNOWN}
        inherited.append(replace(heading, role=role) if heading is not None and fits else heading)
    return inherited
