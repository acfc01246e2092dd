"""What a child gives up before it sees a hostile byte."""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import resource
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detectors.model import Limits


class Unconfined(Exception):
    """A feature of the kernel that the sandbox needs is missing; the text is one sentence for an administrator."""


# prctl(2), seccomp(2), landlock(7): constants of <linux/prctl.h>, <linux/seccomp.h>, <linux/landlock.h>, <linux/audit.h>.
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
SECCOMP_ALLOW = 0x7FFF0000
SECCOMP_DENY = 0x00050000 | 1  # SECCOMP_RET_ERRNO with EPERM: the call fails, Python raises PermissionError
SECCOMP_KILL = 0x80000000
LANDLOCK_CREATE, LANDLOCK_RESTRICT = 444, 446
SIGKILL = 9


# What computing needs and no more: memory, reading and writing what is already open, time, randomness, ending.
# The numbers are those of <asm/unistd.h>. Not here: open, socket, fork, exec, kill, ioctl, ptrace, and all the rest.
@dataclass(frozen=True, slots=True)
class Machine:
    """A processor architecture: its AUDIT_ARCH, the calls allowed as they are, mmap, mprotect, newfstatat, what makes sockets."""

    architecture: int
    plain: tuple[int, ...]
    mmap: int
    mprotect: int
    stat: int
    sockets: tuple[int, ...]


MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        (0, 1, 3, 5, 8, 11, 12, 13, 14, 15, 17, 19, 20, 24, 25, 28, 35, 39, 60, 98, 131, 186, 202, 228, 230, 231, 318),
        9,
        10,
        262,
        (41, 42, 53),
    ),
    "aarch64": Machine(
        0xC00000B7,
        (
            63,
            64,
            57,
            80,
            62,
            215,
            214,
            134,
            135,
            139,
            67,
            65,
            66,
            124,
            216,
            233,
            101,
            172,
            93,
            165,
            132,
            178,
            98,
            113,
            115,
            94,
            278,
        ),
        222,
        226,
        79,
        (198, 203, 199),
    ),
}
PROT_EXEC = 0x4
MAP_SHARED = 0x1
AT_EMPTY_PATH = 0x1000

LIBC = ctypes.CDLL(None, use_errno=True)


