"""The forward journal: what a second try is answered after each kind of end."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.message import Reply
from gateway.store import journal as module
from gateway.store.journal import Journal, Past
from gateway.store.keys import Keys

KEYS = Keys(bytes(32))
KEY, OTHER = "ab" * 32, "cd" * 32
REPLY = Reply(250, (b"2.0.0 taken for <quillfeather@public.test>", b"2.0.0 as 77"))


def open_journal(folder: Path) -> Journal:
    return Journal(folder / "journal", KEYS)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "journal").glob("*"))


async def test_a_message_whose_client_is_there_is_no_second_try(tmp_path: Path) -> None:
    """Two clients may send the same bytes at the same time; both are delivered."""
    journal = open_journal(tmp_path)
    assert journal.find(KEY) == (Past.NEW, None)
    journal.begin(KEY, "1")
    assert journal.find(KEY) == (Past.NEW, None)
    await journal.finish(KEY, REPLY)
    assert journal.find(KEY) == (Past.NEW, None)
    journal.settle(KEY, "1")
    assert journal.find(KEY) == (Past.NEW, None)
    journal.close()


async def test_a_client_that_went_is_answered_when_it_comes_back(tmp_path: Path) -> None:
    """With the next hop's own reply, once it has given one; then the message may be sent anew."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    journal.lose(KEY, "1")
    assert journal.find(KEY) == (Past.UNDERWAY, None)
    await journal.finish(KEY, REPLY)
    assert journal.find(KEY) == (Past.FORWARDED, REPLY)
    journal.begin_answer(KEY, "2")
    journal.settle(KEY, "2")
    assert journal.find(KEY) == (Past.NEW, None)
    journal.close()


async def test_a_client_that_heard_that_it_is_to_try_again_settles_nothing(tmp_path: Path) -> None:
    """Every client says QUIT after a 451: what may have been delivered still may have, and what failed still has."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    journal.leave(KEY, "1")
    journal.acknowledge(KEY, "1")
    assert journal.find(KEY) == (Past.UNCERTAIN, None)
    assert journal.fail(OTHER) == 1
    journal.acknowledge(OTHER, "2")
    assert journal.fail(OTHER) == 2
    journal.close()


async def test_a_client_that_heard_of_the_delivery_may_send_the_same_again(tmp_path: Path) -> None:
    """It is a message of its own then."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    await journal.finish(KEY, REPLY)
    journal.acknowledge(KEY, "1")
    assert journal.find(KEY) == (Past.NEW, None)
    journal.close()


async def test_a_client_that_went_after_the_answer_was_sent_is_answered_again(tmp_path: Path) -> None:
    """Nobody knows whether it read it."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    await journal.finish(KEY, REPLY)
    journal.lose(KEY, "1")
    assert journal.find(KEY) == (Past.FORWARDED, REPLY)
    journal.close()


async def test_an_answer_that_was_lost_is_uncertain(tmp_path: Path) -> None:
    """The message is sent again, and the log says so."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    journal.leave(KEY, "1")
    assert journal.find(KEY) == (Past.UNCERTAIN, None)
    journal.close()


async def test_what_a_process_that_died_left_is_taken_over(tmp_path: Path) -> None:
    """Rows 5 to 7 of the crash table."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    await journal.finish(KEY, REPLY)
    journal.begin(OTHER, "2")
    os.close(journal.descriptor)  # as the kernel does after kill -9
    heir = open_journal(tmp_path)
    assert heir.find(KEY) == (Past.FORWARDED, REPLY)
    assert heir.find(OTHER) == (Past.UNCERTAIN, None)
    assert files(tmp_path) == [heir.path]
    heir.close()
    last = open_journal(tmp_path)
    assert last.find(KEY) == (Past.FORWARDED, REPLY)
    last.close()


@pytest.mark.parametrize("lost", [1, 10, 40, 60])
async def test_a_record_that_was_torn_is_ignored(tmp_path: Path, lost: int) -> None:
    """A power cut in the middle of a write; what was before it counts."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    journal.begin(OTHER, "2")
    journal.close()
    os.truncate(journal.path, journal.path.stat().st_size - lost)
    heir = open_journal(tmp_path)
    assert heir.find(OTHER) == (Past.NEW, None)
    assert heir.find(KEY) == (Past.UNCERTAIN if lost < 60 else Past.NEW, None)
    heir.close()


