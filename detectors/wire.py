"""What may cross the boundary of the sandbox: jobs in, checked lines out."""

from __future__ import annotations

import enum
import json
import math
import re
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from detectors.model import Account, Limits, Location, Unread, Visibility, Why

LINE_BYTES = 4 * 1024 * 1024
"""Longest line that a child may send."""

INSPECTION_BYTES = 64 * 1024 * 1024
"""Most that a child may send about one message."""

TEXT_CHARACTERS = 500
"""Longest text in an account: a label, a mask, a reason."""

ENTRIES = 20_000
"""Longest list in a line."""

NESTING = 8

ALIAS = re.compile(r"[A-Za-z0-9 .,:()'-]{1,80}")
"""What our own names of places are made of."""
KIND = re.compile(r"[a-z][a-z0-9_]{1,39}")
"""What the kind of a finding may be called, ours or the force's own."""

LARGEST_COUNT = 10**15


class Garbled(Exception):
    """A line from a child is not what the protocol allows; its text never quotes the line."""


class Mode(enum.StrEnum):
    """What a child is asked to do."""

    INSPECT = "inspect"
    EXTRACT = "extract"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a child over one message or file.

    `skip` are the part numbers not to read again, `silent` those to read only for the parts inside them.
    `recipients`: to whom the message goes, as far as anybody asked. `stuffed`: the bytes are a message in SMTP's wire form. `declared` is what the root part is known to be, if anything.
    """

    id: int
    mode: Mode
    limits: Limits
    key: bytes = field(repr=False)
    label: str = field(default="message", repr=False)
    declared: str = ""
    stuffed: bool = False
    skip: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    recipients: tuple[str, ...] = field(default=(), repr=False)

    def encode(self) -> bytes:
        """The job as one packet."""
        return json.dumps(asdict(self) | {"key": self.key.hex()}).encode()

    @classmethod
    def decode(cls, packet: bytes) -> Job:
        """A job from its packet. Runs in the warm parent, which trusts the gateway."""
        values = json.loads(packet)
        return cls(
            **values
            | {
                "key": bytes.fromhex(values["key"]),
                "mode": Mode(values["mode"]),
                "limits": Limits(**values["limits"]),
                "skip": tuple(values["skip"]),
                "silent": tuple(values["silent"]),
                "recipients": tuple(values["recipients"]),
            }
        )


# Patterns are compiled for every repetition that they count: {0,100} and {1,200} of Unicode's classes took 25 MB in every process.
PartNumber = Annotated[str, Field(pattern=r"^0(\.[0-9]{1,6})*$", max_length=TEXT_CHARACTERS)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]


class Line(BaseModel):
    """A line from a child."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Begin(Line):
    """The child starts on a part."""

    line: Literal["begin"] = "begin"
    part: PartNumber
    where: Location


class Done(Line):
    """The child has read a part: what it amounts to, and how many parts are inside it."""

    line: Literal["done"] = "done"
    part: PartNumber
    reader: str = Field(max_length=40)
    media_type: str = Field(max_length=100)
    account: Account
    unread: tuple[Unread, ...]
    inner: Annotated[int, Field(ge=0, le=ENTRIES)]
    bytes_read: Count
    subject: str = Field(default="", max_length=TEXT_CHARACTERS, repr=False)


class End(Line):
    """Everything was read: the mark without which an account is not complete."""

    line: Literal["end"] = "end"
    parts: Count


class Died(Line):
    """The child gives up: the exception's class and where it arose, never its text."""

    line: Literal["died"] = "died"
    error: str = Field(pattern=r"^[A-Za-z0-9_.:<> ]+$", max_length=200)
    why: Why = Why.CRASHED


class Proof(Line):
    """What the child tried in vain, and which features confine it."""

    line: Literal["proof"] = "proof"
    denied: tuple[str, ...]
    features: tuple[str, ...]


class Surfaced(Line):
    """A passage or row in clear, for `extract` only."""

    line: Literal["surfaced"] = "surfaced"
    where: Location
    visibility: Visibility
    channel: str
    text: str | None = Field(default=None, repr=False)
    cells: tuple[str, ...] | None = Field(default=None, repr=False)


class Unseen(Line):
    """A place that `extract` could not read."""

    line: Literal["unseen"] = "unseen"
    where: Location
    why: Why


Lines = Begin | Done | End | Died | Proof | Surfaced | Unseen
LINES: TypeAdapter[Lines] = TypeAdapter(Annotated[Lines, Field(discriminator="line")])


def encode(line: Lines) -> bytes:
    """A line as sent. Runs in the child."""
    return line.model_dump_json().encode("utf-8", "replace") + b"\n"


def decode(untrusted_line: bytes, mode: Mode) -> Lines:
    """A line from a child, checked against closed types, sizes and counts. Raises Garbled."""
    try:
        line = LINES.validate_json(untrusted_line, strict=True)
    except ValidationError:
        raise Garbled("not a line of the protocol") from None
    if mode is not Mode.EXTRACT:
        check_sizes(parse(untrusted_line))
    return line


def parse(untrusted_line: bytes) -> Any:
    """A line as plain JSON, with nothing said twice in it. Raises Garbled."""
    try:
        return json.loads(untrusted_line, object_pairs_hook=to_dict)
    except ValueError:  # a number of thousands of digits
        raise Garbled("not a line of the protocol") from None


def to_dict(untrusted_pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, its alias and its kind if it has them such as ours are.

    What is named twice could be checked in one meaning and taken in the other. Raises Garbled.
    """
    values = dict(untrusted_pairs)
    if len(values) != len(untrusted_pairs):
        raise Garbled("not a line of the protocol")
    if "alias" in values and not ALIAS.fullmatch(str(values["alias"])):
        raise Garbled("a place that we would not name so")
    if "kind" in values and not KIND.fullmatch(str(values["kind"])):
        raise Garbled("a kind that no recogniser may have")
    return values


def check_sizes(untrusted_line: Any) -> None:
    """Refuse what no honest account holds: long texts, control characters, long lists, absurd numbers, deep nesting.

    Each text once, for a line may hold a hundred thousand values and mail waits. Raises Garbled.
    """
    texts: set[str] = set()
    level = [untrusted_line]
    for _ in range(NESTING + 1):
        level = open_values(level, texts)
    if level or not all(len(text) <= TEXT_CHARACTERS and text.isprintable() for text in texts):
        raise Garbled("beyond the sizes that a line may have")


def open_values(untrusted_level: list[Any], texts: set[str]) -> list[Any]:
    """What is in the lists and objects of one level; their texts go to `texts`. Raises Garbled for what is out of bounds."""
    inner: list[Any] = []
    for value in untrusted_level:
        kind = type(value)
        if kind is str:
            texts.add(value)
        elif kind is dict:
            texts.update(value)
            inner += value.values()
        elif kind is list and len(value) <= ENTRIES:
            inner += value
        elif not is_number(value):
            raise Garbled("beyond the sizes that a line may have")
    return inner


def is_number(value: Any) -> bool:
    """Whether a value is nothing, a truth, or a number in bounds."""
    match value:
        case bool() | None:
            return True
        case int():
            return 0 <= value <= LARGEST_COUNT
        case float():
            return math.isfinite(value)
    return False


def name_error(error: BaseException) -> str:
    """An exception as a log may name it: its class and where it arose, never its text, which may quote a message."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return type(error).__name__
    return f"{type(error).__name__} at {frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}"
