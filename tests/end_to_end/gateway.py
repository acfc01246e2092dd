"""The gateway as an administrator runs it: a process of its own, settings by environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.end_to_end.postfix import free_port, is_open, wait_for

COMMAND = str(Path(sys.executable).parent / "foi-gateway")


@dataclass
class Gateway:
    """A gateway with its folder and ports; `start` again after a crash and it goes on where it was."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    health: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    command: tuple[str, ...] = (COMMAND, "serve")

    def environment(self) -> dict[str, str]:
        """The settings as a container gets them."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("FOI_GATEWAY_")},
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "FOI_GATEWAY_SMTP__LISTEN": f"127.0.0.1:{self.port}",
            "FOI_GATEWAY_HEALTH__LISTEN": f"127.0.0.1:{self.health}",
            **{f"FOI_GATEWAY_{name.upper()}": value for name, value in self.settings.items()},
        }

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with (self.folder / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment(), stdout=log, stderr=log
            )
        wait_for(lambda: self.process is None or self.process.poll() is not None or self.is_ready(), 180, self.log())
        assert self.process.poll() is None, self.log()

    def is_ready(self) -> bool:
        """What /readyz says."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health}/readyz", timeout=30):
                return is_open(self.port)
        except OSError:  # not there, or 503
            return False

    def stop(self) -> None:
        """SIGTERM, as systemd or Docker would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log()

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def warm_parent(self) -> int:
        """The process that forks the inspecting children."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if b"detectors.child" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command in the gateway's folder with its settings."""
        return subprocess.run(
            [COMMAND, *arguments],
            check=False,
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def held(self) -> list[dict[str, Any]]:
        """The lines of `held list --json`."""
        done = self.run("held", "list", "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def show(self, reference: str) -> dict[str, Any]:
        """The line of `held show --json`."""
        done = self.run("held", "show", reference, "--json")
        assert done.returncode == 0, done.stderr
        shown: dict[str, Any] = json.loads(done.stdout)
        return shown

    def log(self) -> str:
        """All that it has written."""
        file = self.folder / "gateway.log"
        return file.read_text() if file.exists() else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log's lines of one event."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    def metrics(self) -> str:
        """The exposition text."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health}/metrics", timeout=30) as answer:
            text: str = answer.read().decode()
            return text


@contextmanager
def run_gateway(folder: Path, **settings: str) -> Iterator[Gateway]:
    """A running gateway; `next_hop__route="..."` and so on are its settings."""
    folder.mkdir(parents=True, exist_ok=True)
    gateway = Gateway(folder, settings)
    gateway.start()
    try:
        yield gateway
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.process.terminate()
            try:
                gateway.process.wait(30)
            except subprocess.TimeoutExpired:
                gateway.process.kill()
                gateway.process.wait()
