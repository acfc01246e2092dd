"""What runs inside the sandbox: open a part with everything in it, surface its content, look for personal data."""

from __future__ import annotations

import collections
import gc
import io
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from detectors import confinement, warm, wire
from detectors.model import (
    Budget,
    Bytes,
    Content,
    Limits,
    Location,
    OverLimit,
    Part,
    Passage,
    Reader,
    Row,
    Step,
    Table,
    Unread,
    Visibility,
    Why,
    printable,
)
from detectors.personal_data import (
    Allowances,
    Detection,
    LanguageModel,
    load_allowances,
    load_language_model,
    load_own_identifiers,
    load_vocabulary,
)
from detectors.readers import recognise
from detectors.readers.mime import Mime
from detectors.shares import Shares
from detectors.wire import Begin, Died, Done, End, Job, Lines, Mode, Proof, Surfaced, Unseen

MAIL = Mime()
REHEARSAL_LIMITS = Limits(12, 100, 10**6, 10**6, 100, 60.0, 60.0, 60, 10**9, 1)


class Descriptor(io.RawIOBase):
    """An open file read by position, so that several streams over it do not disturb each other."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.position = 0
        self.size = os.fstat(descriptor).st_size

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, within the file or beyond it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("seek before the start")
        self.position = base + offset
        return self.position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed wants its own Buffer
        """As io.RawIOBase."""
        chunk = os.pread(self.descriptor, len(buffer), self.position)
        buffer[: len(chunk)] = chunk
        self.position += len(chunk)
        return len(chunk)


@dataclass(frozen=True, slots=True)
class File:
    """The file or message that a job is about."""

    descriptor: int

    def open(self) -> BinaryIO:
        """A buffered, seekable stream."""
        return io.BufferedReader(Descriptor(self.descriptor), 64 * 1024)


@dataclass
class Listener:
    """The line back to the gateway."""

    descriptor: int

    def send(self, line: Lines) -> None:
        """Write a whole line; the pipe's other end is the gateway, which checks it."""
        data = memoryview(wire.encode(line))
        while data:
            data = data[os.write(self.descriptor, data) :]


@dataclass
class Reading:
    """What is found while one part is read, its text apart."""

    reader: str = ""
    media_type: str = ""
    inner: list[Part] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    subject: str = ""


Take = Callable[[Passage | Table], None]
"""What is done with a piece of text; it takes all rows of a table."""


def read(part: Part, take: Take) -> Reading:
    """Read one part. Never raises for a bad document: damage, a limit, lack of memory become Unread beside what was read."""
    reading = Reading()
    try:
        reader = choose(part, reading)
        for content in reader.read(part) if reader else ():
            sort(content, reading, take)
    except OverLimit as limit:
        reading.unread.append(Unread(part.where, limit.why))
    except MemoryError:
        reading.unread.append(Unread(part.where, Why.TOO_LARGE))
    except RecursionError:
        reading.unread.append(Unread(part.where, Why.TOO_DEEP))
    except ValueError:
        reading.unread.append(Unread(part.where, Why.DAMAGED))
    return reading


def choose(part: Part, reading: Reading) -> Reader | None:
    """The reader for a part; None, with Unread unless there is nothing in it, where no reader knows the format."""
    part.budget.admit(part.depth)
    reader = MAIL if is_mail(part) else recognise(part)
    if reader is not None:
        reading.reader, reading.media_type = reader.name, reader.media_type
    elif part.head(1):
        reading.unread.append(Unread(part.where, Why.UNKNOWN_FORMAT))
    return reader


def is_mail(part: Part) -> bool:
    """Whether a part is the message that SMTP brought: mail to whoever receives it, whatever its first bytes look like."""
    return part.depth == 0 and part.declared == "message/rfc822"


def sort(content: Content, reading: Reading, take: Take) -> None:
    """Keep aside what is not text, hand on what is."""
    match content:
        case Part():
            if len(reading.inner) >= content.budget.limits.parts:
                raise OverLimit(Why.TOO_MANY)
            reading.inner.append(content)
        case Unread():
            reading.unread.append(content)
        case Table():
            take(content)
        case Passage():
            if content.channel == "header:subject" and not reading.subject:
                reading.subject = printable(content.text)
            take(content)


def walk(job: Job, root: Part, read_part: Callable[[str, Part], Reading]) -> int:
    """Read every part, depth first, in a numbering that a second child repeats: `0.2` is the second part inside the root.

    Returns how many parts were read and told of.
    """
    skip = frozenset(job.skip)
    waiting = [("0", root)]
    parts = 0
    while waiting:
        number, part = waiting.pop()
        if number in skip:
            continue
        parts += number not in job.silent
        inner = read_part(number, part).inner
        waiting.extend((f"{number}.{n}", inner[n - 1]) for n in range(len(inner), 0, -1))
    return parts


def inspect(job: Job, root: Part, listener: Listener, detection: Detection) -> int:
    """Read all parts, detect, send an account of each. Returns how many there were."""
    silent = frozenset(job.silent)
    shares = Shares()

    def observe(content: Passage | Table) -> None:
        detection.observe(shares.count(content))

    def read_part(number: str, part: Part) -> Reading:
        if number in silent:
            return read(part, drain)
        listener.send(Begin(part=number, where=part.where))
        before = part.budget.bytes_left
        reading = read(part, observe)
        try:
            detection.finish_prose()
        except OverLimit as limit:
            reading.unread.append(Unread(part.where, limit.why))
        account = replace(detection.take(), share=shares.take())
        listener.send(
            Done(
                part=number,
                reader=reading.reader,
                media_type=reading.media_type,
                account=account,
                unread=tuple(reading.unread),
                inner=len(reading.inner),
                bytes_read=max(0, before - part.budget.bytes_left),
                subject=reading.subject,
            )
        )
        return reading

    return walk(job, root, read_part)


