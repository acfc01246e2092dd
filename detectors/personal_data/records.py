"""Whether the rows of a table are records of individuals or incidents, or figures."""

from __future__ import annotations

from collections.abc import Sequence

from detectors.personal_data.fields import NAMES, STRONG, Field
from detectors.personal_data.name_columns import Meaning

MANY_ROWS = 20
"""Fewer rows than this are records only where something names individuals or incidents."""

TOTALS = frozenset({"total", "totals", "grand total", "overall", "sum", "all", "overall total"})
ABOUT = frozenset(
    {Field.OFFENCE, Field.PLACE, Field.GENDER, Field.AGE, Field.ETHNICITY, Field.ROLE, Field.POSTCODE, Field.OTHER}
    | {Field.VEHICLE_REGISTRATION}
)
OF_INCIDENTS = frozenset(
    {Field.DATE, Field.FREE_TEXT, Field.PLACE, Field.AGE, Field.GENDER, Field.ETHNICITY, Field.ROLE}
)
OF_INDIVIDUALS = frozenset({Field.AGE, Field.GENDER, Field.ETHNICITY, Field.ROLE, Field.DATE_OF_BIRTH})
HARMLESS_NUMBERS = frozenset({Field.AGE, Field.PLACE, Field.DATE, Field.PERIOD, Field.DATE_OF_BIRTH, Field.REFERENCE})
"""Columns of numbers that count nothing: coordinates, years, ages."""


def are_records(meanings: Sequence[Meaning], rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are record-level. In doubt they are not: an aggregate table is what a reply is for."""
    if names_individuals(meanings):
        return True
    figures = sum(counts(meaning) for meaning in meanings)
    filled = sum(bool(meaning.sample.values) for meaning in meanings)
    if has_totals(rows) or 2 * figures >= filled:
        return False
    fields = {m.field for m in meanings if m.sample.values and (m.headed or m.field is not Field.FREE_TEXT)}
    if any(meaning.field is Field.REFERENCE and is_key(meaning) for meaning in meanings):
        return not fields.isdisjoint(OF_INCIDENTS)  # a list of codes has keys too
    return len(rows) >= MANY_ROWS and figures == 0 and describes_incidents(meanings, rows)


def names_individuals(meanings: Sequence[Meaning]) -> bool:
    """Whether a column names people or crimes, one a row."""
    for meaning in meanings:
        headed_birth = meaning.field is Field.DATE_OF_BIRTH and meaning.headed
        if (meaning.field in NAMES | STRONG or headed_birth) and meaning.sample.values:
            return True
        if meaning.field in {Field.CRIME_REFERENCE, Field.CUSTODY_NUMBER} and is_key(meaning):
            return True
    return False


def speak_of_individuals(meanings: Sequence[Meaning]) -> bool:
    """Whether columns say something of one individual or incident a row, if only its key; by their headings where values are few."""
    return any(
        (meaning.field in OF_INDIVIDUALS and bool(meaning.sample.values) and meaning.headed)
        or (meaning.field in {Field.REFERENCE, Field.CRIME_REFERENCE} and is_key(meaning))
        for meaning in meanings
    )


def is_key(meaning: Meaning) -> bool:
    """Whether values number the rows' subjects: they hardly repeat, and are more than 1, 2, 3."""
    sample = meaning.sample
    return sample.distinct >= 3 and sample.unique >= 0.5 and sum(map(len, sample.values)) >= 5 * len(sample.values)


def counts(meaning: Meaning) -> bool:
    """Whether a column holds figures, or a heading of figures stands over it."""
    return meaning.field is Field.COUNT or (meaning.numeric and meaning.field not in HARMLESS_NUMBERS)


def has_totals(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row adds up the others."""
    return any(cell.strip().casefold().rstrip(":") in TOTALS for row in rows for cell in row[:2] if len(cell) < 20)


def describes_incidents(meanings: Sequence[Meaning], rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows differ as accounts of incidents do: free text, or a day beside two things more, without figures."""
    days = any(meaning.field is Field.DATE and meaning.sample.distinct >= 5 for meaning in meanings)
    texts = [meaning for meaning in meanings if meaning.field is Field.FREE_TEXT and meaning.sample.unique >= 0.7]
    if any(is_prose(meaning) and (days or (meaning.headed and len(meanings) > 1)) for meaning in texts):
        return True
    about = sum(meaning.field in ABOUT and bool(meaning.sample.values) and not meaning.numeric for meaning in meanings)
    different = len(set(map(tuple, rows))) / len(rows)
    return days and about >= 2 and different >= 0.8


def is_prose(meaning: Meaning) -> bool:
    """Whether values are sentences rather than labels."""
    values = meaning.sample.values
    return sum(map(len, values)) >= 40 * len(values)
