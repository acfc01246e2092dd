"""Which columns hold names where no heading says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from math import ceil

from detectors.personal_data.fields import NAMES, STRONG, Field
from detectors.personal_data.names import PARTICLES, count_forenames, is_full_name, is_name
from detectors.personal_data.vocabulary import Heading, Vocabulary

HEADLESS_ROWS = 5
"""Fewer values say nothing about a column without a heading, unless they have check digits."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Some distinct values of a column, of `filled` that are not blank among `rows`."""

    values: tuple[str, ...] = field(repr=False)
    distinct: int
    filled: int
    rows: int

    def reaches(self, least: float, test: Callable[[str], bool]) -> bool:
        """Whether at least a share of the distinct values pass a test, as soon as that is certain; False where there are none."""
        passes = ceil(least * len(self.values) - 1e-9)
        failures = len(self.values) - passes
        for value in self.values:
            if test(value):
                passes -= 1
            else:
                failures -= 1
            if passes <= 0 or failures < 0:
                break
        return bool(self.values) and failures >= 0

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


LEAST_KNOWN = 0.25
HINTS = (
    {Field.ROLE},
    {Field.COLLAR, Field.RANK},
    {Field.PHONE, Field.EMAIL},
    {Field.POSTCODE, Field.ADDRESS},
    {Field.CRIME_REFERENCE},
)
KNOWN_FORENAMES = (0.5, 0.2, 0.0)
"""The share of values with a known forename that makes a column one of names, by the weight of its company."""

ALL_DIFFERENT = 0.8
"""How varied columns must be that only one hint speaks for, where no forename is known."""

FURTHER = 0.5
"""How varied a further column of names in a row must be, by the one that is certain."""

FURTHER_DULLER = 0.3
"""The same of surnames or forenames, whichever repeat more, where the others vary so."""

PAIRED_COLUMNS = 8


