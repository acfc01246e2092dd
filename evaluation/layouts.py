"""Crime tables in the layouts that replies hold, with the people who are in them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from detectors.model import Role
from detectors.personal_data.normal import compact
from evaluation.case import Case, Form, Lettering, Truth
from evaluation.people import Incident, Person, World

ROLE_WORDS = {
    Role.VICTIM: ("Victim", "Aggrieved", "IP", "Complainant"),
    Role.WITNESS: ("Witness", "Wit"),
    Role.SUSPECT: ("Suspect", "Offender", "Accused"),
    Role.REPORTING_PERSON: ("Informant", "Reporting Person"),
}
ONE_A_ROW = tuple(ROLE_WORDS)


@dataclass(frozen=True, slots=True)
class Record:
    """What a row is about."""

    number: int
    incident: Incident
    people: Mapping[Role, Person] = field(repr=False)
    role: Role
    """The role of the one person, in layouts of one person a row."""

    chance: random.Random = field(repr=False)

    @property
    def person(self) -> Person:
        """The one person."""
        return self.people[self.role]


def narrate(record: Record) -> str:
    """An account in a cell: the victim, and the suspect in every other."""
    victim, suspect = record.people[Role.VICTIM], record.people[Role.SUSPECT]
    told = f"AGGRIEVED: {victim.listed} (DOB {victim.birth:%d/%m/%Y}) states that {record.incident.method[0].lower()}{record.incident.method[1:]}."
    return f"{told} SUSPECT: {suspect.listed} DOB {suspect.birth:%d/%m/%Y}." if record.number % 2 else told


def narrate_log(record: Record) -> str:
    """A line of a control room's log, in every third row one that says who called."""
    caller = record.people[Role.REPORTING_PERSON]
    if record.number % 3 != 1:
        return "Units attended, area search no trace, no further action required at this time"
    return f"Informant: {caller.title} {caller.plain} tel {caller.phone} of {caller.address} reports a disturbance"


Value = Callable[[Record], str]

OF_PERSON: dict[str, tuple[tuple[str, ...], Callable[[Person], str]]] = {
    "surname": (("Surname", "Last Name", "Family name", "SURNAME"), lambda p: p.surname),
    "forename": (("Forename", "First Name", "Forename(s)", "Given name"), lambda p: p.forename),
    "plain": (("Name", "Full Name", "Person name"), lambda p: p.plain),
    "listed": (("Name", "Nominal", "Full name"), lambda p: p.listed),
    "titled": (("Name", "Title and name"), lambda p: f"{p.title} {p.plain}"),
    "birth": (("DOB", "Date of Birth", "D.O.B."), lambda p: f"{p.birth:%d/%m/%Y}"),
    "birth_iso": (("DOB", "Birth date"), lambda p: p.birth.isoformat()),
    "birth_named": (("DOB", "Date of birth"), lambda p: f"{p.birth:%d-%b-%Y}"),
    "address": (("Address", "Home Address", "Current address"), lambda p: p.address),
    "postcode": (("Postcode", "Post Code", "Home postcode"), lambda p: p.postcode),
    "phone": (("Phone", "Mobile", "Telephone No", "Contact number"), lambda p: p.phone),
    "email": (("Email", "E-mail address"), lambda p: p.email),
    "gender": (("Gender", "Sex"), lambda p: "F" if p.female else "M"),
    "age": (("Age", "Age at offence"), lambda p: str(2021 - p.birth.year)),
    "nino": (("NINO", "NI Number", "National Insurance No"), lambda p: p.nino),
    "nhs_number": (("NHS Number", "NHS No"), lambda p: p.nhs_number),
    "pnc_id": (("PNC ID", "PNC No", "PNC"), lambda p: p.pnc_id),
    "collar": (("Collar No", "Shoulder number"), lambda p: p.collar),
    "rank": (("Rank",), lambda p: p.rank),
}
"""Column → its headings, and what it says of a person."""

