"""Comments, threaded comments, and the people who wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class CommentsHandler:
    """Handler of comments, threadedComments and persons parts: texts by cell, and names."""

    comments: list[tuple[str, str]] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
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

    def text(self, text: str) -> None:
        """Part of a comment or a name."""
        if self.collecting:
            self.value.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        match name:
            case "comment" | "threadedComment":
                self.comments.append((self.cell, "".join(self.value)))
            case "author":
                self.people.append("".join(self.value))
                self.collecting = False
            case "t" | "text":
                self.collecting = False
