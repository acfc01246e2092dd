"""Styles of an XML Spreadsheet: number formats, colours, sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from detectors.formats.appearance import Look
from detectors.formats.number_formats import GENERAL, NumberFormat, float_or_none, read_format

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
CHAIN = 16
"""Styles that inherit from one another; a longer chain is a ring."""

NAMED = frozenset(
    ("General", "General Number", "Fixed", "Standard", "Percent", "Scientific", "Currency", "Euro Currency", "Yes/No")
)
"""Formats that Excel names instead of spelling them; dates among them are of the type DateTime all the same."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says itself; None where it leaves the word to its parent."""

    parent: str = ""
    ink: int | None = None
    ground: int | None = None
    points: float | None = None
    form: NumberFormat | None = None


@dataclass(slots=True)
class Styles:
    """Handler of the elements inside `Styles`."""

    styles: dict[str, Style] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)
    name: str = ""
    settled: dict[str, tuple[Look, NumberFormat]] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A style, or one of its sides."""
        if name == "Style":
            self.name = attributes.get("ID", "")
            self.styles[self.name] = Style(attributes.get("Parent", ""))
            return
        style = self.styles.get(self.name)
        if style is not None:
            self.styles[self.name] = self.learn(style, name, attributes)

    def learn(self, style: Style, name: str, attributes: dict[str, str]) -> Style:
        """A style with what one of its sides adds."""
        match name:
            case "Font":
                points = float_or_none(attributes.get("Size"))
                return replace(style, ink=colour(attributes.get("Color")), points=points)
            case "Interior" if attributes.get("Pattern", "Solid") == "Solid":
                return replace(style, ground=colour(attributes.get("Color")))
            case "NumberFormat":
                code = attributes.get("Format", "")
                form = GENERAL if code in NAMED else read_format(code[:4096])
                if form.words:
                    self.words[form.words] = None
                return replace(style, form=form)
        return style

    def settle(self, name: str) -> tuple[Look, NumberFormat]:
        """How cells of a style look, and the format of their numbers."""
        known = self.settled.get(name)
        if known is None:
            known = self.settled[name] = self.work_out(name)
        return known

    def work_out(self, name: str) -> tuple[Look, NumberFormat]:
        """The same, from the style, its ancestors and the style that all begin with."""
        chain = []
        for _ in range(CHAIN):
            style = self.styles.get(name)
            if style is None:
                break
            chain.append(style)
            name = style.parent or ("Default" if name != "Default" else "")
        ink = next((style.ink for style in chain if style.ink is not None), None)
        ground = next((style.ground for style in chain if style.ground is not None), None)
        points = next((style.points for style in chain if style.points is not None), 0.0)
        form = next((style.form for style in chain if style.form is not None), GENERAL)
        return Look(ink, ground, points), form


def colour(said: str | None) -> int | None:
    """`#ffffff` as a number; None for Automatic."""
    return int(said[1:], 16) if said and COLOUR.fullmatch(said) else None
