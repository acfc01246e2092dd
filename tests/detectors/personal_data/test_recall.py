"""Answers that are remembered."""

from __future__ import annotations

from detectors.personal_data.recall import LONGEST, MOST, Recall


def test_a_repeated_question_is_asked_once() -> None:
    """A column of a hundred thousand cells has a dozen values."""
    asked: list[str] = []

    def read(text: str) -> int:
        asked.append(text)
        return len(text)

    recall = Recall(read)
    assert list(map(recall.__getitem__, ["a", "bb", "a", "bb", ""] * 100)) == [1, 2, 1, 2, 0] * 100
    assert asked == ["a", "bb", ""]


def test_what_is_remembered_is_bounded() -> None:
    """Of distinct values only so many, of long ones none."""
    recall = Recall(len)
    assert all(recall[str(number)] == len(str(number)) for number in range(3 * MOST))
    assert len(recall) <= MOST
    assert recall["x" * (LONGEST + 1)] == LONGEST + 1
    assert "x" * (LONGEST + 1) not in recall
