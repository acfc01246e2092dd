from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from gateway.message import Envelope, Reply
from gateway.store import Store
from gateway.store.cases import IS_HELD, IS_OPEN, AlreadyDecided, Case, State, UnknownCase
from gateway.store.database import CASES
from gateway.store.keys import StoreError
from gateway.store.outbox import UnreadableParcel
from tests.gateway.store.made import (
    BODY,
    ENVELOPE,
    PLANTED,
    REPORT,
    VERDICT,
    hold,
    make_message,
    make_notice,
    make_store,
    no_notice,
)

LEASE = timedelta(minutes=1)


def release(store: Store, reference: str) -> Case:
    return store.cases.decide(reference, State.RELEASED, "reviewer", "fine", no_notice)


def test_a_case_comes_back_as_it_was_held(tmp_path: Path) -> None:
    """Envelope, report, rules and bytes survive a restart."""
    case = hold(make_store(tmp_path))
    store = make_store(tmp_path)
    (reference,) = store.cases.references(State.HELD)
    again = store.cases.get(reference)
    assert again == store.cases.get(case.reference) == case
    assert again.envelope == ENVELOPE
    assert again.report == REPORT
    assert b"".join(store.cases.original(again)) == BODY


def test_a_retry_of_the_same_message_finds_the_same_case(tmp_path: Path) -> None:
    """The 250 was lost, the sending server tries again, its trace fields differ: one case, one blob, one notice."""
    store = make_store(tmp_path)
    case = hold(store)
    with make_message(b"Received: from y\r\n\tby z\r\n" + BODY) as retry:
        again, created = store.cases.hold(retry, retry.chunks(), VERDICT, make_notice)
    assert (again.reference, created) == (case.reference, False)
    assert store.outbox.depth() == {"ready": 1}
    assert len(list((tmp_path / "var" / "held").iterdir())) == 2  # the message, the notice


def test_another_message_or_envelope_is_another_case(tmp_path: Path) -> None:
    """A retry is the same in every byte that matters, and to the same people."""
    store = make_store(tmp_path)
    references = {hold(store).reference, hold(store, BODY + b"more\r\n").reference}
    with make_message(envelope=ENVELOPE.__class__(b"other@force.test", ENVELOPE.recipients)) as message:
        references.add(store.cases.hold(message, message.chunks(), VERDICT, no_notice)[0].reference)
    assert len(references) == 3


def test_a_message_sent_anew_after_the_decision_is_a_new_case(tmp_path: Path) -> None:
    """A genuine second sending is never swallowed."""
    store = make_store(tmp_path)
    case = hold(store)
    release(store, case.reference)
    assert hold(store).reference != case.reference


def test_a_retry_is_found_without_reading_every_case(tmp_path: Path) -> None:
    """It is looked for with every message."""
    database = make_store(tmp_path).cases.database
    query = select(CASES).where(CASES.c.retry_key == "0", IS_HELD)
    with database.read() as connection:
        plan = connection.execute(
            text(f"EXPLAIN QUERY PLAN {query.compile(connection, compile_kwargs={'literal_binds': True})}")
        ).all()
    assert "USING INDEX one_open_case" in str(plan)
    assert "USING INDEX one_open_case" in str(database.glance(f"EXPLAIN QUERY PLAN {IS_OPEN}", "0"))


def test_a_message_is_new_only_if_that_is_sure(tmp_path: Path) -> None:
    """Held, by whichever process: it is not. While somebody writes nobody knows, and nobody waits for it either."""
    store, other = make_store(tmp_path), make_store(tmp_path)
    with make_message() as message:
        key = store.cases.retry_key(message)
    assert store.cases.is_surely_new(key)
    case = hold(other)
    assert not store.cases.is_surely_new(key)
    release(other, case.reference)
    assert store.cases.is_surely_new(key)
    with sqlite3.connect(store.cases.database.path, isolation_level=None) as locked:
        locked.execute("BEGIN EXCLUSIVE")
        assert not store.cases.is_surely_new(key)
    locked.close()


