"""`foi-gateway serve` that kills itself with SIGKILL at a step of its own code, so that the moment of a crash is no matter of luck.

usage: python -m tests.end_to_end.saboteur before|after MODULE:CLASS.METHOD

The n-th time does not matter: the first call after the file `crash` has appeared in the working folder is the last.
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


def crash() -> None:
    """kill -9, once: the next process shall live."""
    if SIGN.exists():
        SIGN.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def mine(method: Callable[..., Any], moment: str) -> Callable[..., Any]:
    """The method, with a crash before or after it."""

    @functools.wraps(method)
    async def run_async(*arguments: Any, **named: Any) -> Any:
        if moment == "before":
            crash()
        result = await method(*arguments, **named)
        crash()
        return result

    @functools.wraps(method)
    def run(*arguments: Any, **named: Any) -> Any:
        if moment == "before":
            crash()
        result = method(*arguments, **named)
        crash()
        return result

    return run_async if inspect.iscoroutinefunction(method) else run


def main(moment: str, place: str) -> None:
    """Put the mine, serve."""
    module, _, path = place.partition(":")
    owner, _, name = path.partition(".")
    holder = getattr(importlib.import_module(module), owner)
    setattr(holder, name, mine(getattr(holder, name), moment))
    cli.main(["serve"])


if __name__ == "__main__":
    main(*sys.argv[1:])
