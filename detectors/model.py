"""The words of inspection (`docs/glossary.md`) as types; imports nothing of ours."""

from __future__ import annotations

import enum
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Protocol, Self, TypeAlias


class Visibility(enum.IntEnum):
    """How a piece of content is hidden; the greater value is the better hidden."""

    SHOWN = 0
    METADATA = 1
    COMMENT = 2
    HIDDEN_ROW = 3
    HIDDEN_COLUMN = 4
    HIDDEN_TEXT = 5
    HIDDEN_SHEET = 6
    VERY_HIDDEN_SHEET = 7
    LINK_CACHE = 8
    PIVOT_CACHE = 9
    ORPHAN = 10

    @property
    def label(self) -> str:
        """The name that JSON and people see, for instance `pivot_cache`."""
        return self.name.lower()


class Why(enum.StrEnum):
    """Why a part could not be read. Closed: a policy names these."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNKNOWN_FORMAT = "unknown_format"
    EXECUTABLE = "executable"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    TOOK_TOO_LONG = "took_too_long"
    CRASHED = "crashed"
    INCOMPLETE = "incomplete"


class Role(enum.StrEnum):
    """What a person is to the crime or the document."""

    VICTIM = "victim"
    WITNESS = "witness"
    SUSPECT = "suspect"
    REPORTING_PERSON = "reporting_person"
    OFFICER = "officer"
    UNKNOWN = "unknown"


class OffenceGroup(enum.StrEnum):
    """The kind of crime that a person is named in connection with, the one that weighs most first.

    Of several that are said of one person the first here is kept. A victim of a sexual offence may not be named by law
    (Sexual Offences (Amendment) Act 1992, section 1); at an address, one of domestic abuse is in danger; hate crime tells
    of race, faith, health or sexual life (Data Protection Act 2018, section 35(8)). Then by harm: violence, theft, the rest.
    """

    SEXUAL = "sexual"
    DOMESTIC = "domestic"
    HATE = "hate"
    VIOLENCE = "violence"
    THEFT = "theft"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step on the way to a place.

    `label` may repeat what the sender wrote (a file name, a sheet name); `alias` never does ("attachment 2").
    """

    label: str
    alias: str


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """The steps a person takes to get to a place: `reply.eml › figures.xlsx › sheet 'Raw' › C17`."""

    steps: tuple[Step, ...] = ()

    def __truediv__(self, ours: str) -> Location:
        """One step in, in words of our own ("C17", "body"): nothing of the sender's."""
        return Location((*self.steps, Step(ours, ours)))

    def into(self, label: str, alias: str) -> Location:
        """One step in, to a thing that the sender named `label` and that we call `alias`."""
        return Location((*self.steps, Step(printable(label), alias)))

    def __str__(self) -> str:
        return " › ".join(step.label for step in self.steps)

    @property
    def anonymous(self) -> str:
        """The same way in our own words only; safe in logs, notices and replies."""
        return " › ".join(step.alias for step in self.steps)


LABEL_CHARACTERS = 120


def one_line(untrusted_text: str) -> str:
    """A text as one line that commands no terminal: no control characters, bidi marks or surrogates."""
    if untrusted_text.isprintable():
        return untrusted_text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in untrusted_text)


def printable(untrusted_text: str) -> str:
    """A name from a message as one short line: no control characters, bidi marks or surrogates."""
    clean = one_line(untrusted_text)
    return clean if len(clean) <= LABEL_CHARACTERS else clean[: LABEL_CHARACTERS - 1] + "…"


IDENTIFIER_KINDS = (
    "asn",
    "court_case_reference",
    "pnc_id",
    "cro",
    "nino",
    "nhs_number",
    "driving_licence",
    "passport",
    "bank_account",
    "prison_number",
    "probation_number",
    "crime_reference",
    "custody_number",
    "urn",
    "incident_number",
    "phone",
    "email",
    "postcode",
    "date_of_birth",
    "vehicle_registration",
    "collar",
)
"""The kinds of identifiers that a Finding may have, one a file in `personal_data/identifiers/`."""


class OverLimit(Exception):
    """A limit of `settings.toml` was reached; becomes `Unread(why)`, never a pass."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost to inspect. Sizes in bytes, times in seconds."""

    depth: int
    parts: int
    part_bytes: int
    total_bytes: int
    ratio: int
    wall_seconds: float
    part_seconds: float
    cpu_seconds: int
    memory_bytes: int
    restarts: int


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one message is read; shared by all its parts."""

    limits: Limits
    bytes_left: int
    parts_left: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """A full budget."""
        return cls(limits, limits.total_bytes, limits.parts)

    def spend(self, size: int) -> None:
        """Account for `size` decoded bytes; raises OverLimit(TOO_LARGE) when they are not there."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise OverLimit(Why.TOO_LARGE)

    def admit(self, depth: int) -> None:
        """Account for one more part `depth` containers down; raises OverLimit(TOO_DEEP or TOO_MANY)."""
        if depth > self.limits.depth:
            raise OverLimit(Why.TOO_DEEP)
        self.parts_left -= 1
        if self.parts_left < 0:
            raise OverLimit(Why.TOO_MANY)


