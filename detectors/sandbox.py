"""The gateway's side of the sandbox: starts the warm parent, gives it jobs, and trusts nothing that comes back."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import fcntl
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import NamedTuple

from detectors.wire import INSPECTION_BYTES, LINE_BYTES, Died, End, Garbled, Job, Lines, Mode, Proof, decode

PROGRAM = ("-m", "detectors.child")
"""What the warm parent runs: Python's arguments, before the control descriptor and the files of `config/`."""

START_SECONDS = 180.0
"""Readers, patterns and the language model are loaded first: some 4 s of processor time."""

SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A process with threads must not be forked; read when numpy is loaded."""

END_SECONDS = 10.0
LONG_LINE_BYTES = 64 * 1024
FAREWELL_SECONDS = 2.0
"""How long a child may take to exit after its end marker."""


class SandboxError(Exception):
    """The warm parent cannot be started, or its children are not confined; one sentence for an administrator."""


class Ending(enum.StrEnum):
    """How a child's account ended. Anything but COMPLETE leaves something unread."""

    COMPLETE = "complete"
    DIED = "died"
    OUT_OF_MEMORY = "out_of_memory"
    OVERDUE = "overdue"
    GARBLED = "garbled"
    SILENT = "silent"
    TALKATIVE = "talkative"
    LOST = "lost"
    """Its warm parent died: no fault of what was being read."""


ENDINGS_OF_ITS_OWN = frozenset({Ending.COMPLETE, Ending.SILENT})
"""Endings after which the child exits by itself, so that its exit status says more."""


class Files(NamedTuple):
    """What a warm parent loads of `config/` before any message."""

    vocabulary: Path
    recognisers: Path
    allowances: Path


@dataclass(frozen=True, slots=True)
class Account:
    """One child's run: how it ended, and the error it named if it could."""

    ending: Ending
    error: str = ""


