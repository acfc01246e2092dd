"""What all sessions of a listener share: settings, next hop, verdict, and who is in."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from gateway.logs import Log
from gateway.message import Message, NextHop, Reply, Transaction
from gateway.metrics import Metrics
from gateway.settings import Smtp as SmtpSettings
from gateway.smtp.admission import Admission
from gateway.smtp.gate import Gate
from gateway.smtp.tls import Identity
from gateway.smtp.turns import Turns
from gateway.trace import Tracer

Handle = Callable[[Message, Transaction], Awaitable[Reply]]
"""Decides a message."""

Tell = Callable[[Message], None]


def ignore(_: Message) -> None:
    """Nobody keeps a journal."""


class Entrance(enum.Enum):
    """How a client comes in."""

    PLAIN = "plain"
    TLS = "tls"
    """TLS from the first byte."""


class Guest(Protocol):
    """A session as the house knows it."""

    busy: bool

    def close(self) -> None:
        """Leave if idle."""
        ...

    def cut(self) -> None:
        """Leave now."""
        ...


@dataclass
class House:
    """What all sessions share."""

    settings: SmtpSettings
    next_hop: NextHop
    handle: Handle
    spool: Path
    log: Log
    metrics: Metrics
    tracer: Tracer
    identity: Identity | None = None
    """What we show clients who ask for TLS."""

    heard: Tell = ignore
    """Told when the client has heard what became of its message: it said something else."""

    unheard: Tell = ignore
    """Told when the client went before it did."""

    turns: Turns = field(default_factory=Turns)
    sessions: set[Guest] = field(default_factory=set)
    """Open connections."""

    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    """Sessions that run, also those whose client has gone while its message was carried on."""

    @cached_property
    def gate(self) -> Gate:
        """Who may come in."""
        return Gate.of(self.settings)

    @cached_property
    def admission(self) -> Admission:
        """How many."""
        return Admission(self.settings, self.spool)

    @cached_property
    def hostname(self) -> str:
        """The name that we give ourselves."""
        return self.settings.name()

    def enter(self, session: Guest) -> None:
        """A client came."""
        self.sessions.add(session)
        self.metrics.smtp_sessions.set(len(self.sessions))

    def leave(self, session: Guest) -> None:
        """A client went."""
        self.sessions.discard(session)
        self.metrics.smtp_sessions.set(len(self.sessions))
