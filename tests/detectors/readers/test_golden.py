"""Each folder of tests/fixtures/FORMAT/CASE: `make.py` makes the bytes, `expected.txt` is what the reader says of them."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from detectors.readers import READERS, recognise
from tests.detectors.readers.reading import read_all, root, say

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/make.py"))


def make(case: Path) -> bytes:
    data: bytes = runpy.run_path(str(case / "make.py"))["make"]()
    return data


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_reader_says_what_is_shown_and_what_is_hidden(case: Path, request: pytest.FixtureRequest) -> None:
    """The golden text is read by people: a change in it is a change in what reviewers see."""
    said = "\n".join(say(read_all(make(case)))) + "\n"
    golden = case / "expected.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(said)
    assert said == golden.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_folder_names_the_reader_that_recognises_it(case: Path) -> None:
    """By content: the bytes have no name and no declared type."""
    reader = recognise(root(make(case)))
    assert reader is not None
    assert reader.name == case.parent.name


def test_every_reader_has_a_fixture() -> None:
    """A reader that nobody tries reads nothing."""
    assert {reader.name for reader in READERS} <= {case.parent.name for case in CASES}
