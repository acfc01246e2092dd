"""The only way into the detectors: inspect a message or file in a sandboxed child, and account for every part of it."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from detectors.confinement import ESCAPES
from detectors.model import (
    AttachmentShare,
    Limits,
    Location,
    OffenceGroup,
    People,
    Report,
    Role,
    Share,
    Step,
    Unread,
    Why,
)
from detectors.sandbox import PROGRAM, Ending, Files, Sandbox, SandboxError
from detectors.wire import Begin, Done, End, Garbled, Job, Lines, Mode, Proof, Surfaced, Unseen

KEY_BYTES = 16

WHY = {
    Ending.DIED: Why.CRASHED,
    Ending.OUT_OF_MEMORY: Why.TOO_LARGE,
    Ending.OVERDUE: Why.TOOK_TOO_LONG,
    Ending.GARBLED: Why.CRASHED,
    Ending.SILENT: Why.INCOMPLETE,
    Ending.TALKATIVE: Why.TOO_LARGE,
    Ending.LOST: Why.CRASHED,
}
"""What an account that ended badly means for the part that was being read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be inspected: an open file, and what is known about it.

    `recipients`: to whom a message goes. `stuffed`: a message in SMTP's wire form. `declared`: "message/rfc822" for mail, "" where the content must say.
    """

    descriptor: int
    label: str = field(repr=False)
    declared: str = ""
    stuffed: bool = False
    recipients: tuple[str, ...] = field(default=(), repr=False)


@dataclass
class Ledger:
    """What is known about the parts of one message while its children report."""

    places: dict[str, Location] = field(default_factory=dict)
    inner: dict[str, int] = field(default_factory=dict)
    done: dict[str, Done] = field(default_factory=dict)
    dead: dict[str, Unread] = field(default_factory=dict)
    people: People = field(default_factory=People)
    current: str = ""
    told: int = 0
    """Parts that the child of this run has given an account of; its end marker must say the same."""

    def take(self, line: Lines) -> None:
        """Note a line of an inspecting child. Raises Garbled for one that does not fit what it said before."""
        match line:
            case Begin():
                self.begin(line)
            case Done():
                self.finish(line)
            case Proof() | Surfaced() | Unseen():
                raise Garbled("not a line of an inspection")
            case End() if self.current or line.parts != self.told:
                raise Garbled("ended within a part, or counts others than it told of")

    def begin(self, line: Begin) -> None:
        """A part is being read: one that was announced, not yet read, and after the last was finished."""
        if self.current or line.part in self.done or line.part in self.dead or not self.is_known(line.part):
            raise Garbled("a part out of turn")
        self.current = line.part
        self.places[line.part] = line.where

    def finish(self, line: Done) -> None:
        """A part has been read."""
        if line.part != self.current:
            raise Garbled("an account of another part")
        people = add_people((self.people, line.account.people))
        if not adds_up(people):
            raise Garbled("people who do not add up")
        self.people = people
        self.current = ""
        self.told += 1
        self.done[line.part] = line
        self.inner[line.part] = line.inner

    def is_known(self, part: str) -> bool:
        """Whether a part is the root or one of those announced inside its parent."""
        parent, _, last = part.rpartition(".")
        return part == "0" or 1 <= int(last or 0) <= self.inner.get(parent, 0)

    def pending(self) -> list[str]:
        """The parts announced and not accounted for."""
        announced = ["0", *(f"{part}.{n}" for part, count in self.inner.items() for n in range(1, count + 1))]
        return [part for part in announced if part not in self.done and part not in self.dead]

    def bury(self, why: Why) -> None:
        """The part being read is unread; without one the first that is pending, and without that the whole."""
        parts = [self.current] if self.current else self.pending()[:1] or ["0"]
        self.current = ""
        self.bury_all(parts, why)

    def bury_all(self, parts: Iterable[str], why: Why) -> None:
        """Each of the parts is unread."""
        self.dead.update({part: Unread(self.place(part), why) for part in parts})

    def place(self, part: str) -> Location:
        """Where a part is, as far as it was said."""
        if part in self.places:
            return self.places[part]
        parent, _, last = part.rpartition(".")
        return (self.place(parent) / f"part {last}") if parent else Location((Step("message", "message"),))

    def silent(self) -> tuple[str, ...]:
        """The parts done that must be read again because of what is pending inside them."""
        numbers = [part.split(".") for part in self.pending()]
        above = {".".join(steps[:depth]) for steps in numbers for depth in range(1, len(steps))}
        return tuple(part for part in self.done if part in above)

    def skip(self) -> tuple[str, ...]:
        """The parts that need not, or must not, be read again."""
        silent = set(self.silent())
        return (*self.dead, *(part for part in self.done if part not in silent))


@dataclass
class Inspector:
    """Inspects messages and files, several at once; starts a fresh warm parent when one is lost."""

    files: Files
    limits: Limits
    on_death: Callable[[Ending, str], None] = lambda _ending, _error: None
    program: tuple[str, ...] = PROGRAM
    sandbox: Sandbox | None = None
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> tuple[str, ...]:
        """Start, and prove that a child can open neither file nor socket. Returns what confines it. Raises SandboxError."""
        sandbox = await self.warm()
        proofs: list[Proof] = []
        job = Job(sandbox.new_job(), Mode.PROVE, self.limits, b"")
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            account = await sandbox.run(
                job, nothing, lambda line: proofs.append(line) if isinstance(line, Proof) else None
            )
        finally:
            os.close(nothing)
        if not proofs:
            raise SandboxError(
                f"the inspection cannot be confined on this machine ({account.error or account.ending})."
            )
        missing = set(ESCAPES) - set(proofs[0].denied)
        if missing:
            raise SandboxError(f"an inspecting child can {', '.join(sorted(missing))}: refusing to run.")
        return proofs[0].features

    async def warm(self) -> Sandbox:
        """The warm parent, a fresh one when there is none or it was lost."""
        async with self.starting:
            if self.sandbox is not None and self.sandbox.lost.is_set():
                await self.sandbox.close()
                self.sandbox = None
            if self.sandbox is None:
                self.sandbox = await Sandbox.start(self.files, self.program)
            return self.sandbox

    async def inspect(self, subject: Subject, limits: Limits | None = None) -> Report:
        """What is in a message or file, within our limits or others for once.

        A warm parent that dies under it is replaced once. Never raises for what the bytes do; raises SandboxError when no child can be
        had, or the second warm parent dies too.
        """
        limits = limits or self.limits
        started = time.monotonic()
        ledger = Ledger()
        key = os.urandom(KEY_BYTES)
        why = Why.INCOMPLETE
        lost = False
        for _ in range(limits.restarts + 1):
            left = started + limits.wall_seconds - time.monotonic()
            rest = dataclasses.replace(limits, wall_seconds=left)
            ending = await self.run_once(subject, key, ledger, rest) if left > 0 else Ending.OVERDUE
            if ending is Ending.LOST and lost:
                raise SandboxError("the inspecting process died twice under one message.")
            if ending is Ending.LOST:  # all is read again: what has no end marker is no account
                lost, ledger = True, Ledger()
            elif ending is not Ending.COMPLETE or ledger.pending():
                why = WHY.get(ending, Why.INCOMPLETE)
                ledger.bury(why)
            if left <= 0 or not ledger.pending():
                break
        ledger.bury_all(ledger.pending(), why)
        return summarise(ledger, time.monotonic() - started)

    async def run_once(self, subject: Subject, key: bytes, ledger: Ledger, limits: Limits) -> Ending:
        """One child over what is still pending."""
        sandbox = await self.warm()
        ledger.told = 0
        job = Job(
            sandbox.new_job(),
            Mode.INSPECT,
            limits,
            key,
            subject.label,
            subject.declared,
            subject.stuffed,
            ledger.skip(),
            ledger.silent(),
            subject.recipients,
        )
        account = await sandbox.run(job, subject.descriptor, ledger.take)
        if account.ending is not Ending.COMPLETE:
            self.on_death(account.ending, account.error)
        return account.ending

    async def extract(self, subject: Subject, take: Callable[[Surfaced | Unseen], None]) -> None:
        """Everything that the readers surface, in clear; an account that ends badly ends with an Unseen."""
        last = Location((Step(subject.label, "file"),))

        def check(line: Lines) -> None:
            nonlocal last
            if isinstance(line, Surfaced | Unseen):
                last = line.where
                take(line)

        sandbox = await self.warm()
        job = Job(sandbox.new_job(), Mode.EXTRACT, self.limits, b"", subject.label, subject.declared, subject.stuffed)
        account = await sandbox.run(job, subject.descriptor, check)
        if account.ending is not Ending.COMPLETE:
            self.on_death(account.ending, account.error)
            take(Unseen(where=last, why=WHY[account.ending]))

    async def close(self) -> None:
        """End the warm parent with all its children."""
        if self.sandbox is not None:
            await self.sandbox.close()
            self.sandbox = None


def summarise(ledger: Ledger, seconds: float) -> Report:
    """One report of all accounts."""
    accounts = [ledger.done[part] for part in sorted(ledger.done, key=order)]
    root = ledger.done.get("0")
    return Report(
        people=ledger.people,
        groups=tuple(group for done in accounts for group in done.account.groups),
        records=tuple(records for done in accounts for records in done.account.records),
        findings=tuple(finding for done in accounts for finding in done.account.findings),
        hidden=tuple(place for done in accounts for place in done.account.hidden),
        unread=(*(unread for done in accounts for unread in done.unread), *ledger.dead.values()),
        shares=add_shares(ledger),
        media_type=root.media_type if root else "",
        subject=root.subject if root else "",
        parts=len(ledger.done) + len(ledger.dead),
        bytes_read=sum(done.bytes_read for done in accounts),
        seconds=round(seconds, 3),
    )


def add_shares(ledger: Ledger) -> tuple[AttachmentShare, ...]:
    """What is shown and hidden of each attachment: of the root, and of each part directly in it with all inside that."""
    shares: dict[str, Share] = {}
    for part in sorted(ledger.done, key=order):
        top = ".".join(part.split(".")[:2])
        shares[top] = shares.get(top, Share()) + ledger.done[part].account.share
    return tuple(AttachmentShare(ledger.place(top), share) for top, share in shares.items() if share != Share())


def order(part: str) -> tuple[int, ...]:
    """A part's number for sorting as a person reads a message."""
    return tuple(int(each) for each in part.split("."))


def adds_up(people: People) -> bool:
    """Whether counts of people are such that there can be those people."""
    most = max(people.hidden, people.exposed, sum(people.by_role.values()), sum(people.by_offence.values()))
    return most <= people.total and people.both <= people.hidden


def add_people(counts: Iterable[People]) -> People:
    """The sum of counts of which each leaves out those counted before."""
    counted = tuple(counts)
    by_role: Counter[Role] = Counter()
    by_offence: Counter[OffenceGroup] = Counter()
    for people in counted:
        by_role.update(people.by_role)
        by_offence.update(people.by_offence)
    return People(
        total=sum(people.total for people in counted),
        hidden=sum(people.hidden for people in counted),
        exposed=sum(people.exposed for people in counted),
        by_role=dict(by_role),
        by_offence=dict(by_offence),
        both=sum(people.both for people in counted),
    )
