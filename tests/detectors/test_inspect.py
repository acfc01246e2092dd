"""What the gateway makes of a child, whatever the child does. Real processes; `rogue.py` plays the child."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from detectors.inspect import Inspector, Subject
from detectors.model import Limits, Report, Why
from detectors.sandbox import Ending, Files, SandboxError

LIMITS = Limits(12, 5000, 10**8, 10**9, 200, 3.0, 0.6, 60, 10**9, 2)
ROGUE = (str(Path(__file__).parent / "rogue.py"),)

LIES = {
    "silent": Why.INCOMPLETE,
    "garbage": Why.CRASHED,
    "not json": Why.CRASHED,
    "no end marker": Why.INCOMPLETE,
    "half a line": Why.INCOMPLETE,
    "end at once": Why.CRASHED,
    "counts other parts": Why.CRASHED,
    "words after the end": Why.CRASHED,
    "a place with a line end": Why.CRASHED,
    "a place in words that are not ours": Why.CRASHED,
    "a subject with a line end": Why.CRASHED,
    "ended within a part": Why.CRASHED,
    "an account of no part": Why.CRASHED,
    "an account of another part": Why.CRASHED,
    "a part that nobody announced": None,
    "a part twice": None,
    "parts announced and never read": Why.INCOMPLETE,
    "a negative count": Why.CRASHED,
    "a count beyond reason": Why.CRASHED,
    "more parts than can be": Why.CRASHED,
    "a number that is a text": Why.CRASHED,
    "an unknown field": Why.CRASHED,
    "an unknown line": Why.CRASHED,
    "an unknown reason": Why.CRASHED,
    "a long text": Why.CRASHED,
    "infinity": Why.CRASHED,
    "not a number": Why.CRASHED,
    "a number beyond all": Why.CRASHED,
    "a number of 5000 digits": Why.CRASHED,
    "a mask that moves the cursor": Why.CRASHED,
    "a mask that turns the writing": Why.CRASHED,
    "a name twice": Why.CRASHED,
    "a surfaced text": Why.CRASHED,
    "a proof": Why.CRASHED,
    "a long line": Why.CRASHED,
    "a bad part number": Why.CRASHED,
    "is killed": Why.CRASHED,
    "hangs": Why.TOOK_TOO_LONG,
    "hangs before the end": Why.TOOK_TOO_LONG,
    "spins": Why.TOOK_TOO_LONG,
    "leaves a grandchild": Why.INCOMPLETE,
    "crashes after a full account": Why.CRASHED,
    "talks without end": Why.CRASHED,
}


@pytest_asyncio.fixture
async def rogue() -> AsyncIterator[Inspector]:
    inspector = Inspector(Files(*[Path("nowhere")] * 3), LIMITS, program=ROGUE)
    yield inspector
    await inspector.close()


async def inspect(inspector: Inspector, label: str) -> Report:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        return await inspector.inspect(Subject(descriptor, label, "message/rfc822"))
    finally:
        os.close(descriptor)


async def test_an_honest_account_is_believed(rogue: Inspector) -> None:
    """The yardstick of the lies below: nothing unread."""
    report = await inspect(rogue, "honest")
    assert (report.parts, report.unread) == (1, ())
    report = await inspect(rogue, "an honest finding")
    assert (len(report.findings), report.unread) == (1, ())


@pytest.mark.parametrize("lie", LIES)
async def test_anything_short_of_a_complete_account_is_unread(rogue: Inspector, lie: str) -> None:
    """Promise 1, for every lie we could think of: the root or a part of it is unread, and the reason is plain."""
    report = await inspect(rogue, lie)
    assert report.unread, "an incomplete account passed for a clean one"
    expected = LIES[lie]
    if expected is not None:
        assert expected in {unread.why for unread in report.unread}


async def test_the_gateway_serves_on_after_every_kind_of_death(rogue: Inspector) -> None:
    """One hostile message does not keep the next one waiting."""
    await inspect(rogue, "is killed")
    await inspect(rogue, "garbage")
    assert (await inspect(rogue, "honest")).unread == ()


async def test_a_hanging_child_is_killed_with_its_group_at_the_deadline(rogue: Inspector) -> None:
    """The clock is the parent's; the child has no say."""
    rogue.limits = replace(LIMITS, wall_seconds=1.0)
    report = await inspect(rogue, "hangs")
    assert {unread.why for unread in report.unread} == {Why.TOOK_TOO_LONG}
    assert descendants(rogue) == []


