"""What is on disk: cases, message bytes, the outbox."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import Store as StoreSettings
from gateway.store.blobs import Blobs
from gateway.store.cases import Cases
from gateway.store.database import open_database
from gateway.store.inspections import Inspections
from gateway.store.journal import Journal
from gateway.store.keys import MASTER_KEY, Keys, StoreError, load_keys
from gateway.store.outbox import Outbox

DATABASE = "gateway.db"
JOURNAL = "journal"


@dataclass(frozen=True)
class Store:
    """The parts of one store, opened together."""

    cases: Cases
    outbox: Outbox
    blobs: Blobs
    inspections: Inspections
    keys: Keys
    folder: Path
    new_key: Path | None

    def open_journal(self) -> Journal:
        """The forward journal, for a process that forwards. Raises OSError."""
        return Journal(self.folder / JOURNAL, self.keys)

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
    path = settings.folder / DATABASE
    key = settings.master_key or settings.folder / MASTER_KEY
    if path.exists() and not key.exists():  # a new key would not open what the old one sealed
        raise StoreError(f"{key}: the master key is missing; put back the copy that was kept of it.")
    keys, made = load_keys(settings.master_key, settings.folder)
    blobs = Blobs(settings.folder / "held", keys)
    database = open_database(path, keys.id)
    outbox = Outbox(database, blobs, keys)
    cases = Cases(database, blobs, outbox, keys)
    return Store(cases, outbox, blobs, Inspections(database, cases), keys, settings.folder, made)


def open_existing_store(settings: StoreSettings) -> Store:
    """The store of a gateway that has run before. Raises StoreError, also where there is none."""
    if not (settings.folder / DATABASE).exists():
        raise StoreError(f"{settings.folder}: there is no store of a gateway here; set 'store.folder' to its folder.")
    return open_store(settings)
