"""A next hop that refuses, dawdles, breaks off or lies at every step: nothing is lost, and the client hears the right code."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.end_to_end.client import BIG, make_mail, send
from tests.end_to_end.gateway import Gateway, run_gateway
from tests.end_to_end.postfix import is_open, wait_for
from tests.end_to_end.sink import (
    Conversation,
    Misdeed,
    Sink,
    Step,
    Then,
    delay,
    do_right,
    drop,
    reply,
    run_sink,
    say_and_leave,
)
from tests.tools import need

pytestmark = pytest.mark.timeout(300)

Heard = tuple[int, bytes]
UNREACHABLE: Heard = (451, b"4.4.1 FOI gateway: the next mail server cannot be reached, please try again later")
BROKEN: Heard = (451, b"4.4.2 FOI gateway: the connection to the next mail server failed, please try again later")
UNANSWERED: Heard = (451, b"4.4.2 FOI gateway: the next mail server did not answer, please try again later")
NOT_NOW: Heard = (450, b"4.2.1 not now")
NEVER: Heard = (550, b"5.7.1 never")
LEAVING: Heard = (421, b"4.3.2 leaving")

not_now, never, leaving = reply(b"450 4.2.1 not now"), reply(b"550 5.7.1 never"), say_and_leave(b"421 4.3.2 leaving")
babble, ask_for_more, yes = reply(b"nonsense"), reply(b"354 more"), reply(b"250 2.0.0 fine")


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with run_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def keeping(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that keeps its connections."""
    with run_gateway(tmp_path_factory.mktemp("kept"), next_hop__route=f"smtp:127.0.0.1:{sink.port}") as gateway:
        yield gateway


