"""The master key, and the keys made from it for each purpose."""

from __future__ import annotations

import enum
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
MASTER_KEY = "master.key"


class StoreError(Exception):
    """The store cannot be used or its content cannot be trusted; one sentence for an administrator."""


class Purpose(enum.StrEnum):
    """What a derived key is for; a key of one purpose never serves another."""

    WRAP = "wrap"
    SEAL = "seal"
    RETRY = "retry"
    TRACE = "trace"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a store. `id` names the master key without telling it."""

    master: bytes = field(repr=False)
    derived: dict[Purpose, bytes] = field(default_factory=dict, repr=False, compare=False)
    """The keys that were made so far."""

    def derive(self, purpose: Purpose) -> bytes:
        """The 32-byte key for a purpose (HKDF-SHA256, RFC 5869)."""
        if purpose not in self.derived:
            info = b"foi-gateway/" + purpose.value.encode()
            self.derived[purpose] = HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self.master)
        return self.derived[purpose]

    @property
    def id(self) -> str:
        """Eight hex digits that tell two master keys apart."""
        return HKDF(SHA256(), 4, salt=None, info=b"foi-gateway/id").derive(self.master).hex()

    def seal(self, clear: bytes, context: bytes) -> bytes:
        """Encrypt and authenticate (AES-256-GCM, random nonce in front); `context` must be the same to unseal."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.derive(Purpose.SEAL)).encrypt(nonce, clear, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed; raises cryptography's InvalidTag when key, context or bytes differ."""
        return AESGCM(self.derive(Purpose.SEAL)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


def load_keys(file: Path | None, folder: Path) -> tuple[Keys, Path | None]:
    """The keys from `file`; without one from FOLDER/master.key, which is made at the first start.

    Returns the path of a key that was made just now, to tell people to back it up. Raises StoreError.
    """
    path = file or folder / MASTER_KEY
    made = None
    if file is None and not path.exists():
        made = make_key(path)
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise StoreError(f"{path}: the master key cannot be read.") from None
    if mode & 0o077:
        raise StoreError(f"{path}: others may read the master key; run: chmod 600 {path}")
    try:
        master = bytes.fromhex(text)
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        raise StoreError(f"{path}: a master key is 64 hexadecimal digits; make one with: openssl rand -hex 32")
    return Keys(master), made


def make_key(path: Path) -> Path | None:
    """A new random key, on disk for good before it is used. None when another process was first."""
    make_folder(path.parent)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return None
    finally:
        temporary.unlink()
        sync_folder(path.parent)
    return path


def make_folder(folder: Path) -> None:
    """A folder that only we may enter, with its parents; each new one is on disk before it is used."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the kernel write a folder's entries to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
