"""An XML Spreadsheet as events: sheets as rows, caches as tables, all else by channel."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from detectors.formats.events import Closed, Event, Line, Opened, Words
from detectors.formats.grid import COLUMNS, Allowance, Grid, repeats
from detectors.formats.number_formats import float_or_none, show
from detectors.formats.spreadsheetml_2003.styles import Styles, colour
from detectors.model import Budget, Column, Location, Row, Visibility, letters

METADATA, PIVOT = Visibility.METADATA, Visibility.PIVOT_CACHE

REGIONS: dict[str, tuple[str, Visibility, str]] = {
    "DocumentProperties": ("documentProperty", METADATA, "properties"),
    "CustomDocumentProperties": ("documentProperty", METADATA, "properties"),
    "SmartTags": ("smartTag", METADATA, "smart tags"),
    "DataValidation": ("validation", METADATA, "validations"),
    "ConditionalFormatting": ("conditionalFormat", METADATA, "conditional formats"),
    "AutoFilter": ("autoFilter", METADATA, "filters"),
    "PivotTable": ("pivotTable", PIVOT, "pivot table"),
    "PivotCache": ("pivotCacheDefinition", PIVOT, "pivot cache"),
    "PTSource": ("pivotCacheDefinition", PIVOT, "pivot cache"),
    "QueryTable": ("queryTable", METADATA, "query"),
    "QuerySource": ("queryTable", METADATA, "query"),
    "SupBook": ("externalLink", METADATA, "external link"),
    "MapInfo": ("xmlMap", METADATA, "XML maps"),
    "PhoneticText": ("phonetic", Visibility.HIDDEN_TEXT, "phonetic text"),
    "Header": ("headerFooter", METADATA, "header"),
    "Footer": ("headerFooter", METADATA, "footer"),
    "Names": ("definedName", METADATA, "defined names"),
}
"""Elements whose text has a channel of its own: its name, how hidden it is at least, and what people call the place."""

SAYING = re.compile(r"[^\W\d_]{2}|\d{4}")
MACHINERY = frozenset(
    (
        *(
            "StyleID",
            "ID",
            "Type",
            "Index",
            "MergeAcross",
            "MergeDown",
            "Height",
            "Width",
            "Ticked",
            "ArrayRange",
            "Face",
        ),
        *(
            "Family",
            "CharSet",
            "Size",
            "Color",
            "AutoFitHeight",
            "AutoFitWidth",
            "Margin",
            "Range",
            "Position",
            "LineStyle",
        ),
        *("Underline", "Horizontal", "Vertical", "ExpandedColumnCount", "ExpandedRowCount", "FullColumns", "FullRows"),
        *("Left", "Right", "Top", "Bottom", "Orientation", "type", "dt", "rs", "Rotate", "Weight"),
    )
)
"""Attributes that steer a program and say nothing."""

SETTINGS = frozenset(("True", "False", "Default", "SheetHidden", "SheetVeryHidden", "SheetVisible"))
LITERAL = re.compile(r'"((?:[^"]|"")*)"')
NUMBERED = re.compile(r"[A-Za-z]+([0-9]{1,5})")
CHUNK = 64 * 1024
HIDDEN_SHEETS = {"SheetHidden": Visibility.HIDDEN_SHEET, "SheetVeryHidden": Visibility.VERY_HIDDEN_SHEET}
VALUES = frozenset(("Number", "Text", "Boolean", "Error", "Logical", "String"))
"""Elements of a cached row (`x:Crn`) that hold a cell each."""


@dataclass(slots=True)
class SheetStates:
    """Handler that only learns which sheets are hidden: a sheet says so behind its cells."""

    states: list[Visibility] = field(default_factory=list)
    inside: bool = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """A sheet, or its state."""
        if name == "Worksheet":
            self.states.append(Visibility.SHOWN)
        self.inside = name == "Visible"

    def text(self, text: str) -> None:
        """The state."""
        if self.inside and self.states:
            self.states[-1] = max(self.states[-1], HIDDEN_SHEETS.get(text.strip(), Visibility.SHOWN))

    def end(self, _: str) -> None:
        """An element ends."""
        self.inside = False


@dataclass(slots=True)
class Sink:
    """Text that is being collected; `depth` is that of the element which ends it."""

    channel: str
    visibility: Visibility
    where: Location
    depth: int
    parts: list[str] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class Cache:
    """Records, or another workbook's rows, that are being read: nothing of them is kept but the row at hand."""

    number: int
    where: Location
    visibility: Visibility
    channel: str
    names: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    opened: bool = False
    row: int = 0
    first: int = 0
    cells: list[str] = field(default_factory=list)

    def place(self, name: str) -> int:
        """The column of a record's attribute: by its name, or as `Col17` is the seventeenth; a new one for any other."""
        known = self.places.get(name)
        if known is None:
            number = NUMBERED.fullmatch(name)
            index = self.by_name.get(name, int(number[1]) - 1 if number else -1)
            if not 0 <= index < len(self.names):
                index = len(self.names)
                self.names.append(name)
            if index >= COLUMNS:
                raise ValueError("a record of too many fields")
            known = self.places[name] = index
        return known