class Source(Protocol):
    """Where the bytes of a part are, without holding them all."""

    def open(self) -> BinaryIO:
        """A new binary stream from the first byte; seekable where the part is a container."""
        ...


@dataclass(frozen=True, slots=True)
class Bytes:
    """A source held in memory: `bytes`, or a `memoryview` or `mmap` over the spool file."""

    untrusted: bytes = field(repr=False)

    def open(self) -> BinaryIO:
        """A seekable stream over the bytes."""
        return io.BytesIO(self.untrusted)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes at a Location: the message itself, an attachment, an archive member, an embedded object.

    `declared` is the media type that the container claims, lower case ("" for none): a hint that no reader may trust
    except for the framing it stands for (`message/rfc822`).
    """

    where: Location
    visibility: Visibility
    source: Source = field(repr=False)
    budget: Budget = field(repr=False)
    declared: str = ""
    depth: int = 0

    def inner(
        self, where: Location, source: Source, *, visibility: Visibility = Visibility.SHOWN, declared: str = ""
    ) -> Part:
        """A part found inside this one, at least as hidden. The budget is checked when it is its turn to be read."""
        return Part(where, max(self.visibility, visibility), source, self.budget, declared, self.depth + 1)

    def head(self, size: int = 4096) -> bytes:
        """The first `size` bytes (fewer when the part is shorter)."""
        with self.source.open() as stream:
            return stream.read(size)

    def whole(self) -> bytes:
        """All bytes, accounted for; raises OverLimit(TOO_LARGE) beyond `part_bytes` or the budget."""
        limit = self.budget.limits.part_bytes
        with self.source.open() as stream:
            untrusted = stream.read(limit + 1)
        if len(untrusted) > limit:
            raise OverLimit(Why.TOO_LARGE)
        self.budget.spend(len(untrusted))
        return untrusted


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text. `channel` is the finer name of its place (`body`, `definedName`, `comment`)."""

    where: Location
    visibility: Visibility
    channel: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Table; `name` is None where the format gives none (a sheet), `letter` where it has none."""

    name: str | None = field(default=None, repr=False)
    letter: str | None = None
    visibility: Visibility = Visibility.SHOWN


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as a person counts it, from 1; `cells` align with the columns ("" for an empty cell)."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    visibility: Visibility = Visibility.SHOWN
    cell_visibility: Mapping[int, Visibility] = field(default_factory=dict)
    raw: Mapping[int, str] = field(default_factory=dict, repr=False)
    """The stored values of cells whose number format shows something else: serial numbers of days, digits without their gaps."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns at a Location.

    `rows` streams once and may raise what the reader raises; take all of it before asking the reader for more.
    A row may be longer than `columns`: a sheet's width is known only at its end.
    """

    where: Location
    visibility: Visibility
    channel: str
    columns: tuple[Column, ...]
    rows: Iterable[Row] = field(repr=False)

    def column(self, index: int) -> Column:
        """The column at `index` from 0; a sheet's further columns are named by their letters."""
        return self.columns[index] if index < len(self.columns) else Column(letter=letters(index))

    def seen(self, row: Row, index: int) -> Visibility:
        """The effective visibility of a cell: the most hidden of table, row, column and cell."""
        own = row.cell_visibility.get(index, Visibility.SHOWN)
        return max(self.visibility, row.visibility, self.column(index).visibility, own)

    def cell(self, row: Row, index: int) -> Location:
        """Where a cell is: `C17` in a sheet, `record 17 › field 3` elsewhere."""
        letter = self.column(index).letter
        return (
            self.where / f"{letter}{row.number}"
            if letter
            else self.where / f"record {row.number}" / f"field {index + 1}"
        )


def letters(index: int) -> str:
    """The spreadsheet letters of a column, counted from 0: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(65 + digit) + name
    return name


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that could not be looked into, and why. Never the same as nothing found."""

    where: Location
    why: Why


Content: TypeAlias = Passage | Table | Part | Unread