def test_many_retries_at_once_make_one_case(tmp_path: Path) -> None:
    """Two servers of a cluster may hand us the same message."""
    store = make_store(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        references = {case.reference for case in pool.map(lambda _: hold(store), range(8))}
    assert len(references) == 1
    assert store.outbox.depth() == {"ready": 1}


def test_release_puts_the_message_in_the_outbox_as_it_was(tmp_path: Path) -> None:
    """Original envelope with its parameters, original bytes."""
    store = make_store(tmp_path)
    with make_message() as message:
        case, _ = store.cases.hold(message, message.chunks(), VERDICT, no_notice)
    released = release(store, case.reference)
    assert released.state is State.RELEASED
    assert [(entry.decision, entry.by, entry.reason) for entry in released.history] == [
        (State.RELEASED, "reviewer", "fine")
    ]
    parcel = store.outbox.claim(datetime.now(UTC), LEASE)
    assert parcel is not None
    assert (parcel.route, parcel.envelope, parcel.case) == ("mail", ENVELOPE, case.reference)
    with store.outbox.open(parcel) as wire:
        assert b"".join(wire) == BODY


@pytest.mark.parametrize("decision", [State.RETURNED, State.REJECTED])
def test_what_is_not_released_is_not_sent(tmp_path: Path, decision: State) -> None:
    """Only the notice leaves."""
    store = make_store(tmp_path)
    with make_message() as message:
        case, _ = store.cases.hold(message, message.chunks(), VERDICT, no_notice)
    store.cases.decide(case.reference, decision, "reviewer", "", make_notice)
    parcel = store.outbox.claim(datetime.now(UTC), LEASE)
    assert parcel is not None
    assert parcel.route == "notice"
    assert store.outbox.claim(datetime.now(UTC), LEASE) is None


def test_the_second_decider_is_told_who_was_first(tmp_path: Path) -> None:
    """Two reviewers press at once: one decision, one delivery."""
    store = make_store(tmp_path)
    case = hold(store)
    with ThreadPoolExecutor(6) as pool:
        tries = [pool.submit(release, store, case.reference) for _ in range(6)]
    errors = [error for each in tries if (error := each.exception()) is not None]
    assert len(errors) == 5
    assert all(isinstance(error, AlreadyDecided) and "already released" in str(error) for error in errors)
    assert store.outbox.depth() == {"ready": 2}


def test_an_unknown_reference_is_said_so(tmp_path: Path) -> None:
    """A typing mistake decides nothing."""
    with pytest.raises(UnknownCase):
        release(make_store(tmp_path), "FOI-XXXX-XXXX")


def test_nothing_personal_is_on_disk_in_clear(tmp_path: Path) -> None:
    """Promise 4: database, journal, blobs, file names; sender, recipients, subject, labels, body."""
    store = make_store(tmp_path)
    release(store, hold(store).reference)
    for file in (tmp_path / "var").rglob("*"):
        assert PLANTED not in str(file)
        if file.is_file():
            data = file.read_bytes()
            for planted in (PLANTED, "foi@force.test", "JG123456C", "reviewer"):
                assert planted.encode() not in data, file.name


def test_two_workers_never_claim_one_parcel(tmp_path: Path) -> None:
    """Crash point 16."""
    store = make_store(tmp_path)
    for number in range(5):
        hold(store, BODY + b"%d\r\n" % number)
    now = datetime.now(UTC)
    with ThreadPoolExecutor(8) as pool:
        claimed = [parcel for parcel in pool.map(lambda _: store.outbox.claim(now, LEASE), range(20)) if parcel]
    assert sorted(parcel.id for parcel in claimed) == [1, 2, 3, 4, 5]


def test_an_expired_lease_is_taken_over_and_the_first_worker_changes_nothing(tmp_path: Path) -> None:
    """Crash point 15: a worker that was thought dead comes back."""
    store = make_store(tmp_path)
    hold(store)
    now = datetime.now(UTC)
    first = store.outbox.claim(now, LEASE)
    second = store.outbox.claim(now + 2 * LEASE, LEASE)
    assert first is not None
    assert second is not None
    store.outbox.settle(first, [Reply.of(250, "ok")], now, now)
    assert store.outbox.depth() == {"sending": 1}
    store.outbox.settle(second, [Reply.of(451, "later")], now, now + 3 * LEASE)
    assert store.outbox.depth() == {"ready": 1}
    assert store.outbox.claim(now + 2 * LEASE, LEASE) is None
    third = store.outbox.claim(now + 4 * LEASE, LEASE)
    assert third is not None
    assert third.attempts == 2
    store.outbox.settle(third, [Reply.of(550, "no")], now, now)
    assert store.outbox.depth() == {"failed": 1}


STEPS = ["write", "flush", "fsync", "rename", "sync", "insert", "commit", "never"]

CHILD = """
import os, signal, sys
from pathlib import Path
from gateway.store import blobs
from tests.gateway.store import made

step = sys.argv[2]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
store = made.make_store(Path(sys.argv[1]))
if step == "write": blobs.recut = die
if step == "fsync": os.fsync = die
if step == "rename": Path.rename = die
if step == "sync": blobs.sync_folder = die
if step == "insert": type(store.cases).insert = die
if step == "commit":
    from sqlalchemy.engine import Connection
    Connection.commit = die
if step == "flush":
    blobs.Blobs.encrypt = lambda self, identity, wire, stream: (stream.write(b"half"), die())
case = made.hold(store)
print(case.reference)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_of_holding_leaves_no_case_or_a_whole_one(tmp_path: Path, step: str) -> None:
    """The sending server was not told 250, so it tries again: afterwards there is exactly one case, with its bytes."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), step],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == (0 if step == "never" else -signal.SIGKILL), done.stderr
    store = make_store(tmp_path)
    assert len(store.cases.references()) == (step == "never")
    case = hold(store)
    assert store.cases.references() == (case.reference,)
    assert b"".join(store.cases.original(case)) == BODY


def test_a_message_whose_row_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """Every retry would leave the whole message for a day, on a disk that is full already."""
    store = make_store(tmp_path)
    with sqlite3.connect(tmp_path / "var" / "gateway.db") as database:
        database.execute("ALTER TABLE outbox RENAME TO elsewhere")
    database.close()
    with pytest.raises(OperationalError):
        hold(store)
    assert list((tmp_path / "var" / "held").iterdir()) == []


def test_a_store_of_another_key_or_version_is_refused(tmp_path: Path) -> None:
    """One sentence at start, not garbage later."""
    store = make_store(tmp_path)
    settings_folder = tmp_path / "var"
    (settings_folder / "master.key").write_text("11" * 32)
    with pytest.raises(StoreError, match="another master key"):
        make_store(tmp_path)
    with store.cases.database.write() as connection:
        connection.execute(text("UPDATE schema SET version = 99"))
    with pytest.raises(StoreError, match="another version"):
        make_store(tmp_path)
    (settings_folder / "gateway.db").write_bytes(b"not a database, not at all, but long enough to look at" * 50)
    with pytest.raises(StoreError, match="not a database"):
        make_store(tmp_path)


def test_the_journal_mode_is_the_durable_one(tmp_path: Path) -> None:
    """synchronous=EXTRA (3) with a rollback journal."""
    with make_store(tmp_path).cases.database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "delete"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 3
        assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1


def test_the_check_of_a_store_fails_when_nothing_can_be_written(tmp_path: Path) -> None:
    """What /readyz asks; root writes anywhere, so the folder is made a file."""
    store = make_store(tmp_path)
    store.check()
    (tmp_path / "var" / "held").rmdir()
    (tmp_path / "var" / "held").write_text("")
    with pytest.raises(OSError, match=r".*"):
        store.check()


def swap(store: Store, table: str, column: str) -> None:
    """Give the first two rows of a table each other's value, as somebody with the database but not the key could."""
    with store.cases.database.write() as connection:
        (one, first), (two, second) = connection.execute(text(f"SELECT rowid, {column} FROM {table} LIMIT 2")).all()
        for row, value in ((one, "x" * 32), (two, first), (one, second)):
            connection.execute(
                text(f"UPDATE {table} SET {column} = :value WHERE rowid = :row"), {"value": value, "row": row}
            )


def test_a_message_moved_to_another_case_is_not_released(tmp_path: Path) -> None:
    """The blob's name is in clear, but the sealed row is bound to it."""
    store = make_store(tmp_path)
    case, _ = hold(store), hold(store, BODY + b"another\r\n")
    swap(store, "cases", "blob")
    with pytest.raises(StoreError, match="changed or is damaged"):
        store.cases.decide(case.reference, State.RELEASED, "reviewer", "", no_notice)


def test_a_message_moved_to_another_envelope_is_not_sent(tmp_path: Path) -> None:
    """The parcel is set aside, the ones after it go on."""
    store = make_store(tmp_path)
    for number in range(3):
        hold(store, BODY + b"%d\r\n" % number)
    swap(store, "outbox", "blob")
    now = datetime.now(UTC)
    for _ in range(2):
        with pytest.raises(UnreadableParcel):
            store.outbox.claim(now, LEASE)
    third = store.outbox.claim(now, LEASE)
    assert third is not None
    assert third.id == 3
    assert store.outbox.depth() == {"failed": 2, "sending": 1}


def test_a_retry_of_a_message_whose_bytes_are_gone_is_not_acknowledged(tmp_path: Path) -> None:
    """The sending server has the only copy left."""
    store = make_store(tmp_path)
    case = hold(store)
    (tmp_path / "var" / "held" / case.blob).unlink()
    with pytest.raises(StoreError, match="missing"):
        hold(store)


def test_a_body_that_looks_like_a_recipient_is_another_message() -> None:
    """Envelope and body cannot be shifted into each other in the key that finds retries."""
    one = Envelope(b"a@x.test", (b"b@x.test", b"c@x.test"), (), ((), ()))
    with make_message(b"rest", one) as first, make_message(b"8:c@x.testrest", one.only([0])) as second:
        assert first.key(b"k") != second.key(b"k")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (b"Auto-Submitted: auto-replied", False),
        (b"Auto-Submitted: auto-generated", False),
        (b"Precedence: bulk", False),
        (b"List-Id: <x.test>", False),
        (b"Auto-Submitted: no", True),
        (b"Precedence: first-class", True),
        (b"X-Note: precedence: bulk", True),
    ],
)
def test_programs_get_no_notice(tmp_path: Path, field: bytes, told: bool) -> None:
    """RFC 3834 section 2: two programs must not answer each other for ever."""
    store = make_store(tmp_path)
    case = hold(store, field + b"\r\n" + BODY)
    assert store.outbox.depth() == ({"ready": 1} if told else {})
    store.cases.decide(case.reference, State.RETURNED, "reviewer", "", make_notice)
    assert store.outbox.depth() == ({"ready": 2} if told else {})


