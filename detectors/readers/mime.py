"""Mail messages: header fields, bodies, attachments, messages within messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.formats.charsets import decode
from detectors.formats.encoded import find_uuencoded
from detectors.formats.header_fields import Fields, read_parameters, read_words, split_header, unfold
from detectors.formats.inline_files import read_inline
from detectors.formats.transfer import decode_base64, decode_quoted_printable
from detectors.model import Bytes, Content, Location, Part, Passage, Unread, Visibility, Why

WELL_KNOWN = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "content-type",
        "reply-to",
        "sender",
        "delivered-to",
        "x-mailer",
        "dkim-signature",
        "references",
        "in-reply-to",
    ]
)
MESSAGE_TYPES = frozenset(("message/rfc822", "message/global", "message/news"))
ABSENT_TYPES = frozenset(("message/partial", "message/external-body"))
SEALED_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"))
PLAIN_ENCODINGS = frozenset(("", "7bit", "8bit", "binary"))
BOUNDARY_CHARACTERS = 200
HEAD = 64 * 1024
"""Room for the trace fields that large mail systems put in front of From and To."""

ENVELOPE_LINE = re.compile(rb"\r?\n\r?\n(?=From [^\r\n]{1,200}\d\d:\d\d)")
BOUNDARY = re.compile(rb"(?i);\s*boundary\s*(?:\*\d*\*?)?=")
USUAL_VALUE = re.compile(
    r"(?i)[a-z]+(/[a-z0-9.+-]+)?(;\s*(charset|boundary|format|delsp|type|protocol|micalg|size|creation-date|modification-date)"
    r"=[^;]*)*;?|7bit|8bit|binary|base64|quoted-printable|[a-z]{2}(-[a-z]{2})?"
)
"""Types, encodings and languages without a name or an identifier."""

SINGULAR = ("content-type", "content-transfer-encoding", "content-disposition")


@dataclass(frozen=True, slots=True)
class Entity:
    """A slice of the message that has a header of its own, `depth` multiparts down."""

    start: int
    end: int
    depth: int
    digest: bool = False


@dataclass(slots=True)
class Numbers:
    """How many bodies and attachments have been named so far."""

    bodies: int = 0
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class Mime:
    """A message of RFC 5322 and RFC 2045-2049, however badly made."""

    name: str = "mime"
    media_type: str = "message/rfc822"

    def recognises(self, part: Part) -> bool:
        """Whether the container says so, or the first lines are header fields of which two are well known."""
        return part.declared in MESSAGE_TYPES or looks_like_message(part.head(HEAD))

    def read(self, part: Part) -> Iterator[Content]:
        """Fields, what stands between parts, and each leaf as a part; the messages of a mailbox file as a part each.

        Raises ValueError for a header without end.
        """
        message = Walk(part, part.whole())
        letters = split_mailbox(message.data)
        if len(letters) > 1:
            for number, (start, end) in enumerate(letters, 1):
                where = part.where / f"message {number}"
                yield part.inner(where, Bytes(message.data[start:end]), declared="message/rfc822")
            return
        waiting = [Entity(0, len(message.data), 0)]
        while waiting:
            inner: list[Entity] = []
            yield from message.read_entity(waiting.pop(), inner)
            waiting.extend(reversed(inner))


def split_mailbox(data: bytes) -> list[tuple[int, int]]:
    """The messages of a file in mbox form (RFC 4155); the whole for anything else."""
    if not data.startswith(b"From "):
        return [(0, len(data))]
    starts = [0, *(match.end() for match in ENVELOPE_LINE.finditer(data))]
    return list(zip(starts, [*starts[1:], len(data)], strict=True))


def looks_like_message(head: bytes) -> bool:
    """Whether bytes begin with at least two well-known header fields."""
    try:
        fields = split_header(head, 0, len(head))
    except ValueError:
        return False
    return len({name for name, _ in fields.items} & WELL_KNOWN) >= 2


@dataclass(slots=True)
class Walk:
    """One message that is being read, as slices of its bytes."""

    part: Part
    data: bytes = field(repr=False)
    numbers: Numbers = field(default_factory=Numbers)

    def read_entity(self, entity: Entity, inner: list[Entity]) -> Iterator[Content]:
        """One entity: its header, then its parts (into `inner`) or its content."""
        fields = split_header(self.data, entity.start, entity.end)
        yield from self.read_fields(fields, entity)
        if is_ambiguous(fields):
            yield Unread(self.part.where / "header", Why.DAMAGED)
        declared = "message/rfc822" if entity.digest else "text/plain"
        kind, parameters = read_parameters(fields.first("content-type") or declared)
        if kind.startswith("multipart/"):
            yield from self.read_multipart(entity, fields, parameters.get("boundary", ""), kind, inner)
        else:
            yield from self.read_leaf(entity, fields, kind, parameters)

    def read_fields(self, fields: Fields, entity: Entity) -> Iterator[Content]:
        """The header's fields: the message's own each by name, a part's together."""
        values = [(name, read_words(unfold(value))) for name, value in fields.items]
        if entity.depth:
            text = "\n".join(f"{name}: {value}" for name, value in values if says_something(name, value))
            if text:
                yield Passage(self.part.where / "part header", self.part.visibility, "partHeader", text)
            return
        for name, value in values:
            yield Passage(
                self.part.where.into(f"header {name[:40]}", "a header field"),
                self.part.visibility,
                f"header:{name[:40]}",
                value,
            )

    def read_multipart(
        self, entity: Entity, fields: Fields, boundary: str, kind: str, inner: list[Entity]
    ) -> Iterator[Content]:
        """The parts between the boundaries (RFC 2046 5.1), and what stands before and after them."""
        if kind == "multipart/encrypted":
            yield Unread(self.part.where / "encrypted content", Why.ENCRYPTED)
            return
        if entity.depth >= self.part.budget.limits.depth:
            yield Unread(self.part.where / "parts within parts", Why.TOO_DEEP)
            return
        pieces, closed = self.split(fields.body, entity.end, boundary)
        if not closed:
            yield Unread(self.part.where / "parts of the message", Why.DAMAGED)
        yield from self.read_between("preamble", *pieces[0])
        if closed:
            yield from self.read_between("epilogue", *pieces.pop())
        digest = kind == "multipart/digest"
        inner.extend(Entity(start, end, entity.depth + 1, digest) for start, end in pieces[1:])

    def split(self, start: int, end: int, boundary: str) -> tuple[list[tuple[int, int]], bool]:
        """The slices before, between and (when it is closed) after the boundary lines, and whether it is closed."""
        if not boundary or len(boundary) > BOUNDARY_CHARACTERS:
            return [(start, end)], False
        mark = re.escape(b"--" + boundary.encode("utf-8", "surrogateescape"))
        line = re.compile(rb"(?:\A|\r?\n)" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)")
        pieces, position = [], start
        # The line end of the header, or of one boundary line, may be the one that the next boundary begins with.
        while (match := line.search(self.data, max(position - 1, 0), end)) is not None:
            pieces.append((position, max(position, match.start())))
            position = match.end()
            if match[1]:
                return [*pieces, (position, end)], True
        return [*pieces, (position, end)], False

    def read_between(self, channel: str, start: int, end: int) -> Iterator[Content]:
        """What no mail program shows, as a part: there may be a file in it."""
        untrusted = self.data[start:end]
        if untrusted.strip():
            self.part.budget.spend(end - start)
            where = self.part.where / channel
            yield self.part.inner(where, Bytes(untrusted), visibility=Visibility.HIDDEN_TEXT)

    def read_leaf(self, entity: Entity, fields: Fields, kind: str, parameters: dict[str, str]) -> Iterator[Content]:
        """A body or attachment, its transfer encoding taken off."""
        disposition, more = read_parameters(fields.first("content-disposition"))
        name = more.get("filename") or parameters.get("name", "")
        where = self.place(kind, name, disposition)
        if name:
            yield Passage(where, self.part.visibility, "fileName", name)
        reason = cannot_read(kind, parameters)
        if reason is not None:
            yield Unread(where, reason)
            return
        raw = self.data[fields.body : entity.end]
        decoded = undo_transfer(read_parameters(fields.first("content-transfer-encoding"))[0], raw)
        if decoded is None:
            yield Unread(where, Why.UNKNOWN_FORMAT)
            return
        data, whole = decoded
        if not whole:
            yield Unread(where, Why.DAMAGED)
        yield from self.read_content(where, kind, parameters, data)

    def read_content(self, where: Location, kind: str, parameters: dict[str, str], data: bytes) -> Iterator[Content]:
        """A leaf as a part, and the files that its text carries inline."""
        if kind.startswith("text/"):
            yield from read_inline(self.part, where, data) if is_marked_up(data) else ()
            data = as_utf8(data, parameters.get("charset", ""))
        self.part.budget.spend(len(data))
        declared = "message/rfc822" if kind in MESSAGE_TYPES else kind
        yield self.part.inner(where, Bytes(data), declared=declared)

    def place(self, kind: str, name: str, disposition: str) -> Location:
        """`body`, `body 2`, or the attachment by its name."""
        if kind.startswith("text/") and not name and disposition != "attachment":
            self.numbers.bodies += 1
            return self.part.where / ("body" if self.numbers.bodies == 1 else f"body {self.numbers.bodies}")
        self.numbers.attachments += 1
        alias = f"attachment {self.numbers.attachments}"
        return self.part.where.into(name or alias, alias)


