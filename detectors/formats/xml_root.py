"""The root element of an XML text, found without reading the rest."""

from __future__ import annotations

import contextlib
import pyexpat

from detectors.model import Part

HEAD = 64 * 1024


def find_root(part: Part) -> tuple[str, str] | None:
    """Namespace and local name of the first element in the first 64 KiB; None for what is not XML. Never raises ValueError."""
    head = part.head(HEAD)
    return root_of(head) if looks_like_xml(head) else None


def looks_like_xml(untrusted_head: bytes) -> bool:
    """Whether the first sign of a text is the one that opens a tag."""
    start = untrusted_head[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<")


def root_of(untrusted_head: bytes) -> tuple[str, str] | None:
    """As `find_root`, of bytes."""
    found: list[str] = []
    parser = pyexpat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: found.append(name)
    with contextlib.suppress(pyexpat.ExpatError, ValueError, LookupError):
        parser.Parse(untrusted_head, False)
    if not found:
        return None
    namespace, _, local = found[0].rpartition(" ")
    return namespace, local
