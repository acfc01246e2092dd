"""Real files, damaged, fuzzed and protected ones among them: each ends in content or is unread."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
FILES = sorted(file for file in CORPUS.rglob("*") if file.is_file() and file.suffix != ".tsv")
EMPTY_ARCHIVE = 22
"""Bytes of a ZIP archive without members: the one kind of file in which there is nothing to say."""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CORPUS).as_posix())
def test_a_real_file_ends_well(file: Path) -> None:
    """Nothing raised, nothing clean without being read, in bounded time."""
    with cost_at_most(2400):
        contents = read_all(file.read_bytes())
    assert contents or file.stat().st_size <= EMPTY_ARCHIVE
