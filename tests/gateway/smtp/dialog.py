"""Plays a dialog of `tests/dialogs/` against a real listener.

    c: text    the client says a line
    c+ text    the same, in one packet with what it says next
    c= text    the client says just these bytes: escapes as in Python, {x 2000} is two thousand x
    c!         the client closes its side
    s: text    the gateway's next line, exactly
    s~ text    how it begins
    s.         the gateway has closed
    p: V text  from now on (& stands for a blank in V) the next hop answers so to verb V (`.` is the end of data, `^` the greeting; \\n between lines)
    n: text    the next command that the next hop hears; what is in between must be written too
    n= text    the message that the next hop got, escapes as in Python
    set: name = value    a setting of [smtp], before anything is said
    verdict: fault | reset    inspection fails so, before anything is said

With p or n lines the next hop is a scripted server, else a maildir.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from gateway.message import Message, Reply, Transaction
from gateway.settings import LISTS, NextHop
from gateway.smtp.next_hop import SmtpNextHop
from tests.gateway.smtp.certificates import write_certificate
from tests.gateway.smtp.house import Served, forward, serve
from tests.gateway.smtp.peer import Peer, run_peer

HOP = NextHop.model_validate({"connect_seconds": 2, "reply_seconds": 2, "final_seconds": 2, "tls": "never"})


async def fault(_: Message, __: Transaction) -> Reply:
    """A fault of ours that quotes the message."""
    raise RuntimeError("NINO JG123456C in cell B4")


async def reset(_: Message, __: Transaction) -> Reply:
    """A connection of ours that breaks."""
    raise ConnectionResetError("to the next hop")


VERDICTS: dict[str, Callable[[Message, Transaction], Awaitable[Reply]]] = {
    "forward": forward,
    "fault": fault,
    "reset": reset,
}


def expand(text: str) -> bytes:
    """Escapes and repetitions."""
    repeated = re.sub(r"\{(.) (\d+)\}", lambda found: found[1] * int(found[2]), text)
    return repeated.encode("latin-1").decode("unicode_escape").encode("latin-1")


@dataclass
class Player:
    """Both ends of a gateway."""

    served: Served
    peer: Peer | None
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    heard: int = 0
    mails: int = 0
    packet: bytearray = field(default_factory=bytearray)

    async def step(self, mark: str, text: str) -> None:
        """One line of a dialog."""
        match mark:
            case "c:" | "c+" | "c=":
                self.packet += expand(text) if mark == "c=" else text.encode() + b"\r\n"
                if mark != "c+":
                    self.writer.write(bytes(self.packet))
                    self.packet.clear()
            case "c!":
                self.writer.write_eof()
            case "s:" | "s~":
                line = (await asyncio.wait_for(self.reader.readline(), 5)).removesuffix(b"\r\n")
                assert line.startswith(text.encode()) if mark == "s~" else line == text.encode(), line
            case "s.":
                assert await asyncio.wait_for(self.reader.read(), 5) == b""
            case _:
                self.step_peer(mark, text)

    def step_peer(self, mark: str, text: str) -> None:
        """A line about the next hop."""
        assert self.peer is not None
        match mark:
            case "p:":
                verb, _, words = text.partition(" ")
                key = b"" if verb == "^" else verb.replace("&", " ").encode()
                self.peer.script[key] = words.replace("\\n", "\r\n").encode() + b"\r\n"
            case "n:":
                assert self.peer.heard[self.heard] == text.encode() + b"\r\n", self.peer.heard[self.heard :]
                self.heard += 1
            case "n=":
                assert self.peer.mail[self.mails] == expand(text)
                self.mails += 1
            case _:
                raise ValueError(mark)


def read_setting(text: str, folder: Path) -> tuple[str, object]:
    """A setting; some hold several values."""
    name, value = text.replace("{certificate}", str(folder / "gateway.pem")).split(" = ")
    return name, value.split(",") if name in LISTS else value


async def play(dialog: Path, folder: Path) -> Served:
    """Play a dialog; the assertion that fails names its line. Returns what served it."""
    lines = [line for line in dialog.read_text().splitlines() if line and not line.startswith("#")]
    options = dict(read_setting(line[5:], folder) for line in lines if line.startswith("set: "))
    verdict = next((line[9:] for line in lines if line.startswith("verdict: ")), "forward")
    if "tls_certificate" in options:
        write_certificate(folder / "gateway.pem", "gateway.test")
    async with AsyncExitStack() as stack:
        peer = None
        if any(line.startswith(("p:", "n:", "n=")) for line in lines):
            peer = await stack.enter_async_context(run_peer())
        hop = peer.known_by(SmtpNextHop((("127.0.0.1", peer.port),), "gateway.test", HOP)) if peer else None
        served = await stack.enter_async_context(serve(folder, VERDICTS[verdict], hop, **options))
        reader, writer = await served.connect()
        player = Player(served, peer, reader, writer)
        for number, line in enumerate(dialog.read_text().splitlines(), 1):
            if not line or line.startswith(("#", "set: ", "verdict: ")):
                continue
            try:
                await player.step(line[:2], line[3:])
            except (AssertionError, TimeoutError, IndexError) as error:
                raise AssertionError(f"{dialog.name}:{number}: {line}: {error!r}") from error
    return served