@dataclass(slots=True)
class Sandbox:
    """A warm parent. Use it from one event loop."""

    process: asyncio.subprocess.Process
    control: socket.socket
    endings: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    last_job: int = 0
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def start(cls, files: Files, program: tuple[str, ...] = PROGRAM) -> Sandbox:
        """Start a warm parent and wait until it has loaded everything. Raises SandboxError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        command = (sys.executable, "-I", *program, str(theirs.fileno()), *map(os.path.abspath, files))
        # Nothing of our environment: it may hold secrets, and a hostile file may one day read the child's memory.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=None,
            env=SINGLE_THREADED,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        sandbox = cls(process, ours)
        try:
            ready = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(ours, 4096), START_SECONDS)
        except (OSError, TimeoutError):
            ready = b""
        if ready != b"ready":
            await sandbox.close()
            raise SandboxError(ready.decode("utf-8", "replace") or "the inspecting process did not start.")
        asyncio.get_running_loop().add_reader(ours.fileno(), sandbox.take_ending)
        return sandbox

    def take_ending(self) -> None:
        """A packet from the warm parent: a job's number and how its child ended."""
        try:
            packet = self.control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            self.lose()
            return
        job, status = json.loads(packet)
        ending = self.endings.pop(job, None)
        if ending is not None and not ending.done():
            ending.set_result(status)

    def lose(self) -> None:
        """The warm parent is gone: so are its children."""
        asyncio.get_running_loop().remove_reader(self.control.fileno())
        self.lost.set()
        for ending in self.endings.values():
            if not ending.done():
                ending.set_result(-9)
        self.endings.clear()

    def new_job(self) -> int:
        """A number for a job."""
        self.last_job += 1
        return self.last_job

    async def run(self, job: Job, descriptor: int, take: Callable[[Lines], None]) -> Account:
        """Run a child over an open file; `take` gets every line as it comes, checked. Never raises for what a child does.

        The child is dead when this returns, whatever happened.
        """
        if self.lost.is_set():
            return Account(Ending.LOST)
        source = open_for_reading(descriptor)
        read, write = os.pipe()
        ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.endings[job.id] = ending
        try:
            socket.send_fds(self.control, [job.encode()], [source, write])
        except OSError:
            self.endings.pop(job.id, None)
            os.close(read)
            return Account(Ending.LOST)
        finally:
            os.close(source)
            os.close(write)
        try:
            account = await self.listen(job, read, take)
            if account.ending in ENDINGS_OF_ITS_OWN:
                await asyncio.wait((ending,), timeout=FAREWELL_SECONDS)
        finally:
            await asyncio.shield(self.finish(job, ending))
        if account.ending in ENDINGS_OF_ITS_OWN and ending.result() != 0:
            return Account(self.name_death(ending.result()))
        return account

    def name_death(self, status: int) -> Ending:
        """What a child's exit status says, other than 0."""
        if self.lost.is_set():
            return Ending.LOST
        return Ending.OVERDUE if status == -signal.SIGXCPU else Ending.DIED

    async def finish(self, job: Job, ending: asyncio.Future[int]) -> None:
        """Make sure that the child is dead; a warm parent that does not say so in time is killed too."""
        if not ending.done():
            with contextlib.suppress(OSError):
                self.control.send(b"kill %d" % job.id)
        done, _ = await asyncio.wait((ending,), timeout=END_SECONDS)
        if not done:
            self.kill()
            self.lose()

    async def listen(self, job: Job, read: int, take: Callable[[Lines], None]) -> Account:
        """Take lines until the end marker, a fault or the deadline."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LINE_BYTES)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb"))
        try:
            async with asyncio.timeout(job.limits.wall_seconds):
                return await take_lines(job, reader, take)
        except TimeoutError:
            return Account(Ending.OVERDUE)
        except (Garbled, ValueError):  # ValueError: StreamReader says so of a line beyond its limit
            return Account(Ending.GARBLED)
        finally:
            transport.close()

    def kill(self) -> None:
        """Kill the warm parent; its children die with it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def close(self) -> None:
        """End the warm parent and everything it has forked."""
        asyncio.get_running_loop().remove_reader(self.control.fileno())
        self.control.close()
        try:
            await asyncio.wait_for(self.process.wait(), END_SECONDS)
        except TimeoutError:
            self.kill()
            await self.process.wait()


def open_for_reading(descriptor: int) -> int:
    """The same file under a descriptor that cannot write: what a child reads is what goes on, and must not change."""
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        return os.dup(descriptor)
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)


async def take_lines(job: Job, reader: asyncio.StreamReader, take: Callable[[Lines], None]) -> Account:
    """Every line of a child, up to its end marker. Raises Garbled, ValueError, TimeoutError."""
    room = INSPECTION_BYTES
    while True:
        async with asyncio.timeout(job.limits.part_seconds):
            untrusted_line = await reader.readline()
        if not untrusted_line.endswith(b"\n"):
            return Account(Ending.SILENT)
        room -= len(untrusted_line)
        if room < 0 and job.mode is not Mode.EXTRACT:
            return Account(Ending.TALKATIVE)
        line = await check(untrusted_line, job.mode)
        take(line)
        match line:
            case End() | Proof():
                await expect_silence(reader)
                return Account(Ending.COMPLETE)
            case Died():
                ending = Ending.OUT_OF_MEMORY if line.why.value == "too_large" else Ending.DIED
                return Account(ending, line.error)


async def check(untrusted_line: bytes, mode: Mode) -> Lines:
    """A line, decoded; a long one in a thread, for mail waits meanwhile. Raises Garbled."""
    if len(untrusted_line) > LONG_LINE_BYTES:
        return await asyncio.to_thread(decode, untrusted_line, mode)
    return decode(untrusted_line, mode)


async def expect_silence(reader: asyncio.StreamReader) -> None:
    """After its end marker a child says no more. Raises Garbled."""
    with contextlib.suppress(TimeoutError):  # one that does not exit either is killed, and taken for dead
        async with asyncio.timeout(FAREWELL_SECONDS):
            if await reader.read(1):
                raise Garbled("words after the end")
