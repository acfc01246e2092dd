"""Whether bytes are the properties of a form control (MS-OFORMS), whose text stands in the clear."""

from __future__ import annotations

import struct

VERSIONS = (b"\x00\x02", b"\x00\x04")
"""MinorVersion 0, MajorVersion 2 of a control (MS-OFORMS 2.2.1.1), 4 of a form (2.2.10.1)."""

CLSID_BYTES = 16
SITE_BYTES = 8


def is_control(untrusted: bytes) -> bool:
    """Whether a version and a length that fits begin the bytes, or stand behind the identifier of a control's class."""
    return begins(untrusted, 0) or begins(untrusted, CLSID_BYTES)


def begins(untrusted: bytes, offset: int) -> bool:
    """Whether a version and a length that fits stand at an offset."""
    if len(untrusted) < offset + 4 or untrusted[offset : offset + 2] not in VERSIONS:
        return False
    size = int(struct.unpack_from("<H", untrusted, offset + 2)[0])
    return SITE_BYTES <= size + 4 <= len(untrusted) - offset
