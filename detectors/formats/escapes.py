"""Characters that Office writes as `_x000D_` into its XML (ECMA-376 part 1, 22.9.2.19), and other programs into names."""

from __future__ import annotations

import re

ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def resolve_escapes(text: str) -> str:
    """A text with its escapes resolved; halves of a character that do not belong together become the replacement character."""
    if "_x" not in text:
        return text
    clear = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace("\0", "")
    if clear.isascii():
        return clear
    return clear.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
