"""Runs of rich text in binary workbooks: which fonts the letters of a string are in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from detectors.formats.appearance import Pen, Pens, find_notable

Fonts = frozenset[int | None]
"""Fonts by index; None for letters that are in the font of their cell."""


def find_fonts(text: str, runs: Iterable[tuple[int, int]]) -> Fonts:
    """The fonts of a string by its runs: each begins at a character and has a font."""
    begun = [(0, None), *runs, (len(text), None)]
    return frozenset(font for (start, font), (end, _) in itertools.pairwise(begun) if text[start:end].strip())


def find_pens(fonts: Mapping[int, Fonts], pens: Mapping[int, Pen]) -> dict[int, Pens]:
    """By string how its runs are written, of those that may be seen otherwise than their cells. A font that is not there is the cell's."""
    notable: dict[Fonts, Pens | None] = {}
    for kind in set(fonts.values()):
        notable[kind] = find_notable(frozenset(pens.get(font) if font is not None else None for font in kind))
    return {index: found for index, kind in fonts.items() if (found := notable[kind]) is not None}