OF_INCIDENT: dict[str, tuple[tuple[str, ...], Value]] = {
    "reference": (
        ("Crime Ref", "Crime Reference", "Investigation Ref", "Occurrence No"),
        lambda r: r.incident.reference,
    ),
    "offence": (("Offence", "Crime type", "Offence description"), lambda r: r.incident.offence),
    "day": (("Date", "Offence Date", "Date reported"), lambda r: f"{r.incident.day:%d/%m/%Y}"),
    "ward": (("Ward", "Beat", "District"), lambda r: r.incident.ward),
    "outcome": (("Outcome", "Status"), lambda r: r.incident.outcome),
    "method": (("MO", "Modus operandi", "Circumstances"), lambda r: r.incident.method),
    "role": (("Role", "Link type", "Person Role", "Involvement"), lambda r: r.chance.choice(ROLE_WORDS[r.role])),
    "number": (("No.", "Row"), lambda r: str(r.number)),
    "key": (("Person ID", "Unique reference", "Record ID"), lambda r: f"P{700_000 + 37 * r.number}"),
    "narrative": (("MO", "Circumstances", "Summary of circumstances"), narrate),
    "log": (("Log text", "Notes"), narrate_log),
    "age_victim": (("Victim age", "Age"), lambda r: str(r.chance.randrange(14, 90))),
    "gender_victim": (("Victim gender", "Gender"), lambda r: r.chance.choice("MF")),
    "ethnicity": (("Self-defined ethnicity", "Ethnicity"), lambda r: r.chance.choice(("W1", "W9", "A2", "B1", "NS"))),
}
"""Column → its headings, and what it says of a record."""

PREFIXES = {
    "victim": Role.VICTIM, "suspect": Role.SUSPECT, "witness": Role.WITNESS, "informant": Role.REPORTING_PERSON, "oic": Role.OFFICER,
}  # fmt: skip
LEADS = {
    Role.VICTIM: ("Victim", "Aggrieved"), Role.SUSPECT: ("Suspect", "Offender"), Role.WITNESS: ("Witness",),
    Role.REPORTING_PERSON: ("Informant",), Role.OFFICER: ("OIC",),
}  # fmt: skip

LAYOUTS: dict[str, str] = {
    "role column, names apart": "reference role surname forename birth postcode offence",
    "role column, SURNAME, Forename": "reference role listed birth_named address offence",
    "role column, plain name": "day offence role plain birth_iso phone ward",
    "role column, titled name": "reference role titled address postcode outcome",
    "names and phone": "surname forename phone offence reference day",
    "names and e-mail": "forename surname email role reference",
    "names far apart": "surname reference day ward forename offence birth",
    "name and address without role": "reference plain address postcode offence day",
    "national insurance": "surname forename nino offence reference",
    "numbers without names": "reference nhs_number offence day",
    "PNC": "plain birth pnc_id offence day outcome",
    "person beside method": "reference role surname forename birth method outcome",
    "many columns": "number reference day offence ward role surname forename gender birth age address postcode phone email outcome method",
    "victim and suspect apart": "reference day victim.surname victim.forename victim.birth suspect.surname suspect.forename suspect.birth offence",
    "victim and suspect in full": "reference victim.plain victim.phone suspect.listed suspect.birth offence day",
    "victim, witness, suspect": "reference offence victim.plain victim.birth witness.plain witness.phone suspect.plain suspect.birth",
    "victim by name alone": "reference day offence victim.plain ward outcome",
    "suspect by name alone": "reference offence suspect.listed day",
    "informant and victim": "reference informant.plain informant.phone victim.surname victim.forename victim.address offence",
    "victim with officer": "reference offence victim.plain victim.birth oic.plain oic.collar day",
    "narrative alone": "reference day narrative",
    "narrative of a log": "number day log",
    "narrative among figures": "number reference day offence ward outcome narrative",
}
"""Layout → its columns. `victim.birth` is the birth of the row's victim; without a prefix a row has one person."""

PSEUDONYMOUS: dict[str, str] = {
    "records of nobody: keys": "key gender_victim age_victim ethnicity offence day",
    "records of nobody: references": "reference day offence ward outcome age_victim gender_victim",
    "records of nobody: methods": "reference day offence method",
}
"""Record-level tables in which nobody is identified."""

ROLES_NEED_HEADINGS = ("victim.", "suspect.", "witness.", "informant.", "oic.")


def tell_log(record: Record) -> tuple[Role, ...]:
    """Who is in a line of the log."""
    return (Role.REPORTING_PERSON,) if record.number % 3 == 1 else ()


TOLD_IN_TEXT: dict[str, Callable[[Record], tuple[Role, ...]]] = {
    "narrative": lambda record: (Role.VICTIM, Role.SUSPECT) if record.number % 2 else (Role.VICTIM,),
    "log": tell_log,
}

NOT_LETTERS = re.compile(r"[^A-Za-z]+")
HEADINGS = ("first", "third", "none", "slips")
"""Where the headings are: in the first row, below a title, nowhere, or with slips of the pen."""


def make_records(world: World, origin: str, count: int) -> list[Record]:
    """Records of incidents, with somebody in every role."""
    roles = (*ONE_A_ROW, Role.OFFICER)
    return [
        Record(
            number=number,
            incident=world.incident(),
            people={role: world.person(origin) for role in roles},
            role=world.chance.choice(ONE_A_ROW[:3]),
            chance=world.chance,
        )
        for number in range(1, count + 1)
    ]


