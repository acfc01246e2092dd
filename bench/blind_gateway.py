"""`foi-gateway serve` whose inspection finds nothing at once: what the mail path costs by itself, journal and store and all.

usage: python -m bench.blind_gateway
"""

from __future__ import annotations

from detectors.inspect import Inspector, Subject
from detectors.model import Limits, Report
from gateway import cli
from gateway import serve as serving


class Blind(Inspector):
    """Looks at nothing."""

    async def start(self) -> tuple[str, ...]:
        """There is no child that could break out."""
        return ("blind",)

    async def inspect(self, _subject: Subject, _limits: Limits | None = None) -> Report:
        """All is well."""
        return Report(parts=1)


if __name__ == "__main__":
    serving.Inspector = Blind  # type: ignore[attr-defined]
    cli.main(["serve"])
