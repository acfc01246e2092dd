"""Messages a second and processor time a message over SMTP, beside Postfix as a before-queue proxy, in the same run.

usage: python -m bench.smtp_path [--rounds N] [--scale X]

smtp-source sends through
  postfix    smtpd with `smtpd_proxy_filter`: the yardstick
  stubbed    the gateway with an inspection that finds nothing at once: journal, store, health and all
  gateway    `foi-gateway serve`, inspection on
to smtp-sink, one connection a message, in alternating order: 5 kB from 20 connections, 5 MB and 25 MB from 4 processes. Then 100 senders
of 25 MB each at once: peak memory of the gateway's process, and how long NOOP waits for its answer on another connection.
Figures are medians of the rounds; the ratios are what to compare between machines. Needs Postfix, and to be root as Postfix does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.mail_path import COMMAND, cpu_seconds, run
from tests.end_to_end.postfix import free_port, is_open, run_postfix, wait_for

BLIND = [sys.executable, "-m", "bench.blind_gateway"]
PROXY = "smtpd_proxy_filter = 127.0.0.1:{port}\nsmtpd_proxy_timeout = 600s\nmessage_size_limit = 104857600"
BIG = 25_000_000
SENDERS = 100


@dataclass(frozen=True)
class Load:
    """What is sent at a time."""

    name: str
    size: int
    processes: int
    connections: int
    messages: int
    """Of each process in a round."""


LOADS = (
    Load("5 kB, 20 at once", 5_000, 1, 20, 2000),
    Load("5 MB, 4 at once", 5_000_000, 4, 1, 8),
    Load("25 MB, 4 at once", BIG, 4, 1, 3),
)


@dataclass(frozen=True)
class Relay:
    """What is measured: a process with its descendants, and where it listens."""

    name: str
    pid: int
    port: int


@dataclass(frozen=True)
class Result:
    """One relay, one load, one round."""

    relay: str
    load: str
    per_second: float
    cpu_ms: float


def send(port: int, load: Load) -> int:
    """Send a load; returns how many messages it had. Raises CalledProcessError when one was refused."""
    command = ["smtp-source", "-s", str(load.connections), "-m", str(load.messages), "-l", str(load.size)]
    addresses = ["-f", "foi@force.example", "-t", "requester@public.example", f"127.0.0.1:{port}"]
    sources = [subprocess.Popen([*command, *addresses], stderr=subprocess.PIPE) for _ in range(load.processes)]
    for source in sources:
        _, said = source.communicate()
        if source.returncode:
            raise subprocess.CalledProcessError(source.returncode, command, stderr=said)
    return load.processes * load.messages


def measure(relay: Relay, load: Load) -> Result:
    """One round."""
    cpu, started = cpu_seconds(relay.pid), time.perf_counter()
    count = send(relay.port, load)
    seconds = time.perf_counter() - started
    return Result(relay.name, load.name, count / seconds, (cpu_seconds(relay.pid) - cpu) / count * 1000)


@contextmanager
def run_sink() -> Iterator[int]:
    """smtp-sink; yields its port."""
    port = free_port()
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "500"])
    try:
        wait_for(lambda: is_open(port))
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def run_relays(folder: Path) -> Iterator[tuple[Relay, ...]]:
    """All relays, side by side, before one sink."""
    with ExitStack() as stack:
        sink = stack.enter_context(run_sink())
        postfix = stack.enter_context(
            run_postfix(folder / "postfix", "mail.bench.test", "bench.test", PROXY.format(port=sink))
        )
        master = int((folder / "postfix" / "queue" / "pid" / "master.pid").read_text())
        relays = [Relay("postfix", master, postfix.port)]
        for name, command in (("stubbed", BLIND), ("gateway", [COMMAND, "serve"])):
            home, port = folder / name, free_port()
            home.mkdir()
            settings = {
                "FOI_GATEWAY_SMTP__LISTEN": f"127.0.0.1:{port}",
                "FOI_GATEWAY_HEALTH__LISTEN": f"127.0.0.1:{free_port()}",
                "FOI_GATEWAY_NEXT_HOP__ROUTE": f"smtp:127.0.0.1:{sink}",
                "FOI_GATEWAY_SMTP__MAX_CONNECTIONS": "300",
                "FOI_GATEWAY_SMTP__MAX_CLIENT_CONNECTIONS": "300",
                "FOI_GATEWAY_SMTP__MAX_CLIENT_MESSAGES": "10000000",
                "FOI_GATEWAY_SMTP__MAX_BYTES": "10000000000",
            }
            relays.append(Relay(name, stack.enter_context(run(command, home, port, **settings)), port))
        yield tuple(relays)


def bench(relays: tuple[Relay, ...], rounds: int, scale: float) -> list[Result]:
    """All rounds of all loads."""
    results = []
    for load in LOADS:
        scaled = Load(load.name, load.size, load.processes, load.connections, max(1, round(load.messages * scale)))
        for relay in relays:
            send(relay.port, Load("", load.size, load.processes, load.connections, load.connections))
        for n in range(rounds):
            results += [measure(relay, scaled) for relay in (relays if n % 2 else reversed(relays))]
    return results


# A hundred senders at once.


@dataclass(frozen=True)
class Crowd:
    """What a hundred large messages at once did to a relay."""

    relay: str
    seconds: float
    peak_mb: float
    """Most memory that its process ever had."""

    noop_ms: tuple[float, float, float]
    """Median, 99th percentile and worst time until NOOP was answered."""


def crowd(relay: Relay) -> Crowd:
    """A hundred messages of 25 MB at once, and a client in a process of its own that says NOOP all the while."""
    command = [sys.executable, "-m", "bench.noop", str(relay.port)]
    probe = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    started = time.perf_counter()
    asyncio.run(send_together(relay.port))
    seconds = time.perf_counter() - started
    waits = json.loads(probe.communicate(b"\n")[0])
    cuts = statistics.quantiles(waits, n=100)
    return Crowd(relay.name, seconds, peak_bytes(relay.pid) / 1e6, (cuts[49], cuts[98], max(waits)))


def peak_bytes(pid: int) -> int:
    """The most resident memory that a process ever had (proc(5), VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def send_together(port: int) -> None:
    """A hundred connections, a message each. Raises OSError when one was not taken."""
    line = b"All the figures of the year, line by line, as you asked for them in your request.\r\n"
    filling = memoryview(line * (BIG // len(line)))
    await asyncio.gather(*(send_one(port, n, filling) for n in range(SENDERS)))


async def send_one(port: int, number: int, filling: memoryview) -> None:
    """One message. Raises OSError when it was not taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await expect(reader, b"220")
    head = b"From: foi@force.example\r\nTo: requester@public.example\r\nMessage-ID: <%d.%d@bench.test>\r\n\r\n"
    for line in (b"HELO bench.test", b"MAIL FROM:<foi@force.example>", b"RCPT TO:<requester@public.example>"):
        writer.write(line + b"\r\n")
        await expect(reader, b"250")
    writer.write(b"DATA\r\n")
    await expect(reader, b"354")
    writer.write(head % (time.time_ns(), number))
    for start in range(0, len(filling), 65536):
        writer.write(filling[start : start + 65536])
        await writer.drain()
    writer.write(b".\r\n")
    await expect(reader, b"250")
    writer.write(b"QUIT\r\n")
    writer.close()


async def expect(reader: asyncio.StreamReader, code: bytes) -> None:
    """Hear a one-line reply. Raises ConnectionError when it is another."""
    line = await reader.readline()
    if not line.startswith(code):
        raise ConnectionError(line)


# What was measured.


def show(results: list[Result], crowds: list[Crowd]) -> None:
    """Tables and a JSON line."""
    print(f"{'load':18}{'relay':10}{'messages/s':>12}{'of postfix':>12}{'CPU ms each':>14}{'of postfix':>12}")
    summary: list[dict[str, object]] = []
    for load in LOADS:
        yardstick = (0.0, 0.0)
        for name in ("postfix", "stubbed", "gateway"):
            rows = [row for row in results if (row.relay, row.load) == (name, load.name)]
            rate, cpu = (statistics.median(getattr(row, each) for row in rows) for each in ("per_second", "cpu_ms"))
            yardstick = (rate, cpu) if name == "postfix" else yardstick
            ratios = rate / yardstick[0], cpu / yardstick[1]
            print(f"{load.name:18}{name:10}{rate:12.1f}{ratios[0]:12.2f}{cpu:14.2f}{ratios[1]:12.2f}")
            summary.append({"load": load.name, "relay": name, "per_second": rate, "ratio": ratios[0], "cpu_ms": cpu})
    print(f"{'100 x 25 MB':18}{'relay':10}{'seconds':>12}{'peak MB':>12}{'NOOP p50, p99, max ms':>26}")
    for each in crowds:
        waits = ", ".join(f"{wait:.0f}" for wait in each.noop_ms)
        print(f"{'':18}{each.relay:10}{each.seconds:12.1f}{each.peak_mb:12.1f}{waits:>26}")
        summary.append({"load": "100 x 25 MB", "relay": each.relay, "peak_mb": each.peak_mb, "noop_ms": each.noop_ms})
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(json.dumps(summary))


def main() -> None:
    """Parse, run, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of messages")
    parser.add_argument(
        "--crowd", default="stubbed", help="relays that a hundred senders fall upon (of postfix,stubbed,gateway)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, run_relays(Path(folder)) as relays:
        crowds = [crowd(relay) for relay in relays if relay.name in options.crowd.split(",")]
        show(bench(relays, options.rounds, options.scale), crowds)


if __name__ == "__main__":
    main()
