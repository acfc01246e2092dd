"""Whether a cell's text can be seen: its colour on its ground, its size."""

from __future__ import annotations

from dataclasses import dataclass, replace

WHITE, BLACK = 0xFFFFFF, 0x000000

PALETTE = (
    0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF,
    0x800000, 0x008000, 0x000080, 0x808000, 0x800080, 0x008080, 0xC0C0C0, 0x808080,
    0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF, 0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF,
    0x000080, 0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000, 0x008080, 0x0000FF,
    0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99, 0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99,
    0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699, 0x969696,
    0x003366, 0x339966, 0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333,
)  # fmt: skip
"""The default palette from index 8 on; indices 0-7 are its first eight (ECMA-376 part 1, 18.8.27; MS-XLS 2.5.161)."""

SYSTEM = {64: BLACK, 65: WHITE}

TINY_POINTS = 2.0
"""No printer and no eye makes letters of this."""

NEAR = 12
"""Colours that differ by less in every channel look the same."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How a run of rich text is written: its colour as 0xRRGGBB (None: the automatic one), its size in points (0: not said)."""

    ink: int | None = None
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks: colours as 0xRRGGBB (None: the automatic one), size in points (0: not said).

    `patterned`: the ground is of several colours, or of one that nobody says. No one ink is lost in it.
    """

    ink: int | None = None
    ground: int | None = None
    points: float = 0.0
    patterned: bool = False

    @property
    def hides(self) -> bool:
        """Whether nobody can read it: too small, or in the colour of its ground."""
        if 0 < self.points < TINY_POINTS:
            return True
        if self.patterned:
            return False
        ink = BLACK if self.ink is None else self.ink
        ground = WHITE if self.ground is None else self.ground
        return all(abs((ink >> shift & 255) - (ground >> shift & 255)) < NEAR for shift in (0, 8, 16))

    def painted(self, ink: int | None) -> Look:
        """With the ink that a number format gives; None for none."""
        return self if ink is None else replace(self, ink=ink)

    def written(self, pen: Pen | None) -> Look:
        """A run of its text, on the same ground; None for a run that is written as the cell."""
        return self if pen is None else replace(self, ink=pen.ink, points=pen.points)


def indexed(index: int) -> int | None:
    """A colour of the palette, of which 64 and 65 are the system's for text and window; None for what is beyond."""
    if 0 <= index < 8:
        return PALETTE[index]
    if index in SYSTEM:
        return SYSTEM[index]
    return PALETTE[index - 8] if index < 64 else None


def tinted(colour: int, tint: float) -> int:
    """A theme colour made lighter (tint > 0) or darker, near enough to tell white from grey (18.8.19)."""
    channels = [colour >> shift & 255 for shift in (16, 8, 0)]
    made = [round(c + (255 - c) * tint) if tint > 0 else round(c * (1 + tint)) for c in channels]
    return made[0] << 16 | made[1] << 8 | made[2]


ON_PAPER = Look()
"""Text of which nothing is said."""

Pens = frozenset[Pen | None]
"""How the runs of a string are written; None for one that is written as its cell."""

MOST_PENS = 64
AS_CELL: Pens = frozenset((None,))


def find_notable(pens: Pens) -> Pens | None:
    """The runs of a string that may be seen otherwise than its cell: one of them is lost on paper, or all have a look of their own.

    None for a string that is seen as its cell. Of more runs than anybody writes some are left out, those that are lost last.
    """
    dim = {pen for pen in pens if ON_PAPER.written(pen).hides}
    if pens <= AS_CELL or (None in pens and not dim):
        return None
    return pens if len(pens) <= MOST_PENS else frozenset(list(dim)[:MOST_PENS] or list(pens)[:MOST_PENS])