def head(column: str, chance: random.Random) -> str:
    """The heading of a column."""
    prefix, dot, name = column.rpartition(".")
    if not dot:
        return chance.choice(OF_INCIDENT[name][0] if name in OF_INCIDENT else OF_PERSON[name][0])
    lead = chance.choice(LEADS[PREFIXES[prefix]])
    heading = chance.choice(OF_PERSON[name][0])
    return lead if heading in {"Name", "Nominal"} and chance.random() < 0.5 else f"{lead} {heading}"


def say(column: str, record: Record) -> str:
    """What a column says of a record."""
    prefix, dot, name = column.rpartition(".")
    if not dot and name in OF_INCIDENT:
        return OF_INCIDENT[name][1](record)
    person = record.people[PREFIXES[prefix]] if dot else record.person
    return OF_PERSON[name][1](person)


def tell(columns: Sequence[str], record: Record) -> Iterator[tuple[Role, Person]]:
    """Everybody whom a row identifies."""
    prefixes = dict.fromkeys(column.rpartition(".")[0] for column in columns if "." in column)
    roles = [PREFIXES[prefix] for prefix in prefixes]
    roles += [role for column in columns for role in (TOLD_IN_TEXT[column](record) if column in TOLD_IN_TEXT else ())]
    alone = any(column in OF_PERSON and column != "gender" for column in columns)
    if alone:
        yield record.role, record.person
    for role in roles:
        yield role, record.people[role]


def slip(heading: str, chance: random.Random) -> str:
    """A heading with a letter of its longest word missing or two of them swapped, where that is long enough to be known."""
    word = max(NOT_LETTERS.split(heading), key=len)
    if len(word) < 6:
        return heading
    place = heading.index(word) + chance.randrange(1, len(word) - 2)
    swapped = heading[:place] + heading[place + 1] + heading[place] + heading[place + 2 :]
    return chance.choice((heading[:place] + heading[place + 1 :], swapped))


def identify(columns: Sequence[str], record: Record) -> Iterator[str]:
    """The kinds of the identifiers in a row."""
    for column in columns:
        name = column.rpartition(".")[2].partition("_iso")[0].partition("_named")[0]
        kind = {"birth": "date_of_birth", "phone": "phone", "reference": "crime_reference"}.get(name, name)
        if kind in {
            "date_of_birth",
            "phone",
            "crime_reference",
            "email",
            "postcode",
            "nino",
            "nhs_number",
            "pnc_id",
        }:
            yield kind
    for column in columns:
        if column == "narrative":
            yield from ["date_of_birth"] * (1 + record.number % 2)
        if column == "log" and record.number % 3 == 1:
            yield "phone"


def know(columns: Sequence[str], role: Role, person: Person, *, roles_told: bool) -> Truth:
    """What is true of a person in a table."""
    marks = tuple(compact(getattr(person, name)) for name in ("nino", "nhs_number", "pnc_id") if name in columns)
    named = any(
        column.rpartition(".")[2] in {"surname", "plain", "listed", "titled", "narrative", "log"} for column in columns
    )
    surname, forename = (person.surname, person.forename) if named else ("", "")
    return Truth(surname, forename, role if roles_told else None, person.origin, marks)


def make_table(world: World, layout: str, origin: str, *, headings: str, rows: int, lettering: Lettering) -> Case:
    """A table of a layout, all its people of one origin."""
    columns = (LAYOUTS | PSEUDONYMOUS)[layout].split()
    records = make_records(world, origin, rows)
    prefixed = any(column.startswith(ROLES_NEED_HEADINGS) for column in columns)
    in_text = any(column in TOLD_IN_TEXT for column in columns)
    told = in_text or "role" in columns or (prefixed and headings != "none")
    named = [head(column, world.chance) for column in columns]
    if headings == "slips":
        named = [slip(heading, world.chance) for heading in named]
    lines = [[say(column, record) for column in columns] for record in records]
    nobody = layout in PSEUDONYMOUS
    people = () if nobody else tuple(
        know(columns, role, person, roles_told=told) for record in records for role, person in tell(columns, record)
    )  # fmt: skip
    return Case(
        name=f"{layout}, headings: {headings}, {rows} rows, {origin}, {lettering}",
        layout=layout,
        form=Form.TABLE,
        held=not nobody,
        rows=tuple(tuple(map(lettering.write, line)) for line in [*above(headings, named), *lines]),
        people=people,
        identifiers=tuple(kind for record in records for kind in identify(columns, record)),
        origin=origin,
        lettering=lettering,
        headed=headings != "none",
        pseudonymous=nobody,
    )


