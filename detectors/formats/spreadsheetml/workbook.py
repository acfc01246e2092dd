"""workbook.xml: sheets, names, pivot caches; styles.xml: which formats are dates; sharedStrings.xml."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.number_formats import BUILT_IN_DATES, read_format
from detectors.model import Budget, Visibility

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
    links: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    since_1904: bool = False
    in_name: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        match name:
            case "sheet":
                visibility = STATES.get(attributes.get("state", ""), Visibility.SHOWN)
                self.sheets.append(SheetEntry(attributes.get("name", ""), visibility, attributes.get("id", "")))
            case "workbookPr":
                self.since_1904 = attributes.get("date1904") in {"1", "true"}
            case "pivotCache":
                self.caches.append(attributes.get("id", ""))
            case "externalReference":
                self.links.append(attributes.get("id", ""))
            case "definedName":
                self.in_name = True
                words = [
                    attributes.get(key, "") for key in ("comment", "description", "help", "statusBar", "customMenu")
                ]
                self.names.append((attributes.get("name", ""), [word for word in words if word]))
            case _:
                self.others += [attributes[key] for key in ("userName", "url", "name") if attributes.get(key)]

    def text(self, text: str) -> None:
        """What a defined name refers to."""
        if self.in_name:
            self.names[-1][1].append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "definedName":
            self.in_name = False


@dataclass(slots=True)
class StylesHandler:
    """Handler of styles.xml: which cell formats show a number as a date."""

    formats: dict[int, str] = field(default_factory=dict)
    cells: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    in_cells: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        match name:
            case "numFmt":
                self.formats[number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            case "cellXfs":
                self.in_cells = True
            case "xf" if self.in_cells:
                self.cells.append(number(attributes.get("numFmtId")))
            case "cellStyle" if not attributes.get("builtinId"):
                self.names.append(attributes.get("name", ""))

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "cellXfs":
            self.in_cells = False

    def dates(self) -> frozenset[int]:
        """The indices of cell formats that are dates."""
        return frozenset(
            index
            for index, code in enumerate(self.cells)
            if code in BUILT_IN_DATES or read_format(self.formats.get(code)).date
        )


def number(text: str | None) -> int:
    """A whole number from an attribute; 0 where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(slots=True)
class StringsHandler:
    """Handler of sharedStrings.xml: the strings in order, phonetic readings apart."""

    budget: Budget
    items: list[str] = field(default_factory=list)
    phonetic: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    in_text: bool = False
    in_phonetic: bool = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element."""
        match name:
            case "si":
                self.current = []
            case "rPh":
                self.in_phonetic = True
            case "t":
                self.in_text = True

    def text(self, text: str) -> None:
        """Part of a string."""
        if self.in_text:
            (self.phonetic if self.in_phonetic else self.current).append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "si":
                self.items.append("".join(self.current))
            case "rPh":
                self.in_phonetic = False
            case "t":
                self.in_text = False
