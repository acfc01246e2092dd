"""Inspecting files from the command line: a verdict for each, or everything the readers surface."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.inspect import Inspector, Subject
from detectors.wire import Surfaced, Unseen
from gateway.policy import Policy, Verdict, judge
from gateway.summary import describe_findings, describe_people, describe_unread

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scanned:
    """One file with its verdict."""

    path: Path
    sha256: str
    verdict: Verdict

    def describe(self, reason: str) -> dict[str, Any]:
        """The line of `scan --json` (`docs/design` §7)."""
        report = self.verdict.report
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "media_type": report.media_type,
            "action": self.verdict.action.label,
            "rules": list(self.verdict.rules),
            "reason": reason,
            "people": describe_people(report),
            "findings": describe_findings(report),
            "unread": describe_unread(report),
            "seconds": report.seconds,
        }


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among and below the paths, in order. Raises FileNotFoundError for a path that is not there."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(path)


@contextmanager
def open_subject(path: Path) -> Iterator[Subject]:
    """A file as a thing to inspect: its content says what it is."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield Subject(descriptor, path.name)
    finally:
        os.close(descriptor)


async def scan(paths: Iterable[Path], inspector: Inspector, policy: Policy, at_once: int) -> AsyncIterator[Scanned]:
    """The verdict on each file in order, `at_once` of them inspected side by side."""
    waiting: list[asyncio.Task[Scanned]] = []
    for path in paths:
        waiting.append(asyncio.create_task(scan_file(path, inspector, policy)))
        if len(waiting) >= at_once:
            yield await waiting.pop(0)
    for task in waiting:
        yield await task


async def scan_file(path: Path, inspector: Inspector, policy: Policy) -> Scanned:
    """The verdict on one file. Raises OSError when it cannot be opened."""
    with open_subject(path) as subject:
        digest = await asyncio.to_thread(digest_file, subject.descriptor)
        report = await inspector.inspect(subject)
    return Scanned(path, digest, judge(report, policy))


def digest_file(descriptor: int) -> str:
    """The SHA-256 of an open file, in hex."""
    digest, offset = hashlib.sha256(), 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        digest.update(chunk)
        offset += len(chunk)
    return digest.hexdigest()


async def extract(path: Path, inspector: Inspector, write: Callable[[dict[str, Any]], None]) -> None:
    """Everything that the readers surface in one file, in clear: a JSON line each."""
    with open_subject(path) as subject:
        await inspector.extract(subject, lambda line: write(describe_surfaced(path, line)))


def describe_surfaced(path: Path, line: Surfaced | Unseen) -> dict[str, Any]:
    """One line of `extract --json`."""
    place = {"path": str(path), "where": str(line.where)}
    if isinstance(line, Unseen):
        return place | {"unread": line.why.value}
    content = {"cells": list(line.cells)} if line.cells is not None else {"text": line.text}
    return place | {"visibility": line.visibility.label, "channel": line.channel} | content
