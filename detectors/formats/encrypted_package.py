"""Office packages under the password that Excel itself knows (MS-OFFCRYPTO 2.3): whoever opens one is asked for nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from detectors.formats import xml_events
from detectors.model import Budget

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 # what Excel writes for a workbook that is protected and not sealed
AGILE = (4, 4)
STANDARD_MAJORS = (2, 3, 4)
STANDARD_MINOR = 2
STANDARD_SPINS = 50_000
MOST_SPINS = 1_000_000
"""Office writes 100,000; the format allows ten million, which only serves to keep a reader busy."""

SEGMENT = 4096
HASHES = {"SHA1": "sha1", "SHA-1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}
BLOCK_INPUT = bytes.fromhex("fea7d2763b4b9e79")
BLOCK_VALUE = bytes.fromhex("d7aa0f6d3061344e")
BLOCK_KEY = bytes.fromhex("146e0be7abacd0d6")
"""Block keys of the verifier's input, its hash and the key itself (MS-OFFCRYPTO 2.3.4.13)."""

AES_128 = 0x660E
AES_KINDS = (AES_128, 0x660F, 0x6610)


@dataclass(slots=True)
class Agile:
    """Handler of the XML that says how a package is sealed: attributes by element."""

    elements: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """The first of each name; further key encryptors are certificates."""
        self.elements.setdefault(name, attributes)

    def text(self, _: str) -> None:
        """Nothing."""

    def end(self, _: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """The numbers of one element of that XML."""

    salt: bytes
    block: int
    key: int
    hash: str


def decrypt(info: bytes, package: bytes, budget: Budget) -> bytes | None:
    """The package; None when the default password is not the password, or the sealing is of a kind that Excel does not write for it.

    Raises ValueError for what does not hold together. At most `MOST_SPINS` rounds of hashing; the bytes are paid for.
    """
    if len(info) < 8 or len(package) < 8:
        raise ValueError("a sealed package that is cut short")
    major, minor = struct.unpack_from("<HH", info)
    if (major, minor) == AGILE:
        return decrypt_agile(info[8:], package, budget)
    if major in STANDARD_MAJORS and minor == STANDARD_MINOR:
        return decrypt_standard(info, package, budget)
    return None


def unseal(key: bytes, mode: modes.Mode, data: bytes) -> bytes:
    """AES, as many whole blocks as there are. Raises ValueError for a key of no valid length."""
    decryptor = Cipher[modes.Mode](algorithms.AES(key), mode).decryptor()  # type: ignore[misc] # typeshed tells AEAD apart by mode
    return bytes(decryptor.update(data[: len(data) & ~15]) + decryptor.finalize())


def cut(package: bytes, opened: bytes) -> bytes:
    """Without the filling at the end: the size stands before the package."""
    size = int(struct.unpack_from("<Q", package)[0])
    return opened[:size]


# Agile (2.3.4.10).


def decrypt_agile(xml: bytes, package: bytes, budget: Budget) -> bytes | None:
    """By the XML, with any AES and SHA."""
    handler = Agile()
    xml_events.parse([xml], handler)
    data = read_sealing(handler.elements.get("keyData", {}))
    attributes = handler.elements.get("encryptedKey", {})
    lock = read_sealing(attributes)
    spins = number(attributes, "spinCount")
    if spins > MOST_SPINS or data is None or lock is None:
        return None
    start = spin(lock.hash, lock.salt, spins)
    opened = [
        unseal(agile_key(lock, start, block), modes.CBC(iv(lock.salt, lock.block)), decode(attributes, name))
        for block, name in (
            (BLOCK_INPUT, "encryptedVerifierHashInput"),
            (BLOCK_VALUE, "encryptedVerifierHashValue"),
            (BLOCK_KEY, "encryptedKeyValue"),
        )
    ]
    proof = hashlib.new(lock.hash, opened[0][: len(lock.salt)]).digest()
    if not hmac.compare_digest(proof, opened[1][: len(proof)]):
        return None
    return open_segments(data, opened[2][: lock.key], package, budget)


def open_segments(data: Sealing, key: bytes, package: bytes, budget: Budget) -> bytes:
    """Segment by segment, each with an initial vector of its own (2.3.4.15)."""
    budget.spend(len(package))
    pieces = []
    for index, start in enumerate(range(8, len(package), SEGMENT)):
        vector = hashlib.new(data.hash, data.salt + struct.pack("<I", index)).digest()
        pieces.append(unseal(key, modes.CBC(iv(vector, data.block)), package[start : start + SEGMENT]))
    return cut(package, b"".join(pieces))


def read_sealing(attributes: dict[str, str]) -> Sealing | None:
    """Salt, sizes and hash; None for ciphers and hashes that we do not have. Raises ValueError for what is no number."""
    name = HASHES.get(attributes.get("hashAlgorithm", "").upper())
    if (
        name is None
        or attributes.get("cipherAlgorithm") != "AES"
        or attributes.get("cipherChaining") != "ChainingModeCBC"
    ):
        return None
    sealing = Sealing(
        decode(attributes, "saltValue"), number(attributes, "blockSize"), number(attributes, "keyBits") // 8, name
    )
    if sealing.block != 16 or sealing.key not in {16, 24, 32}:
        raise ValueError("AES with sizes that it has not")
    return sealing


def decode(attributes: dict[str, str], name: str) -> bytes:
    """A value in base64."""
    try:
        return base64.b64decode(attributes.get(name, ""))
    except binascii.Error:
        raise ValueError("a value that is no base64") from None


def number(attributes: dict[str, str], name: str) -> int:
    """A whole number, none of them long."""
    text = attributes.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError("a size that is no number")
    return int(text)


def iv(data: bytes, size: int) -> bytes:
    """An initial vector: cut, or filled with 0x36 (2.3.4.12)."""
    return data[:size].ljust(size, b"\x36")


def spin(name: str, salt: bytes, spins: int) -> bytes:
    """The password hashed many times over (2.3.4.11)."""
    make = getattr(hashlib, name)
    digest: bytes = make(salt + DEFAULT_PASSWORD.encode("utf-16-le")).digest()
    for index in range(spins):
        digest = make(index.to_bytes(4, "little") + digest).digest()
    return digest


def agile_key(lock: Sealing, start: bytes, block: bytes) -> bytes:
    """A key for one purpose."""
    return hashlib.new(lock.hash, start + block).digest()[: lock.key].ljust(lock.key, b"\x36")


# Standard (2.3.4.5), with which Office 2007 began.


def decrypt_standard(info: bytes, package: bytes, budget: Budget) -> bytes | None:
    """AES in single blocks, a key from SHA-1."""
    size = struct.unpack_from("<I", info, 8)[0] if len(info) >= 12 else 0
    header, verifier = info[12 : 12 + size], info[12 + size :]
    if len(header) < 32 or len(verifier) < 72:
        raise ValueError("a header that is cut short")
    kind, _, bits = struct.unpack_from("<III", header, 8)
    if kind not in AES_KINDS or bits not in {128, 192, 256}:
        return None
    key = standard_key(spin("sha1", verifier[4:20], STANDARD_SPINS), bits // 8)
    proof = hashlib.sha1(unseal(key, modes.ECB(), verifier[20:36])).digest()  # noqa: S305, S324 # the format's choice
    if not hmac.compare_digest(proof, unseal(key, modes.ECB(), verifier[40:72])[:20]):  # noqa: S305 # the same
        return None
    budget.spend(len(package))
    return cut(package, unseal(key, modes.ECB(), package[8:]))  # noqa: S305 # the same


def standard_key(digest: bytes, size: int) -> bytes:
    """The key from the hashed password (2.3.4.7)."""
    last = hashlib.sha1(digest + bytes(4)).digest()  # noqa: S324 # the format's choice
    first, second = (
        hashlib.sha1(bytes(byte ^ each for byte in last.ljust(64, b"\0"))).digest()  # noqa: S324 # the same
        for each in (0x36, 0x5C)
    )
    return (first + second)[:size]