def above(headings: str, named: Sequence[str]) -> list[Sequence[str]]:
    """The rows above the records."""
    match headings:
        case "none":
            return []
        case "third":
            return [["FOI 003055/21 - raw data"], [""], named]
    return [named]


def make_sideways(world: World, origin: str, *, stacked: bool, rows: int, lettering: Lettering) -> Case:
    """Labels down the first column: a person in each further one, or one below the other with a blank row between."""
    columns = ["reference", "role", "surname", "forename", "birth", "address", "phone", "offence"]
    records = make_records(world, origin, rows)
    named = [head(column, world.chance) for column in columns]
    said = [[say(column, record) for column in columns] for record in records]
    if stacked:
        lines = [[label, value] for values in said for label, value in [*zip(named, values, strict=True), ("", "")]]
    else:
        lines = [[label, *(values[n] for values in said)] for n, label in enumerate(named)]
    layout = "labels and values, stacked" if stacked else "transposed"
    return Case(
        name=f"{layout}, {rows} people, {origin}, {lettering}",
        layout=layout,
        form=Form.TABLE,
        held=True,
        rows=tuple(tuple(map(lettering.write, line)) for line in lines),
        people=tuple(know(columns, r.role, r.person, roles_told=True) for r in records),
        identifiers=tuple(kind for record in records for kind in identify(columns, record)),
        origin=origin,
        lettering=lettering,
    )


def make_merged(world: World, origin: str, *, rows: int, lettering: Lettering) -> Case:
    """Two rows of headings: the role over three columns each."""
    columns = [
        "reference",
        *(f"{role}.{name}" for role in ("victim", "suspect") for name in ("surname", "forename", "birth")),
    ]
    records = make_records(world, origin, rows)
    tops = ["Crime", "Victim", "", "", "Suspect", "", ""]
    below = ["Ref", "Surname", "Forename", "DOB", "Surname", "Forename", "DOB"]
    lines = [tops, below, *([say(column, record) for column in columns] for record in records)]
    return Case(
        name=f"merged headings, {rows} rows, {origin}, {lettering}",
        layout="merged headings",
        form=Form.TABLE,
        held=True,
        rows=tuple(tuple(map(lettering.write, line)) for line in lines),
        people=tuple(
            know(columns, role, p, roles_told=True) for record in records for role, p in tell(columns, record)
        ),
        identifiers=tuple(kind for record in records for kind in identify(columns, record)),
        origin=origin,
        lettering=lettering,
    )


def make_tables(world: World, origin: str, rows: int) -> Iterator[Case]:
    """Every layout once in every place of headings, with letterings and sizes in turn."""
    letterings = tuple(Lettering)
    turn = 0
    for layout in LAYOUTS:
        for headings in HEADINGS:
            size = world.chance.choice((1, 3, rows)) if headings != "none" else world.chance.choice((rows // 2, rows))
            yield make_table(world, layout, origin, headings=headings, rows=size, lettering=letterings[turn % 3])
            turn += 1
    for lettering in letterings:
        yield make_sideways(world, origin, stacked=False, rows=world.chance.choice((1, 4, 8)), lettering=lettering)
        yield make_sideways(world, origin, stacked=True, rows=world.chance.choice((1, 6)), lettering=lettering)
        yield make_merged(world, origin, rows=rows // 2, lettering=lettering)
    for layout in PSEUDONYMOUS:
        yield make_table(world, layout, origin, headings="first", rows=rows, lettering=Lettering.MIXED)


def hide_one(world: World, origin: str, rows: int) -> Case:
    """One identified person in the notes of an otherwise clean workbook."""
    chance = world.chance
    person = world.person(origin)
    lines = [["Month", "District", "Offence", "Notes", "Count"]]
    offences, wards = ("Burglary", "Robbery", "Theft"), ("Mancroft", "Nelson", "Kirkley")
    lines += [
        [
            f"{1 + n % 12:02}/2021",
            wards[n % 3],
            offences[n % 3],
            "No further information held",
            str(chance.randrange(90)),
        ]
        for n in range(rows)
    ]
    lines[chance.randrange(1, rows)][3] = (
        f"VICTIM: {person.listed} (DOB {person.birth:%d/%m/%Y})",
        f"see NI number {person.nino}",
        f"Suspect: {person.plain} tel {person.phone}",
        f"IP {person.plain} born {person.birth:%d/%m/%Y} declined",
    )[chance.randrange(4)]
    truth = Truth(person.surname, person.forename, None, origin, (compact(person.nino),))
    return Case(
        name=f"one among {rows} rows, {origin}",
        layout="one person in a clean workbook",
        form=Form.TABLE,
        held=True,
        rows=tuple(map(tuple, lines)),
        people=(truth,),
        origin=origin,
    )
