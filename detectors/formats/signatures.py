"""What bytes are by how they begin: whether some reader of ours is for them."""

from __future__ import annotations

import re
import zlib

BEGINNINGS = (
    b"PK\x03\x04", b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-",
    b"{\\rtf",
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*",
    b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00\x00\x03", b"\x02\x00\x09\x00\x00\x03",  # WMF (MS-WMF 2.3.2)
    b"MZ", b"\x7fELF",
    b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh",
    b"<?xml", b"\xef\xbb\xbf<?xml", b"\xff\xfe<\x00?\x00", b"<html", b"<HTML", b"<!DOCTYPE",
)  # fmt: skip

METAFILE = re.compile(rb"\x01\x00\x00\x00.{36} EMF", re.DOTALL)
BITMAP = re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL)
WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)

CARVED = re.compile(rb"PK\x03\x04[\x0a-\x3f]\x00|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|%PDF-1\.|\{\\rtf1")
"""Files that may begin anywhere in bytes that belong to nothing."""

BLOCK = 64 * 1024
PACKED_BYTES = 512
"""Less than this is too little to tell packed bytes from others."""


PACKED_SHARE = 0.92
"""Deflate makes words half as long, numbers a third shorter, deflated or encrypted bytes hardly at all."""


def is_known(untrusted: bytes) -> bool:
    """Whether bytes begin as a file of a kind that has a reader, or should have one."""
    return untrusted.startswith(BEGINNINGS) or any(each.match(untrusted) for each in (METAFILE, BITMAP, WEBP))


def is_packed(untrusted: bytes) -> bool:
    """Whether part of the bytes is compressed or encrypted, so that no text in it can be seen: deflate gains nothing on it."""
    view = memoryview(untrusted)
    for start in range(0, len(view), BLOCK):
        block = view[start : start + BLOCK]
        if len(block) >= PACKED_BYTES and len(zlib.compress(block, 1)) > len(block) * PACKED_SHARE:
            return True
    return False