class Reader(Protocol):
    """Opens one family of formats. Loaded in the child only."""

    @property
    def name(self) -> str:
        """The family in a word, for tests and reports: `xlsx`."""
        ...

    @property
    def media_type(self) -> str:
        """The media type that its bytes really are."""
        ...

    def recognises(self, part: Part) -> bool:
        """Whether the bytes are of this family: by content, never by file name. Never raises."""
        ...

    def read(self, part: Part) -> Iterator[Content]:
        """Stream what is inside. ValueError: the bytes are not what they claim; OverLimit: too much."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data of one kind at one place; `count` values of that kind share kind, place and visibility.

    `where` is the first of them, `masked` shows its shape and no more, `because` names the rule, never the value.
    """

    kind: str
    where: Location
    visibility: Visibility
    confidence: float
    masked: str
    because: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """People first seen in one table or passage who share role, visibility, crime context and offence group.

    `count` are distinct. `offence` is None where nothing says what crime it is about.
    """

    where: Location
    role: Role
    visibility: Visibility
    crime_context: bool
    count: int
    offence: OffenceGroup | None = None


def join_offences(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Groups of one place, role and visibility as one, whatever crimes they are about: for telling where people are."""
    joined: dict[tuple[Location, Role, Visibility], Group] = {}
    for group in groups:
        key = (group.where, group.role, group.visibility)
        known = joined.get(key)
        joined[key] = group if known is None else replace(known, count=known.count + group.count, offence=None)
    return tuple(joined.values())


@dataclass(frozen=True, slots=True)
class Records:
    """A record-level table: `rows` rows, each about one individual or incident, of which `hidden` are not shown.

    `pseudonymous`: it has keys, ages, genders or roles of individuals, and identifies none of them; whoever has the key can.
    """

    where: Location
    visibility: Visibility
    rows: int
    hidden: int
    pseudonymous: bool = False


@dataclass(frozen=True, slots=True)
class HiddenPlace:
    """Content that is not on the face of the document, whatever it says: `items` passages or rows of a channel."""

    where: Location
    visibility: Visibility
    channel: str
    items: int


@dataclass(frozen=True, slots=True)
class People:
    """Distinct people. `hidden` counts those seen in hidden content, `exposed` those shown with crime context.

    `both` counts those seen in hidden content and shown as well, so that accounts of parts add up whatever their order.
    `by_offence` leaves out whom no crime is said of.
    """

    total: int = 0
    hidden: int = 0
    exposed: int = 0
    by_role: Mapping[Role, int] = field(default_factory=dict)
    by_offence: Mapping[OffenceGroup, int] = field(default_factory=dict)
    both: int = 0

    @property
    def hidden_only(self) -> int:
        """Those whom nobody who opens the document would see: in hidden content, and nowhere else."""
        return max(0, self.hidden - self.both)


@dataclass(frozen=True, slots=True)
class Share:
    """How much of an attachment is shown and how much is hidden: rows and cells of its tables, characters of everything.

    Cells are those that hold something. A row counts as hidden when its table or itself is; single cells may be hidden in shown rows.
    """

    rows_shown: int = 0
    rows_hidden: int = 0
    cells_shown: int = 0
    cells_hidden: int = 0
    characters_shown: int = 0
    characters_hidden: int = 0

    def __add__(self, other: Share) -> Share:
        """The two together, for parts of one attachment."""
        return Share(
            self.rows_shown + other.rows_shown,
            self.rows_hidden + other.rows_hidden,
            self.cells_shown + other.cells_shown,
            self.cells_hidden + other.cells_hidden,
            self.characters_shown + other.characters_shown,
            self.characters_hidden + other.characters_hidden,
        )


@dataclass(frozen=True, slots=True)
class AttachmentShare:
    """The share of one attachment, with all that is nested in it; of the message's own header and bodies for the message."""

    where: Location
    share: Share


@dataclass(frozen=True, slots=True)
class Report:
    """What one inspection found."""

    people: People = field(default_factory=People)
    groups: tuple[Group, ...] = ()
    records: tuple[Records, ...] = ()
    findings: tuple[Finding, ...] = ()
    hidden: tuple[HiddenPlace, ...] = ()
    unread: tuple[Unread, ...] = ()
    shares: tuple[AttachmentShare, ...] = ()
    media_type: str = ""
    subject: str = field(default="", repr=False)
    parts: int = 0
    bytes_read: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Account:
    """What one part amounts to. `people` counts only those not seen in an earlier part of the same message."""

    people: People = field(default_factory=People)
    groups: tuple[Group, ...] = ()
    records: tuple[Records, ...] = ()
    findings: tuple[Finding, ...] = ()
    hidden: tuple[HiddenPlace, ...] = ()
    share: Share = field(default_factory=Share)