def test_what_a_dead_gateway_was_sending_is_taken_back(tmp_path: Path) -> None:
    """Not after half an hour, but at the next start, when nobody else has the store."""
    store = make_store(tmp_path)
    hold(store)
    now = datetime.now(UTC)
    assert store.outbox.claim(now, LEASE) is not None
    assert store.outbox.claim(now, LEASE) is None
    store.outbox.take_back(now)
    assert store.outbox.claim(now, LEASE) is not None


def test_a_missing_master_key_is_not_made_anew(tmp_path: Path) -> None:
    """A new key would not open what the old one sealed."""
    make_store(tmp_path)
    (tmp_path / "var" / "master.key").unlink()
    with pytest.raises(StoreError, match="missing"):
        make_store(tmp_path)
    assert not (tmp_path / "var" / "master.key").exists()


def test_a_damaged_case_keeps_no_other_from_being_given_up(tmp_path: Path) -> None:
    """It is said, when the others are done."""
    store = make_store(tmp_path)
    damaged, sound = hold(store), hold(store, BODY + b"more\r\n")
    with store.cases.database.write() as connection:
        spoilt = update(CASES).where(CASES.c.reference == damaged.reference).values(sealed=b"x" * 40)
        connection.execute(spoilt)
    with pytest.raises(StoreError, match=damaged.reference):
        store.cases.expire(sound.received + timedelta(seconds=1), make_notice)
    assert store.cases.get(sound.reference).state is State.EXPIRED


def test_what_nobody_decides_is_given_up_in_time(tmp_path: Path) -> None:
    """And its sender told; what is younger, or decided, stays as it is."""
    store = make_store(tmp_path)
    case = hold(store)
    assert store.cases.expire(case.received, make_notice) == 0
    assert store.cases.expire(case.received + timedelta(seconds=1), make_notice) == 1
    assert store.cases.expire(case.received + timedelta(seconds=1), make_notice) == 0
    expired = store.cases.get(case.reference)
    assert (expired.state, expired.history[0].by) == (State.EXPIRED, "gateway")
    assert store.outbox.depth() == {"ready": 2}
    with pytest.raises(AlreadyDecided):
        store.cases.decide(case.reference, State.RELEASED, "reviewer", "", make_notice)
