"""Message bytes at rest: one encrypted file a message, streamed in chunks."""

from __future__ import annotations

import os
import secrets
import struct
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.store.keys import KEY_BYTES, NONCE_BYTES, Keys, Purpose, StoreError, make_folder, sync_folder

MAGIC = b"FOIB\x01"
CHUNK = 64 * 1024
TAG_BYTES = 16
ID_BYTES = 16
HEADER = struct.Struct(f">5s4sI{ID_BYTES}s{NONCE_BYTES}s{KEY_BYTES + TAG_BYTES}s7s")
"""Magic and version, master key id, chunk size, blob id, nonce and wrapped key, nonce prefix of the chunks."""

ORPHAN_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Blobs:
    """A folder of encrypted messages.

    AES-256-GCM in chunks of 64 KiB under a key of the message's own, which is wrapped by the master key: to destroy a message is to
    destroy its key. The nonces are those of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): prefix, counter, last-chunk flag, so that
    chunks cannot be cut off, swapped or taken from another file. File names are random: the hash of a known file is a disclosure.
    """

    folder: Path
    keys: Keys

    def write(self, wire: Iterable[bytes]) -> str:
        """Store the bytes; returns the blob's id once file and folder are on disk. Raises OSError when they cannot be."""
        make_folder(self.folder)
        identity = secrets.token_bytes(ID_BYTES)
        temporary = self.folder / f"{identity.hex()}.part"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                self.encrypt(identity, wire, stream)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.rename(self.folder / identity.hex())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        return identity.hex()

    def encrypt(self, identity: bytes, wire: Iterable[bytes], stream: BinaryIO) -> None:
        """Header and chunks. Every chunk is authenticated together with the header."""
        key, nonce, prefix = AESGCM.generate_key(256), os.urandom(NONCE_BYTES), os.urandom(7)
        wrapped = AESGCM(self.keys.derive(Purpose.WRAP)).encrypt(nonce, key, MAGIC + identity)
        header = HEADER.pack(MAGIC, bytes.fromhex(self.keys.id), CHUNK, identity, nonce, wrapped, prefix)
        stream.write(header)
        cipher = AESGCM(key)
        stream.writelines(
            cipher.encrypt(chunk_nonce(prefix, counter, last=last), chunk, header)
            for counter, (chunk, last) in enumerate(recut(wire))
        )

    def read(self, blob: str) -> Generator[bytes, None, None]:
        """The bytes in chunks of at most 64 KiB, each authenticated before it is given out.

        Raises StoreError when the file is missing, was changed, or ends early.
        """
        try:
            with (self.folder / check_id(blob)).open("rb") as stream:
                yield from self.decrypt(bytes.fromhex(blob), stream)
        except (InvalidTag, struct.error):
            raise StoreError(f"stored message {blob} was changed or is damaged.") from None
        except FileNotFoundError:
            raise StoreError(f"stored message {blob} is missing.") from None

    def decrypt(self, identity: bytes, stream: BinaryIO) -> Iterator[bytes]:
        """The chunks of one file; raises InvalidTag or struct.error for anything but what was written."""
        header = stream.read(HEADER.size)
        magic, key_id, size, named, nonce, wrapped, prefix = HEADER.unpack(header)
        if magic != MAGIC or named != identity or size != CHUNK:
            raise InvalidTag
        if key_id.hex() != self.keys.id:
            raise StoreError(f"stored message {identity.hex()} was sealed under another master key ({key_id.hex()}).")
        key = AESGCM(self.keys.derive(Purpose.WRAP)).decrypt(nonce, wrapped, MAGIC + identity)
        cipher = AESGCM(key)
        counter, chunk = 0, stream.read(CHUNK + TAG_BYTES)
        while True:
            following = stream.read(CHUNK + TAG_BYTES)
            yield cipher.decrypt(chunk_nonce(prefix, counter, last=not following), chunk, header)
            if not following:
                return
            counter, chunk = counter + 1, following

    def check(self, blob: str) -> None:
        """Raises StoreError when a blob is missing."""
        if not (self.folder / check_id(blob)).exists():
            raise StoreError(f"stored message {blob} is missing.")

    def delete(self, blob: str) -> None:
        """Remove a blob; nothing happens when it is gone already."""
        (self.folder / check_id(blob)).unlink(missing_ok=True)

    def collect(self, known: frozenset[str], now: float | None = None) -> int:
        """Remove what no row refers to and is older than a day: the remains of a crash. Returns how many files."""
        removed = 0
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.name not in known and is_older(path, (now or time.time()) - ORPHAN_SECONDS):
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def is_older(path: Path, than: float) -> bool:
    """Whether a file is older than a time; not if it has gone meanwhile, for blobs come and go while we look."""
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:
        return False


def recut(wire: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The bytes in chunks of exactly CHUNK but for the last, which is marked; one empty chunk for nothing at all."""
    waiting = bytearray()
    for piece in wire:
        waiting += piece
        while len(waiting) > CHUNK:
            yield bytes(waiting[:CHUNK]), False
            del waiting[:CHUNK]
    yield bytes(waiting), True


def chunk_nonce(prefix: bytes, counter: int, *, last: bool) -> bytes:
    """7 bytes of prefix, 4 of counter, 1 of flag."""
    return prefix + struct.pack(">IB", counter, last)


def check_id(blob: str) -> str:
    """A blob's id, which becomes a file name; raises StoreError for anything but 32 hex digits."""
    if len(blob) != 2 * ID_BYTES or not all(c in "0123456789abcdef" for c in blob):
        raise StoreError("a stored message has an impossible name.")
    return blob
