"""PNG (ISO 15948): chunks of text, EXIF, and what stands behind the end."""

from __future__ import annotations

import struct

from detectors.formats.pictures.exif import read_tiff
from detectors.formats.pictures.found import Found

MAGIC = b"\x89PNG\r\n\x1a\n"
SILENT = frozenset(
    [
        b"PLTE",
        b"IDAT",
        b"fdAT",
        b"fcTL",
        b"acTL",
        b"tRNS",
        b"cHRM",
        b"gAMA",
        b"iCCP",
        b"sBIT",
        b"sRGB",
        b"cICP",
        b"bKGD",
        b"hIST",
        b"pHYs",
        b"oFFs",
        b"tIME",
        b"sTER",
    ]
)
"""Chunks of pixels and numbers."""

XMP = "XML:com.adobe.xmp"


def read_png(untrusted: bytes, found: Found) -> None:
    """Walk the chunks. A file that ends before IEND is damaged."""
    position = len(MAGIC)
    while position + 12 <= len(untrusted):
        size, kind = struct.unpack_from(">I4s", untrusted, position)
        data = untrusted[position + 8 : position + 8 + size]
        if len(data) < size:
            break
        read_chunk(kind, position, data, found)
        position += 12 + size
        if kind == b"IEND":
            if untrusted[position:].strip(b"\0"):
                found.leave(position, untrusted[position:])
            return
    found.damaged = True
    found.leave(position, untrusted[position:])


def read_chunk(kind: bytes, offset: int, data: bytes, found: Found) -> None:
    """One chunk."""
    if kind == b"IHDR" and len(data) >= 8:
        found.size(*struct.unpack_from(">II", data))
    elif kind == b"tEXt":
        name, _, text = data.partition(b"\0")
        keep(found, name, text.decode("latin-1"))
    elif kind == b"zTXt":
        name, _, text = data.partition(b"\0")
        keep(found, name, found.inflate(text[1:]).decode("latin-1"))
    elif kind == b"iTXt":
        read_international(data, found)
    elif kind == b"eXIf":
        read_tiff(data, found, whole=False)
    elif kind not in SILENT and data:
        found.hold("chunk", offset + 8, kind + b" " + data if kind.isalpha() else data)


def read_international(data: bytes, found: Found) -> None:
    """A text chunk in UTF-8, deflated or not (11.3.4.5)."""
    name, _, rest = data.partition(b"\0")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    translated, _, text = rest.partition(b"\0")
    text = found.inflate(text) if packed else text
    keep(
        found,
        name,
        "\n".join(each for each in (translated.decode("utf-8", "replace"), text.decode("utf-8", "replace")) if each),
    )


def keep(found: Found, name: bytes, text: str) -> None:
    """A text with its keyword."""
    keyword = name.decode("latin-1")
    found.text("XMP" if keyword == XMP else "text", text if keyword == XMP else f"{keyword}: {text}")
