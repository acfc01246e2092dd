"""Styles (ODF 1.3 part 3, 16): which of them keep a sheet, row, column, cell or piece of text from being seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from detectors.formats.appearance import Look
from detectors.formats.conditions import Change, Comparison
from detectors.formats.opendocument.conditions import NEVER, read_condition

Value = TypeVar("Value")

LENGTH = re.compile(r"(\d*\.?\d+)(cm|mm|in|inch|pt|pc|px)?")
POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "inch": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NARROW_POINTS = 1.0
"""A row or column of less than this shows nothing."""

MAXIMUM = 4096
"""Characters of a number format's word that are kept."""

HIDDEN = "hidden-and-protected"
MOST_RULES = 64
CHAIN = 32
"""Styles that inherit from one another; a longer chain is a ring."""

SIZED = frozenset(("table-row", "table-column"))
"""Families of which the size decides."""

DATA_STYLES = frozenset(
    ("number-style", "currency-style", "percentage-style", "date-style", "time-style", "boolean-style", "text-style")
)
SHOWING = frozenset(
    (
        *("number", "scientific-number", "fraction", "boolean", "text-content", "currency-symbol", "fill-character"),
        *(
            "day",
            "month",
            "year",
            "era",
            "day-of-week",
            "week-of-year",
            "quarter",
            "hours",
            "am-pm",
            "minutes",
            "seconds",
        ),
    )
)
"""Parts of a data style that show something of the value (16.29)."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says itself; None where it leaves the word to its parent."""

    parent: str = ""
    display: bool | None = None
    ink: int | None = None
    ground: int | None = None
    points: float | None = None
    height: float | None = None
    width: float | None = None
    data_style: str = ""
    sealed: bool | None = None
    rules: tuple[tuple[str, Comparison | None], ...] | None = None
    """Styles that stand in for it under a condition; None for one that is not computed."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a cell style comes to: how text looks, whether nobody can read it, whether it is sealed, shows no value, or no text."""

    look: Look
    dim: bool
    sealed: bool
    silent: bool
    mute: bool
    rules: tuple[tuple[str, Comparison | None], ...] = ()


@dataclass(slots=True)
class DataStyle:
    """A number format: whether it shows anything, and the styles that stand in for it under a condition."""

    of_text: bool = False
    shows: bool = False
    ink: int | None = None
    others: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Styles:
    """All styles of a document by family and name, with what they come to."""

    styles: dict[tuple[str, str], Style] = field(default_factory=dict)
    data_styles: dict[str, DataStyle] = field(default_factory=dict)
    hidden_layers: set[str] = field(default_factory=set)
    gone: dict[tuple[str, str], bool] = field(default_factory=dict)
    looks: dict[tuple[str, str], Look] = field(default_factory=dict)
    faces: dict[str, Face] = field(default_factory=dict)

    def forget(self) -> None:
        """What was worked out no longer holds: more styles follow."""
        self.gone.clear()
        self.looks.clear()
        self.faces.clear()

    def chain(self, family: str, name: str) -> list[Style]:
        """A style, its ancestors, and the default of its family."""
        found = []
        for _ in range(CHAIN):
            style = self.styles.get((family, name))
            if style is None:
                break
            found.append(style)
            name = style.parent
        default = self.styles.get((family, ""))
        return [*found, default] if default else found

    def hides(self, family: str, name: str) -> bool:
        """Whether a sheet, row, column, slide or text of the style is not displayed at all."""
        key = (family, name)
        known = self.gone.get(key)
        if known is None:
            known = self.gone[key] = self.judge(family, name)
        return known

    def judge(self, family: str, name: str) -> bool:
        """The same, worked out: by the style's word for it, or by its size."""
        chain = self.chain(family, name)
        if first(style.display for style in chain) is False:
            return True
        size = first(style.height if family == "table-row" else style.width for style in chain)
        return family in SIZED and size is not None and size < NARROW_POINTS

    def look(self, family: str, name: str) -> Look:
        """The colours and size that a style and its ancestors say."""
        key = (family, name)
        known = self.looks.get(key)
        if known is None:
            chain = self.chain(family, name)
            points = first(style.points for style in chain) or 0.0
            known = Look(first(style.ink for style in chain), first(style.ground for style in chain), points)
            self.looks[key] = known
        return known

    def face(self, name: str) -> Face:
        """All that matters of a cell style."""
        known = self.faces.get(name)
        if known is None:
            forms = self.formats(name)
            look = self.look("table-cell", name).painted(common_ink(forms))
            silent = bool(forms) and not any(form.shows for form in forms)
            mute = bool(forms) and forms[0].of_text and not forms[0].shows
            rules = first(style.rules for style in self.chain("table-cell", name)) or ()
            known = self.faces[name] = Face(look, is_dim(look), self.seals(name), silent, mute, rules)
        return known

    def may_hide(self, name: str, value: float, *, text: bool) -> bool:
        """Whether a style that may stand in for a cell's conceals its value: a number, or TEXT for all else."""
        own = self.face(name)
        others = (other for other, comparison in own.rules if comparison is None or comparison.holds(value))
        return any(self.conceals_under(own, self.face(other), text=text) for other in others)

    def conceals_under(self, own: Face, other: Face, *, text: bool) -> bool:
        """Whether a cell of one face shows nothing while it wears the other's colours and number format."""
        look = Change(other.look.ink, other.look.ground, points=other.look.points).over(own.look)
        return is_dim(look) or (other.mute if text else other.silent)

    def seals(self, name: str) -> bool:
        """Whether a cell style hides the content of its cells on a protected sheet (20.253)."""
        return first(style.sealed for style in self.chain("table-cell", name)) or False

    def formats(self, name: str) -> list[DataStyle]:
        """A cell style's number format, then those that stand in for it under a condition; none where it has none."""
        data_style = first(style.data_style or None for style in self.chain("table-cell", name))
        form = self.data_styles.get(data_style or "")
        return [form, *(self.data_styles[each] for each in form.others if each in self.data_styles)] if form else []


