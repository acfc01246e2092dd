"""What people read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model import (
    Finding,
    Group,
    HiddenPlace,
    Location,
    People,
    Records,
    Report,
    Role,
    Step,
    Unread,
    Visibility,
    Why,
)
from gateway.message import Envelope, Reply
from gateway.notices import Notices, PlainWords, Trouble, explain, may_be_told, mend, summarise
from gateway.policy import Action, Verdict, find_shipped, judge, load
from gateway.settings import Notices as NoticeSettings

PLAIN = PlainWords.load(find_shipped("vocabulary"))
POLICY = load(find_shipped("policy.toml"))
NOTICES = Notices(NoticeSettings(sender="foi-gateway@force.test"), PLAIN)
GOLDEN = Path(__file__).parent / "notices"
RECEIVED = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
SENDER = Envelope(b"foi@force.test", (b"r@public.test",))
PLANTED = "Quillfeather"


def place(*steps: tuple[str, str]) -> Location:
    return Location((Step("message", "message"), *(Step(*step) for step in steps)))


BOOK = ("summary.xlsx", "attachment 1")
CACHE = place(BOOK, ("sheet 'Summary'", "sheet 1"), ("pivot cache 1", "pivot cache 1"))
BREACH = Report(
    people=People(1230, 1230, 0, {Role.VICTIM: 1230}),
    groups=(Group(CACHE, Role.VICTIM, Visibility.PIVOT_CACHE, crime_context=True, count=1230),),
    records=(Records(CACHE, Visibility.PIVOT_CACHE, 1230, 1230),),
)
NAMED = place((f"Letter to {PLANTED}.xlsx", "attachment 1"), (f"sheet '{PLANTED}, J'", "sheet 2"))
LEAKY = Report(
    people=People(1, 1),
    groups=(Group(NAMED, Role.UNKNOWN, Visibility.HIDDEN_SHEET, crime_context=False, count=1),),
    findings=(Finding("nino", NAMED / "C17", Visibility.HIDDEN_SHEET, 1.0, "J••••••••", "format"),),
    unread=(Unread(place((f"{PLANTED}.bin", "attachment 2")), Why.UNKNOWN_FORMAT),),
    subject=f"about {PLANTED}",
)
REPORTS = {"breach": BREACH, "leaky": LEAKY, "locked": Report(unread=(Unread(place(BOOK), Why.ENCRYPTED),))}


@pytest.mark.parametrize("case", REPORTS)
@pytest.mark.parametrize("kind", ["held", "returned", "released", "rejected", "expired", "undelivered"])
def test_a_notice_reads_as_it_should(case: str, kind: str, request: pytest.FixtureRequest) -> None:
    """Golden texts, for people to read."""
    verdict = judge(REPORTS[case], POLICY)
    notice = {
        "held": lambda: NOTICES.held(SENDER, verdict, "FOI-7K3Q-M2XD", RECEIVED),
        "returned": lambda: NOTICES.returned(SENDER, verdict, "FOI-7K3Q-M2XD", RECEIVED),
        "released": lambda: NOTICES.released(SENDER, "FOI-7K3Q-M2XD", RECEIVED),
        "expired": lambda: NOTICES.expired(SENDER, "FOI-7K3Q-M2XD", RECEIVED),
        "undelivered": lambda: NOTICES.undelivered(
            SENDER, "FOI-7K3Q-M2XD", RECEIVED, Reply.of(550, f"5.1.1 no {PLANTED}")
        ),
        "rejected": lambda: NOTICES.rejected(SENDER, "FOI-7K3Q-M2XD", RECEIVED),
    }[kind]()
    assert notice is not None
    text = notice.wire.decode()
    said = "\n".join(line for line in text.split("\r\n") if not line.startswith(("Date:", "Message-ID:")))
    golden = GOLDEN / f"{case}-{kind}.txt"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(said)
    assert said == golden.read_text()
    assert PLANTED not in text


def test_the_sentence_of_the_incident() -> None:
    """What was found and where, in words that an officer knows."""
    assert (
        explain(judge(BREACH, POLICY), PLAIN)[0]
        == "In summary.xlsx, a pivot cache behind sheet 'Summary' holds 1,230 records that are not shown."
    )


def test_every_notice_carries_the_headers_of_an_automatic_answer() -> None:
    """RFC 3834: so that no robot answers a robot."""
    notice = NOTICES.released(SENDER, "FOI-7K3Q-M2XD", RECEIVED)
    assert notice is not None
    assert notice.envelope.sender == b""
    assert notice.envelope.recipients == (b"foi@force.test",)
    assert b"Auto-Submitted: auto-replied\r\n" in notice.wire


@pytest.mark.parametrize(
    "sender",
    [
        b"", b"MAILER-DAEMON@force.test", b"postmaster@force.test", b"no-reply@force.test", b"a@b\r\nBcc: x@y", b"a b@force.test",
        b"<a@force.test>", b"a", "ü@force.test".encode(), b"a@" + b"x" * 300,
    ],
)  # fmt: skip
def test_nobody_who_cannot_or_must_not_be_told_is_told(sender: bytes) -> None:
    """Null senders, robots, addresses that would break the header."""
    assert not may_be_told(sender)
    assert NOTICES.released(Envelope(sender, ()), "FOI-7K3Q-M2XD", RECEIVED) is None


def test_notices_can_be_switched_off() -> None:
    """A force may tell its officers in another way."""
    silent = Notices(NoticeSettings(enabled=False), PLAIN)
    assert silent.released(SENDER, "FOI-7K3Q-M2XD", RECEIVED) is None


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("sheet 'Summary'", True),
        ("figures 2021.xlsx", True),
        ("FOI 123 response.csv", True),
        ("sheet 'Raw data'", True),
        (f"sheet '{PLANTED}'", False),
        ("sheet 'Smith J'", False),
        ("sheet 'West'", False),
        ("QQ123456C.xlsx", False),
        ("36-67827-19.xlsx", False),
        ("01011980.xlsx", False),
        ("sheet 'データ'", False),
        ("", False),
        ("---", False),
    ],
)
def test_a_label_is_repeated_only_when_all_its_words_are_plain(label: str, shown: bool) -> None:
    """An unknown name is not shown, whatever detectors think of it."""
    assert PLAIN.say_step(Step(label, "attachment 1")) == (label if shown else "attachment 1")


@given(st.text(), st.sampled_from(Visibility), st.sampled_from(Why))
def test_no_label_that_is_not_plain_ever_appears(label: str, visibility: Visibility, why: Why) -> None:
    """Whatever the place, however hidden, whatever the reason."""
    name = f"Zq{PLANTED}{label}"
    where = place((name, "attachment 1"), (name, "sheet 1"))
    report = Report(
        people=People(1, 1),
        groups=(Group(where, Role.VICTIM, visibility, crime_context=True, count=1),),
        records=(Records(where, visibility, 2, 2),),
        findings=(Finding("nino", where, visibility, 1.0, "•", "x"),),
        hidden=(HiddenPlace(where, visibility, name, 1),),
        unread=(Unread(where, why),),
        subject=name,
    )
    for each in (report, Report(hidden=report.hidden)):
        verdict = judge(each, POLICY)
        said = " ".join((summarise(verdict, PLAIN), *explain(verdict, PLAIN), *mend(verdict)))
        assert PLANTED not in said


@pytest.mark.parametrize("trouble", Trouble)
def test_temporary_replies_are_temporary(trouble: Trouble) -> None:
    """Doubt is a 4xx."""
    assert NOTICES.try_later(trouble).temporary


def test_a_refusal_is_one_short_line_of_ascii_that_says_what_to_do() -> None:
    """RFC 5321 4.5.3.1.5: 512 octets; old servers take less."""
    wire = NOTICES.refusal(judge(REPORTS["locked"], POLICY)).wire()
    assert wire == b"550 5.7.1 FOI gateway: password-protected file, send it without a password\r\n"
    everything = Verdict(Action.BOUNCE, judge(LEAKY, POLICY).fired * 9, LEAKY, "1")
    assert len(NOTICES.refusal(everything).wire()) <= 512
