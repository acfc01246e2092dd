"""The kernel's side of the sandbox, tried for real in processes of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from detectors.confinement import ESCAPES, MACHINES, assemble

SHUT_IN = """
import os, sys, mmap, json, hashlib, time, ctypes
from detectors.model import Limits
from detectors import confinement
features = confinement.confine(Limits(1, 1, 1, 1, 1, 5.0, 5.0, {cpu}, 200_000_000, 1))
"""


def run(code: str, cpu: int = 10) -> subprocess.CompletedProcess[str]:
    script = SHUT_IN.format(cpu=cpu) + code
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)


def test_every_escape_is_denied() -> None:
    """What `serve` proves at start."""
    done = run("os.write(1, json.dumps(confinement.try_escapes()).encode())")
    assert sorted(__import__("json").loads(done.stdout)) == sorted(ESCAPES)


def test_the_same_escapes_work_without_the_sandbox() -> None:
    """A proof that cannot fail proves nothing."""
    code = (
        "import os; from detectors.confinement import *; ESCAPES.pop('run a program'); ESCAPES.pop('start a process')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + "; print(try_escapes())"], capture_output=True, text=True, timeout=30, check=True
    )
    assert "open a file" not in done.stdout
    assert "open a socket" not in done.stdout


@pytest.mark.parametrize(
    "attempt",
    [
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
        "mmap.mmap(-1, 4096)",
        "os.stat('/etc/passwd')",
        "os.memfd_create('x')",
        "os.pipe()",
        "os.kill(os.getpid(), 9)",
        "os.setuid(0)",
        "os.chdir('/')",
        "os.dup(1)",
        "__import__('wave')",
    ],
)
def test_nothing_beyond_computing_is_allowed(attempt: str) -> None:
    """A taken-over child can compute, write to its pipe, and die."""
    done = run(f"""
try:
    {attempt}
except (PermissionError, OSError) as error:
    os.write(1, b"denied")
""")
    assert done.stdout == "denied"


def test_computing_is_allowed() -> None:
    """Memory, time, randomness, reading what is open."""
    done = run("x = bytearray(50_000_000); time.time(); os.urandom(8); os.write(1, b'ok')")
    assert done.stdout == "ok"


def test_memory_is_limited() -> None:
    """A bomb ends in MemoryError, not in the kernel killing the gateway."""
    done = run("""
try:
    x = bytearray(400_000_000)
except MemoryError:
    os.write(1, b"no")
""")
    assert done.stdout == "no"


def test_processor_time_is_limited() -> None:
    """SIGXCPU ends a child that spins, whatever clock the parent has."""
    done = run("while True: pass", cpu=1)
    assert done.returncode < 0


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_ends_in_denial(machine: str) -> None:
    """Whatever call is not named is denied, on every architecture."""
    program = assemble(MACHINES[machine])
    assert len(program) % 8 == 0
    assert program[-8:] == bytes.fromhex("0600000001000500")
