"""styles.xml and theme1.xml: what a cell's format makes of its value, and whether it can be seen at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from detectors.formats.appearance import BLACK, WHITE, Look, Pen, Pens, indexed, tinted
from detectors.formats.conditions import Change
from detectors.formats.number_formats import GENERAL, NumberFormat, built_in, float_or_none, read_format
from detectors.formats.spreadsheetml.differential import DifferentialHandler
from detectors.formats.spreadsheetml.workbook import number

THEME_ORDER = (
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)
"""What the theme index of a colour means: light and dark are swapped against the order of the theme part (18.8.3)."""


@dataclass(frozen=True, slots=True)
class CellFormat:
    """A cell format as far as it matters: what becomes of numbers, and how the cell looks."""

    number: NumberFormat
    look: Look

    @property
    def changes(self) -> bool:
        """Whether a cell of this format shows something else than the stored value, or nothing."""
        return self.look.hides or self.number != GENERAL

    def on_pattern(self) -> CellFormat:
        """The same on a ground that is not the cell's own, where the cell has none."""
        return self if self.look.ground is not None else replace(self, look=replace(self.look, patterned=True))

    def under(self, change: Change) -> CellFormat:
        """The same where the rule of a conditional format applies."""
        return CellFormat(change.number or self.number, change.over(self.look))

    def conceals_runs(self, kind: str, pens: Pens) -> bool:
        """Whether a cell of a kind shows nothing of some run of its text."""
        return any(replace(self, look=self.look.written(pen)).conceals(kind) for pen in pens)

    def conceals(self, kind: str) -> bool:
        """Whether a cell of a kind (its `t`) shows nothing. Errors are shown whatever the number format."""
        if kind == "e":
            return self.look.hides
        conceals = self.number.conceals_number if kind in {"n", ""} else self.number.conceals_text
        return conceals(self.look)


@dataclass(slots=True)
class ThemeHandler:
    """Handler of a theme part: its colours by name."""

    colours: dict[str, int] = field(default_factory=dict)
    name: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if name in THEME_ORDER:
            self.name = name
        elif name in {"srgbClr", "sysClr"} and self.name and self.name not in self.colours:
            colour = read_rgb(attributes.get("lastClr") or attributes.get("val"))
            if colour is not None:
                self.colours[self.name] = colour

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, name: str) -> None:
        """An element ends."""
        if name == self.name:
            self.name = ""


@dataclass(slots=True)
class StylesHandler:
    """Handler of styles.xml."""

    theme: dict[str, int]
    codes: dict[int, str] = field(default_factory=dict)
    fonts: list[Pen] = field(default_factory=list)
    grounds: list[int | None] = field(default_factory=list)
    patterned: set[int] = field(default_factory=set)
    """The fills of more than one colour."""

    cells: list[tuple[int, int, int]] = field(default_factory=list)
    palette: list[int | None] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    solid: bool = False
    changes: list[Change] = field(default_factory=list)
    """The differential formats, by which conditional formats change cells."""

    differential: DifferentialHandler | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element, by what it is inside of."""
        within = self.inside[-1] if self.inside else ""
        self.inside.append(name)
        if self.differential is not None:
            self.differential.start(name, attributes)
        elif (within, name) == ("dxfs", "dxf"):
            self.differential = DifferentialHandler(self.read_colour)
        else:
            self.start_format(within, name, attributes)

    def start_format(self, within: str, name: str, attributes: dict[str, str]) -> None:
        """The parts of cell formats."""
        match within, name:
            case "numFmts", "numFmt":
                self.codes[number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            case "fonts", "font":
                self.fonts.append(Pen())
            case "fills", "fill":
                self.grounds.append(None)
            case "fill", "patternFill":
                self.start_pattern(attributes.get("patternType", "none"))
            case "fill", "gradientFill":
                self.start_pattern("gradient")
            case "indexedColors", "rgbColor":
                self.palette.append(read_rgb(attributes.get("rgb")))
            case "cellXfs", "xf":
                ids = (number(attributes.get(key)) for key in ("numFmtId", "fontId", "fillId"))
                self.cells.append((*ids,))  # type: ignore[arg-type] # three of them
            case _:
                self.start_colour(within, name, attributes)

    def start_pattern(self, kind: str) -> None:
        """A fill: none, of one colour, or of two."""
        self.solid = kind == "solid"
        if kind not in {"none", "solid"}:
            self.patterned.add(len(self.grounds) - 1)

    def start_colour(self, within: str, name: str, attributes: dict[str, str]) -> None:
        """The parts of fonts and fills."""
        if self.inside[-3:-1] == ["fonts", "font"] and name == "color":
            self.fonts[-1] = replace(self.fonts[-1], ink=self.read_colour(attributes, BLACK))
        elif self.inside[-3:-1] == ["fonts", "font"] and name == "sz":
            self.fonts[-1] = replace(self.fonts[-1], points=float_or_none(attributes.get("val")) or 0.0)
        elif within == "patternFill" and name == "fgColor" and self.solid and "fills" in self.inside:
            self.grounds[-1] = self.read_colour(attributes, WHITE)

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, name: str) -> None:
        """An element ends."""
        self.inside.pop()
        if self.differential is not None:
            self.differential.end(name)
            if self.inside[-1:] == ["dxfs"]:
                self.changes.append(self.differential.change)
                self.differential = None

    def read_colour(self, attributes: dict[str, str], automatic: int) -> int | None:
        """A colour (18.8.3): rgb, a place in the palette, or one of the theme made lighter or darker."""
        if "rgb" in attributes:
            return read_rgb(attributes["rgb"])
        if "indexed" in attributes:
            index = number(attributes["indexed"])
            return self.palette[index] if index < len(self.palette) else indexed(index)
        if "theme" in attributes:
            index = number(attributes["theme"])
            name = THEME_ORDER[index] if index < len(THEME_ORDER) else ""
            colour = self.theme.get(name, {"lt1": WHITE, "dk1": BLACK}.get(name))
            tint = float_or_none(attributes.get("tint")) or 0.0
            return tinted(colour, max(-1.0, min(1.0, tint))) if colour is not None else None
        return automatic if "auto" in attributes else None

    def formats(self) -> dict[str, CellFormat]:
        """The cell formats by index as text, that of cells without one included."""
        numbers = {code: self.read_number(code) for code, _, _ in self.cells}
        looks = {pair: self.look(*pair) for pair in {(font, fill) for _, font, fill in self.cells}}
        forms = [CellFormat(numbers[code], looks[font, fill]) for code, font, fill in self.cells]
        return {str(index): form for index, form in enumerate(forms)} | dict(zip(("",), forms, strict=False))

    def read_number(self, code: int) -> NumberFormat:
        """A number format of the file's own, or one that is built in."""
        return read_format(self.codes[code]) if code in self.codes else built_in(code)

    def look(self, font: int, fill: int) -> Look:
        """A font on a fill."""
        pen = self.fonts[font] if font < len(self.fonts) else Pen()
        ground = self.grounds[fill] if fill < len(self.grounds) else None
        return Look(pen.ink, ground, pen.points, fill in self.patterned)

    def words(self) -> list[str]:
        """The texts that number formats show, whatever the value."""
        return [words for code in self.codes.values() if (words := read_format(code).words)]


def read_rgb(text: str | None) -> int | None:
    """`FFRRGGBB` or `RRGGBB`."""
    digits = (text or "")[-6:]
    try:
        return int(digits, 16) if len(digits) == 6 else None
    except ValueError:
        return None
