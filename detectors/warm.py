"""The warm parent: a process that has every reader loaded, holds no message, opens no file, and forks a child per job."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from detectors.confinement import die_with_parent
from detectors.wire import Job

PACKET_BYTES = 256 * 1024
GRACE_SECONDS = 5.0
"""How long after a job's own deadline the warm parent kills by itself, should the gateway have forgotten."""

Work = Callable[[Job, int, int], None]
"""What a child does: job, descriptor to read, descriptor to write lines to. Runs in the child, confined by it first."""


@dataclass
class Nursery:
    """The children that are alive."""

    control: socket.socket
    work: Work
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    children: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Process descriptor → (process id, deadline)."""

    jobs: dict[int, int] = field(default_factory=dict)
    """Job → process descriptor."""

    def serve(self) -> None:
        """Take orders until the gateway closes its end, then kill what is left."""
        self.selector.register(self.control, selectors.EVENT_READ)
        while self.take_turn():
            self.kill_overdue()
        for process in list(self.children):
            self.reap(process)

    def take_turn(self) -> bool:
        """Wait for an order or an end; returns whether the gateway is still there."""
        for key, _ in self.selector.select(timeout=1.0):
            if key.fileobj is not self.control:
                self.reap(key.fd)
            elif not self.take_order():
                return False
        return True

    def take_order(self) -> bool:
        """One packet of the gateway: a job with its two descriptors, or the number of a job to kill."""
        packet, descriptors, _, _ = socket.recv_fds(self.control, PACKET_BYTES, 2)
        if not packet:
            return False
        if packet.startswith(b"kill "):
            self.kill(int(packet[5:]))
            return True
        job = Job.decode(packet)
        self.fork(job, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def fork(self, job: Job, read: int, write: int) -> None:
        """A child for a job; in the child this never returns."""
        pid = os.fork()
        if pid == 0:
            become_child(self.work, job, read, write)
        process = os.pidfd_open(pid)
        self.children[process] = (pid, time.monotonic() + job.limits.wall_seconds + GRACE_SECONDS)
        self.jobs[job.id] = process
        self.selector.register(process, selectors.EVENT_READ)

    def kill(self, job: int) -> None:
        """Kill a job's child with all its group; it is reaped when the kernel says so."""
        process = self.jobs.get(job)
        if process is not None:
            kill_group(self.children[process][0])

    def kill_overdue(self) -> None:
        """The second line behind the gateway's own clock."""
        now = time.monotonic()
        for pid, deadline in self.children.values():
            if now > deadline:
                kill_group(pid)

    def reap(self, process: int) -> None:
        """Collect an ended child and tell the gateway how it ended: exit code, or the negative of a signal."""
        pid, _ = self.children.pop(process)
        kill_group(pid)
        _, status = os.waitpid(pid, 0)
        self.selector.unregister(process)
        os.close(process)
        job = next(number for number, child in self.jobs.items() if child == process)
        del self.jobs[job]
        with contextlib.suppress(OSError):  # the gateway is gone: so is whoever would want to know
            self.control.send(json.dumps([job, os.waitstatus_to_exitcode(status)]).encode())


def check_single_thread() -> None:
    """Raise ValueError when this process has threads: a lock that one holds would stay locked in every child."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise ValueError(f"the inspecting process has {threads} threads and cannot be forked safely.")


def kill_group(pid: int) -> None:
    """SIGKILL to a child and, once it has its own session, to everything in it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def keep(descriptor: int) -> int:
    """A copy of a descriptor well above the numbers that it is about to be moved to."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100)


def become_child(work: Work, job: Job, read: int, write: int) -> None:
    """Keep the two descriptors of the job and nothing else, do the work, and end. Never returns."""
    code = 1
    try:
        die_with_parent()
        os.setsid()  # a session and group of its own, to be killed as one
        read, write, null = keep(read), keep(write), keep(os.open(os.devnull, os.O_RDWR))
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        for number, descriptor in ((3, read), (4, write)):
            os.dup2(descriptor, number)
        os.closerange(5, 2**31 - 1)
        work(job, 3, 4)
        code = 0
    finally:
        os._exit(code)