async def test_two_processes_know_of_each_others_messages(tmp_path: Path) -> None:
    """An old process drains while a new one serves; its client comes to the new one for its second try."""
    old, new = open_journal(tmp_path), open_journal(tmp_path)
    old.begin(KEY, "1")
    assert new.find(KEY) == (Past.UNDERWAY, None)
    await old.finish(KEY, REPLY)
    assert new.find(KEY) == (Past.FORWARDED, REPLY)
    new.settle(KEY, "2")
    assert new.find(KEY) == (Past.NEW, None)
    new.begin(KEY, "3")
    new.settle(KEY, "3")
    assert new.find(KEY) == (Past.NEW, None)
    old.begin(OTHER, "4")
    old.close()
    assert new.find(OTHER) == (Past.UNCERTAIN, None)
    await new.sync()
    assert files(tmp_path) == [new.path]
    new.close()


async def test_many_messages_are_put_on_disk_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Group commit: the disk is asked a few times, not fifty."""
    journal = open_journal(tmp_path)
    calls: list[int] = []
    real = os.fdatasync

    def count(descriptor: int) -> None:
        calls.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", count)
    keys = [f"{n:064x}" for n in range(50)]
    await asyncio.gather(*(journal.finish(key, REPLY) for key in keys))
    assert len(calls) <= 2
    assert all(journal.find(key) == (Past.FORWARDED, REPLY) for key in keys)
    journal.close()


async def test_a_disk_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next message finds out for itself."""
    journal = open_journal(tmp_path)

    def fail(_: int) -> None:
        raise OSError(5, "I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", fail)
        with pytest.raises(OSError, match="I/O"):
            await journal.finish(KEY, REPLY)
    await journal.finish(KEY, REPLY)
    journal.close()


async def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is settled is left behind; what is not is kept."""
    monkeypatch.setattr(module, "REWRITE_BYTES", 5_000)
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    journal.leave(KEY, "1")
    for n in range(500):
        journal.begin(f"{n:064x}", "2")
        journal.settle(f"{n:064x}", "2")
    await journal.sync()
    assert len(files(tmp_path)) == 1
    assert files(tmp_path)[0].stat().st_size < 10_000
    assert journal.find(KEY) == (Past.UNCERTAIN, None)
    journal.close()


@contextmanager
def disk_with_room_for(size: int) -> Iterator[None]:
    """No file may grow beyond a size, so that the kernel takes a part of what would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_half_a_record_hides_nothing_behind_it(tmp_path: Path) -> None:
    """A disk that was full has room again: what is written then counts after a crash, and for other processes."""
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    with disk_with_room_for(journal.size + 10), pytest.raises(OSError, match="No space"):
        journal.begin(OTHER, "2")
    journal.begin(OTHER, "2")
    other = open_journal(tmp_path)
    assert other.find(OTHER) == (Past.UNDERWAY, None)
    os.close(journal.descriptor)
    assert open_journal(tmp_path).find(OTHER) == (Past.UNCERTAIN, None)


async def test_a_disk_too_full_to_clean_up_loses_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file serves on; no half file, no descriptor stays behind."""
    monkeypatch.setattr(module, "REWRITE_BYTES", 200)
    journal = open_journal(tmp_path)
    journal.begin(KEY, "1")
    descriptors = len(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        for n in range(20):
            journal.begin(f"{n:064x}", "2")
    assert files(tmp_path) == [journal.path]
    assert len(os.listdir("/proc/self/fd")) == descriptors
    journal.leave(KEY, "1")
    assert journal.find(KEY) == (Past.UNCERTAIN, None)
    journal.close()


def refuse(*_: object) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_what_must_be_kept_is_not_written_anew_with_each_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients that close together with their last word leave as many entries as they sent messages."""
    monkeypatch.setattr(module, "REWRITE_BYTES", 1_000)
    journal = open_journal(tmp_path)
    paths = set()
    for n in range(500):
        journal.begin(f"{n:064x}", "1")
        paths.add(journal.path)
    assert len(paths) < 10
    journal.close()


async def test_nobody_is_named_in_the_file(tmp_path: Path) -> None:
    """Replies quote addresses."""
    journal = open_journal(tmp_path)
    await journal.finish(KEY, REPLY)
    assert b"quillfeather" not in journal.path.read_bytes()
    journal.close()


async def test_failed_inspections_are_counted_over_restarts(tmp_path: Path) -> None:
    """A message that makes the inspection fail must not be tried for ever."""
    journal = open_journal(tmp_path)
    assert [journal.fail(KEY), journal.fail(KEY)] == [1, 2]
    assert journal.find(KEY) == (Past.NEW, None)
    journal.close()
    heir = open_journal(tmp_path)
    assert heir.fail(KEY) == 3
    heir.close()
