"""HTML: what a browser shows, what it hides, and what only the source tells."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from detectors.formats.text_stream import encoding, pieces
from detectors.model import Bytes, Content, Part, Passage, Visibility

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
HIDING = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])|mso-hide:all|height:0(?![.\d])"
)
TELLING = frozenset(
    [
        "alt",
        "title",
        "value",
        "content",
        "placeholder",
        "href",
        "src",
        "action",
        "cite",
        "label",
        "summary",
        "name",
        "data",
    ]
)
"""Attributes that may say something."""

SILENT = frozenset(("style",))
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
        head = part.head(4096).replace(b"\0", b"")
        if "html" in part.declared:
            return b"<" in head
        return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and MARKS.search(head) is not None

    def read(self, part: Part) -> Iterator[Content]:
        """Passages by visibility; pictures and files inside `data:` URIs as parts."""
        page = Page(part)
        for piece in pieces(part, encoding(part) or "utf-8"):
            page.feed(piece)
            yield from page.take()
        page.close()
        page.flush()
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
        self.ready: list[Content] = []
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
        if tag in BLOCKS or tag in CELLS:
            self.collect("\t" if tag in CELLS else "\n")
        if tag not in VOID:
            hides = tag == "template" or hides_content(attrs)
            self.open.append((tag, hides))
            self.hidden += hides
            if hides:
                self.put("html:hidden", "\n")
            if len(self.open) > DEPTH:
                raise ValueError("HTML nested too deeply")
        for name, value in attrs:
            self.keep_attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        """An element ends; those left open inside it end with it."""
        if not any(name == tag for name, _ in self.open[-50:]):
            return
        while self.open:
            name, hides = self.open.pop()
            self.hidden -= hides
            if name == tag:
                break
        if tag in BLOCKS:
            self.collect("\n")

    def handle_data(self, data: str) -> None:
        """Text."""
        self.collect(data)

    def handle_comment(self, data: str) -> None:
        """A comment; Outlook keeps markup in them."""
        self.put("html:comment", re.sub(r"<[^<>]*>", " ", data) + "\n")

    def unknown_decl(self, data: str) -> None:
        """`<![CDATA[` or `<![if`: what is inside is text."""
        self.put("html:comment", data + "\n")

    def handle_pi(self, data: str) -> None:
        """A processing instruction."""
        self.put("html:comment", data + "\n")

    def collect(self, text: str) -> None:
        """Text where it stands."""
        inside = self.open[-1][0] if self.open else ""
        if inside in SILENT:
            return
        if inside == "script":
            self.put("html:script", text)
            return
        self.put("html:hidden" if self.hidden else "html", text)

    def keep_attribute(self, name: str, value: str) -> None:
        """An attribute that says something; a file inside a `data:` URI."""
        if value.lstrip()[:5].lower() == "data:":
            self.keep_file(value)
        elif value and (name in TELLING or name.startswith(("data-", "aria-label"))):
            self.put("html:attribute", value + "\n")

    def keep_file(self, uri: str) -> None:
        """RFC 2397: `data:image/png;base64,...`."""
        head, _, body = uri.partition(",")
        self.files += 1
        try:
            data = base64.b64decode(body, validate=False) if head.lower().endswith(";base64") else body.encode()
        except (binascii.Error, ValueError):
            raise ValueError("a data URI that does not decode") from None
        self.part.budget.spend(len(data))
        self.ready.append(self.part.inner(self.part.where / f"embedded file {self.files}", Bytes(data)))

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
                visibility = max(run.visibility, self.part.visibility)
                self.ready.append(Passage(self.part.where, visibility, run.channel, text))
            run.text.clear()
            run.size = 0

    def take(self) -> Iterator[Content]:
        """What is ready."""
        ready, self.ready = self.ready, []
        yield from ready


def hides_content(attributes: list[tuple[str, str | None]]) -> bool:
    """Whether an element's attributes keep it from being shown."""
    for name, value in attributes:
        if name == "hidden":
            return True
        if name == "style" and HIDING.search(re.sub(r"\s+", "", (value or "").lower())):
            return True
    return False


def tidy(text: str) -> str:
    """Text without the white space of the markup; lines are kept."""
    lines = (re.sub(r"[ \t\f\v\r]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
