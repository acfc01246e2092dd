"""The XML of an OpenDocument part as events: tables as rows, text by channel, whatever holds it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from detectors.formats.appearance import Look
from detectors.formats.conditions import TEXT
from detectors.formats.events import Closed, Event, File, Line, Opened, Words
from detectors.formats.grid import Allowance, Grid, repeats
from detectors.formats.number_formats import float_or_none, plain
from detectors.formats.opendocument.regions import (
    CELL_ATTRIBUTES,
    MACHINERY,
    MEASURE,
    PROSE,
    REGIONS,
    SHAPES,
    STYLE_SECTIONS,
    WORDY,
)
from detectors.formats.opendocument.styles import StyleReader, Styles, is_dim
from detectors.formats.residue import find_texts
from detectors.model import Budget, Location, Visibility

CHUNK = 64 * 1024
WHITE = re.compile(r"[ \t\r\n]+")
LITERAL = re.compile(r'"((?:[^"]|"")*)"')
OTHER_FILE = re.compile(r"'((?:file|https?|ftp|smb):[^']{3,})'")
UNREADABLE = re.compile(r"#{2,}$|\d[Ee][+-]?\d")
"""What a program shows in a column too narrow for a number, or of a number too long for a cell."""

LINES = re.compile(r"\n[ \t\n]*\n")
SPACES = 1_000
VALUES = ("date-value", "value", "time-value", "boolean-value", "string-value")
COLLAPSED = frozenset(("collapse", "filter"))
NESTED_DOCUMENTS = 8


@dataclass(slots=True)
class Sink:
    """Text that is being collected. `depth` is that of the element which ends it; `paragraphs` counts the open ones."""

    channel: str
    visibility: Visibility
    where: Location
    depth: int
    shown: list[str] = field(default_factory=list)
    veiled: list[str] = field(default_factory=list)
    size: int = 0
    paragraphs: int = 0

    def put(self, text: str, *, veiled: bool) -> None:
        """Add text."""
        (self.veiled if veiled else self.shown).append(text)
        self.size += len(text)


@dataclass(slots=True)
class Veil:
    """An open element that may hide its text: whether it is there at all, how text in it looks (None: nobody can tell)."""

    depth: int
    gone: bool
    look: Look | None
    unseen: bool


@dataclass(slots=True)
class ContentHandler:
    """Handler of any XML part of a document. `events` gather until they are taken.

    `kind` is the last word of the document's media type; it decides what a header is worth and where text stands.
    """

    where: Location
    budget: Budget
    styles: Styles
    kind: str = "spreadsheet"
    channel: str = "body"
    visibility: Visibility = Visibility.SHOWN
    events: list[Event] = field(default_factory=list)
    references: dict[str, Visibility] = field(default_factory=dict)
    """What is linked to, and how hidden the sheet is that does: the least hidden, of several."""

    allowance: Allowance = field(default_factory=Allowance)
    depth: int = 0
    sinks: list[Sink] = field(default_factory=list)
    veils: list[Veil] = field(default_factory=list)
    gone: int = 0
    veiled: bool = False
    grids: list[Grid] = field(default_factory=list)
    cells: list[dict[str, str]] = field(default_factory=list)
    tables: int = 0
    pages: int = 0
    shapes: int = 0
    files: int = 0
    notes: int = 0
    style_reader: StyleReader | None = None
    style_depth: int = 0
    outer_styles: list[tuple[int, Styles]] = field(default_factory=list)
    base64: list[str] | None = None
    asides: dict[str, dict[str, None]] = field(default_factory=dict)
    aside_size: int = 0
    familiar: set[str] = field(default_factory=lambda: set(CELL_ATTRIBUTES))

    def __post_init__(self) -> None:
        """Text that stands in no region goes to the channel of the part."""
        self.sinks.append(Sink(self.channel, self.visibility, self.where, 0))

    # What expat tells.

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.depth += 1
        if self.style_reader is not None and name != "binary-data":
            self.style_reader.start(name, attributes)
            return
        act = self.STARTS.get(name)
        if act is not None:
            act(self, name, attributes)
        elif name in SHAPES:
            self.start_shape(name, attributes)
        else:
            if name in REGIONS and not self.sinks[-1].paragraphs:
                self.start_region(name)
            self.keep_attributes(attributes)

    def text(self, text: str) -> None:
        """Character data."""
        if self.base64 is not None:
            self.base64.append(text)
            return
        if self.style_reader is not None:
            self.style_reader.text(text)
            return
        sink = self.sinks[-1]
        if sink.paragraphs:
            if "\n" in text or "  " in text or "\t" in text:
                text = WHITE.sub(" ", text)
            sink.put(text, veiled=self.veiled)
        elif text.strip() and (sink.channel != "settings" or says_something("", text)):
            sink.put(text.strip() + "\n", veiled=self.veiled)
            self.relieve(sink)

    def end(self, name: str) -> None:
        """An element ends."""
        if self.style_reader is None or name == "binary-data" or self.depth == self.style_depth:
            act = self.ENDS.get(name)
            if act is not None:
                act(self)
            self.close_what_ends()
        else:
            self.style_reader.end(name)
        self.depth -= 1

    def close_what_ends(self) -> None:
        """Veils and sinks that the ending element opened."""
        depth = self.depth
        while self.veils and self.veils[-1].depth == depth:
            self.gone -= self.veils.pop().gone
            self.veiled = self.veils[-1].unseen if self.veils else False
        while self.sinks[-1].depth == depth:
            self.emit(self.sinks.pop())

    def finish(self) -> None:
        """The part ends: what is still being collected is said."""
        while len(self.sinks) > 1:
            self.emit(self.sinks.pop())
        self.emit(self.sinks[0])
        self.emit_asides(self.where)

    def take(self) -> list[Event]:
        """What was found since the last time."""
        events, self.events = self.events, []
        return events

    # Text.

    def emit(self, sink: Sink) -> None:
        """What a sink has collected, the shown apart from the hidden; it is empty then."""
        hidden = max(sink.visibility, Visibility.HIDDEN_TEXT)
        for parts, visibility in ((sink.shown, sink.visibility), (sink.veiled, hidden)):
            text = tidy("".join(parts))
            if text:
                self.events.append(Words(sink.where, visibility, sink.channel, text))
        sink.shown, sink.veiled, sink.size = [], [], 0

    def relieve(self, sink: Sink) -> None:
        """Say what a sink holds when it is a passage's worth; a cell's text stays whole."""
        if sink.size > CHUNK and sink.channel != "cell":
            self.emit(sink)

    def put(self, text: str) -> None:
        """Text in a paragraph that stands in the markup: a space, a tab."""
        self.sinks[-1].put(text, veiled=self.veiled)

    def aside(self, channel: str, text: str) -> None:
        """A line that is said once a sheet, with others of its channel."""
        lines = self.asides.setdefault(channel, {})
        if text not in lines:
            self.budget.spend(len(text))
            lines[text] = None
            self.aside_size += len(text)
            if self.aside_size > CHUNK:
                self.emit_asides(self.grids[0].where if self.grids else self.sinks[0].where)

    def emit_asides(self, where: Location) -> None:
        """The lines that gathered, by channel."""
        visibility = self.grids[0].visibility if self.grids else self.visibility
        for channel, lines in self.asides.items():
            text = "\n".join(lines)
            place = where / ASIDES.get(channel, channel)
            self.events.append(Words(place, max(visibility, Visibility.METADATA), channel, text))
        self.asides, self.aside_size = {}, 0

    # Attributes.

    def keep_attributes(self, attributes: dict[str, str]) -> None:
        """What attributes say: in a region it is a line of it, elsewhere an aside."""
        if not attributes:
            return
        if "href" in attributes:
            self.note_reference(attributes["href"])
        said = list(dict.fromkeys(value for name, value in attributes.items() if says_something(name, value)))
        if not said:
            return
        sink = self.sinks[-1]
        if sink.channel not in PROSE:
            sink.put("\n" + " ".join(said) + "\n", veiled=False)
            self.relieve(sink)
        else:
            for value in said:
                self.aside("attribute", value)

    def start_setting(self, _: str, attributes: dict[str, str]) -> None:
        """`config:config-item`: its name is the program's, its value may be a person's."""
        if attributes.get("type") == "base64Binary":
            self.base64 = []

    def end_setting(self) -> None:
        """A printer's set-up is a structure in base64 with names in it."""
        if self.base64 is None:
            return
        packed, self.base64 = "".join(self.base64), None
        try:
            untrusted = binascii.a2b_base64(packed)
        except (binascii.Error, ValueError):
            untrusted = packed.encode("utf-8", "replace")
        for _, _, text in find_texts(untrusted):
            self.sinks[-1].put(text + "\n", veiled=False)

    def comment(self, text: str) -> None:
        """A comment of the markup."""
        if text.strip():
            self.aside("xmlComment", text.strip())

    def note_reference(self, target: str) -> None:
        """A link: to a part of the package, or out of it."""
        seen = self.grids[0].visibility if self.grids else self.visibility
        name = target.removeprefix("./").removeprefix("#./").rstrip("/")
        self.references[name] = min(seen, self.references.get(name, seen))
        if ":" in target or (len(target) > 2 and target.startswith(("/", "\\", ".."))):
            self.aside("hyperlink", target)

    # Regions.

    def start_region(self, name: str) -> None:
        """Text from here to the element's end goes to a channel of its own."""
        channel, visibility, label = REGIONS[name]
        outer = self.sinks[-1]
        if self.kind != "spreadsheet" and channel == "headerFooter":
            visibility = Visibility.SHOWN
        where = (self.grids[-1].where if self.grids else self.sinks[0].where) / label
        self.push_sink(channel, max(outer.visibility, visibility), where)

    def push_sink(self, channel: str, visibility: Visibility, where: Location) -> None:
        """Collect for a channel until the element ends that begins here."""
        self.sinks.append(Sink(channel, visibility, where, self.depth))

    def start_annotation(self, _: str, attributes: dict[str, str]) -> None:
        """`office:annotation`: a comment, with its author and date."""
        self.notes += 1
        at_cell = self.grids and self.cells
        where = self.grids[-1].where if at_cell else self.sinks[0].where
        label = f"comment {self.grids[-1].address}" if at_cell else f"comment {self.notes}"
        visibility = max(self.sinks[-1].visibility, Visibility.COMMENT)
        self.push_sink("comment", visibility, where / label)
        self.push_veil(gone=False, look=None)
        self.keep_attributes({key: attributes[key] for key in ("author", "create-date") if key in attributes})

    def start_title(self, name: str, attributes: dict[str, str]) -> None:
        """`svg:title` and `svg:desc` are the alternative text of a shape; elsewhere a title is text."""
        if self.shapes:
            self.push_sink(
                "altText", max(self.sinks[-1].visibility, Visibility.METADATA), self.place("alternative text")
            )
        elif name == "desc":
            self.push_sink(
                "description", max(self.sinks[-1].visibility, Visibility.METADATA), self.place("description")
            )
        self.keep_attributes(attributes)

    def place(self, label: str) -> Location:
        """A step in from the sheet, slide or part that is being read."""
        return (self.grids[-1].where if self.grids else self.sinks[0].where) / label

    def start_shape(self, _: str, attributes: dict[str, str]) -> None:
        """A drawing. Its text is a sheet's drawing text, or the text of a slide or page; nobody knows its ground."""
        self.shapes += 1
        if self.cells or (self.kind == "spreadsheet" and self.sinks[-1].channel != "drawing"):
            self.push_sink("drawing", self.sinks[-1].visibility, self.place("drawing"))
        hides = attributes.get("layer", "") in self.styles.hidden_layers or attributes.get("display") == "none"
        self.push_veil(gone=hides, look=None)
        self.keep_attributes(attributes)

    def end_shape(self) -> None:
        """A drawing ends."""
        self.shapes -= 1

    def start_layer(self, _: str, attributes: dict[str, str]) -> None:
        """`draw:layer`, perhaps one that is not shown."""
        if attributes.get("display") in {"none", "printer"}:
            self.styles.hidden_layers.add(attributes.get("name", ""))

    def start_page(self, _: str, attributes: dict[str, str]) -> None:
        """`draw:page`: a slide, perhaps a hidden one."""
        sink = self.sinks[0]
        self.emit(sink)
        self.pages += 1
        name = attributes.get("name", "")
        sink.where = (
            self.where.into(f"page '{name}'", f"page {self.pages}") if name else self.where / f"page {self.pages}"
        )
        hides = self.styles.hides("drawing-page", attributes.get("style-name", ""))
        sink.visibility = max(self.visibility, Visibility.HIDDEN_SHEET if hides else Visibility.SHOWN)

    def end_page(self) -> None:
        """A slide ends."""
        sink = self.sinks[0]
        self.emit(sink)
        self.emit_asides(sink.where)
        sink.where, sink.visibility = self.where, self.visibility

    # Paragraphs, and what hides text in them.

    def start_paragraph(self, _: str, attributes: dict[str, str]) -> None:
        """`text:p`, `text:h`."""
        sink = self.sinks[-1]
        for parts in (sink.shown, sink.veiled):
            if parts:
                parts.append("\n")
        sink.paragraphs += 1
        self.dress("paragraph", attributes)

    def end_paragraph(self) -> None:
        """A paragraph ends."""
        sink = self.sinks[-1]
        sink.paragraphs = max(0, sink.paragraphs - 1)
        if not sink.paragraphs:
            self.relieve(sink)

    def start_span(self, _: str, attributes: dict[str, str]) -> None:
        """`text:span`."""
        self.dress("text", attributes)

    def start_section(self, _: str, attributes: dict[str, str]) -> None:
        """`text:section`, hidden for good or under a condition."""
        hides = attributes.get("display") in {"none", "condition"} or attributes.get("is-hidden") == "true"
        self.push_veil(gone=hides, look=self.look_here())
        self.keep_attributes(attributes)

    def start_hidden_paragraph(self, _: str, attributes: dict[str, str]) -> None:
        """`text:hidden-paragraph` in a paragraph hides what follows in it."""
        if attributes.get("is-hidden") != "false" and self.veils and not self.veils[-1].gone:
            veil = self.veils[-1]
            veil.gone = veil.unseen = self.veiled = True
            self.gone += 1
        self.keep_attributes(attributes)

    def start_link(self, _: str, attributes: dict[str, str]) -> None:
        """`text:a`: a hyperlink wherever it leads."""
        self.aside("hyperlink", attributes.get("href", ""))
        self.dress("text", attributes)
        self.keep_attributes({key: value for key, value in attributes.items() if key != "href"})

    def dress(self, family: str, attributes: dict[str, str]) -> None:
        """Text from here on has a style."""
        name = attributes.get("style-name")
        if name is None:
            return
        look = self.look_here()
        if look is not None:
            look = merge(look, self.styles.look(family, name))
        self.push_veil(gone=self.styles.hides(family, name), look=look)

    def look_here(self) -> Look | None:
        """How text looks where we are."""
        return self.veils[-1].look if self.veils else self.plain_look()

    def plain_look(self) -> Look | None:
        """How text looks without any style: on the white of a page or cell; slides have grounds of their own."""
        return Look() if self.grounded else None

    @property
    def grounded(self) -> bool:
        """Whether pages are white where nothing else is said."""
        return self.kind in {"spreadsheet", "text"}

    def push_veil(self, *, gone: bool, look: Look | None) -> None:
        """Hide, or not, until the element ends that begins here."""
        self.gone += gone
        self.veiled = self.gone > 0 or (look is not None and is_dim(look))
        self.veils.append(Veil(self.depth, gone, look, self.veiled))

    def put_spaces(self, _: str, attributes: dict[str, str]) -> None:
        """`text:s`."""
        self.put(" " * min(repeats(attributes, "c"), SPACES))

    def put_tab(self, _name: str, _: dict[str, str]) -> None:
        """`text:tab`."""
        self.put("\t")

    def put_line_break(self, _name: str, _: dict[str, str]) -> None:
        """`text:line-break`."""
        self.put("\n")

    def put_hidden_text(self, _: str, attributes: dict[str, str]) -> None:
        """`text:hidden-text`: a text that a condition hides."""
        self.sinks[-1].put(attributes.get("string-value", ""), veiled=True)
        self.push_veil(gone=True, look=None)

    # Tables.

    def start_table(self, _: str, attributes: dict[str, str]) -> None:
        """`table:table`: a sheet, a table in text, a chart's copy of its source, a cache of another file's sheet."""
        self.emit(self.sinks[0])
        if not self.grids:
            self.emit_asides(self.sinks[0].where)
        self.tables += 1
        name = attributes.get("name", "")
        noun = "sheet" if self.kind == "spreadsheet" and len(self.grids) == 0 else "table"
        inside = self.grids[-1].where if self.grids else self.sinks[0].where
        where = inside.into(f"{noun} '{name}'", f"{noun} {self.tables}") if name else inside / f"{noun} {self.tables}"
        hides = self.styles.hides("table", attributes.get("style-name", ""))
        own = Visibility.HIDDEN_SHEET if hides else Visibility.SHOWN
        grid = Grid(self.tables, where, name, max(own, self.sinks[-1].visibility), self.budget, self.allowance)
        if self.grids:
            grid.visibility = max(grid.visibility, self.grids[-1].visibility, self.grids[-1].row_visibility)
        if self.sinks[-1].channel == "ddeLink" or OTHER_FILE.match(name):
            self.be_cache(grid)
        elif name == "local-table":
            grid.channel, grid.visibility = "chartCache", max(grid.visibility, Visibility.METADATA)
        grid.protected = attributes.get("protected") == "true"
        self.grids.append(grid)
        self.push_sink("drawing" if self.kind == "spreadsheet" else "body", grid.visibility, where)
        if noun == "sheet" or name == "local-table":
            attributes.pop("name", None)
        self.keep_attributes(attributes)

    def be_cache(self, grid: Grid) -> None:
        """A sheet that holds a copy of cells from elsewhere."""
        grid.channel, grid.visibility = "externalLinkCache", max(grid.visibility, Visibility.LINK_CACHE)

    def start_source(self, _: str, attributes: dict[str, str]) -> None:
        """`table:table-source`: the sheet is a copy of another file's."""
        if self.grids and not self.grids[-1].begun:
            self.be_cache(self.grids[-1])
        self.keep_attributes(attributes)

    def start_scenario(self, name: str, attributes: dict[str, str]) -> None:
        """`table:scenario`: the sheet is a set of other values, hidden while it is not active."""
        if self.grids and not self.grids[-1].begun and attributes.get("is-active") != "true":
            self.grids[-1].visibility = max(self.grids[-1].visibility, Visibility.HIDDEN_SHEET)
        self.start_region(name)
        self.keep_attributes(attributes)

    def start_group(self, _: str, attributes: dict[str, str]) -> None:
        """A group of rows or columns, perhaps folded away."""
        if self.grids and (self.grids[-1].hidden_groups or attributes.get("display") == "false"):
            self.grids[-1].hidden_groups += 1

    def end_group(self) -> None:
        """A group ends."""
        if self.grids and self.grids[-1].hidden_groups:
            self.grids[-1].hidden_groups -= 1

    def start_column(self, _: str, attributes: dict[str, str]) -> None:
        """`table:table-column`."""
        if not self.grids:
            return
        hides = attributes.get("visibility") in COLLAPSED
        hides = hides or self.styles.hides("table-column", attributes.get("style-name", ""))
        visibility = Visibility.HIDDEN_COLUMN if hides else Visibility.SHOWN
        default = attributes.get("default-cell-style-name", "")
        self.grids[-1].add_columns(repeats(attributes, "number-columns-repeated"), default, visibility)

    def begin(self, grid: Grid) -> None:
        """The columns are known: the table can be announced."""
        if not grid.begun:
            grid.begun = True
            opened = Opened(grid.number, grid.where, grid.visibility, grid.channel, grid.columns())
            self.events.append(opened)

    def start_row(self, _: str, attributes: dict[str, str]) -> None:
        """`table:table-row`."""
        if not self.grids:
            return
        grid = self.grids[-1]
        self.begin(grid)
        hides = attributes.get("visibility") in COLLAPSED
        hides = hides or self.styles.hides("table-row", attributes.get("style-name", ""))
        visibility = Visibility.HIDDEN_ROW if hides else Visibility.SHOWN
        default = attributes.get("default-cell-style-name", "")
        grid.start_row(repeats(attributes, "number-rows-repeated"), default, visibility)

    def end_row(self) -> None:
        """A row is complete."""
        if self.grids:
            grid = self.grids[-1]
            self.events += [Line(grid.number, row) for row in grid.rows()]
            grid.cells = []

    def start_cell(self, name: str, attributes: dict[str, str]) -> None:
        """`table:table-cell`, `table:covered-table-cell`, or the old cell of a tracked change."""
        if not self.grids:
            self.keep_attributes(attributes)
            return
        grid = self.grids[-1]
        style = attributes.get("style-name") or grid.style_here()
        attributes["style-name"] = style
        if name == "covered-table-cell":
            attributes["covered"] = "true"
        self.cells.append(attributes)
        self.sinks.append(Sink("cell", grid.visibility, grid.where, self.depth))
        face = self.styles.face(style)
        look = face.look if self.grounded else None
        self.veiled = self.gone > 0 or (face.dim and self.grounded)
        self.veils.append(Veil(self.depth, gone=False, look=look, unseen=self.veiled))
        if not attributes.keys() <= self.familiar:
            self.keep_unusual(attributes)

    def keep_unusual(self, attributes: dict[str, str]) -> None:
        """What a cell's other attributes say. Two of one local name, as LibreOffice writes, come with their namespaces too."""
        others = {}
        for name, value in attributes.items():
            if name.rpartition(" ")[2] in CELL_ATTRIBUTES:
                self.familiar.add(name)
            else:
                others[name] = value
        self.keep_attributes(others)

    def end_cell(self) -> None:
        """A cell is complete: what it shows, what it holds, whether it can be seen."""
        if not self.cells or self.sinks[-1].channel != "cell" or self.sinks[-1].depth != self.depth:
            return
        sink, attributes, grid = self.sinks.pop(), self.cells.pop(), self.grids[-1]
        if "formula" in attributes:
            self.keep_formula(attributes["formula"])
        shown = "".join(sink.shown).strip()
        veiled = "".join(sink.veiled).strip()
        text, raw = settle(" ".join(filter(None, (shown, veiled))), attributes)
        visibility = Visibility.SHOWN
        if text and (veiled or self.is_unseen(attributes, shown)):
            visibility = Visibility.HIDDEN_TEXT
        grid.put(text, raw, visibility, repeats(attributes, "number-columns-repeated"))

    def is_unseen(self, attributes: dict[str, str], shown: str) -> bool:
        """Whether a cell cannot be seen: covered by another, sealed, of a format or colour that shows nothing."""
        face = self.styles.face(attributes["style-name"])
        sealed = face.sealed and self.grids[-1].protected
        if "covered" in attributes or sealed or (not shown and self.veils[-1].unseen):
            return True
        text = attributes.get("value-type") == "string"
        if face.mute if text and (shown or not face.silent) else face.silent:
            return True
        number = float_or_none(attributes.get("value"))
        value = TEXT if number is None else number
        return self.grounded and self.styles.may_hide(attributes["style-name"], value, text=number is None)

    def keep_formula(self, formula: str) -> None:
        """Texts inside a formula, and the files it names."""
        if '"' in formula or "'" in formula:
            for pattern in (LITERAL, OTHER_FILE):
                for literal in pattern.findall(formula):
                    if len(literal) > 1:
                        self.aside("formula", literal)

    def end_table(self) -> None:
        """A table is complete."""
        if not self.grids:
            return
        grid = self.grids[-1]
        if grid.name and len(self.grids) == 1 and self.kind == "spreadsheet":
            self.events.append(Words(grid.where, grid.visibility, "sheetName", grid.name))
        if grid.begun:
            self.events.append(Closed(grid.number))
        if len(self.grids) == 1:
            self.emit_asides(grid.where)
        self.grids.pop()

    # Pivot tables.

    def start_pivot_field(self, _: str, attributes: dict[str, str]) -> None:
        """`table:data-pilot-field`: its members were values of the source when the table was last refreshed."""
        name = attributes.get("source-field-name", "")
        where = self.sinks[-1].where.into(f"field '{name}'", "field")
        self.push_sink("pivotCacheSharedItems", max(self.sinks[-1].visibility, Visibility.PIVOT_CACHE), where)
        self.keep_attributes(attributes)

    # Styles, nested documents, files.

    def start_styles(self, _name: str, _: dict[str, str]) -> None:
        """`office:styles`, `office:automatic-styles`."""
        self.style_reader = StyleReader(self.styles)
        self.styles.forget()
        self.style_depth = self.depth

    def end_styles(self) -> None:
        """Styles are known."""
        if self.style_reader is not None and self.depth == self.style_depth:
            for word in self.style_reader.words:
                self.aside("style", word)
            self.style_reader = None

    def start_document(self, _: str, attributes: dict[str, str]) -> None:
        """`office:document`; one inside another has styles of its own."""
        if self.depth > 1:
            if len(self.outer_styles) >= NESTED_DOCUMENTS:
                raise ValueError("documents nested too deeply")
            self.outer_styles.append((self.depth, self.styles))
            self.styles = Styles()
        self.keep_attributes(attributes)

    def end_document(self) -> None:
        """A nested document ends."""
        if self.outer_styles and self.outer_styles[-1][0] == self.depth:
            self.styles = self.outer_styles.pop()[1]

    def start_file(self, _name: str, _: dict[str, str]) -> None:
        """`office:binary-data`."""
        self.base64 = []

    def end_file(self) -> None:
        """A file in base64; damage in it is damage of the document."""
        if self.base64 is None:
            return
        packed, self.base64 = "".join(self.base64), None
        try:
            untrusted = binascii.a2b_base64(packed)
        except (binascii.Error, ValueError):
            raise ValueError("a file that does not decode") from None
        if untrusted:
            self.budget.spend(len(untrusted))
            self.files += 1
            where = self.place(f"embedded file {self.files}")
            self.events.append(File(where, self.sinks[-1].visibility, untrusted))

    STARTS: ClassVar[dict[str, Callable[[ContentHandler, str, dict[str, str]], None]]] = {
        "table-cell": start_cell,
        "covered-table-cell": start_cell,
        "p": start_paragraph,
        "h": start_paragraph,
        "span": start_span,
        "s": put_spaces,
        "tab": put_tab,
        "tab-stop": put_tab,
        "line-break": put_line_break,
        "a": start_link,
        "table-row": start_row,
        "table-column": start_column,
        "table-row-group": start_group,
        "table-column-group": start_group,
        "table": start_table,
        "sub-table": start_table,
        "table-source": start_source,
        "scenario": start_scenario,
        "annotation": start_annotation,
        "title": start_title,
        "desc": start_title,
        "section": start_section,
        "hidden-text": put_hidden_text,
        "hidden-paragraph": start_hidden_paragraph,
        "page": start_page,
        "layer": start_layer,
        "data-pilot-field": start_pivot_field,
        "document": start_document,
        "binary-data": start_file,
        "config-item": start_setting,
        "config-item-set": start_setting,
        **dict.fromkeys(STYLE_SECTIONS, start_styles),
    }
    ENDS: ClassVar[dict[str, Callable[[ContentHandler], None]]] = {
        "table-cell": end_cell,
        "covered-table-cell": end_cell,
        "p": end_paragraph,
        "h": end_paragraph,
        "table-row": end_row,
        "table-row-group": end_group,
        "table-column-group": end_group,
        "table": end_table,
        "sub-table": end_table,
        "page": end_page,
        "document": end_document,
        "binary-data": end_file,
        "config-item": end_setting,
        **dict.fromkeys(SHAPES, end_shape),
        **dict.fromkeys(STYLE_SECTIONS, end_styles),
    }