async def test_a_child_cannot_change_the_message_that_it_reads(rogue: Inspector) -> None:
    """The same file goes on to the next hop, or is held; it is open for writing, and a child's copy of it must not be."""
    with tempfile.TemporaryFile() as message:
        message.write(b"Subject: as it was\r\n")
        message.flush()
        report = await rogue.inspect(Subject(message.fileno(), "changes the message", "message/rfc822"))
        assert report.unread == ()
        assert os.pread(message.fileno(), 100, 0) == b"Subject: as it was\r\n"


async def test_no_process_outlives_its_job(rogue: Inspector) -> None:
    """A grandchild would keep reading after the verdict."""
    await inspect(rogue, "leaves a grandchild")
    assert descendants(rogue) == []


async def test_several_messages_are_inspected_side_by_side(rogue: Inspector) -> None:
    """A slow message does not hold up the others."""
    rogue.limits = replace(LIMITS, wall_seconds=8.0)
    slow = asyncio.create_task(inspect(rogue, "hangs"))
    for _ in range(10):
        assert (await inspect(rogue, "honest")).unread == ()
    assert not slow.done()
    assert (await slow).unread


async def test_a_warm_parent_that_dies_leaves_no_account_without_its_end(rogue: Inspector) -> None:
    """Every part was told of, and the end marker was not: that is for the second one to say, which does not say it either."""
    rogue.limits = replace(LIMITS, part_seconds=1.5)
    task = asyncio.create_task(inspect(rogue, "hangs before the end"))
    await asyncio.sleep(0.7)
    await kill_warm_parent(rogue)
    assert (await task).unread


async def kill_warm_parent(inspector: Inspector) -> None:
    """Kill it while it inspects."""
    while inspector.sandbox is None or not inspector.sandbox.endings:  # noqa: ASYNC110 a test looks from outside
        await asyncio.sleep(0.01)
    inspector.sandbox.kill()
    await inspector.sandbox.lost.wait()


async def test_a_warm_parent_that_dies_is_replaced_and_what_it_read_is_read_again(rogue: Inspector) -> None:
    """The kernel may kill it for memory, through no fault of the message: what is said of that is what the second one saw."""
    task = asyncio.create_task(inspect(rogue, "hangs"))
    await kill_warm_parent(rogue)
    assert [unread.why for unread in (await task).unread] == [Why.TOOK_TOO_LONG]
    assert (await inspect(rogue, "honest")).unread == ()


async def test_a_second_warm_parent_that_dies_is_a_fault_of_ours(rogue: Inspector) -> None:
    """Which is temporary: the sending server keeps the message."""
    task = asyncio.create_task(inspect(rogue, "hangs"))
    await kill_warm_parent(rogue)
    await kill_warm_parent(rogue)
    with pytest.raises(SandboxError, match="twice"):
        await task
    assert (await inspect(rogue, "honest")).unread == ()


async def test_deaths_are_told_to_operations(rogue: Inspector) -> None:
    """A counter and a log line hang on this."""
    deaths: list[Ending] = []
    rogue.on_death = lambda ending, _: deaths.append(ending)
    await inspect(rogue, "garbage")
    assert Ending.GARBLED in deaths


async def test_a_sandbox_that_cannot_prove_itself_is_refused(rogue: Inspector) -> None:
    """`serve` does not start with a child that is not confined."""
    with pytest.raises(SandboxError):
        await rogue.start()


async def test_a_broken_vocabulary_is_said_in_its_own_words() -> None:
    """The sentence of the warm parent reaches the administrator."""
    inspector = Inspector(Files(*[Path("broken")] * 3), LIMITS, program=ROGUE)
    with pytest.raises(SandboxError, match=r"roles\.toml: broken"):
        await inspector.start()


def descendants(inspector: Inspector) -> list[str]:
    """The living processes below the warm parent, and those of sessions it made."""
    assert inspector.sandbox is not None
    parent = inspector.sandbox.process.pid
    alive = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[1] == str(parent) and fields[0] != "Z":
            alive.append(status.parent.name)
    return alive
