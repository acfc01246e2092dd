"""Whole cells as identifiers, one by one and by their shape."""

from __future__ import annotations

from collections import Counter

import pytest

from detectors.personal_data.validity import ENOUGH, Validity


class Odd:
    """A check that passes odd numbers of up to five digits, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def __call__(self, value: str) -> bool:
        self.asked[value] += 1
        return value.isascii() and value.isdigit() and int(value) % 2 == 1


def test_a_shape_that_always_passed_is_believed() -> None:
    """Hundreds of thousands of references in a column are not taken apart one by one."""
    check = Odd()
    valid = Validity(check, by_shape=True)
    assert all(valid(str(number)) for number in range(12_001, 13_000, 2))
    assert check.asked.total() == ENOUGH


def test_another_beginning_or_length_is_another_shape() -> None:
    """The first characters say which force or range it is."""
    check = Odd()
    valid = Validity(check, by_shape=True)
    assert all(valid(str(number)) for number in range(12_001, 13_000, 2))
    assert [valid(text) for text in ("13002", "1202", "12-02", "12O02", "1200a")] == [False] * 5


def test_a_shape_that_failed_once_is_never_believed() -> None:
    """However many passed after it."""
    valid = Validity(Odd(), by_shape=True)
    assert not valid("12000")
    assert all(valid(str(number)) for number in range(12_001, 13_000, 2))
    assert not valid("12002")


def test_numbers_with_check_digits_are_checked_one_by_one() -> None:
    """A wrong one among a thousand right ones is told."""
    valid = Validity(Odd(), by_shape=False)
    assert all(valid(str(number)) for number in range(12_001, 14_001, 2))
    assert not valid("12002")


@pytest.mark.parametrize("text", ["", "7" * 61, "x" * 1_000_000, "7\n", " "])
def test_what_is_no_value_is_not_valid(text: str) -> None:
    """Nothing, too long, more than the value."""
    assert not Validity(Odd(), by_shape=True)(text)


def test_spellings_are_one_under_the_check() -> None:
    """Full-width digits are digits; a soft hyphen is nothing."""
    check = Odd()
    assert Validity(check, by_shape=True)("1\u00ad2\uff13")
    assert list(check.asked) == ["123"]


def test_what_is_remembered_is_bounded() -> None:
    """A hostile table has a new shape in every row."""
    valid = Validity(Odd(), by_shape=True)
    for number in range(20_000):
        valid(f"\u00e9{chr(0x4E00 + number)}")
    assert len(valid.passed) <= 10_000


def test_a_column_is_judged_as_its_cells_are() -> None:
    """With and without line ends in it; a value that repeats tells of its shape no more than once."""
    odd = [str(number) for number in range(12_001, 12_121, 2)]
    for cells in (odd, [*odd, "7", "", "abc", "12002"], [*odd, "12\n34"], [*odd[:1] * 40, "12002"]):
        whole, single = Validity(Odd(), by_shape=True), Validity(Odd(), by_shape=True)
        for _ in range(2):
            assert whole.judge_all(cells) == [single.known[cell] for cell in cells]
    assert not Validity(Odd(), by_shape=True).judge_all([*odd[:1] * 40, "12002"])[-1]