@pytest.fixture(scope="module")
def gateway(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Connections are not kept: each message meets every step."""
    route = f"smtp:127.0.0.1:{sink.port}"
    with run_gateway(tmp_path_factory.mktemp("faults"), next_hop__route=route, next_hop__idle_seconds="0") as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("step", "misdeed", "heard"),
    [
        (Step.GREETING, not_now, UNREACHABLE),
        (Step.GREETING, never, UNREACHABLE),
        (Step.GREETING, leaving, UNREACHABLE),
        (Step.GREETING, drop, UNREACHABLE),
        (Step.GREETING, babble, UNREACHABLE),
        (Step.EHLO, not_now, UNREACHABLE),
        (Step.EHLO, leaving, UNREACHABLE),
        (Step.EHLO, drop, UNREACHABLE),
        (Step.EHLO, babble, UNREACHABLE),
        (Step.MAIL, not_now, NOT_NOW),
        (Step.MAIL, never, NEVER),
        (Step.MAIL, leaving, LEAVING),
        (Step.MAIL, drop, BROKEN),
        (Step.MAIL, babble, BROKEN),
        (Step.MAIL, ask_for_more, BROKEN),
        (Step.RCPT, not_now, NOT_NOW),
        (Step.RCPT, never, NEVER),
        (Step.RCPT, leaving, LEAVING),
        (Step.RCPT, drop, BROKEN),
        (Step.RCPT, babble, BROKEN),
        (Step.RCPT, ask_for_more, BROKEN),
        (Step.DATA, not_now, NOT_NOW),
        (Step.DATA, never, NEVER),
        (Step.DATA, leaving, LEAVING),
        (Step.DATA, drop, BROKEN),
        (Step.DATA, babble, BROKEN),
        (Step.DATA, yes, BROKEN),
        (Step.CONTENT, say_and_leave(b"552 5.3.4 too long"), (552, b"5.3.4 too long")),
        (Step.DOT, not_now, NOT_NOW),
        (Step.DOT, never, NEVER),
        (Step.DOT, leaving, LEAVING),
        (Step.DOT, drop, UNANSWERED),
        (Step.DOT, babble, UNANSWERED),
        (Step.DOT, ask_for_more, UNANSWERED),
    ],
)
def test_a_message_that_is_not_taken_is_not_lost(
    gateway: Gateway, sink: Sink, step: Step, misdeed: Misdeed, heard: Heard
) -> None:
    """The client keeps it; its next try, at a next hop that has come to its senses, is delivered once."""
    wire = make_mail()
    sink.mail.clear()
    sink.plan = {step: misdeed}.get
    assert send(gateway.port, wire) == heard
    assert sink.mail == []
    sink.plan = do_right
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 1")
    assert [taken.content for taken in sink.mail] == [wire]


@pytest.mark.parametrize("misdeed", [drop, babble, ask_for_more])
def test_a_message_that_was_taken_without_a_word_is_sent_again_with_a_flag(
    gateway: Gateway, sink: Sink, misdeed: Misdeed
) -> None:
    """Nobody can know; the log says which deliveries to doubt."""
    wire = make_mail()
    sink.mail.clear()
    sink.plan = {Step.KEPT: misdeed}.get
    assert send(gateway.port, wire) == UNANSWERED
    sink.plan = do_right
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 2")
    assert [taken.content for taken in sink.mail] == [wire, wire]
    assert gateway.events("message.decided")[-1]["repeat"] is True


@pytest.mark.parametrize(
    "step", [Step.GREETING, Step.EHLO, Step.MAIL, Step.RCPT, Step.DATA, Step.CONTENT, Step.DOT, Step.KEPT]
)
def test_a_slow_next_hop_is_waited_for(gateway: Gateway, sink: Sink, step: Step) -> None:
    """One delivery, one answer."""
    wire = make_mail()
    sink.mail.clear()
    sink.plan = {step: delay(0.5)}.get
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 1")
    assert [taken.content for taken in sink.mail] == [wire]


def test_a_connection_that_broke_in_the_middle_of_a_message(gateway: Gateway, sink: Sink) -> None:
    """Of a long message the next hop has a part, and no dot."""
    wire = make_mail(size=BIG)
    sink.mail.clear()
    sink.plan = {Step.CONTENT: drop}.get
    assert send(gateway.port, wire) == BROKEN
    sink.plan = do_right
    assert send(gateway.port, wire) == (250, b"2.0.0 taken as 1")
    assert [taken.content for taken in sink.mail] == [wire]


class Once:
    """A misdeed that is not done again."""

    def __init__(self, step: Step, misdeed: Misdeed) -> None:
        self.plan = {step: misdeed}

    def __call__(self, step: Step) -> Misdeed | None:
        return self.plan.pop(step, None)


def leave_rudely(_: Conversation) -> Then:
    """What a server does whose idle clients were many."""
    return Then.LEAVE


@pytest.mark.parametrize("step", [Step.MAIL, Step.DATA])
@pytest.mark.parametrize("misdeed", [leave_rudely, leaving])
def test_a_connection_that_was_kept_and_went_stale_is_no_ones_problem(
    sink: Sink, keeping: Gateway, step: Step, misdeed: Misdeed
) -> None:
    """Once more on a fresh connection: the client notices nothing, and nothing comes twice."""
    first, second = make_mail(), make_mail()
    sink.plan = do_right
    sink.mail.clear()
    assert send(keeping.port, first)[0] == 250
    sink.plan = Once(step, misdeed)
    assert send(keeping.port, second) == (250, b"2.0.0 taken as 2")
    assert [taken.content for taken in sink.mail] == [first, second]


@contextmanager
def smtp_sink(port: int, *options: str) -> Iterator[None]:
    """Postfix's own faulty server."""
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", *options, f"127.0.0.1:{port}", "50"])
    try:
        wait_for(lambda: is_open(port))
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def unused(sink: Sink) -> Iterator[int]:
    """The next hop's port, with nobody there."""
    sink.close()
    yield sink.port
    sink.open()


@pytest.mark.parametrize("command", ["mail", "rcpt", "data", "."])
@pytest.mark.parametrize(("flag", "code"), [("-r", 450), ("-f", 500), ("-q", 451), ("-Q", 421)])
def test_smtp_sink_fails_as_it_is_told(gateway: Gateway, unused: int, command: str, flag: str, code: int) -> None:
    """Soft, hard, dropped, 421 at each command; the next try is delivered."""
    need("smtp-sink")
    wire = make_mail()
    with smtp_sink(unused, flag, command):
        assert send(gateway.port, wire)[0] == code
    with smtp_sink(unused):
        assert send(gateway.port, wire)[0] == 250
