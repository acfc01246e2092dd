"""Functions of cells that remember their answers, for columns in which values repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

MOST = 20_000
LONGEST = 200
"""Characters of a text that is remembered; longer ones hardly repeat."""

Value = TypeVar("Value")


class Recall(dict[str, Value]):
    """What a function says of texts, `recall[text]`: asked once for each. It forgets all when that is too much to remember."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> Value:
        value = self.read(text)
        if len(text) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[text] = value
        return value
