"""What each column of a table holds, by its heading and its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice

from detectors.personal_data.dates import look_like_births, read_birth, read_date
from detectors.personal_data.fields import STRONG, Field
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.name_columns import HEADLESS_ROWS, Meaning, NameColumns, Sample, may_be_full_name
from detectors.personal_data.names import is_name
from detectors.personal_data.normal import normalise
from detectors.personal_data.vocabulary import Heading, Vocabulary

SAMPLE = 150
"""Distinct values of a column that are looked at before it is named."""

VALUE_CHARACTERS = 300
"""Further characters of a value do not help to name its column."""

PLAIN_VALUES = (Field.EMAIL, Field.PHONE, Field.POSTCODE, Field.CRIME_REFERENCE, Field.NINO, Field.PNC_ID)
"""Identifiers that no heading looks like."""

NUMBER = re.compile(r"[-+(]?[£$€]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?\)?%?")
DIGIT_OR_AT = re.compile(r"[\d@]")
NHS_ROWS = 8
"""Distinct numbers of ten digits that pass the check of the NHS by chance once in 11 to the 8th."""


def take_sample(cells: Sequence[str]) -> Sample:
    """A sample of a column's cells, "" where they say nothing."""
    distinct = dict.fromkeys(cells)
    distinct.pop("", None)
    values = tuple(normalise(cell[:VALUE_CHARACTERS]).strip() for cell in islice(distinct, SAMPLE))
    return Sample(tuple(value for value in values if value), len(distinct), len(cells) - cells.count(""), len(cells))


def is_number(value: str) -> bool:
    """A plain number, a sum of money, a percentage."""
    return len(value) <= 30 and NUMBER.fullmatch(value) is not None


def is_numeric(sample: Sample) -> bool:
    """Whether a column holds plain numbers."""
    return sample.reaches(0.8, is_number)


def is_address(value: str) -> bool:
    """Words with a house number or a comma."""
    return len(value) >= 8 and any(map(str.isalpha, value)) and (any(map(str.isdigit, value)) or "," in value)


def has_digits(value: str) -> bool:
    """At least three digits, as a reference has, and no date."""
    return sum(map(str.isdigit, value)) >= 3 and len(value) <= 80 and read_date(value) is None


def has_digit_or_at(value: str) -> bool:
    """Whether a value can be an identifier at all."""
    return DIGIT_OR_AT.search(value) is not None


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
        fields = ((field_of(identifier), identifier) for identifier in vocabulary.search.identifiers)
        self.identifiers = {field: identifier for field, identifier in fields if field is not None}
        self.checks = {kind: identifier.compile_whole() for kind, identifier in self.identifiers.items()}
        self.checks[Field.DATE_OF_BIRTH] = is_birth
        self.names = NameColumns(vocabulary)
        name, full = partial(is_name, vocabulary=vocabulary), partial(may_be_full_name, vocabulary=vocabulary)
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

    def is_value(self, cell: str) -> bool:
        """Whether a cell is an identifier and nothing else, as no heading is."""
        value = normalise(cell[:VALUE_CHARACTERS]).strip()
        return len(value) >= 5 and has_digit_or_at(value) and any(self.checks[kind](value) for kind in PLAIN_VALUES)

    def name(self, headings: Sequence[Heading | None], cells: Iterable[Sequence[str]]) -> list[Meaning]:
        """The meaning of every column of some rows, whose cells are "" where they say nothing."""
        meanings = [
            self.name_column(heading, take_sample(column)) for heading, column in zip(headings, cells, strict=True)
        ]
        return self.names.infer(meanings)

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
        return sample.reaches(share, test)

    def name_values(self, sample: Sample) -> Field:
        """The field that values alone show: check digits, roles, dates of birth, offences, long text."""
        if not sample.values:
            return Field.OTHER
        if sample.reaches(0.8, has_digit_or_at):
            for kind in self.checks:
                if self.shows(kind, sample):
                    return kind
        return Field.OTHER if is_numeric(sample) else self.name_words(sample)

    def shows(self, kind: Field, sample: Sample) -> bool:
        """Whether nearly all values are of a kind, in spellings that need no label, and too many for chance.

        Ten digits need none where a whole column of them passes the check; grid references pass for National Insurance
        numbers without suffix, and dates for crime references, however many there are. Postcodes may be in small letters.
        """
        check, doubtful = self.checks[kind], self.identifiers[kind].needs_label
        if kind is Field.NHS_NUMBER and len(sample.values) >= NHS_ROWS:
            return sample.reaches(0.8, check)
        if kind is Field.POSTCODE and len(sample.values) >= HEADLESS_ROWS:
            return sample.reaches(0.8, lambda value: " " in value and check(value))
        if len(sample.values) < HEADLESS_ROWS:
            return kind in STRONG and sample.reaches(1, lambda value: check(value) and not doubtful(value))
        return sample.reaches(0.8, lambda value: check(value) and not doubtful(value))

    def name_words(self, sample: Sample) -> Field:
        """The field of values that are no numbers."""
        vocabulary = self.vocabulary
        if sample.reaches(0.6, lambda value: vocabulary.read_role(value) is not None):
            return Field.ROLE
        days = [day for day in map(read_date, sample.values) if day is not None]
        if len(days) >= 0.8 * len(sample.values):
            return Field.DATE_OF_BIRTH if look_like_births(days) else Field.DATE
        if sample.reaches(0.5, lambda value: vocabulary.offences.search(value.casefold()) is not None):
            return Field.OFFENCE
        if sum(map(len, sample.values)) >= 40 * len(sample.values) and sample.unique >= 0.7:
            return Field.FREE_TEXT
        return Field.OTHER


def field_of(identifier: Identifier) -> Field | None:
    """The field whose columns hold an identifier; None for a kind that a force has added, which no column is named by."""
    return Field(identifier.kind) if identifier.kind in set(Field) else None


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
