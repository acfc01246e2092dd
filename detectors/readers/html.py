"""HTML: what a browser shows, what it hides, and what only the source tells."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from detectors.formats.events import Event, File, Words
from detectors.formats.grid import Allowance, Grid
from detectors.formats.html_table import HtmlTable
from detectors.formats.text_stream import encoding, pieces
from detectors.formats.walk import as_contents
from detectors.formats.xml_salvage import without_tags
from detectors.model import Content, Part, Visibility

MARKS = re.compile(rb"(?i)<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<meta\s|<div[\s>]|<table[\s>]|<p[\s>]")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
CELLS = frozenset(("td", "th"))
TABLE_TAGS = frozenset(("table", "tr", "col", *CELLS))
UNSEEN = frozenset(("template", "xml"))
"""Elements that are never shown: `xml` is what Office keeps beside a page."""

HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?![.\d])|font-size:0(?![.\d])|mso-hide:all|(?<![-\w])height:0(?![.\d])"
    r"|mso-number-format:[\"']\\?;\\?;\\?;"
)
QUIET = frozenset(
    [
        *(
            "style",
            "class",
            "id",
            "width",
            "height",
            "align",
            "valign",
            "border",
            "cellpadding",
            "cellspacing",
            "colspan",
        ),
        *(
            "rowspan",
            "lang",
            "dir",
            "bgcolor",
            "color",
            "face",
            "size",
            "span",
            "type",
            "rel",
            "target",
            "rules",
            "frame",
        ),
        *("nowrap", "charset", "http-equiv", "media", "link", "vlink", "alink", "text", "hspace", "vspace", "role"),
        *("xmlns", "version", "method", "enctype", "clear", "shape", "coords", "tabindex", "scope", "background"),
    ]
)
"""Attributes that steer a browser and say nothing."""

WORDY = re.compile(r"[^\W\d_]{2}|\d{4}")
CLASS = re.compile(r"\.([\w-]+)")
CONTENT = re.compile(r"content\s*:\s*([\"'][^\"']*[\"'])")
STYLE_CHARACTERS = 1024 * 1024
MARKED = 64 * 1024
"""Characters of a comment in which tags are looked for; a longer one is taken in pieces."""

CHUNK = 64 * 1024
DEPTH = 10_000


@dataclass(frozen=True, slots=True)
class Html:
    """A web page or the HTML body of a message."""

    name: str = "html"
    media_type: str = "text/html"

    def recognises(self, part: Part) -> bool:
        """Whether it is text that is declared as HTML and has a tag, or begins as a page does."""
        if encoding(part) is None:
            return False
        head = part.head(16 * 1024).replace(b"\0", b"")
        if "html" in part.declared:
            return b"<" in head
        return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and MARKS.search(head) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Passages by visibility; pictures and files inside `data:` URIs as parts."""
        yield from as_contents(part, page_events(part))


def page_events(part: Part) -> Iterator[Event]:
    """Everything in a page, as it comes."""
    page = Page(part)
    for piece in pieces(part, encoding(part) or "utf-8"):
        page.feed(piece)
        yield from page.take()
    page.close()
    page.finish()
    yield from page.take()


@dataclass
class Run:
    """Text of one visibility that is being collected."""

    channel: str
    visibility: Visibility
    text: list[str] = field(default_factory=list)
    size: int = 0


