"""Record-level tables and aggregate ones."""

from __future__ import annotations

import pytest

from detectors.model import Visibility
from detectors.personal_data.fields import STRONG
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import CRIME_HEADINGS, OFFENCES, TOWNS, crime_reference, crime_rows, make_table
from tests.detectors.personal_data.statistics import Rows, statistics


@pytest.mark.parametrize("rows", statistics().values(), ids=statistics())
def test_statistics_are_no_records_and_hold_nobody(look: Look, rows: Rows) -> None:
    """An aggregate table is what a reply is for, in a sheet, a hidden sheet or a pivot cache."""
    accounts = [
        look(make_table(rows)),
        look(make_table(rows[1:])),
        look(make_table(rows, visibility=Visibility.HIDDEN_SHEET)),
        look(make_table(rows[1:], names=rows[0], visibility=Visibility.PIVOT_CACHE)),
    ]
    for account in accounts:
        assert account.people.total == 0
        assert account.records == ()
        assert not {finding.kind for finding in account.findings} & STRONG


def test_hidden_crime_records_are_counted(look: Look) -> None:
    """Rows about people, every one of them hidden."""
    (records,) = look(make_table([CRIME_HEADINGS, *crime_rows(50)], visibility=Visibility.VERY_HIDDEN_SHEET)).records
    assert (records.rows, records.hidden, records.visibility) == (50, 50, Visibility.VERY_HIDDEN_SHEET)


def test_anonymous_incidents_are_records_of_nobody(look: Look) -> None:
    """A reference, a day, a place: no person, yet not for a pivot cache that nobody meant to send."""
    rows = [[crime_reference(n), f"{n % 28 + 1:02}/03/2020", OFFENCES[n % 9], TOWNS[n % 8]] for n in range(40)]
    account = look(
        make_table(rows, names=("Crime ref", "Date", "Offence", "District"), visibility=Visibility.PIVOT_CACHE)
    )
    assert account.people.total == 0
    assert [records.hidden for records in account.records] == [40]


def test_incidents_without_a_reference_are_records_too(look: Look) -> None:
    """A day, an offence and a place in every row, and nothing that is counted."""
    rows = [[f"{n % 28 + 1:02}/{n % 12 + 1:02}/2020 1{n % 9}:30", OFFENCES[n % 9], TOWNS[n % 7]] for n in range(60)]
    account = look(make_table([["Date", "Offence", "District"], *rows], visibility=Visibility.HIDDEN_SHEET))
    assert [records.rows for records in account.records] == [60]


INDIVIDUALS = [
    ["Person ID", "Age", "Gender", "Offence", "Date"],
    *(
        [f"P{70_000 + 7 * n}", str(20 + n % 50), "FM"[n % 2], OFFENCES[n % 9], f"{n % 28 + 1:02}/03/2020"]
        for n in range(40)
    ),
]


def test_records_of_individuals_without_names_are_told_as_pseudonymous(look: Look) -> None:
    """Whoever has the key knows who they are; a reviewer should see that before an age and a rape are published."""
    account = look(make_table(INDIVIDUALS))
    assert account.people.total == 0
    assert [(records.rows, records.pseudonymous) for records in account.records] == [(40, True)]


@pytest.mark.parametrize(
    "rows",
    [
        [CRIME_HEADINGS, *crime_rows(50)],
        [[*INDIVIDUALS[0], "Notes"], *([*row, "gave NINO AB123456C" if n == 30 else "none"] for n, row in enumerate(INDIVIDUALS[1:]))],
        [["Date", "Offence", "District"], *([f"{n % 28 + 1:02}/{n % 12 + 1:02}/2020", OFFENCES[n % 9], TOWNS[n % 7]] for n in range(60))],
    ],
    ids=["everybody is named", "one is identified in the notes", "nothing is said of anybody"],
)  # fmt: skip
def test_other_records_are_not_pseudonymous(look: Look, rows: Rows) -> None:
    """They identify somebody, or speak of nobody."""
    (records,) = look(make_table(rows)).records
    assert not records.pseudonymous