def first(values: Iterable[Value | None]) -> Value | None:
    """The first value that anything says."""
    return next((value for value in values if value is not None), None)


def common_ink(forms: list[DataStyle]) -> int | None:
    """The colour that a number format gives to every value: `[White]` in each section."""
    inks = {form.ink for form in forms}
    return inks.pop() if len(inks) == 1 else None


def is_dim(look: Look) -> bool:
    """Whether nobody can read text that looks so. Automatic ink shows on any ground."""
    return look.hides and (look.ink is not None or look.points > 0)


@dataclass(slots=True)
class StyleReader:
    """Handler of the elements inside `office:styles` and its like; fills `styles`.

    `words` are what people may have written there: names of styles, and what number formats show whatever the value.
    """

    styles: Styles
    words: dict[str, None] = field(default_factory=dict)
    key: tuple[str, str] = ("", "")
    data_style: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if name in {"style", "default-style"}:
            self.start_style(attributes)
        elif name in DATA_STYLES:
            self.data_style = attributes.get("name", "")
            self.styles.data_styles[self.data_style] = DataStyle(of_text=name == "text-style")
        elif name == "map":
            self.note_map(attributes)
        elif name.endswith("properties"):
            self.note_properties(attributes)
        elif self.data_style and name in SHOWING:
            self.styles.data_styles[self.data_style].shows = True

    def start_style(self, attributes: dict[str, str]) -> None:
        """`style:style`; the default of a family has no name."""
        self.key = (attributes.get("family", ""), attributes.get("name", ""))
        if "display-name" in attributes:
            self.words[attributes["display-name"][:MAXIMUM]] = None
        parent, data_style = attributes.get("parent-style-name", ""), attributes.get("data-style-name", "")
        self.styles.styles[self.key] = Style(parent, data_style=data_style)

    def note_map(self, attributes: dict[str, str]) -> None:
        """`style:map`: another number format, or another style of a cell, under a condition."""
        other, condition = attributes.get("apply-style-name", ""), attributes.get("condition", "")
        if self.data_style and other:
            self.styles.data_styles[self.data_style].others.append(other)
            return
        style = self.styles.styles.get(self.key)
        rules = (style.rules or ()) if style is not None else ()
        if style is not None and other and len(rules) < MOST_RULES and not NEVER.fullmatch(condition):
            self.styles.styles[self.key] = replace(style, rules=(*rules, (other, read_condition(condition))))

    def note_properties(self, attributes: dict[str, str]) -> None:
        """`style:text-properties` and its kin; in old files one `style:properties` for all."""
        if self.data_style:
            form = self.styles.data_styles[self.data_style]
            form.ink = colour(attributes.get("color"), form.ink)
        style = self.styles.styles.get(self.key)
        if style is None:
            return
        shown = attributes.get("display", attributes.get("visibility"))
        self.styles.styles[self.key] = replace(
            style,
            display={"false": False, "none": False, "hidden": False, "true": True}.get(shown or "", style.display),
            ink=colour(attributes.get("color"), style.ink),
            ground=colour(attributes.get("background-color"), style.ground),
            points=length(attributes.get("font-size"), style.points),
            height=length(attributes.get("row-height"), style.height),
            width=length(attributes.get("column-width"), style.width),
            sealed=attributes["cell-protect"] == HIDDEN if "cell-protect" in attributes else style.sealed,
        )

    def text(self, text: str) -> None:
        """Words, most often those that a number format shows beside the value, or instead of it."""
        word = text.strip()
        if len(word) < 3:
            return
        self.words[word[:MAXIMUM]] = None
        if self.data_style:
            self.styles.data_styles[self.data_style].shows = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name in {"style", "default-style"}:
            self.key = ("", "")
        elif name in DATA_STYLES:
            self.data_style = ""


def colour(said: str | None, otherwise: int | None) -> int | None:
    """`#ffffff` as a number."""
    return int(said[1:], 16) if said and COLOUR.fullmatch(said) else otherwise


def length(said: str | None, otherwise: float | None) -> float | None:
    """A length in points; percentages say nothing."""
    match = LENGTH.fullmatch(said or "")
    return float(match[1]) * POINTS.get(match[2] or "pt", 1.0) if match else otherwise
