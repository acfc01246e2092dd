"""workbook.xml: sheets, names, pivot caches; sharedStrings.xml: the texts of cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.appearance import Pens
from detectors.formats.escapes import resolve_escapes
from detectors.formats.spreadsheetml.rich_text import RichText
from detectors.formats.words import RUNS, sayings
from detectors.model import Visibility

STATES = {"hidden": Visibility.HIDDEN_SHEET, "veryHidden": Visibility.VERY_HIDDEN_SHEET}


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    visibility: Visibility
    relation: str


@dataclass(slots=True)
class WorkbookHandler:
    """Handler of workbook.xml."""

    sheets: list[SheetEntry] = field(default_factory=list)
    names: list[tuple[str, list[str]]] = field(default_factory=list)
    caches: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    since_1904: bool = False
    windows: list[Visibility] = field(default_factory=list)
    in_name: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        match name:
            case "sheet":
                visibility = STATES.get(attributes.get("state", ""), Visibility.SHOWN)
                self.sheets.append(
                    SheetEntry(resolve_escapes(attributes.get("name", "")), visibility, attributes.get("id", ""))
                )
            case "workbookPr":
                self.since_1904 = attributes.get("date1904") in {"1", "true"}
                self.others += sayings(name, attributes)
            case "workbookView":
                self.windows.append(STATES.get(attributes.pop("visibility", ""), Visibility.SHOWN))
                self.others += sayings(name, attributes)
            case "pivotCache":
                self.caches.append(attributes.get("id", ""))
            case "definedName":
                self.in_name = True
                others = {key: value for key, value in attributes.items() if key != "name"}
                self.names.append((attributes.get("name", ""), list(sayings(name, others))))
            case _:
                self.others += sayings(name, attributes)

    @property
    def visibility(self) -> Visibility:
        """That of the windows: a workbook opens as hidden as the least hidden of them (18.2.30)."""
        return min(self.windows, default=Visibility.SHOWN)

    def text(self, text: str) -> None:
        """What a defined name refers to, and text where none is expected."""
        if self.in_name:
            self.names[-1][1].append(text)
        elif text.strip():
            self.others.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "definedName":
            self.in_name = False


def number(text: str | None) -> int:
    """A whole number from an attribute; 0 where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(slots=True)
class StringsHandler:
    """Handler of sharedStrings.xml: the strings in order; phonetic readings, which no cell shows, apart.

    `pens`: by index the runs of those strings that may be seen otherwise than their cells.
    """

    rich: RichText
    items: list[str] = field(default_factory=list)
    phonetic: list[str] = field(default_factory=list)
    pens: dict[int, Pens] = field(default_factory=dict)
    kinds: dict[Pens, Pens] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        if attributes and name not in RUNS:
            self.phonetic += sayings(name, attributes)
        if name == "si":
            self.rich.begin()
        else:
            self.rich.start(name, attributes)

    def text(self, text: str) -> None:
        """Part of a string, or text where none is expected."""
        if self.rich.in_text:
            self.rich.text(text)
        elif text.strip():
            self.phonetic.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "si":
            self.end_string()
        else:
            self.rich.end(name)

    def end_string(self) -> None:
        """A string is complete."""
        pens = self.rich.runs()
        if pens is not None:
            self.pens[len(self.items)] = self.kinds.setdefault(pens, pens)
        self.phonetic += self.rich.heard
        self.rich.heard.clear()
        self.items.append(resolve_escapes("".join(self.rich.pieces)))
