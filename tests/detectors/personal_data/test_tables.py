"""People and identifiers in tables, however their columns are headed or hidden."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from detectors.model import Column, Location, OffenceGroup, Role, Row, Table, Visibility, join_offences, letters
from detectors.personal_data import Detection, Vocabulary
from detectors.personal_data.batch import BATCH_ROWS
from tests.detectors.personal_data.conftest import Look
from tests.detectors.personal_data.made import (
    CRIME_HEADINGS,
    OFFENCES,
    crime_reference,
    crime_rows,
    make_table,
    people,
)

THIRDS = {Role.VICTIM: 410, Role.WITNESS: 410, Role.SUSPECT: 410}


def test_a_pivot_cache_of_1230_people_counts_1230(look: Look) -> None:
    """The incident of 2021-22: victims, witnesses and suspects in a cache behind a table of counts."""
    account = look(make_table(crime_rows(1230), names=CRIME_HEADINGS, visibility=Visibility.PIVOT_CACHE))
    assert (account.people.total, account.people.hidden, account.people.exposed) == (1230, 1230, 0)
    assert account.people.by_role == THIRDS
    assert {group.role: group.count for group in join_offences(account.groups)} == THIRDS
    assert sum(account.people.by_offence.values()) == 1230
    assert all(group.crime_context for group in account.groups)
    assert [(place.visibility, place.items) for place in account.hidden] == [(Visibility.PIVOT_CACHE, 1230)]


def test_the_sheet_and_its_pivot_cache_hold_the_same_people(look: Look) -> None:
    """Counted once, hidden and exposed both."""
    rows = crime_rows(90)
    cache = make_table(rows, names=CRIME_HEADINGS, visibility=Visibility.PIVOT_CACHE, where="cache")
    account = look(make_table([CRIME_HEADINGS, *rows]), cache)
    assert (account.people.total, account.people.hidden, account.people.exposed) == (90, 90, 90)


@pytest.mark.parametrize("size", [12, 40, 600, 4500])
@pytest.mark.parametrize("case", [str, str.upper])
def test_tables_without_headings_are_understood_by_their_values(look: Look, size: int, case: type[str]) -> None:
    """Roles, births and what stands beside them; most names are in no list of ours."""
    rows = [[case(cell) for cell in row] for row in crime_rows(size)]
    account = look(make_table(rows))
    assert abs(account.people.total - size) <= size // 100
    assert account.people.exposed == account.people.total


@pytest.mark.parametrize("seed", range(40))
def test_columns_may_come_in_any_order_and_number(look: Look, seed: int) -> None:
    """A name with something to find its bearer by, amid whatever else."""
    chance = random.Random(seed)
    columns = {
        "Surname": [p.surname for p in people(60)],
        "Forename(s)": [p.forename for p in people(60)],
        "D.O.B": [f"{p.born:%d-%b-%Y}" for p in people(60)],
        "Home postcode": [p.postcode for p in people(60)],
        "Mobile No.": [p.phone for p in people(60)],
        "E-mail": [p.email for p in people(60)],
        "Role": [chance.choice(("VICTIM", "IP", "Aggrieved", "Offender")) for _ in range(60)],
        "Crime No": [crime_reference(n) for n in range(60)],
        "Offence": [chance.choice(OFFENCES) for _ in range(60)],
        "Beat": [chance.choice(("Norwich", "Thetford")) for _ in range(60)],
    }
    extra = ("Home postcode", "Mobile No.", "E-mail", "Role", "Crime No", "Offence", "Beat")
    names = ["Surname", "Forename(s)", "D.O.B", *chance.sample(extra, chance.randrange(6))]
    chance.shuffle(names)
    rows = [list(row) for row in zip(*(columns[name] for name in names), strict=True)]
    assert look(make_table([["FOI 1234/21"], names, *rows])).people.total == 60


def test_two_people_a_row_have_the_roles_of_their_headings(look: Look) -> None:
    """Victim and suspect side by side."""
    pairs = zip(people(40)[:20], people(40)[20:], strict=True)
    rows = [
        [f"{a.forename} {a.surname}", f"{b.surname.upper()}, {b.forename}", str(b.born), "Robbery"] for a, b in pairs
    ]
    account = look(make_table([["Victim name", "Suspect name", "Suspect DOB", "Offence"], *rows]))
    assert account.people.by_role == {Role.VICTIM: 20, Role.SUSPECT: 20}


def test_a_merged_heading_gives_its_role_to_the_headings_below(look: Look) -> None:
    """Two rows of headings."""
    pairs = zip(people(40)[:20], people(40)[20:], strict=True)
    rows = [["X1", a.surname, a.forename, str(a.born), b.surname, b.forename, str(b.born)] for a, b in pairs]
    above = ["Crime", "Victim", "", "", "Suspect", "", ""]
    headings = ["Ref", "Surname", "Forename", "DOB", "Surname", "Forename", "DOB"]
    account = look(make_table([above, headings, *rows]))
    assert account.people.by_role == {Role.VICTIM: 20, Role.SUSPECT: 20}


def test_serial_numbers_under_a_heading_are_births(look: Look) -> None:
    """A pivot cache keeps 29221 where the sheet shows a date."""
    rows = [[f"{p.forename} {p.surname}", str(p.born.toordinal() - 693_594)] for p in people(12)]
    account = look(make_table(rows, names=("Name", "Date of birth"), visibility=Visibility.PIVOT_CACHE))
    assert account.people.hidden == 12


def test_a_sheet_named_for_a_role_gives_it_to_all(look: Look) -> None:
    """Sheet 'Witnesses'."""
    rows = [[p.surname, p.forename, str(p.born)] for p in people(6)]
    account = look(make_table([["Surname", "Forename", "DOB"], *rows], where="sheet 'Witnesses'"))
    assert account.people.by_role == {Role.WITNESS: 6}


def test_officers_with_numbers_are_people_but_not_exposed(look: Look) -> None:
    """A hidden sheet that names every officer: hidden people; the same shown is no crime report."""
    rows = [[p.surname, p.forename[0], "Constable", str(10_000 + n)] for n, p in enumerate(people(30))]
    table = make_table([["Surname", "Initials", "Rank", "Service No"], *rows])
    shown, hidden = look(table), look(replace(table, visibility=Visibility.HIDDEN_SHEET))
    assert (shown.people.total, shown.people.hidden, shown.people.exposed) == (30, 0, 0)
    assert (hidden.people.hidden, hidden.people.by_role) == (30, {Role.OFFICER: 30})


def test_a_name_alone_identifies_nobody(look: Look) -> None:
    """Nor does one with an offence but no part in it."""
    names = [[p.surname, p.forename] for p in people(20)]
    assert look(make_table([["Surname", "Forename"], *names])).people.total == 0
    offences = [[p.surname, p.forename, "Robbery"] for p in people(20)]
    assert look(make_table([["Surname", "Forename", "Offence"], *offences])).people.total == 0


def test_blank_and_withheld_names_are_nobody(look: Look) -> None:
    """ "Redacted" is not a surname."""
    rows = [[name, "", "12/03/1985", "Victim"] for name in ("Redacted", "N/A", "", "unknown", "s.40")]
    assert look(make_table([["Surname", "Forename", "DOB", "Role"], *rows])).people.total == 0


def test_people_in_hidden_rows_and_columns_are_hidden(look: Look) -> None:
    """Effective visibility: the most hidden of table, row, column and cell, over the cells that identify."""
    rows = crime_rows(9)
    columns = tuple(
        Column(name, letters(n), Visibility.HIDDEN_COLUMN if name == "DOB" else Visibility.SHOWN)
        for n, name in enumerate(CRIME_HEADINGS)
    )
    where = Location() / "sheet"
    shown = [Row(n, tuple(row)) for n, row in enumerate(rows, 1)]
    account = look(Table(where, Visibility.SHOWN, "cells", columns, shown))
    assert (account.people.total, account.people.hidden) == (9, 9)
    plain = tuple(Column(name) for name in CRIME_HEADINGS)
    part = [replace(row, visibility=Visibility.HIDDEN_ROW) if row.number > 6 else row for row in shown]
    account = look(Table(where, Visibility.SHOWN, "cells", plain, part))
    assert (account.people.total, account.people.hidden, account.people.exposed) == (9, 3, 6)
    assert [(records.rows, records.hidden) for records in account.records] == [(9, 3)]
    assert [(place.visibility, place.items) for place in account.hidden] == [(Visibility.HIDDEN_ROW, 3)]


def test_a_second_table_below_the_first_is_understood(look: Look) -> None:
    """Counts on top, the records they were made from far below."""
    counts = [["Offence", "Count"], *([offence, "12"] for offence in OFFENCES)] + [["", ""]] * 30
    account = look(make_table([*counts, CRIME_HEADINGS, *crime_rows(30)]))
    assert account.people.total == 30


def test_a_number_in_free_text_is_found_among_clean_rows(look: Look) -> None:
    """Every text of every column is searched, and the place told."""
    rows = [[str(n), "Attended the premises and took a statement"] for n in range(3000)]
    rows[2500][1] = "Detained; NINO AB123456C given"
    account = look(make_table(rows))
    (finding,) = account.findings
    assert (finding.kind, finding.where.steps[-1].label, finding.count) == ("nino", "B2501", 1)
    assert account.people.total == 1


def test_a_number_in_the_free_text_of_a_person_is_theirs(look: Look) -> None:
    """A row is about one person: their NINO makes no second."""
    rows = [[*row, "gave AB123456C"] for row in crime_rows(1)]
    account = look(make_table([[*CRIME_HEADINGS, "Notes"], *rows]))
    assert account.people.total == 1


def test_bare_ten_digits_are_nhs_numbers_only_under_their_heading(look: Look) -> None:
    """By chance one in eleven passes the check."""
    rows = [[str(number)] for number in range(4_000_000_000, 4_000_000_400)]
    assert look(make_table([["Account"], *rows])).findings == ()
    (finding,) = look(make_table([["NHS number"], ["9434765919"], ["4010232137"]])).findings
    assert (finding.kind, finding.count) == ("nhs_number", 2)
    assert "nhs_number" in finding.because


def test_names_of_columns_are_searched_too(look: Look) -> None:
    """A pivot cache takes them from whatever was in the first row."""
    account = look(make_table([["1"], ["2"]], names=("AB123456C",), visibility=Visibility.PIVOT_CACHE))
    assert [finding.kind for finding in account.findings] == ["nino"]


@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_narratives_in_cells_name_people(look: Look, case: type[str]) -> None:
    """The circumstances of a crime, in one cell."""
    rows = [
        [crime_reference(n), case(f"AGGRIEVED: {p.surname.upper()}, {p.forename} (DOB {p.born:%d/%m/%Y}) states that")]
        for n, p in enumerate(people(25))
    ]
    account = look(make_table([["Crime ref", "Circumstances"], *rows]))
    assert account.people.by_role == {Role.VICTIM: 25}


def test_what_stood_before_the_damage_is_kept(vocabulary: Vocabulary) -> None:
    """A reader that breaks off in the middle of a table has shown us the rows before."""

    def rows() -> Iterator[Row]:
        for number, row in enumerate([CRIME_HEADINGS, *crime_rows(10)], 1):
            yield Row(number, tuple(row))
        raise ValueError("damaged")

    detection = Detection(vocabulary, b"key")
    with pytest.raises(ValueError, match="damaged"):
        detection.observe(Table(Location(), Visibility.HIDDEN_SHEET, "cells", (), rows()))
    account = detection.take()
    assert account.people.hidden == 10
    assert [records.hidden for records in account.records] == [10]


def test_wide_and_ragged_tables_are_taken(look: Look) -> None:
    """Rows of any length, and 16,384 columns."""
    rows = [["x"] * 16_384, ["y"], [], ["z"] * 300 + ["AB123456C"]]
    assert [finding.kind for finding in look(make_table(rows)).findings] == ["nino"]


def test_somebody_in_the_text_of_a_crime_is_part_of_it(look: Look) -> None:
    """A name and a birth in the notes of a clean table: in crime context, of the row's kind of crime."""
    rows = [["06/2021", "Burglary", "No further information held", str(n)] for n in range(2500)]
    rows[2000][2] = "IP Aurelia Kilbride born 19/08/1991 declined"
    account = look(make_table([["Month", "Offence", "Notes", "Count"], *rows]))
    assert (account.people.total, account.people.exposed) == (1, 1)
    assert account.people.by_offence == {OffenceGroup.THEFT: 1}
    without = [[row[0], row[2].removeprefix("IP "), row[3]] for row in rows]
    assert look(make_table([["Month", "Notes", "Count"], *without])).people.exposed == 0


