"""What is on disk: cases, message bytes, the outbox."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import Store as StoreSettings
from gateway.store.blobs import Blobs
from gateway.store.cases import Cases
from gateway.store.database import open_database
from gateway.store.keys import load_keys
from gateway.store.outbox import Outbox


@dataclass(frozen=True)
class Store:
    """The parts of one store, opened together."""

    cases: Cases
    outbox: Outbox
    blobs: Blobs
    new_key: Path | None

    def check(self) -> None:
        """Prove that rows can be read and bytes written and read back. Raises what the failing part raises."""
        self.cases.count()
        probe = str(time.time()).encode()
        blob = self.blobs.write([probe])
        try:
            if b"".join(self.blobs.read(blob)) != probe:
                raise OSError
        finally:
            self.blobs.delete(blob)


def open_store(settings: StoreSettings) -> Store:
    """The store in its folder, made at the first start. Raises StoreError."""
    keys, made = load_keys(settings.master_key, settings.folder)
    blobs = Blobs(settings.folder / "held", keys)
    database = open_database(settings.folder / "gateway.db", keys.id)
    outbox = Outbox(database, blobs, keys)
    return Store(Cases(database, blobs, outbox, keys), outbox, blobs, made)
