"""Pieces of text with their places on a page, as lines."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Lines:
    """Joins what stands at one height: single letters without a blank, words with one."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    height: float | None = None
    last: str = ""

    def add(self, text: str, height: float) -> None:
        """A piece of text at a height. A piece painted twice at once (a shadow) is taken once."""
        text = text.rstrip("\0")
        if not text:
            return
        if height != self.height:
            self.finish()
        elif text == self.last and len(text) > 1:
            return
        if self.pieces and len(text) > 1 and len(self.last) > 1:
            self.pieces.append(" ")
        self.pieces.append(text)
        self.height, self.last = height, text

    def finish(self) -> str:
        """End the line; all lines so far."""
        if self.pieces:
            self.lines.append("".join(self.pieces))
        self.pieces, self.last = [], ""
        return "\n".join(self.lines)
