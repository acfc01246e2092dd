"""A force's own recognisers as identifiers of the one search."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from detectors.own_recognisers import OwnRecogniser, load_own
from detectors.personal_data.engines import SEARCH_ERRORS, Pattern, Re2, compile_patterns
from detectors.personal_data.identifiers.identifier import MATCH_CHARACTERS, Identifier, always, never
from detectors.personal_data.normal import normalise

COUNTS_FROM = 0.4
CONTEXT_GAIN = 0.35
"""As Presidio has it: what a word of the context adds to a score, and what it comes to at least."""

NOTHING = r"(?!)"


def load_own_identifiers(path: Path) -> tuple[Identifier, ...]:
    """The identifiers of a file. Raises ValueError, one sentence that names file, recogniser and field."""
    return tuple(make_identifiers(load_own(path), path))


def make_identifiers(recognisers: Iterable[OwnRecogniser], path: Path) -> Iterator[Identifier]:
    """One for each pattern and each list of words. Raises ValueError as above."""
    for recogniser in recognisers:
        for number, pattern in enumerate(recogniser.patterns, 1):
            fault = find_fault(pattern.regex)
            if fault:
                raise ValueError(f"{path}: recogniser '{recogniser.name}', field 'patterns.{number}.regex': {fault}.")
            because = f"pattern '{pattern.name}' of the recogniser '{recogniser.name}'"
            yield make_identifier(recogniser, (pattern.regex,), pattern.score, because)
        if recogniser.deny_list:
            words = frozenset(normalise(word).upper() for word in recogniser.deny_list)
            because = f"word on the list of the recogniser '{recogniser.name}'"
            yield make_identifier(recogniser, tuple(map(spell_word, words)), recogniser.deny_list_score, because, words)


def spell_word(word: str) -> str:
    """A regular expression for a word, in which any character beyond ASCII stands for itself or another such."""
    return "".join(re.escape(c) if c.isascii() else r"\?" for c in word)


def make_identifier(
    recogniser: OwnRecogniser, patterns: tuple[str, ...], score: float, because: str, words: Collection[str] = ()
) -> Identifier:
    """An identifier that counts from a score of 0.4 on, else beside a word of the context; if there are `words`, only those."""
    counts = score >= COUNTS_FROM
    return Identifier(
        kind=recogniser.kind,
        patterns=patterns,
        check=words.__contains__ if words else always,
        because=because,
        strong=False,
        labels="|".join(map(re.escape, recogniser.context)) or NOTHING,
        needs_label=never if counts else always,
        confidence=score if counts else max(COUNTS_FROM, score + CONTEXT_GAIN),
    )


def find_fault(regex: str) -> str:
    """What is wrong with a regular expression, "" where nothing is."""
    if not regex.isascii():
        return "must be of ASCII characters"
    try:
        shortest, longest = measure_width(regex)
    except re.error as error:
        return f"is not a regular expression: {error.msg}"
    except RecursionError:
        return "is nested too deeply"
    if not 1 <= shortest <= longest <= MATCH_CHARACTERS:
        return (
            f"must match at least one character and at most {MATCH_CHARACTERS}: give repeats a limit, such as {{1,10}}"
        )
    try:
        Re2([Pattern(0, regex)])
        compile_patterns([Pattern(0, regex)])
    except SEARCH_ERRORS:
        return "cannot be searched for in linear time: look-around and back-references are not possible"
    return ""


def measure_width(regex: str) -> tuple[int, int]:
    """The fewest and the most characters that a regular expression matches. Raises re.error."""
    from re import _parser  # type: ignore[attr-defined] # noqa: PLC0415 nothing public tells

    shortest, longest = _parser.parse(regex).getwidth()
    return int(shortest), int(longest)
