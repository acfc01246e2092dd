"""What each column of a table holds, by its heading and its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations, islice

from detectors.personal_data.dates import look_like_births, read_birth, read_date
from detectors.personal_data.fields import NAMES, STRONG, Field
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.names import count_forenames, is_full_name, is_name
from detectors.personal_data.normal import normalise
from detectors.personal_data.vocabulary import Heading, Vocabulary

SAMPLE = 150
"""Distinct values of a column that are looked at before it is named."""

VALUE_CHARACTERS = 300
"""Further characters of a value do not help to name its column."""

NUMBER = re.compile(r"[-+(]?[£$€]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?\)?%?")
HEADLESS_ROWS = 5
"""Fewer values say nothing about a column without a heading, unless they have check digits."""


NHS_ROWS = 8
"""Distinct numbers of ten digits that pass the check of the NHS by chance once in 11 to the 8th."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Some distinct values of a column, of `filled` that are not blank among `rows`."""

    values: tuple[str, ...] = field(repr=False)
    distinct: int
    filled: int
    rows: int

    def share(self, test: Callable[[str], bool]) -> float:
        """The share of the distinct values that pass a test; 0 where there are none."""
        return sum(map(test, self.values)) / len(self.values) if self.values else 0.0

    @property
    def unique(self) -> float:
        """1 where no value repeats."""
        return self.distinct / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds. `headed`: its heading says so; `numeric`: its values are plain numbers."""

    heading: Heading
    headed: bool
    sample: Sample = field(repr=False)
    numeric: bool = False

    @property
    def field(self) -> Field:
        """The field."""
        return self.heading.field


def take_sample(cells: Sequence[str], vocabulary: Vocabulary) -> Sample:
    """A sample of a column's cells."""
    counts = [cell for cell in cells if cell and not vocabulary.is_blank(cell)]
    distinct = dict.fromkeys(counts)
    values = tuple(normalise(cell[:VALUE_CHARACTERS]).strip() for cell in islice(distinct, SAMPLE))
    return Sample(tuple(value for value in values if value), len(distinct), len(counts), len(cells))


def is_number(value: str) -> bool:
    """A plain number, a sum of money, a percentage."""
    return len(value) <= 30 and NUMBER.fullmatch(value) is not None


def is_numeric(sample: Sample) -> bool:
    """Whether a column holds plain numbers."""
    return sample.share(is_number) >= 0.8


def is_address(value: str) -> bool:
    """Words with a house number or a comma."""
    return len(value) >= 8 and any(map(str.isalpha, value)) and (any(map(str.isdigit, value)) or "," in value)


def has_digits(value: str) -> bool:
    """At least three digits, as a reference has, and no date."""
    return sum(map(str.isdigit, value)) >= 3 and len(value) <= 80 and read_date(value) is None


def is_code(value: str) -> bool:
    """A short text with a digit."""
    return len(value) <= 15 and any(map(str.isdigit, value))


def is_birth(value: str) -> bool:
    """A date of birth or its serial number."""
    return read_birth(value) is not None