def is_ambiguous(fields: Fields) -> bool:
    """Whether two programs may see two different structures in an entity."""
    if fields.ambiguous or any(len(set(fields.all(name))) > 1 for name in SINGULAR):
        return True
    return any(len(BOUNDARY.findall(value)) > 1 for value in fields.all("content-type"))


def says_something(name: str, value: str) -> bool:
    """Whether a part's field may hold what a person wrote: all but the usual machinery of MIME."""
    return not (name.startswith("content-") and USUAL_VALUE.fullmatch(value))


def is_marked_up(data: bytes) -> bool:
    """Whether a body goes to a reader that does not look for inline files itself."""
    return data.lstrip()[:1] == b"<"


def cannot_read(kind: str, parameters: dict[str, str]) -> Why | None:
    """Why a leaf of this type is not in the message, or is sealed."""
    if kind in ABSENT_TYPES:
        return Why.UNKNOWN_FORMAT
    if kind in SEALED_TYPES and parameters.get("smime-type", "enveloped-data").lower() != "signed-data":
        return Why.ENCRYPTED
    return None


def undo_transfer(encoding: str, raw: bytes) -> tuple[bytes, bool] | None:
    """The content behind a transfer encoding and whether all of it decoded; None for an encoding that is not known."""
    if encoding in PLAIN_ENCODINGS:
        return raw, True
    if encoding == "base64":
        return decode_base64(raw)
    if encoding == "quoted-printable":
        return decode_quoted_printable(raw)
    if encoding in {"x-uuencode", "uuencode", "x-uue"}:
        found = next(find_uuencoded(raw), None)
        return (found.data, found.whole) if found else (raw, False)
    return None


def as_utf8(data: bytes, charset: str) -> bytes:
    """Text in UTF-8, so that readers need not know what the message said of it; anything but text as it is."""
    if (
        not charset
        or charset.lower() in {"utf-8", "us-ascii", "ascii"}
        or data.startswith((b"PK", b"%PDF", b"\xd0\xcf\x11\xe0"))
    ):
        return data
    return decode(data, charset).encode("utf-8", "replace")
