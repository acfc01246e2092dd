"""A short run of what `make chaos` does at length: nothing lost, nothing unread, nothing doubled that need not be."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.end_to_end.chaos import IN_FLIGHT, Mischief, run_chaos
from tests.tools import need


@pytest.mark.timeout(600)
def test_kills_and_a_faulty_next_hop_lose_nothing(tmp_path: Path) -> None:
    """Promise 2, against a next hop that misbehaves at every step."""
    need("postfix")
    account = run_chaos(tmp_path, messages=100, kills=2, pause=(1.0, 2.0), plan=Mischief(0.03))
    assert account.kills > 0
    assert {name: asdict(account)[name] for name in ("lost", "unscanned", "altered", "held_twice", "avoidable")} == {
        "lost": 0, "unscanned": 0, "altered": 0, "held_twice": 0, "avoidable": 0,
    }  # fmt: skip
    assert account.extra_copies <= account.kills * IN_FLIGHT + account.left_unanswered