class Profiler:
    """Names columns. Made once; holds nothing of a message."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.identifiers = {field_of(identifier): identifier for identifier in vocabulary.search.identifiers}
        self.checks = {kind: identifier.compile_whole() for kind, identifier in self.identifiers.items()}
        self.checks[Field.DATE_OF_BIRTH] = is_birth
        name, full = partial(is_name, vocabulary=vocabulary), partial(is_full_name, vocabulary=vocabulary)
        self.tests: dict[Field, tuple[Callable[[str], bool], float]] = {
            kind: (check, 0.4) for kind, check in self.checks.items()
        } | {
            Field.SURNAME: (name, 0.6),
            Field.FORENAME: (name, 0.6),
            Field.FULL_NAME: (full, 0.6),
            Field.DATE_OF_BIRTH: (is_birth, 0.5),
            Field.ADDRESS: (is_address, 0.4),
            Field.ROLE: (lambda value: vocabulary.read_role(value) is not None, 0.4),
            Field.COLLAR: (is_code, 0.6),
            Field.CRIME_REFERENCE: (has_digits, 0.6),
            Field.REFERENCE: (has_digits, 0.6),
        }

    def name(self, headings: Sequence[Heading | None], cells: Iterable[Sequence[str]]) -> list[Meaning]:
        """The meaning of every column of some rows."""
        meanings = [
            self.name_column(heading, take_sample(column, self.vocabulary))
            for heading, column in zip(headings, cells, strict=True)
        ]
        return self.infer_names(meanings)

    def name_column(self, heading: Heading | None, sample: Sample) -> Meaning:
        """A column by its heading where its values agree, else by its values alone."""
        numeric = is_numeric(sample)
        if heading is not None and self.agrees(heading.field, sample):
            return Meaning(heading, headed=True, sample=sample, numeric=numeric)
        return Meaning(Heading(self.name_values(sample)), headed=False, sample=sample, numeric=numeric)

    def agrees(self, meant: Field, sample: Sample) -> bool:
        """Whether values are what their heading says; a heading over nothing is believed."""
        if meant not in self.tests or not sample.values:
            return True
        test, share = self.tests[meant]
        return sample.share(test) >= share

    def name_values(self, sample: Sample) -> Field:
        """The field that values alone show: check digits, roles, dates of birth, offences, long text."""
        if not sample.values:
            return Field.OTHER
        for kind in self.checks:
            if self.shows(kind, sample):
                return kind
        return Field.OTHER if is_numeric(sample) else self.name_words(sample)

    def shows(self, kind: Field, sample: Sample) -> bool:
        """Whether nearly all values are of a kind, in spellings that need no label, and too many for chance.

        Ten digits need none where a whole column of them passes the check; grid references pass for National Insurance
        numbers without suffix, and dates for crime references, however many there are.
        """
        check, doubtful = self.checks[kind], self.identifiers[kind].needs_label
        if kind is Field.NHS_NUMBER and len(sample.values) >= NHS_ROWS:
            return sample.share(check) >= 0.8
        if len(sample.values) < HEADLESS_ROWS:
            return kind in STRONG and sample.share(lambda value: check(value) and not doubtful(value)) == 1
        return sample.share(lambda value: check(value) and not doubtful(value)) >= 0.8

    def name_words(self, sample: Sample) -> Field:
        """The field of values that are no numbers."""
        vocabulary = self.vocabulary
        if sample.share(lambda value: vocabulary.read_role(value) is not None) >= 0.6:
            return Field.ROLE
        days = [day for day in map(read_date, sample.values) if day is not None]
        if len(days) >= 0.8 * len(sample.values):
            return Field.DATE_OF_BIRTH if look_like_births(days) else Field.DATE
        if sample.share(lambda value: vocabulary.offences.search(value.casefold()) is not None) >= 0.5:
            return Field.OFFENCE
        if sum(map(len, sample.values)) >= 40 * len(sample.values) and sample.unique >= 0.7:
            return Field.FREE_TEXT
        return Field.OTHER

    def infer_names(self, meanings: list[Meaning]) -> list[Meaning]:
        """Name columns without a heading, by the company they keep and by the forenames that are known."""
        company = weigh_company(meanings)
        if company == 0:
            meanings = [self.doubt_name(meaning) for meaning in meanings]
        if any(meaning.field in NAMES for meaning in meanings):
            return meanings
        share = KNOWN_FORENAMES[company]
        free = [n for n, m in enumerate(meanings) if m.field is Field.OTHER and not m.headed and not m.numeric]
        free = [number for number in free if is_varied(meanings[number].sample)]
        found = self.find_full_name(meanings, free, share) or self.find_pair(meanings, free, share)
        for number, heading in found.items():
            meanings[number] = replace(meanings[number], heading=heading)
        return meanings

    def doubt_name(self, meaning: Meaning) -> Meaning:
        """A column headed "Name" in a table that says nothing else of people may list places: some forename must be known."""
        doubtful = meaning.field is Field.FULL_NAME and meaning.heading.role is None and meaning.sample.values
        if doubtful and self.know(meaning.sample) < LEAST_KNOWN:
            return replace(meaning, heading=Heading(Field.OTHER), headed=False)
        return meaning

    def find_full_name(self, meanings: list[Meaning], free: list[int], share: float) -> dict[int, Heading]:
        """One column of full names: of those that may be, the one with most known forenames."""
        full = partial(is_full_name, vocabulary=self.vocabulary)
        fitting = [number for number in free if meanings[number].sample.share(full) >= 0.8]
        best = max(fitting, key=lambda number: self.know(meanings[number].sample), default=None)
        if best is None or self.know(meanings[best].sample) < share:
            return {}
        return {best: Heading(Field.FULL_NAME)}

    def find_pair(self, meanings: list[Meaning], free: list[int], share: float) -> dict[int, Heading]:
        """A column of surnames and one of forenames; neighbours, unless the company leaves no doubt that there are names."""
        words = [number for number in free if self.are_words(meanings[number].sample)][:PAIRED_COLUMNS]
        known = {number: self.know(meanings[number].sample) for number in words}
        pairs = [pair for pair in combinations(words, 2) if pair[1] == pair[0] + 1 or share == 0]
        best = max(pairs, key=lambda pair: weigh_pair(pair, meanings, known), default=None)
        if best is None or max(known[best[0]], known[best[1]]) < share:
            return {}
        first, second = best if known[best[0]] <= known[best[1]] else best[::-1]
        return {first: Heading(Field.SURNAME), second: Heading(Field.FORENAME)}

    def are_words(self, sample: Sample) -> bool:
        """Whether values are single words or two, capitalised, that may be names."""
        return sample.share(lambda v: is_name(v, self.vocabulary) and v[0].isupper() and v.count(" ") <= 1) >= 0.8

    def know(self, sample: Sample) -> float:
        """The share of values that hold a forename of the vocabulary."""
        return count_forenames(sample.values, self.vocabulary) / len(sample.values)


def weigh_company(meanings: Sequence[Meaning]) -> int:
    """How much the other columns speak for people: 2 where there are births or strong numbers, 1 where one of roles or contacts."""
    fields = {meaning.field for meaning in meanings if meaning.sample.values}
    certain = not fields.isdisjoint(STRONG | {Field.DATE_OF_BIRTH})
    hints = sum(not fields.isdisjoint(kinds) for kinds in HINTS)
    return 2 if certain else min(hints, 2)


LEAST_KNOWN = 0.25
HINTS = ({Field.ROLE}, {Field.COLLAR, Field.RANK}, {Field.PHONE, Field.EMAIL}, {Field.POSTCODE, Field.ADDRESS})
KNOWN_FORENAMES = (0.5, 0.2, 0.0)
"""The share of values with a known forename that makes a column one of names, by the weight of its company."""


def weigh_pair(
    pair: tuple[int, int], meanings: Sequence[Meaning], known: Mapping[int, float]
) -> tuple[int, float, bool, int]:
    """How well two columns make names: how varied the duller is, how many forenames are known, whether they are neighbours."""
    duller = min(meanings[number].sample.distinct for number in pair)
    plenty = duller >= 0.5 * max(meaning.sample.distinct for meaning in meanings if meaning.field is Field.OTHER)
    return plenty, max(known[number] for number in pair), pair[1] == pair[0] + 1, duller


PAIRED_COLUMNS = 8


def is_varied(sample: Sample) -> bool:
    """Whether values differ as those about individuals do."""
    return len(sample.values) >= HEADLESS_ROWS and (sample.unique >= 0.2 or sample.distinct >= 25)


def field_of(identifier: Identifier) -> Field:
    """The field whose columns hold an identifier."""
    return Field(identifier.kind)


def read_headings(cells: Sequence[str], vocabulary: Vocabulary) -> list[Heading | None]:
    """What the cells of a row mean if it is a row of headings."""
    return [vocabulary.read_heading(cell) if cell and not is_number(cell.strip()) else None for cell in cells]


def is_header(cells: Sequence[str], headings: Sequence[Heading | None], vocabulary: Vocabulary, enough: int) -> bool:
    """Whether a row is one of headings: `enough` are known (more, the wider the row), and hardly any cell is a figure.

    A role alone ("Victim") may as well be a value.
    """
    filled = sum(bool(cell.strip()) for cell in cells)
    known = [cell for cell, heading in zip(cells, headings, strict=True) if heading is not None]
    proper = sum(not vocabulary.is_part(cell) for cell in known)
    figures = sum(is_number(cell.strip()) or read_date(cell) is not None for cell in cells if cell)
    return proper >= enough and 3 * len(known) >= filled and 4 * figures <= filled
