"""A store in a folder, a message, a verdict: what the tests of this folder begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from detectors.model import Finding, Group, Location, People, Records, Report, Role, Step, Visibility
from gateway.message import Client, Envelope, Message, Notice, hash_content, new_id
from gateway.policy import Action, Condition, Fired, Verdict
from gateway.settings import Store as StoreSettings
from gateway.store import Store, open_store
from gateway.store.cases import Case

PLANTED = "Quillfeather"
BODY = f"Received: from x\r\nSubject: about {PLANTED}\r\n\r\nJG123456C\r\n".encode()
WHERE = Location(
    (Step("message", "message"), Step(f"{PLANTED}.xlsx", "attachment 1"), Step("sheet 'Summary'", "sheet 1"))
)
REPORT = Report(
    people=People(3, 3, 0, {Role.VICTIM: 3}),
    groups=(Group(WHERE, Role.VICTIM, Visibility.PIVOT_CACHE, crime_context=True, count=3),),
    records=(Records(WHERE, Visibility.PIVOT_CACHE, 3, 3),),
    findings=(Finding("nino", WHERE, Visibility.PIVOT_CACHE, 1.0, "J••••••••", "NINO format and prefix"),),
    subject=f"about {PLANTED}",
)
VERDICT = Verdict(
    Action.QUARANTINE,
    (Fired("hidden-people", Condition.HIDDEN_PEOPLE, Action.QUARANTINE, "People are hidden."),),
    REPORT,
    "1/x",
)
ENVELOPE = Envelope(
    b"foi@force.test",
    (f"{PLANTED}@public.test".encode(), b"b@public.test"),
    (b"SIZE=99", b"RET=HDRS"),
    ((b"NOTIFY=NEVER",), ()),
)


def make_store(folder: Path) -> Store:
    return open_store(StoreSettings(folder=folder / "var"))


@contextmanager
def make_message(body: bytes = BODY, envelope: Envelope = ENVELOPE) -> Iterator[Message]:
    with tempfile.TemporaryFile() as spool:
        spool.write(body)
        spool.flush()
        client = Client("mail.force.test", "127.0.0.1")
        content = hash_content(iter([body]))
        yield Message(new_id(), envelope, client, datetime.now(UTC), len(body), spool, content)


def make_notice(case: Case) -> Notice | None:
    return Notice(
        Envelope(b"", (case.envelope.sender,), (), ((),)), f"Subject: {case.reference}\r\n\r\nheld\r\n".encode()
    )


def no_notice(_: Case) -> Notice | None:
    return None


def hold(store: Store, body: bytes = BODY) -> Case:
    with make_message(body) as message:
        return store.cases.hold(message, message.chunks(), VERDICT, make_notice)[0]
