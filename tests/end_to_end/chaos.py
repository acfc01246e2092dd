"""Mail from a real Postfix through a gateway that is killed again and again to a next hop that keeps count."""

from __future__ import annotations

import random
import re
import smtplib
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.end_to_end.client import BAIT, make_mail
from tests.end_to_end.gateway import Gateway
from tests.end_to_end.postfix import Postfix, run_postfix, wait_for
from tests.end_to_end.sink import (
    Misdeed,
    Sink,
    Step,
    Taken,
    Then,
    delay,
    do_right,
    drop,
    reply,
    run_sink,
    say_and_leave,
)

IN_FLIGHT = 20
BAIT_EVERY = 20
"""One message in so many is to be held."""

HURRY = f"""\
relayhost = [127.0.0.1]:{{port}}
default_destination_concurrency_limit = {IN_FLIGHT}
initial_destination_concurrency = {IN_FLIGHT}
default_destination_concurrency_failed_cohort_limit = 0
local_header_rewrite_clients =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""
"""A Postfix that tries again at once, as many at a time as it may."""

OUR_ID = re.compile(rb"\(FOI gateway\) with [A-Z]+ id ([0-9a-f]{26})\.")
MESSAGE_ID = re.compile(rb"(?m)^Message-ID: (<[^>]+>)")


@dataclass(frozen=True)
class Account:
    """What became of all messages."""

    messages: int
    to_be_held: int
    kills: int
    seconds: float
    lost: int
    """Neither at the next hop nor held."""

    unscanned: int
    """At the next hop, and should have been held."""

    altered: int
    """Copies at the next hop that differ in a byte from what was sent."""

    held_twice: int
    extra_copies: int
    avoidable: int
    """Extra copies outside the window that nobody can close: of what the journal knew to be delivered, or without a flag in the log."""

    left_unanswered: int
    """Times that the next hop took a message and broke off before it said so."""


@dataclass
class Mischief:
    """A next hop that breaks off, says 4xx and dawdles at every step, with a chance of so much each."""

    odds: float
    luck: random.Random = field(default_factory=lambda: random.Random(5))
    left_unanswered: int = 0

    def __call__(self, step: Step) -> Misdeed | None:
        """What to do at a step."""
        if self.luck.random() > self.odds:
            return None
        if step is Step.KEPT:
            return self.take_and_go
        if step in {Step.RSET, Step.QUIT, Step.CONTENT}:
            return drop
        return self.luck.choice(
            [drop, delay(0.5), reply(b"451 4.3.0 not now"), say_and_leave(b"421 4.3.2 leaving")]
            if step is not Step.GREETING
            else [drop, delay(0.5), say_and_leave(b"421 4.3.2 busy")]
        )

    def take_and_go(self, _: object) -> Then:
        """Close after the dot: the message is taken, and nobody hears so."""
        self.left_unanswered += 1
        return Then.LEAVE


@dataclass
class Killer:
    """Ends the gateway with SIGKILL and starts it again, until it has done so often enough or is told to stop."""

    gateway: Gateway
    times: int
    pause: tuple[float, float]
    kills: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    luck: random.Random = field(default_factory=lambda: random.Random(7))

    def run(self) -> None:
        """The killing."""
        while self.kills < self.times and not self.stopped.wait(self.luck.uniform(*self.pause)):
            self.gateway.kill()
            self.kills += 1
            self.gateway.start()


def run_chaos(
    folder: Path,
    messages: int,
    kills: int,
    pause: tuple[float, float],
    plan: Callable[[Step], Misdeed | None] = do_right,
) -> Account:
    """Send so many messages, kill so often, with pauses between the two bounds in seconds; wait for the dust to settle and count."""
    started = time.monotonic()
    with run_sink(plan=plan) as sink:
        settings = {
            "NEXT_HOP__ROUTE": f"smtp:127.0.0.1:{sink.port}",
            "NOTICES__ENABLED": "false",
            "SMTP__HOSTNAME": "gateway.force.test",
        }
        gateway = Gateway(folder / "gateway", settings)
        gateway.folder.mkdir(parents=True)
        killer = Killer(gateway, kills, pause)
        thread = threading.Thread(target=killer.run)
        try:
            gateway.start()
            with run_postfix(
                folder / "force", "mail.force.test", "force.test", HURRY.format(port=gateway.port)
            ) as force:
                thread.start()
                sent = send_all(force, messages)
                wait_for(lambda: not force.queue(), 3600, "for Postfix to be rid of its mail")
                killer.stopped.set()
                thread.join()
            return count(
                sent, sink, gateway, killer.kills, time.monotonic() - started, getattr(plan, "left_unanswered", 0)
            )
        finally:
            killer.stopped.set()
            if thread.is_alive():
                thread.join()
            gateway.kill()


def send_all(force: Postfix, messages: int) -> dict[bytes, bytes]:
    """Hand messages to Postfix; returns their bytes by Message-ID."""
    sent = {}
    with smtplib.SMTP("127.0.0.1", force.port) as client:
        for n in range(messages):
            wire = make_mail(BAIT if n % BAIT_EVERY == 0 else "The figures are attached.", size=2000)
            client.sendmail("foi@force.test", ["requester@world.test"], wire)
            sent[identify(wire)] = wire
    return sent


def identify(wire: bytes) -> bytes:
    """A message's Message-ID."""
    found = MESSAGE_ID.search(wire)
    assert found is not None
    return found[1]


def count(
    sent: dict[bytes, bytes], sink: Sink, gateway: Gateway, kills: int, seconds: float, left_unanswered: int
) -> Account:
    """Settle the account."""
    copies: dict[bytes, list[Taken]] = defaultdict(list)
    for taken in sink.mail:
        copies[identify(taken.wire)].append(taken)
    bait = {key for key, wire in sent.items() if BAIT.encode() in wire}
    held = len(gateway.held())
    decided = {line["message"]: line for line in gateway.events("message.decided")}
    return Account(
        messages=len(sent),
        to_be_held=len(bait),
        kills=kills,
        seconds=round(seconds, 1),
        lost=len(sent.keys() - bait - copies.keys()) + max(0, len(bait) - held - len(bait & copies.keys())),
        unscanned=len(bait & copies.keys()) + sum(OUR_ID.search(taken.wire) is None for taken in sink.mail),
        altered=sum(not taken.wire.endswith(sent[key]) for key, each in copies.items() for taken in each),
        held_twice=max(0, held - len(bait)),
        extra_copies=sum(len(each) - 1 for each in copies.values()),
        avoidable=sum(count_avoidable(each, decided) for each in copies.values()),
        left_unanswered=left_unanswered,
    )


def count_avoidable(copies: list[Taken], decided: dict[str, dict[str, object]]) -> int:
    """How many of a message's extra copies should not be: what the log says of a try and of the one before it tells.

    A try without a line was cut short by a kill.
    """
    lines = [decided.get(find_id(taken), {}) for taken in copies]
    return sum(
        before.get("outcome") == "forwarded" or ("outcome" in line and not line.get("repeat"))
        for before, line in pairwise(lines)
    )


def find_id(taken: Taken) -> str:
    """The name that the log has for a try at a message."""
    found = OUR_ID.search(taken.wire)
    return found[1].decode() if found else ""
