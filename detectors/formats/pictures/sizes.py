"""How large a picture has to be before text in its pixels must be reckoned with."""

from __future__ import annotations

SMALL_PIXELS = 300 * 150
"""The area of a logo or a button (`docs/decisions/0004-pictures.md`)."""

LONG_SIDE = 600
"""A line of text is longer than it is high: beyond this even a narrow strip holds a sentence."""

SHORT_SIDE = 8
"""Letters of fewer dots are not legible: rules, spacers, shades."""

PAGE_IN_SMALL = 512
"""A page that is made so small has letters of three to five dots."""


def may_hold_text(width: int, height: int) -> bool:
    """Whether a picture of so many pixels may show text of more than a few words. Such a picture is Unread until it can be read."""
    long, short = max(width, height), min(width, height)
    return short >= SHORT_SIDE and (long > LONG_SIDE or width * height > SMALL_PIXELS)


def is_page_in_small(width: int, height: int) -> bool:
    """Whether the thumbnail of a page is too small to be read: programs make them of 256 to 512 pixels a side."""
    return 0 < max(width, height) <= PAGE_IN_SMALL