class Page(HTMLParser):
    """Collects what a page holds."""

    def __init__(self, part: Part) -> None:
        super().__init__(convert_charrefs=True)
        self.part = part
        self.open: list[tuple[str, bool]] = []
        self.hidden = 0
        self.ready: list[Event] = []
        self.tables: list[HtmlTable] = []
        self.table_count = 0
        self.allowance = Allowance()
        self.hiding_classes: set[str] = set()
        self.styles: list[str] = []
        self.runs = {
            "html": Run("html", Visibility.SHOWN),
            "html:hidden": Run("html:hidden", Visibility.HIDDEN_TEXT),
            "html:comment": Run("html:comment", Visibility.COMMENT),
            "html:attribute": Run("html:attribute", Visibility.METADATA),
            "html:script": Run("html:script", Visibility.METADATA),
        }
        self.files = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins, perhaps a hidden one."""
        if tag in CELLS or tag == "tr":
            self.close_implied(tag)
        if not self.in_cell and (tag in BLOCKS or tag in CELLS):
            self.collect("\t" if tag in CELLS else "\n")
        elif tag in BLOCKS or tag in CELLS:
            self.collect(" ")
        if tag not in VOID:
            self.start_element(tag, attrs)
        if tag in TABLE_TAGS:
            self.start_in_table(tag, {name: value or "" for name, value in attrs})
        for name, value in attrs:
            self.keep_attribute(name, value or "")

    def start_element(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that has an end."""
        hides = tag in UNSEEN or hides_content(attrs, self.hiding_classes)
        self.open.append((tag, hides))
        self.hidden += hides
        if hides and not self.in_cell:
            self.put("html:hidden", "\n")
        if len(self.open) > DEPTH:
            raise ValueError("HTML nested too deeply")

    def close_implied(self, tag: str) -> None:
        """A cell ends where the next begins, a row where the next begins; many programs write no more."""
        implied = CELLS if tag in CELLS else frozenset((*CELLS, "tr"))
        for name, _ in reversed(self.open[-50:]):
            if name == "table":
                return
            if name in implied and (name == "tr" or tag in CELLS):
                self.handle_endtag(name)
                return

    def handle_endtag(self, tag: str) -> None:
        """An element ends; those left open inside it end with it."""
        if not any(name == tag for name, _ in self.open[-50:]):
            return
        while self.open:
            name, hides = self.open.pop()
            self.hidden -= hides
            if name == tag:
                break
        if tag == "style":
            self.read_styles()
        self.close_tables()
        if tag in BLOCKS:
            self.collect(" " if self.in_cell else "\n")

    # Tables.

    @property
    def in_cell(self) -> bool:
        """Whether text now is that of a table's cell."""
        return bool(self.tables) and self.tables[-1].in_cell

    def start_in_table(self, tag: str, attributes: dict[str, str]) -> None:
        """A table, or a row, cell or column of one."""
        if tag == "table":
            self.start_table()
            return
        table = self.tables[-1] if self.tables else None
        if table is None or table.data is False or (table.in_cell and tag != "col"):
            return
        hides = tag != "col" and self.open[-1][1]
        if tag == "tr":
            visibility = Visibility.HIDDEN_ROW if hides else Visibility.SHOWN
            table.start_row(len(self.open), visibility, self.hidden)
        elif tag == "col":
            unseen = hides_content(list(attributes.items()), self.hiding_classes) or attributes.get("width") == "0"
            visibility = Visibility.HIDDEN_COLUMN if unseen else Visibility.SHOWN
            table.grid.add_columns(span_of(attributes), "", visibility)
        elif table.row_depth:
            table.start_cell(len(self.open), attributes)

    def start_table(self) -> None:
        """A table; one within the cell of another is text of that cell, or shows that the other only lays out the page."""
        if self.tables and self.tables[-1].data:
            return
        if self.tables and self.tables[-1].data is None:
            self.give_up(self.tables[-1])
        self.table_count += 1
        where = self.part.where / f"table {self.table_count}"
        visibility = Visibility.HIDDEN_TEXT if self.hidden else Visibility.SHOWN
        grid = Grid(self.table_count, where, "", visibility, self.part.budget, self.allowance, "html:table")
        self.tables.append(HtmlTable(grid, len(self.open)))

    def close_tables(self) -> None:
        """Cells, rows and tables whose elements have ended."""
        depth = len(self.open)
        while self.tables:
            table = self.tables[-1]
            if table.cell_depth > depth:
                table.end_cell()
            if table.row_depth > depth:
                self.ready += table.end_row()
            if table.depth <= depth:
                return
            self.end_table()

    def end_table(self) -> None:
        """A table ends: as one, or as text."""
        table = self.tables.pop()
        if table.data is None:
            table.end_row()
        if table.data is None:
            self.give_up(table)
        self.ready += table.end() if table.data else []

    def give_up(self, table: HtmlTable) -> None:
        """What was taken for a table is text."""
        for text, veiled in table.give_up():
            self.put("html:hidden" if veiled or table.grid.visibility else "html", text)

    # Text.

    def handle_data(self, data: str) -> None:
        """Text."""
        self.collect(data)

    def handle_comment(self, data: str) -> None:
        """A comment; Outlook keeps markup in them."""
        for start in range(0, len(data), MARKED):
            self.put("html:comment", without_tags(data[start : start + MARKED]) + "\n")

    def parse_html_declaration(self, i: int) -> int:
        """Any other `<!`; the library gives up on marked sections that it does not know, browsers take them for comments."""
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            return self.parse_bogus_comment(i)

    def unknown_decl(self, data: str) -> None:
        """`<![CDATA[` or `<![if`: what is inside is text."""
        self.put("html:comment", data + "\n")

    def handle_pi(self, data: str) -> None:
        """A processing instruction."""
        self.put("html:comment", data + "\n")

    def collect(self, text: str) -> None:
        """Text where it stands."""
        inside = self.open[-1][0] if self.open else ""
        if inside == "style":
            self.styles.append(text)
        elif inside == "script":
            self.put("html:script", text)
        elif self.in_cell:
            self.tables[-1].put(text, self.hidden)
        else:
            self.put("html:hidden" if self.hidden else "html", text)

    def read_styles(self) -> None:
        """Which classes hide, and what a style sheet says aside."""
        text, self.styles = "".join(self.styles)[:STYLE_CHARACTERS], []
        bare, comments = part_comments(text)
        for rule in bare.split("}"):
            selector, _, declarations = rule.rpartition("{")
            if HIDING.search(squeeze(declarations)):
                self.hiding_classes.update(CLASS.findall(selector)[:100])
        for said in (*comments, *CONTENT.findall(bare)):
            self.put("html:comment", said + "\n")

    def keep_attribute(self, name: str, value: str) -> None:
        """An attribute that says something; a file inside a `data:` URI; a page inside a frame, which no mail program shows."""
        if value.lstrip()[:5].lower() == "data:":
            self.keep_file(value)
        elif name == "srcdoc":
            self.files += 1
            page = value.encode("utf-8", "replace")
            self.part.budget.spend(len(page))
            where = self.part.where / f"embedded page {self.files}"
            self.ready.append(File(where, max(self.seen, Visibility.METADATA), page, "text/html"))
        elif name not in QUIET and not name.startswith("xmlns") and WORDY.search(value):
            self.put("html:attribute", value + "\n")

    @property
    def seen(self) -> Visibility:
        """How hidden a thing is here."""
        return Visibility.HIDDEN_TEXT if self.hidden else Visibility.SHOWN

    def keep_file(self, uri: str) -> None:
        """RFC 2397: `data:image/png;base64,...`."""
        head, _, body = uri.partition(",")
        self.files += 1
        try:
            data = base64.b64decode(body, validate=False) if head.lower().endswith(";base64") else body.encode()
        except (binascii.Error, ValueError):
            raise ValueError("a data URI that does not decode") from None
        self.part.budget.spend(len(data))
        self.ready.append(File(self.part.where / f"embedded file {self.files}", self.seen, data))

    def put(self, channel: str, text: str) -> None:
        """Add text to its run."""
        run = self.runs[channel]
        run.text.append(text)
        run.size += len(text)
        if run.size > CHUNK:
            self.flush()

    def flush(self) -> None:
        """Make passages of what is collected."""
        for run in self.runs.values():
            text = tidy("".join(run.text))
            if text:
                self.ready.append(Words(self.part.where, run.visibility, run.channel, text))
            run.text.clear()
            run.size = 0

    def finish(self) -> None:
        """The page ends, with whatever was left open."""
        self.open.clear()
        if self.styles:
            self.read_styles()
        self.close_tables()
        self.flush()

    def take(self) -> list[Event]:
        """What is ready."""
        ready, self.ready = self.ready, []
        return ready


