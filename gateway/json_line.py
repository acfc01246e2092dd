"""JSON that is safe to print: one line, and nothing in it commands a terminal."""

from __future__ import annotations

import json
from typing import Any


def write_json(values: dict[str, Any]) -> str:
    r"""The values as one line; letters as they are, control characters, bidi marks and lone surrogates as `\uXXXX`."""
    line = json.dumps(values, ensure_ascii=False)
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
