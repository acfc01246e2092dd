"""Objects and macros in old PowerPoint files (MS-PPT 2.10.34): compound files in records, deflated or not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from detectors.model import Bytes, Content, OverLimit, Part, Unread, Why

OBJECT = 0x1011
DEFLATED = 1


def read_objects(part: Part, untrusted: bytes) -> Iterator[Content]:
    """Every object's storage as a part. Records at the top are walked, which is where storages stand."""
    position, number = 0, 0
    while position + 8 <= len(untrusted):
        version, kind, size = struct.unpack_from("<HHI", untrusted, position)
        if kind == OBJECT:
            number += 1
            where = part.where / f"object {number}"
            data = untrusted[position + 8 : position + 8 + size]
            opened = inflate(part, data[4:]) if version >> 4 == DEFLATED else data
            if opened:
                yield part.inner(where, Bytes(opened))
            else:
                yield Unread(where, Why.DAMAGED)
        position += 8 + size


def inflate(part: Part, data: bytes) -> bytes:
    """Deflated bytes, paid for. Empty for damage; raises OverLimit beyond `part_bytes`."""
    unpacker = zlib.decompressobj()
    try:
        out = unpacker.decompress(data, part.budget.limits.part_bytes)
    except zlib.error:
        return b""
    if unpacker.unconsumed_tail:
        raise OverLimit(Why.TOO_LARGE)
    part.budget.spend(len(out))
    return out