@dataclass(slots=True)
class WorkbookHandler:
    """Handler of a workbook. `states` tells which sheets are hidden, in their order."""

    where: Location
    budget: Budget
    states: list[Visibility]
    events: list[Event] = field(default_factory=list)
    styles: Styles = field(default_factory=Styles)
    allowance: Allowance = field(default_factory=Allowance)
    sinks: list[Sink] = field(default_factory=list)
    depth: int = 0
    in_styles: bool = False
    sheets: int = 0
    tables: int = 0
    grid: Grid | None = None
    span: int = 0
    cell: dict[str, str] | None = None
    kind: str = ""
    value: list[str] = field(default_factory=list)
    stored: str = ""
    in_data: int = 0
    veiled: bool = False
    cache: Cache | None = None
    collecting: str = ""
    links: int = 0
    asides: dict[str, dict[str, None]] = field(default_factory=dict)
    aside_size: int = 0

    def __post_init__(self) -> None:
        """Text that stands in no region."""
        self.sinks.append(Sink("xml:workbook", METADATA, self.where / "workbook", 0))

    # What expat tells.

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        if self.in_styles:
            self.styles.start(name, attributes)
            return
        act = self.STARTS.get(name)
        if act is not None:
            act(self, name, attributes)
            return
        if name in REGIONS:
            self.start_region(name)
        self.keep_attributes(attributes)

    def text(self, text: str) -> None:
        """Character data."""
        if self.in_data or self.collecting:
            self.value.append(text)
        elif text.strip() and not self.in_styles:
            self.say(text.strip())

    def end(self, name: str) -> None:
        """An element ends."""
        act = self.ENDS.get(name)
        if act is not None and (not self.in_styles or name == "Styles"):
            act(self)
        if self.sinks[-1].depth == self.depth and len(self.sinks) > 1:
            self.emit(self.sinks.pop())
        self.depth -= 1

    def finish(self) -> None:
        """The file ends."""
        while self.sinks:
            self.emit(self.sinks.pop())
        self.emit_asides()

    def take(self) -> list[Event]:
        """What was found since the last time."""
        events, self.events = self.events, []
        return events

    # Text.

    @property
    def place(self) -> Location:
        """The sheet that is being read, or the workbook."""
        return self.grid.where if self.grid else self.where

    @property
    def hidden(self) -> Visibility:
        """How hidden the sheet is that is being read."""
        return self.grid.visibility if self.grid else Visibility.SHOWN

    def start_region(self, name: str) -> None:
        """Text from here to the element's end goes to a channel of its own."""
        channel, visibility, label = REGIONS[name]
        self.push(channel, visibility, self.place / label)

    def push(self, channel: str, visibility: Visibility, where: Location) -> None:
        """Collect for a channel until the element ends that begins here."""
        self.sinks.append(Sink(channel, max(visibility, self.hidden), where, self.depth))

    def say(self, text: str) -> None:
        """A line of the region that is open; outside of regions only what a person may have written."""
        sink = self.sinks[-1]
        if len(self.sinks) == 1 and (text in SETTINGS or not SAYING.search(text)):
            return
        sink.parts.append(text)
        sink.size += len(text)
        if sink.size > CHUNK:
            self.emit(sink)

    def emit(self, sink: Sink) -> None:
        """What a sink has collected; it is empty then."""
        text = "\n".join(sink.parts).strip()
        if text:
            self.events.append(Words(sink.where, sink.visibility, sink.channel, text))
        sink.parts, sink.size = [], 0

    def keep_attributes(self, attributes: dict[str, str]) -> None:
        """What attributes say, as a line of the region, or an aside."""
        said = [
            value
            for name, value in attributes.items()
            if len(value) > 1 and name not in MACHINERY and SAYING.search(value)
        ]
        if said and len(self.sinks) > 1:
            self.say(" ".join(said))
            return
        for value in said:
            self.aside("attribute", value)

    def aside(self, channel: str, text: str) -> None:
        """A line that is said once a sheet, with others of its channel."""
        lines = self.asides.setdefault(channel, {})
        if text not in lines:
            self.budget.spend(len(text))
            lines[text] = None
            self.aside_size += len(text)
            if self.aside_size > CHUNK:
                self.emit_asides()

    def emit_asides(self) -> None:
        """The lines that gathered, by channel."""
        for channel, lines in self.asides.items():
            visibility = max(self.hidden, METADATA)
            self.events.append(Words(self.place / ASIDES.get(channel, channel), visibility, channel, "\n".join(lines)))
        self.asides, self.aside_size = {}, 0

    def comment(self, text: str) -> None:
        """A comment of the markup."""
        if text.strip() and not text.startswith("mso-application"):
            self.aside("xmlComment", text.strip())

    # Styles.

    def start_styles(self, _name: str, _: dict[str, str]) -> None:
        """`Styles`."""
        self.in_styles = True

    def end_styles(self) -> None:
        """Styles are known."""
        self.in_styles = False
        for word in self.styles.words:
            self.aside("numberFormat", word)

    # Sheets.

    def start_sheet(self, _: str, attributes: dict[str, str]) -> None:
        """`Worksheet`."""
        self.sheets += 1
        self.tables += 1
        name = attributes.get("Name", "")
        visibility = self.states[self.sheets - 1] if self.sheets <= len(self.states) else Visibility.SHOWN
        where = self.where.into(f"sheet '{name}'", f"sheet {self.sheets}")
        self.grid = Grid(self.tables, where, name, visibility, self.budget, self.allowance)
        self.events.append(Words(where, visibility, "sheetName", name))

    def end_sheet(self) -> None:
        """A sheet is complete."""
        self.emit_asides()
        self.grid = None

    def start_column(self, _: str, attributes: dict[str, str]) -> None:
        """`Column`, which may stand for some after it."""
        if self.grid is None:
            return
        start = repeats(attributes, "Index") - 1 if "Index" in attributes else self.grid.columns_seen
        if start > self.grid.columns_seen:
            self.grid.add_columns(start - self.grid.columns_seen, "", Visibility.SHOWN)
        visibility = Visibility.HIDDEN_COLUMN if is_hidden(attributes, "Width") else Visibility.SHOWN
        span = repeats(attributes, "Span") + 1 if "Span" in attributes else 1
        self.grid.add_columns(span, attributes.get("StyleID", ""), visibility)

    def start_row(self, _: str, attributes: dict[str, str]) -> None:
        """`Row`; its `Span` is of rows after it that are empty. In a cached row of another workbook, its number."""
        grid = self.grid
        if grid is None:
            self.start_link_value("Row", attributes)
            return
        self.open_table(grid)
        number = repeats(attributes, "Index") if "Index" in attributes else grid.row_number + grid.row_repeats
        visibility = Visibility.HIDDEN_ROW if is_hidden(attributes, "Height") else Visibility.SHOWN
        grid.start_row(1, attributes.get("StyleID", ""), visibility)
        grid.row_number = max(number, 1)
        self.span = repeats(attributes, "Span") if "Span" in attributes else 0

    def open_table(self, grid: Grid) -> None:
        """The columns are known: the sheet can be announced."""
        if not grid.begun:
            grid.begun = True
            self.events.append(Opened(grid.number, grid.where, grid.visibility, grid.channel, grid.columns()))

    def end_row(self) -> None:
        """A row is complete."""
        if self.grid is not None:
            self.events += [Line(self.grid.number, row) for row in self.grid.rows()]
            self.grid.cells = []
            self.grid.row_repeats = self.span + 1
        else:
            self.end_link_value()

    def end_table(self) -> None:
        """`Table` ends."""
        if self.grid is not None and self.grid.begun:
            self.events.append(Closed(self.grid.number))

    def start_cell(self, _: str, attributes: dict[str, str]) -> None:
        """`Cell`."""
        if self.grid is None:
            return
        self.cell, self.stored, self.kind, self.veiled = attributes, "", "", False
        if "Index" in attributes:
            self.grid.position = max(repeats(attributes, "Index") - 1, len(self.grid.cells))
        for literal in LITERAL.findall(attributes.get("Formula", "")):
            if len(literal) > 1:
                self.aside("formula", literal)
        for name in ("HRef", "HRefScreenTip"):
            if attributes.get(name):
                self.aside("hyperlink", attributes[name])

    def end_cell(self) -> None:
        """A cell is complete; those that it is merged with are passed over."""
        grid, attributes = self.grid, self.cell
        if grid is None or attributes is None:
            return
        look, form = self.styles.settle(attributes.get("StyleID") or grid.style_here())
        text = self.resolve(self.stored)
        unseen = bool(text) and (self.veiled or look.hides or (form.hides and self.kind != "String"))
        grid.put(
            text,
            self.stored if self.kind == "Number" and text != self.stored else "",
            Visibility.HIDDEN_TEXT if unseen else Visibility.SHOWN,
            1,
        )
        grid.position += min(repeats(attributes, "MergeAcross"), COLUMNS) if "MergeAcross" in attributes else 0
        self.cell = None

    def resolve(self, stored: str) -> str:
        """A value as a person sees it."""
        if self.kind == "DateTime":
            day = stored.removesuffix(".000").removesuffix("T00:00:00")
            return day.replace("T", " ")
        if self.kind == "Boolean":
            return "TRUE" if stored.strip() == "1" else "FALSE"
        if self.kind == "Number" and self.cell is not None and self.grid is not None:
            _, form = self.styles.settle(self.cell.get("StyleID") or self.grid.style_here())
            return show(stored, form, since_1904=False)
        return stored.strip()

    def start_data(self, _: str, attributes: dict[str, str]) -> None:
        """`Data` of a cell, or of a comment."""
        if self.sinks[-1].channel == "comment":
            self.collecting, self.value = "comment", []
        elif self.cell is not None:
            self.in_data = self.depth
            self.kind = attributes.get("Type", "String")
            self.value = []

    def end_data(self) -> None:
        """The value is complete."""
        if self.collecting == "comment":
            self.say("".join(self.value).strip())
            self.collecting, self.value = "", []
        elif self.in_data == self.depth:
            self.in_data = 0
            self.stored = "".join(self.value)

    def start_font(self, _: str, attributes: dict[str, str]) -> None:
        """`html:Font` within a value may hide a part of it; then the whole cell is taken for hidden."""
        ink = colour(attributes.get("Color"))
        if self.in_data and ink is not None and self.cell is not None and self.grid is not None:
            look, _form = self.styles.settle(self.cell.get("StyleID") or self.grid.style_here())
            self.veiled = self.veiled or type(look)(ink, look.ground, look.points).hides

    def start_comment(self, _: str, attributes: dict[str, str]) -> None:
        """`Comment`: the text of a cell's comment, with its author."""
        address = self.grid.address if self.grid else ""
        self.push("comment", Visibility.COMMENT, self.place / f"comment {address}")
        if attributes.get("Author"):
            self.say(attributes["Author"])

    # Caches.

    def start_cache(self, _name: str, _: dict[str, str]) -> None:
        """`rs:data`: the records of a pivot cache."""
        if self.cache is not None and self.cache.channel == "pivotCacheRecords":
            return
        self.tables += 1
        where = self.sinks[-1].where
        self.cache = Cache(self.tables, where, max(PIVOT, self.hidden), "pivotCacheRecords")

    def start_attribute_type(self, _: str, attributes: dict[str, str]) -> None:
        """`s:AttributeType`: a field of the records that follow."""
        if self.cache is None:
            self.start_cache("", {})
        if self.cache is not None and "name" in attributes and len(self.cache.names) < COLUMNS:
            # `rs:name` is what the source calls the field, `name` what its records do
            title = next((value for key, value in attributes.items() if key.endswith(" name")), attributes["name"])
            self.cache.by_name.setdefault(attributes["name"], len(self.cache.names))
            self.cache.names.append(title)
        self.keep_attributes(attributes)

    def start_record(self, _: str, attributes: dict[str, str]) -> None:
        """`z:row`: a record, its values in attributes that the schema names."""
        cache = self.cache
        if cache is None or cache.channel != "pivotCacheRecords":
            self.keep_attributes(attributes)
            return
        places = {cache.place(name): value for name, value in attributes.items()}
        if not cache.opened:
            cache.opened = True
            columns = tuple(Column(name=name) for name in cache.names)
            self.events.append(Opened(cache.number, cache.where, cache.visibility, cache.channel, columns))
        cache.row += 1
        width = max(places, default=-1) + 1
        self.budget.spend(width)
        cells = tuple(places.get(index, "").removesuffix("T00:00:00") for index in range(width))
        self.events.append(Line(cache.number, Row(cache.row, cells)))

    def end_cache(self) -> None:
        """The records end, or the sheet of another workbook."""
        if self.cache is not None:
            if self.cache.opened:
                self.events.append(Closed(self.cache.number))
            self.cache = None

    def start_link_sheet(self, _name: str, _: dict[str, str]) -> None:
        """`x:Xct`: rows of a sheet of another workbook."""
        self.tables += 1
        self.links += 1
        where = self.where / f"external link {self.links}"
        self.cache = Cache(self.tables, where, Visibility.LINK_CACHE, "externalLinkCache")

    def start_link_row(self, _name: str, _: dict[str, str]) -> None:
        """`x:Crn`: some cells side by side."""
        if self.cache is not None:
            self.cache.cells = []
            self.cache.row, self.cache.first = 0, 0

    def start_link_value(self, name: str, attributes: dict[str, str]) -> None:
        """A number of the row's place, or a cell of it."""
        if self.cache is not None and self.cache.channel == "externalLinkCache":
            self.collecting, self.value = name, []
        else:
            self.keep_attributes(attributes)

    def end_link_value(self) -> None:
        """The value is complete."""
        if self.cache is None or not self.collecting:
            return
        text = "".join(self.value).strip()
        name, self.collecting, self.value = self.collecting, "", []
        number = int(text[:9]) if text.isascii() and text.isdigit() else 0
        if name == "Row":
            self.cache.row = number
        elif name == "ColFirst":
            self.cache.first = min(number, COLUMNS)
        elif name in VALUES and len(self.cache.cells) < COLUMNS:
            self.cache.cells.append(text)

    def end_link_row(self) -> None:
        """A cached row is complete."""
        cache = self.cache
        if cache is None or not cache.cells:
            return
        if not cache.opened:
            cache.opened = True
            columns = tuple(Column(letter=letters(index)) for index in range(cache.first + len(cache.cells)))
            self.events.append(Opened(cache.number, cache.where, cache.visibility, cache.channel, columns))
        cells = ("",) * cache.first + tuple(cache.cells)
        self.budget.spend(len(cells))
        self.events.append(Line(cache.number, Row(cache.row + 1, cells)))
        cache.cells = []

    STARTS: ClassVar[dict[str, Callable[[WorkbookHandler, str, dict[str, str]], None]]] = {
        "Cell": start_cell,
        "Data": start_data,
        "Row": start_row,
        "Column": start_column,
        "Worksheet": start_sheet,
        "Comment": start_comment,
        "Font": start_font,
        "Styles": start_styles,
        "data": start_cache,
        "AttributeType": start_attribute_type,
        "row": start_record,
        "Xct": start_link_sheet,
        "Crn": start_link_row,
        **dict.fromkeys(("ColFirst", *VALUES), start_link_value),
    }
    ENDS: ClassVar[dict[str, Callable[[WorkbookHandler], None]]] = {
        "Cell": end_cell,
        "Data": end_data,
        "Row": end_row,
        "Table": end_table,
        "Worksheet": end_sheet,
        "Styles": end_styles,
        "data": end_cache,
        "Xct": end_cache,
        "Crn": end_link_row,
        **dict.fromkeys(("ColFirst", *VALUES), end_link_value),
    }


ASIDES = {
    "attribute": "attributes",
    "hyperlink": "links",
    "formula": "formulas",
    "numberFormat": "number formats",
    "xmlComment": "markup",
}
"""What the places of asides are called."""


def is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or of no size."""
    return attributes.get("Hidden") == "1" or float_or_none(attributes.get(size)) == 0
