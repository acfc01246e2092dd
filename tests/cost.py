"""What work costs, as a multiple of a yardstick that is measured beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

TURNS = 200_000


def measure_yardstick() -> float:
    """Processor seconds of two hundred thousand turns of a small loop, 10 to 25 milliseconds."""
    started = time.process_time()
    sum(turn * turn for turn in range(TURNS))
    return time.process_time() - started


@contextmanager
def cost_at_most(yardsticks: float) -> Iterator[None]:
    """Fail where the work inside takes more processor time than so many yardsticks.

    Bounds are some ten times what the work costs: what they catch is work that grows with the square of its input.
    """
    before = measure_yardstick()
    started = time.process_time()
    yield
    spent = time.process_time() - started
    unit = max(before, measure_yardstick())
    assert spent <= yardsticks * unit, f"{spent / unit:.0f} yardsticks, not {yardsticks:.0f}"