def extract(job: Job, root: Part, listener: Listener) -> int:
    """Read all parts and send everything they hold. Returns how many there were."""

    def read_part(_: str, part: Part) -> Reading:
        reading = read(part, partial(surface, listener))
        for unread in reading.unread:
            listener.send(Unseen(where=unread.where, why=unread.why))
        return reading

    return walk(job, root, read_part)


def drain(content: Passage | Table) -> None:
    """Take the rows of a table, as a reader expects, and do nothing with them."""
    if isinstance(content, Table):
        collections.deque(content.rows, maxlen=0)


def surface(listener: Listener, content: Passage | Table) -> None:
    """Send a passage, or every row of a table."""
    if isinstance(content, Table):
        for row in content.rows:
            surface_row(listener, content, row)
        return
    listener.send(
        Surfaced(where=content.where, visibility=content.visibility, channel=content.channel, text=content.text)
    )


def surface_row(listener: Listener, table: Table, row: Row) -> None:
    """Send a row, its cells of one visibility together."""
    seen: dict[Visibility, list[int]] = {}
    for index, cell in enumerate(row.cells):
        if cell:
            seen.setdefault(table.seen(row, index), []).append(index)
    for visibility, indices in seen.items():
        where = table.cell(row, indices[0])
        cells = tuple(row.cells[index] for index in indices)
        listener.send(Surfaced(where=where, visibility=visibility, channel=table.channel, cells=cells))
    for index, value in row.raw.items():
        where = table.cell(row, index)
        listener.send(Surfaced(where=where, visibility=table.seen(row, index), channel="rawValue", text=value))


def unstuff(file: File) -> Bytes:
    """A spooled message as its reader means it: the dot that SMTP puts before a line's own dot taken off (RFC 5321 4.5.2)."""
    with file.open() as stream:
        stuffed = stream.read()
    return Bytes(stuffed.removeprefix(b".").replace(b"\r\n.", b"\r\n"))


def make_root(job: Job, descriptor: int) -> Part:
    """The part that the job is about."""
    file = File(descriptor)
    source = unstuff(file) if job.stuffed else file
    where = Location((Step(printable(job.label), "message" if job.declared else "file"),))
    return Part(where, Visibility.SHOWN, source, Budget.of(job.limits), job.declared)


def make_work(allowances: Allowances, model: LanguageModel) -> warm.Work:
    """What each child does: shut itself in, then the job."""

    def work(job: Job, descriptor: int, answer: int) -> None:
        listener = Listener(answer)
        try:
            features = confinement.confine(job.limits)
            if job.mode is Mode.PROVE:
                listener.send(Proof(denied=confinement.try_escapes(), features=features))
                return
            root = make_root(job, descriptor)
            if job.mode is Mode.EXTRACT:
                parts = extract(job, root, listener)
            else:
                parts = inspect(
                    job,
                    root,
                    listener,
                    Detection(allowances.vocabulary, job.key, model, allowances.allow(job.recipients)),
                )
            listener.send(End(parts=parts))
        except BaseException as error:
            why = Why.TOO_LARGE if isinstance(error, MemoryError) else Why.CRASHED
            listener.send(Died(error=wire.name_error(error), why=why))
            raise

    return work


REHEARSAL = b"""\
From: desk@force.example
Content-Type: multipart/mixed; boundary=x

--x

Dear Ms Doe,
Victim: DOE, Jane (born 1 February 1980) of 1 High Street, was robbed by a man. The officer spoke to John Roe, the witness, who said that he had run away.
--x
Content-Type: text/html

<p>The annual figures, by month.</p>
--x
Content-Disposition: attachment; filename=rows.csv

Role,Surname,Forename,DOB,Offence
Victim,Doe,Jane,1980-02-01,Robbery
Suspect,Roe,John,1981-02-01,Theft
--x--
"""
"""People of whom nobody ever heard."""


def rehearse(allowances: Allowances, model: LanguageModel) -> None:
    """Inspect a small message in the warm parent: what is made at first use is made before the children are forked, not in each of them."""
    root = Part(
        Location((Step("rehearsal", "message"),)),
        Visibility.SHOWN,
        Bytes(REHEARSAL),
        Budget.of(REHEARSAL_LIMITS),
        "message/rfc822",
    )
    with Path(os.devnull).open("wb") as nobody:
        inspect(
            Job(0, Mode.INSPECT, REHEARSAL_LIMITS, b""),
            root,
            Listener(nobody.fileno()),
            Detection(allowances.vocabulary, bytes(16), model),
        )


def main() -> None:
    """Be the warm parent: `python -I -m detectors.child CONTROL_DESCRIPTOR VOCABULARY RECOGNISERS ALLOWANCES`."""
    confinement.die_with_parent()
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        confinement.cut_off()
        folder, recognisers, allowed = map(Path, sys.argv[2:])
        vocabulary = load_vocabulary(folder, load_own_identifiers(recognisers))
        allowances = load_allowances(allowed, vocabulary)
        model = load_language_model()
        rehearse(allowances, model)
        warm.check_single_thread()
    except (OSError, ValueError, confinement.Unconfined) as error:
        control.send(str(error).encode()[:4000])
        sys.exit(1)
    gc.collect()
    gc.freeze()  # the children share these pages as long as nothing writes to them
    control.send(b"ready")
    warm.Nursery(control, make_work(allowances, model)).serve()


if __name__ == "__main__":
    main()
