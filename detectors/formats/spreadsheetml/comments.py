"""Comments, threaded comments, and the people who wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field

from detectors.formats.escapes import resolve_escapes
from detectors.formats.words import RUNS, sayings

POINTING = frozenset(
    ("ref", "authorId", "guid", "shapeId", "dT", "personId", "id", "parentId", "done", "mentionpersonId", "mentionId")
)
"""Attributes by which comments, people and cells refer to one another (18.7.3, MS-XLSX 2.6.205)."""


@dataclass(slots=True)
class CommentsHandler:
    """Handler of comments, threadedComments and persons parts: texts by cell, names, and words that stand elsewhere."""

    comments: list[tuple[str, str]] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    cell: str = ""
    value: list[str] = field(default_factory=list)
    collecting: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        match name:
            case "comment" | "threadedComment":
                self.cell = attributes.get("ref", "")
                self.value = []
            case "author":
                self.value = []
                self.collecting = True
            case "t" | "text":
                self.collecting = True
            case "person":
                self.people += [attributes[key] for key in ("displayName", "userId") if attributes.get(key)]
                return
        if name not in RUNS:
            self.words += sayings(name, {key: value for key, value in attributes.items() if key not in POINTING})

    def text(self, text: str) -> None:
        """Part of a comment or a name, or text where none is expected."""
        if self.collecting:
            self.value.append(text)
        elif text.strip():
            self.words.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "comment" | "threadedComment":
                self.comments.append((self.cell, resolve_escapes("".join(self.value))))
            case "author":
                self.people.append("".join(self.value))
                self.collecting = False
            case "t" | "text":
                self.collecting = False
