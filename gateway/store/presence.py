"""Which gateways use a store right now: each holds a shared lock on a file, which the kernel takes back when it dies."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Presence:
    """A gateway's own lock, held while the process lives. `alone`: no other gateway had the store when it came."""

    descriptor: int
    alone: bool

    def leave(self) -> None:
        """Give the lock back."""
        os.close(self.descriptor)


def enter(folder: Path) -> Presence:
    """Take a share in a store. Raises OSError."""
    descriptor = os.open(folder / "gateway.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except BlockingIOError:
        alone = False
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return Presence(descriptor, alone)