ASIDES = {
    "attribute": "attributes",
    "hyperlink": "links",
    "formula": "formulas",
    "style": "styles",
    "xmlComment": "markup",
}
"""What the places of asides are called."""


def says_something(name: str, value: str) -> bool:
    """Whether an attribute may hold what a person wrote."""
    name = name.rpartition(" ")[2]  # one that shares its local name with another comes with its namespace
    return name in VALUES or (
        len(value) > 1
        and name not in MACHINERY
        and WORDY.search(value) is not None
        and MEASURE.fullmatch(value) is None
    )


def merge(outer: Look, own: Look) -> Look:
    """How text looks that has a style of its own inside another."""
    if own == Look():
        return outer
    return replace(
        own,
        ink=outer.ink if own.ink is None else own.ink,
        ground=outer.ground if own.ground is None else own.ground,
        points=own.points or outer.points,
    )


def settle(shown: str, attributes: dict[str, str]) -> tuple[str, str]:
    """A cell's text and what else is stored in it: dates as days of the calendar, numbers whole, as a sheet of any kind gives them."""
    kind = next((name for name in VALUES if name in attributes), "")
    if not kind:
        return shown, ""
    value = attributes[kind]
    if kind == "date-value":
        day = value.removesuffix("T00:00:00").removesuffix(":00").replace("T", " ")
        return day, "" if value.replace("T", " ").startswith(shown) else shown
    if kind == "value":
        value = plain(value)
    if not shown or (kind == "value" and UNREADABLE.search(shown)):
        return value, shown if shown != value else ""
    return shown, value if value != shown else ""


def tidy(text: str) -> str:
    """Text without empty lines."""
    return LINES.sub("\n", text).strip("\n \t")