def test_free_text_names_people_without_any_identifier(look: Look) -> None:
    """In the circumstances of a crime, as often as they are told; those of nobody tell of nobody."""
    told = [
        "Darren Cooper punched Priya Okonkwo in the face outside the shop and ran off with her handbag",
        "Unknown person entered through the rear window and took a laptop and jewellery from the bedroom",
        "Windscreen of the vehicle smashed overnight while it was parked on the drive, nothing was stolen",
    ]
    rows = [[str(n), f"{n + 1:02}/03/2021", "Robbery", f"{told[n % 3]} at {n} hours"] for n in range(24)]
    account = look(make_table([["No.", "Date", "Offence", "Circumstances"], *rows]))
    assert account.people.total == account.people.exposed
    assert account.people.total >= 2
    clean = [row for n, row in enumerate(rows) if n % 3]
    assert look(make_table([["No.", "Date", "Offence", "Circumstances"], *clean])).people.total == 0


def test_one_person_among_many_clean_rows_is_found(look: Look) -> None:
    """Wherever in the table they stand: at its top, at its end, on either side of where a batch ends."""
    for place in (0, BATCH_ROWS - 2, BATCH_ROWS - 1, 3 * BATCH_ROWS):
        rows = [["On or near Mill Road", "Burglary", "Under investigation"]] * (3 * BATCH_ROWS + 1)
        rows[place] = ["On or near Mill Road", "Burglary", "Victim: DOE, Jane (DOB 01/02/1980) tel 07712 345678"]
        assert look(make_table([["Location", "Crime type", "Outcome"], *rows])).people.exposed == 1
