"""Messages a second and processor time a message, with inspection on, beside the same relay without it in the same run.

usage: python -m bench.mail_path [--messages N] [--rounds N]

Each round sends N messages over one connection at a time through
  plain      the gateway's own listener and next-hop session, every message forwarded unread: the yardstick
  gateway    `foi-gateway serve`, inspection on
into a maildir of its own, in alternating order. Figures are medians of the rounds; the ratios are what to compare between machines.
"""

from __future__ import annotations

import argparse
import json
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.samples import XLSX, make_breach, make_mail, make_people
from tests.end_to_end.postfix import free_port, is_open, wait_for

TICKS = os.sysconf("SC_CLK_TCK")
COMMAND = str(Path(sys.executable).parent / "foi-gateway")


@dataclass(frozen=True)
class Result:
    """One relay, one kind of message, one round."""

    relay: str
    message: str
    per_second: float
    cpu_ms: float
    code: int


def cpu_seconds(root: int) -> float:
    """User and system time of a process and all its descendants, those already reaped included."""
    total, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        except FileNotFoundError:
            continue
        total += sum(int(field) for field in fields[11:15]) / TICKS
    return total


@contextmanager
def run(command: list[str], folder: Path, port: int, **environment: str) -> Iterator[int]:
    """A relay as a process; yields its number."""
    settings = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)} | environment
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=settings)
    try:
        wait_for(lambda: is_open(port), 60, (folder / "log").read_text())
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def send(port: int, wire: bytes, count: int) -> int:
    """Send a message `count` times over one connection; returns the last reply's code."""
    code = 0
    with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
        client.ehlo("bench.test")
        for n in range(count):
            client.mail("foi@force.example")
            client.rcpt("requester@public.example")
            code, _ = client.data(b"X-Bench: %d\r\n" % n + wire)
    return code


def measure(relay: str, pid: int, port: int, message: str, wire: bytes, count: int) -> Result:
    """One round."""
    send(port, wire, 3)
    cpu, started = cpu_seconds(pid), time.perf_counter()
    code = send(port, wire, count)
    seconds = time.perf_counter() - started
    return Result(relay, message, count / seconds, (cpu_seconds(pid) - cpu) / count * 1000, code)


def messages() -> dict[str, bytes]:
    """What is sent: an ordinary text of 5 kB, and the breach workbook."""
    text = "Dear requester,\r\n\r\n" + "We hold the information that you asked for and it is set out below.\r\n" * 70
    plain = f"From: foi@force.example\r\nTo: requester@public.example\r\nSubject: FOI 1\r\n\r\n{text}".encode()
    mail = make_mail("FOI 2", "summary.xlsx", XLSX, make_breach(make_people(1230)))
    return {"text 5 kB": plain, "breach workbook": mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))}


def bench(count: int, rounds: int) -> list[Result]:
    """All rounds."""
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain_port, gateway_port, health_port = free_port(), free_port(), free_port()
        for sub in ("plain", "gateway"):
            (folder / sub).mkdir()
        plain = [sys.executable, "-m", "bench.plain_relay", str(plain_port), str(folder / "plain")]
        settings = {
            "FOI_GATEWAY_SMTP__LISTEN": f"127.0.0.1:{gateway_port}",
            "FOI_GATEWAY_HEALTH__LISTEN": f"127.0.0.1:{health_port}",
            "FOI_GATEWAY_NOTICES__ENABLED": "false",
        }
        with (
            run(plain, folder / "plain", plain_port) as plain_pid,
            run([COMMAND, "serve"], folder / "gateway", gateway_port, **settings) as gateway_pid,
        ):
            relays = [("plain", plain_pid, plain_port), ("gateway", gateway_pid, gateway_port)]
            for n in range(rounds):
                for kind, wire in messages().items():
                    for relay, pid, port in relays if n % 2 else reversed(relays):
                        results.append(measure(relay, pid, port, kind, wire, count))
    return results


def show(results: list[Result]) -> None:
    """A table and a JSON line."""
    print(f"{'message':18}{'relay':10}{'messages/s':>12}{'CPU ms each':>14}{'reply':>8}")
    summary = []
    for kind in messages():
        for relay in ("plain", "gateway"):
            rows = [result for result in results if (result.relay, result.message) == (relay, kind)]
            rate = statistics.median(row.per_second for row in rows)
            cpu = statistics.median(row.cpu_ms for row in rows)
            summary.append({"message": kind, "relay": relay, "per_second": round(rate, 1), "cpu_ms": round(cpu, 2)})
            print(f"{kind:18}{relay:10}{rate:12.1f}{cpu:14.2f}{rows[-1].code:8}")
    print(json.dumps(summary))


def main() -> None:
    """Parse, run, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    show(bench(options.messages, options.rounds))


if __name__ == "__main__":
    main()
