from __future__ import annotations

from pathlib import Path

from gateway.store.presence import enter


def test_a_gateway_knows_whether_it_is_alone(tmp_path: Path) -> None:
    """The lock of a dead one is gone with it."""
    first = enter(tmp_path)
    second = enter(tmp_path)
    assert (first.alone, second.alone) == (True, False)
    first.leave()
    second.leave()
    third = enter(tmp_path)
    assert third.alone
    third.leave()
