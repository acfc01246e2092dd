"""Transfer encodings of mail: base64, quoted-printable, uuencode, decoded as far as they go."""

from __future__ import annotations

import base64
import binascii
import re

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
PADDED = re.compile(rb"[A-Za-z0-9+/]+=*")


def decode_base64(untrusted: bytes) -> tuple[bytes, bool]:
    """What base64 says, junk passed over (RFC 2045 6.8), and whether all of it could be decoded.

    Padding may stand within: some programs encode piece by piece.
    """
    letters = NOT_BASE64.sub(b"", untrusted)
    decoded, whole = [], True
    for piece in PADDED.findall(letters):
        body = piece.rstrip(b"=")
        if len(body) % 4 == 1:
            body, whole = body[:-1], False
        decoded.append(base64.b64decode(body + b"=" * (-len(body) % 4)))
    return b"".join(decoded), whole


def decode_quoted_printable(untrusted: bytes) -> tuple[bytes, bool]:
    """What quoted-printable says; bad escapes stay as they are (RFC 2045 6.7)."""
    return binascii.a2b_qp(untrusted), True


def decode_uuencoded(untrusted_lines: bytes) -> tuple[bytes, bool]:
    """What the lines between `begin` and `end` say, and whether all of them could be decoded."""
    decoded, whole = [], True
    for line in untrusted_lines.splitlines():
        if line in {b"`", b" ", b""}:
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad a line with what does not belong to it: the length is in its first byte.
            size = ((line[0] - 32) & 63) * 4 // 3 + 4
            try:
                decoded.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                whole = False
    return b"".join(decoded), whole