def hides_content(attributes: Iterable[tuple[str, str | None]], classes: set[str]) -> bool:
    """Whether an element's attributes keep it from being shown, its classes among them."""
    for name, value in attributes:
        if name == "hidden":
            return True
        if name == "style" and value and HIDING.search(squeeze(value)):
            return True
        if name == "class" and value and classes and not classes.isdisjoint(value.split()):
            return True
    return False


def part_comments(text: str) -> tuple[str, list[str]]:
    """A style sheet without its comments, and those."""
    bare, comments = [], []
    for number, piece in enumerate(text.split("/*")):
        comment, _, rest = piece.partition("*/") if number else ("", "", piece)
        bare.append(rest)
        if comment.strip():
            comments.append(comment.strip())
    return "".join(bare), comments


def squeeze(declarations: str) -> str:
    """Style declarations without white space."""
    return re.sub(r"\s+", "", declarations.lower())


def span_of(attributes: dict[str, str]) -> int:
    """As many columns as a `col` stands for."""
    said = attributes.get("span", "1").strip()
    return max(1, min(int(said[:6]), 1_000)) if said.isascii() and said.isdigit() else 1


def tidy(text: str) -> str:
    """Text without the white space of the markup; lines are kept."""
    lines = (re.sub(r"[ \t\f\v\r]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
