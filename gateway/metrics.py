"""What the gateway counts, for Prometheus; labels are closed words, never anything of a message."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
SIZES = (1e3, 1e4, 1e5, 1e6, 5e6, 1e7, 2.5e7, 5e7)


@dataclass(frozen=True)
class Metrics:
    """The numbers of one process, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        for name, metric in declare(self.registry).items():
            object.__setattr__(self, name, metric)

    messages: Counter = field(init=False)
    scan_seconds: Histogram = field(init=False)
    message_bytes: Histogram = field(init=False)
    unread: Counter = field(init=False)
    rules: Counter = field(init=False)
    smtp_replies: Counter = field(init=False)
    smtp_sessions: Gauge = field(init=False)
    child_deaths: Counter = field(init=False)
    cases: Gauge = field(init=False)
    oldest_held: Gauge = field(init=False)
    outbox: Gauge = field(init=False)
    deliveries: Counter = field(init=False)

    def render(self) -> bytes:
        """The exposition text."""
        return generate_latest(self.registry)


def declare(registry: CollectorRegistry) -> dict[str, Counter | Gauge | Histogram]:
    """Every metric there is; `docs/operations.md` explains each."""
    prefix = "foi_gateway"
    return {
        "messages": Counter(f"{prefix}_messages", "Messages decided", ["verdict", "outcome"], registry=registry),
        "scan_seconds": Histogram(
            f"{prefix}_scan_seconds", "Time to inspect a message", buckets=SECONDS, registry=registry
        ),
        "message_bytes": Histogram(f"{prefix}_message_bytes", "Size of messages", buckets=SIZES, registry=registry),
        "unread": Counter(f"{prefix}_unread", "Places that could not be read", ["why"], registry=registry),
        "rules": Counter(f"{prefix}_rules", "Rules that applied", ["rule"], registry=registry),
        "smtp_replies": Counter(
            f"{prefix}_smtp_replies", "Replies to the final dot", ["code_class"], registry=registry
        ),
        "smtp_sessions": Gauge(f"{prefix}_smtp_sessions", "Open SMTP connections", registry=registry),
        "child_deaths": Counter(
            f"{prefix}_child_deaths", "Inspecting processes that were killed", ["why"], registry=registry
        ),
        "cases": Gauge(f"{prefix}_cases", "Cases", ["state"], registry=registry),
        "oldest_held": Gauge(f"{prefix}_oldest_held_seconds", "Age of the oldest held message", registry=registry),
        "outbox": Gauge(f"{prefix}_outbox", "Released mail and notices", ["state"], registry=registry),
        "deliveries": Counter(f"{prefix}_deliveries", "Tries at delivering the outbox", ["result"], registry=registry),
    }
