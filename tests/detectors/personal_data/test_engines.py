"""Two engines that find the same, in time that grows with the text alone."""

from __future__ import annotations

import hyperscan
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.personal_data import engines
from detectors.personal_data.engines import Pattern, Re2, Vectorscan, compile_patterns
from detectors.personal_data.identifiers import declare_identifiers
from detectors.personal_data.search import CELL_END, Search
from tests.cost import cost_at_most

IDENTIFIERS = declare_identifiers(("01", "36", "37"))
FAST, FALLBACK = Search(IDENTIFIERS, Vectorscan), Search(IDENTIFIERS, Re2)

VALUES = st.sampled_from([pattern for identifier in IDENTIFIERS for pattern in identifier.patterns]).flatmap(
    lambda pattern: st.from_regex(rf"\A(?:{pattern})\Z", alphabet=st.characters(max_codepoint=126)),
)
SEPARATORS = st.sampled_from(
    [" ", "", "_", "/", "-", ".", ",", "\n", ": ", " 1", "é", CELL_END, "DOB ", "NHS no ", "@", "+", "(0)"]
)
TEXTS = st.lists(st.one_of(VALUES, SEPARATORS, st.text("0123456789/- ABZ_@.+", max_size=12)), max_size=12).map("".join)


@given(TEXTS)
@example("AA000000AAA000000A000000;00000001")
@settings(max_examples=300, deadline=None)
def test_both_engines_find_the_same(text: str) -> None:
    """Where Vectorscan does not run nobody is missed, and nothing more is held."""
    assert FAST.find(text) == FALLBACK.find(text)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_both_engines_tell_of_the_same_places(text: str) -> None:
    """Not by chance, because a check refused what only one of them saw."""
    assert list_places(FAST, text) == list_places(FALLBACK, text)


def list_places(search: Search, text: str) -> set[tuple[int, int, int]]:
    """Kind, start and end of every candidate."""
    found = search.scan(text)
    return {(kind, start, end) for kind, starts in found.items() for start, ends in starts.items() for end in ends}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000 + "@" + "b." * 250_000,
        "1" * 1_000_000,
        "01 " * 300_000,
        "0" + "1 " * 500_000,
        "@" * 200_000,
        "+1 (" * 250_000,
        "36/" * 30_000,
        "CAD 1 of 1" * 100_000,
        "A" * 1_000_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.parametrize("search", [FAST, FALLBACK], ids=["vectorscan", "re2"])
def test_text_made_to_be_slow_is_not(search: Search, text: str) -> None:
    """A megabyte that nearly matches again and again."""
    with cost_at_most(1500):
        search.find(text)


def test_a_machine_without_vectorscan_uses_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package for its kind."""
    monkeypatch.setattr(engines, "hyperscan", None)
    assert isinstance(compile_patterns([Pattern(0, "a")]), Re2)


def test_a_processor_that_is_too_old_uses_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectorscan is there and refuses to run."""

    def refuse(*_: object) -> None:
        raise hyperscan.ArchitectureError

    monkeypatch.setattr(Vectorscan, "__init__", refuse)
    assert isinstance(compile_patterns([Pattern(0, "a")]), Re2)


def test_no_pattern_is_matched_with_more_than_a_few_dozen_characters() -> None:
    """The longest a match can be bounds what a candidate costs; the e-mail's @ is widened by hand, each character once."""
    for identifier in IDENTIFIERS:
        for pattern in identifier.patterns:
            assert measure_width(pattern) <= 80, pattern


def measure_width(pattern: str) -> int:
    """The most characters that a pattern matches."""
    from re import _parser  # type: ignore[attr-defined] # noqa: PLC0415 the only thing that knows

    return int(_parser.parse(pattern).getwidth()[1])