def confine(limits: Limits) -> tuple[str, ...]:
    """Shut this process in, for good. Returns the features that hold it. Raises Unconfined when one is missing.

    Limits on memory, processor time, file size and descriptors; then no_new_privs, Landlock where the kernel has it, and a
    seccomp filter that leaves only computing.
    """
    set_limits(limits)
    call_prctl(PR_SET_DUMPABLE, 0)
    call_prctl(PR_SET_NO_NEW_PRIVS, 1)
    landlock = restrict_paths()
    filter_calls()
    return ("rlimits", "no_new_privs", "seccomp", *landlock)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, however that dies."""
    call_prctl(PR_SET_PDEATHSIG, SIGKILL)


def cut_off() -> None:
    """Leave this process and all its children no way to make a socket, for good. Raises Unconfined.

    Runs in the warm parent before it loads anything, so that no library can fetch a model, a list or an update.
    """
    call_prctl(PR_SET_NO_NEW_PRIVS, 1)
    machine = know_machine()
    denied = (jump(number, 0, 1) + give(SECCOMP_DENY) for number in machine.sockets)
    load_filter(
        b"".join([load(4), jump(machine.architecture, 1, 0), give(SECCOMP_KILL), load(0), *denied, give(SECCOMP_ALLOW)])
    )


def set_limits(limits: Limits) -> None:
    """Resource limits of setrlimit(2). Memory is counted on top of what the warm parent already maps."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for name, value in (
        (resource.RLIMIT_AS, mapped + limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def call_prctl(option: int, value: int, pointer: object = 0) -> None:
    """prctl(2); raises Unconfined when the kernel refuses."""
    if LIBC.prctl(option, ctypes.c_ulong(value), pointer, 0, 0) != 0:
        raise Unconfined(
            f"prctl {option} failed ({os.strerror(ctypes.get_errno())}): this kernel cannot confine the inspection."
        )


def restrict_paths() -> tuple[str, ...]:
    """Landlock: no file, no directory, no TCP port at all. Returns () where the kernel has none; seccomp denies the same."""
    version = LIBC.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return ()
    paths = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    ports = 3 if version >= 4 else 0
    ruleset = struct.pack("QQ", paths, ports)[: 16 if version >= 4 else 8]
    descriptor = LIBC.syscall(LANDLOCK_CREATE, ruleset, len(ruleset), 0)
    if descriptor < 0 or LIBC.syscall(LANDLOCK_RESTRICT, descriptor, 0) != 0:
        raise Unconfined("Landlock is there but refuses a ruleset: this kernel cannot confine the inspection.")
    os.close(descriptor)
    return ("landlock",)


def filter_calls() -> None:
    """Load the seccomp filter that leaves only computing. Raises Unconfined."""
    load_filter(assemble(know_machine()))


def know_machine() -> Machine:
    """The architecture of this machine; raises Unconfined when we do not know its system calls."""
    machine = platform.machine()
    if machine not in MACHINES:
        raise Unconfined(f"the system calls of {machine} are not known: the inspection cannot be confined here.")
    return MACHINES[machine]


def load_filter(program: bytes) -> None:
    """Put a seccomp filter on this process, on top of those it has."""
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    call_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(len(program) // 8, ctypes.addressof(code))))


def assemble(calls: Machine) -> bytes:
    """The classic BPF program (8 bytes an instruction) over `struct seccomp_data {nr, arch, ip, args[6]}`."""
    program = [load(4), jump(calls.architecture, 1, 0), give(SECCOMP_KILL), load(0)]
    for number in calls.plain:
        program += [jump(number, 0, 1), give(SECCOMP_ALLOW)]
    # mmap and mprotect: protection is the third argument; code may not be made at run time.
    # mmap: flags are the fourth; a shared mapping would write to a file that RLIMIT_FSIZE keeps write(2) from.
    program += [
        jump(calls.mmap, 0, 6),
        load(16 + 8 * 2),
        test(PROT_EXEC, 3, 0),
        load(16 + 8 * 3),
        test(MAP_SHARED, 1, 0),
        give(SECCOMP_ALLOW),
        give(SECCOMP_DENY),
    ]
    program += [
        jump(calls.mprotect, 0, 4),
        load(16 + 8 * 2),
        test(PROT_EXEC, 1, 0),
        give(SECCOMP_ALLOW),
        give(SECCOMP_DENY),
    ]
    # newfstatat: only of an open descriptor (fstat), never of a path.
    program += [
        jump(calls.stat, 0, 4),
        load(16 + 8 * 3),
        test(AT_EMPTY_PATH, 0, 1),
        give(SECCOMP_ALLOW),
        give(SECCOMP_DENY),
    ]
    return b"".join([*program, give(SECCOMP_DENY)])


def load(offset: int) -> bytes:
    """BPF_LD | BPF_W | BPF_ABS."""
    return struct.pack("HBBI", 0x20, 0, 0, offset)


def jump(value: int, if_equal: int, if_not: int) -> bytes:
    """BPF_JMP | BPF_JEQ | BPF_K: how many instructions to pass over."""
    return struct.pack("HBBI", 0x15, if_equal, if_not, value)


def test(bits: int, if_set: int, if_clear: int) -> bytes:
    """BPF_JMP | BPF_JSET | BPF_K."""
    return struct.pack("HBBI", 0x45, if_set, if_clear, bits)


def give(verdict: int) -> bytes:
    """BPF_RET | BPF_K."""
    return struct.pack("HBBI", 0x06, 0, 0, verdict)


def try_escapes() -> tuple[str, ...]:
    """Try what a taken-over child would try; returns the names of what was denied. For the proof at start."""
    return tuple(name for name, attempt in ESCAPES.items() if is_denied(attempt))


def is_denied(attempt: Callable[[], object]) -> bool:
    """Whether the kernel refuses an attempt."""
    try:
        attempt()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


ESCAPES: dict[str, Callable[[], object]] = {
    "open a file": lambda: os.open("/proc/self/status", os.O_RDONLY),
    "write a file": lambda: os.open("/dev/null", os.O_WRONLY),
    "share memory": lambda: mmap.mmap(-1, mmap.PAGESIZE),
    "list a folder": lambda: os.listdir("/"),  # noqa: PTH208 the plain system call
    "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "make a socket pair": socket.socketpair,
    "start a process": os.fork,
    "signal a process": lambda: os.kill(1, 0),
    "run a program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 it must fail
}
"""What the sandbox must deny. `serve` refuses to start unless every one is."""
