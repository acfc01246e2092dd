"""The password that everybody has: streams under it are opened, any other is left closed (MS-XLS 2.2.10, MS-OFFCRYPTO 2.3.5-2.3.7)."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from detectors.formats.biff.records import BOF_KINDS, HEADER

PASSWORD = "VelvetSweatshop".encode("utf-16-le")
BLOCK = 1024
FILEPASS, BOUNDSHEET, POINTER = 0x2F, 0x85, 4
PLAIN = frozenset((*BOF_KINDS, FILEPASS, 0xE1, 0x138, 0x194, 0x195, 0x196))
"""Records that stay as they are; of BOUNDSHEET the first four bytes do."""

XOR_KEY, XOR_VERIFIER = 0xB359, 0x9A0A
XOR_ARRAY = bytes.fromhex("876b9ae21ee305621e699660986e9404")
"""What the password comes to in XOR obfuscation, method 1."""

ROTATED = bytes((value >> 5 | value << 3) & 0xFF for value in range(256))
RECORDS = 60
"""FILEPASS stands right behind BOF, or behind WRITEPROT."""

Decrypt = Callable[[bytes], bytes]


class Locked(Exception):
    """The stream is under a password that we do not have."""


def find_decryption(untrusted: bytes) -> Decrypt | None:
    """How to open a BIFF stream; None for one that is open. Raises Locked."""
    position = 0
    for _ in range(RECORDS):
        if position + 4 > len(untrusted):
            return None
        kind, size = HEADER.unpack_from(untrusted, position)
        if kind == FILEPASS:
            return read_filepass(untrusted[position + 4 : position + 4 + size])
        position += 4 + size
    return None


def read_filepass(data: bytes) -> Decrypt:
    """FILEPASS (MS-XLS 2.4.117). Raises Locked unless the default password opens it."""
    try:
        if len(data) <= 4:
            return check_xor(*struct.unpack("<HH", data))
        kind, major = struct.unpack_from("<HH", data)
        if kind == 0:
            return check_xor(*struct.unpack_from("<HH", data, 2))
        return check_rc4(data) if major == 1 else check_crypto_api(data)
    except struct.error:
        raise Locked from None


def check_xor(key: int, verifier: int) -> Decrypt:
    """XOR obfuscation."""
    if (key, verifier) != (XOR_KEY, XOR_VERIFIER):
        raise Locked
    return decrypt_xor


def check_rc4(data: bytes) -> Decrypt:
    """RC4 with a key of 40 bits (MS-OFFCRYPTO 2.3.6)."""
    salt, verifier, expected = struct.unpack_from("<16s16s16s", data, 6)
    first = hashlib.md5(PASSWORD, usedforsecurity=False).digest()[:5]
    base = hashlib.md5((first + salt) * 16, usedforsecurity=False).digest()[:5]

    def key(block: int) -> bytes:
        return hashlib.md5(base + struct.pack("<I", block), usedforsecurity=False).digest()

    opened = rc4(key(0), verifier + expected)
    verify(hashlib.md5(opened[:16], usedforsecurity=False).digest(), opened[16:])
    return Rc4(key).decrypt


def check_crypto_api(data: bytes) -> Decrypt:
    """RC4 as CryptoAPI does it (MS-OFFCRYPTO 2.3.5)."""
    header_size = struct.unpack_from("<I", data, 10)[0]
    bits = struct.unpack_from("<I", data, 14 + 16)[0] or 40
    at = 14 + header_size
    salt, verifier, _, expected = struct.unpack_from("<4x16s16sI20s", data, at)
    base = hashlib.sha1(salt + PASSWORD, usedforsecurity=False).digest()
    size = bits // 8
    if not 5 <= size <= 16:
        raise Locked

    def key(block: int) -> bytes:
        made = hashlib.sha1(base + struct.pack("<I", block), usedforsecurity=False).digest()[:size]
        return made.ljust(16, b"\0") if size == 5 else made

    opened = rc4(key(0), verifier + expected)
    verify(hashlib.sha1(opened[:16], usedforsecurity=False).digest(), opened[16:])
    return Rc4(key).decrypt


def verify(made: bytes, expected: bytes) -> None:
    """Raises Locked for another password."""
    if not hmac.compare_digest(made, expected):
        raise Locked


def rc4(key: bytes, data: bytes) -> bytes:
    """RC4."""
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


@dataclass(frozen=True, slots=True)
class Rc4:
    """A stream under RC4, with a new key every 1024 bytes."""

    key: Callable[[int], bytes]

    def decrypt(self, untrusted: bytes) -> bytes:
        """The stream in the clear: headers of records were never under the key."""
        blocks = range(0, len(untrusted), BLOCK)
        opened = bytearray().join(
            rc4(self.key(number), untrusted[start : start + BLOCK]) for number, start in enumerate(blocks)
        )
        for start, end, _ in clear_ranges(untrusted):
            opened[start:end] = untrusted[start:end]
        return bytes(opened)


def decrypt_xor(untrusted: bytes) -> bytes:
    """The stream in the clear: the place in the array depends on where a record is and how long (MS-OFFCRYPTO 2.3.7.3)."""
    opened = bytearray(untrusted)
    for start, clear, size in clear_ranges(untrusted):
        end = start + 4 + size
        if clear < end:
            opened[clear:end] = unmask(untrusted[clear:end], (clear + size) % 16)
    return bytes(opened)


def unmask(data: bytes, shift: int) -> bytes:
    """One record's data."""
    mask = (XOR_ARRAY[shift:] + XOR_ARRAY[:shift]) * (len(data) // 16 + 1)
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(mask[: len(data)], "big")
    return mixed.to_bytes(len(data), "big").translate(ROTATED)


def clear_ranges(untrusted: bytes) -> Iterator[tuple[int, int, int]]:
    """Of each record: where it starts, where its clear bytes end, and the size of its data."""
    position = 0
    while position + 4 <= len(untrusted):
        kind, size = HEADER.unpack_from(untrusted, position)
        clear = size if kind in PLAIN else min(size, POINTER) if kind == BOUNDSHEET else 0
        yield position, position + 4 + clear, size
        position += 4 + size
