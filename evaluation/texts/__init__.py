"""Short texts for evaluation in files: a line with a name, and with who is in it where anybody is, then the text.

`accounts.txt` and `ordinary.txt` are what the weights of `detectors/personal_data/standing/accounts.xz` were made from (`scripts/build_accounts.py`);
the weights never saw `accounts_unseen.txt` and `ordinary_unseen.txt`, nor was detection tuned on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
MARK = "=== "


def read_texts(name: str) -> dict[str, str]:
    """Name → text, of a file."""
    return {head.partition(" | ")[0]: text for head, text in split_file(name)}


def read_people(name: str) -> dict[str, str]:
    """Name → the letters of the people who are in the text, of a file."""
    return {key: letters for head, _ in split_file(name) for key, _, letters in (head.partition(" | "),)}


def split_file(name: str) -> Iterator[tuple[str, str]]:
    """The heads and texts of a file."""
    for block in (FOLDER / name).read_text(encoding="utf-8").split(MARK)[1:]:
        head, _, text = block.partition("\n")
        yield head, text.strip()