class NameColumns:
    """Finds the columns of names. Made once; holds nothing of a message."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def infer(self, meanings: list[Meaning]) -> list[Meaning]:
        """Name columns without a heading, by the company they keep and by the forenames that are known."""
        company = weigh_company(meanings)
        if not company:
            meanings = [self.doubt_name(meaning) for meaning in meanings]
        if any(meaning.field in NAMES for meaning in meanings):
            return meanings
        free = [n for n, m in enumerate(meanings) if m.field is Field.OTHER and not m.headed and not m.numeric]
        free = [number for number in free if is_varied(meanings[number].sample)]
        found = self.find_full_names(meanings, free, company)
        while pair := self.find_pair(meanings, [n for n in free if n not in found], company, found):
            found |= pair
        for number, heading in found.items():
            meanings[number] = replace(meanings[number], heading=heading)
        return meanings

    def doubt_name(self, meaning: Meaning) -> Meaning:
        """A column headed "Name" in a table that says nothing else of people may list places: some forename must be known."""
        doubtful = meaning.field is Field.FULL_NAME and meaning.heading.role is None and meaning.sample.values
        if doubtful and self.know(meaning.sample) < LEAST_KNOWN:
            return replace(meaning, heading=Heading(Field.OTHER), headed=False)
        return meaning

    def find_full_names(self, meanings: Sequence[Meaning], free: Sequence[int], company: int) -> dict[int, Heading]:
        """The columns of full names: the one with most known forenames, and those that are nearly as varied."""
        full = partial(may_be_full_name, vocabulary=self.vocabulary)
        fitting = [number for number in free if meanings[number].sample.reaches(0.8, full)]
        best = max(fitting, key=lambda number: self.rank(meanings[number].sample), default=None)
        if best is None or not self.suffices(meanings[best].sample, company):
            return {}
        least = FURTHER * meanings[best].sample.distinct
        return {number: Heading(Field.FULL_NAME) for number in fitting if meanings[number].sample.distinct >= least}

    def rank(self, sample: Sample) -> tuple[float, int]:
        """How well a column fits: by known forenames, then by how varied it is."""
        return round(self.know(sample), 1), sample.distinct

    def suffices(self, sample: Sample, company: int) -> bool:
        """Whether values are names, given the weight of their company."""
        return self.know(sample) >= KNOWN_FORENAMES[company] or (company == 1 and sample.unique >= ALL_DIFFERENT)

    def find_pair(
        self, meanings: Sequence[Meaning], free: Sequence[int], company: int, found: Mapping[int, Heading]
    ) -> dict[int, Heading]:
        """A column of surnames and one of forenames; neighbours, unless the company leaves no doubt that there are names."""
        share = KNOWN_FORENAMES[company]
        words = [number for number in free if self.are_words(meanings[number].sample)][:PAIRED_COLUMNS]
        known = {number: self.know(meanings[number].sample) for number in words}
        pairs = [pair for pair in combinations(words, 2) if pair[1] == pair[0] + 1 or (share == 0 and not found)]
        pairs = [pair for pair in pairs if self.may_be_further(pair, meanings, found)]
        best = max(pairs, key=lambda pair: weigh_pair(pair, meanings, known), default=None)
        if best is None or not any(self.suffices(meanings[number].sample, company) for number in best):
            return {}
        first, second = best if known[best[0]] <= known[best[1]] else best[::-1]
        return {first: Heading(Field.SURNAME), second: Heading(Field.FORENAME)}

    def may_be_further(self, pair: tuple[int, int], meanings: Sequence[Meaning], found: Mapping[int, Heading]) -> bool:
        """Whether two columns may name one more person a row: as varied as names are beside those that were found."""
        known = min((meanings[number].sample.distinct for number in found), default=0)
        duller, livelier = sorted(meanings[number].sample.distinct for number in pair)
        return duller >= FURTHER_DULLER * known and livelier >= FURTHER * known

    def are_words(self, sample: Sample) -> bool:
        """Whether values are single words or two, capitalised (or nothing is), that may be names."""
        return sample.reaches(0.8, self.is_word)

    def is_word(self, value: str) -> bool:
        """Whether a value is a word or two that may be a name."""
        return value.count(" ") <= 1 and is_name(value, self.vocabulary) and raise_case(value)[0].isupper()

    def know(self, sample: Sample) -> float:
        """The share of values that hold a forename of the vocabulary."""
        return count_forenames(sample.values, self.vocabulary) / len(sample.values)


def raise_case(value: str) -> str:
    """A value that is all in small letters as names are written."""
    return value.title() if value.islower() else value


def may_be_full_name(value: str, vocabulary: Vocabulary) -> bool:
    """Whether a value may be a full name, be it in small letters; "van" is no vehicle where it is not the whole of it."""
    words = [word for word in value.split() if word.casefold() not in PARTICLES]
    return is_full_name(raise_case(" ".join(words)), vocabulary)


def weigh_company(meanings: Sequence[Meaning]) -> int:
    """How much the other columns speak for people: 2 where there are births or strong numbers, 1 where one of roles or contacts."""
    fields = {meaning.field for meaning in meanings if meaning.sample.values}
    certain = not fields.isdisjoint(STRONG | {Field.DATE_OF_BIRTH})
    hints = sum(not fields.isdisjoint(kinds) for kinds in HINTS)
    return 2 if certain else min(hints, 2)


def weigh_pair(
    pair: tuple[int, int], meanings: Sequence[Meaning], known: Mapping[int, float]
) -> tuple[int, float, bool, int]:
    """How well two columns make names: how varied the duller is, how many forenames are known, whether they are neighbours."""
    duller = min(meanings[number].sample.distinct for number in pair)
    plenty = duller >= 0.5 * max(meaning.sample.distinct for meaning in meanings if meaning.field is Field.OTHER)
    return plenty, max(known[number] for number in pair), pair[1] == pair[0] + 1, duller


def is_varied(sample: Sample) -> bool:
    """Whether values differ as those about individuals do."""
    return len(sample.values) >= HEADLESS_ROWS and (sample.unique >= 0.2 or sample.distinct >= 25)
