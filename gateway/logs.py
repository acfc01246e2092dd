"""What the gateway writes to its log: a closed vocabulary of events with closed fields, as JSON lines."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Protocol, TextIO

import structlog

EVENTS = frozenset(
    {
        "gateway.started",
        "gateway.stopping",
        "gateway.stopped",
        "key.created",
        "sandbox.proved",
        "inspector.lost",
        "smtp.failed",
        "certificate.renewed",
        "certificate.failed",
        "message.decided",
        "message.held",
        "message.concluded",
        "overtime.stalled",
        "outbox.delivered",
        "outbox.postponed",
        "outbox.failed",
        "outbox.stalled",
        "health.failed",
        "collect.failed",
        "notice.failed",
    }
)
"""Every event there is; `docs/operations.md` explains each."""

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "message", "reference", "verdict", "shadow", "rules", "policy", "people", "hidden",
        "exposed", "records", "unread", "why", "findings", "parts", "size", "recipients", "seconds", "inspect_seconds", "reply",
        "next_hop", "outcome", "parcel", "case", "route", "code", "attempts", "error", "listen", "health", "store", "retry",
        "version", "check", "features", "key_file", "retry_in", "repeat",
    }
)  # fmt: skip
"""Every field there is. Whatever else reaches the log is dropped: an unknown field may quote a message."""


class Log(Protocol):
    """Writes one event with its fields.

    Raises ValueError for an event that is not in EVENTS, and nothing else: a log on a full disk must not stop mail.
    """

    def __call__(self, event: str, /, **fields: object) -> None:
        """Write it."""
        ...


def keep_known(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not in the vocabulary."""
    return {name: value for name, value in entry.items() if name in FIELDS}


def start(stream: TextIO = sys.stderr) -> Log:
    """The log of this process, on `stream`. Silences the loggers of libraries, which may quote addresses and bodies."""
    logging.disable(logging.CRITICAL)
    logger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_known,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.BoundLogger,
    ).bind()

    def write(event: str, /, **fields: object) -> None:
        if event not in EVENTS:
            raise ValueError(f"{event} is not in the vocabulary of events")
        with contextlib.suppress(OSError, ValueError):  # a full disk, a closed pipe; ValueError: a closed file
            logger.info(event, **fields)

    return write
