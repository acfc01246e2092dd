"""`foi-gateway serve` that kills itself with SIGKILL at a step of its own code, so that the moment of a crash is no matter of luck.

usage: python -m tests.end_to_end.saboteur MODULE:CLASS.METHOD ...

A step is the last after the file `crash` in the working folder names it: `before MODULE:CLASS.METHOD`, or `after`.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway import cli

SIGN = Path("crash")


def crash(moment: str) -> None:
    """kill -9, once, where this is the moment: the next process shall live."""
    if SIGN.exists() and SIGN.read_text() == moment:
        SIGN.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def mine(method: Callable[..., Any], place: str) -> Callable[..., Any]:
    """The method, with a mine before it and one after."""

    @functools.wraps(method)
    async def run_async(*arguments: Any, **named: Any) -> Any:
        crash(f"before {place}")
        result = await method(*arguments, **named)
        crash(f"after {place}")
        return result

    @functools.wraps(method)
    def run(*arguments: Any, **named: Any) -> Any:
        crash(f"before {place}")
        result = method(*arguments, **named)
        crash(f"after {place}")
        return result

    return run_async if inspect.iscoroutinefunction(method) else run


def main(*places: str) -> None:
    """Put the mines, serve."""
    for place in places:
        module, _, path = place.partition(":")
        owner, _, name = path.partition(".")
        holder = getattr(importlib.import_module(module), owner)
        setattr(holder, name, mine(getattr(holder, name), place))
    cli.main(["serve"])


if __name__ == "__main__":
    main(*sys.argv[1:])
