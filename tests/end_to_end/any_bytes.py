"""Messages of any bytes, in any pieces, through a gateway that inspects them and forwards whatever it finds."""

from __future__ import annotations

import random
import smtplib
from itertools import pairwise
from pathlib import Path

from tests.end_to_end.gateway import run_gateway
from tests.end_to_end.sink import run_sink

TRACE_LINES = 3
"""Of our Received field."""


def count_exact(folder: Path, messages: int) -> int:
    """Send so many messages; returns how many came out as they went in, below one Received field."""
    policy = (Path(__file__).parents[2] / "config" / "policy.toml").read_text()
    (folder / "policy.toml").write_text(policy.replace("shadow = false", "shadow = true"))
    luck = random.Random(11)
    sent = []
    with run_sink() as sink:
        route, settings = f"smtp:127.0.0.1:{sink.port}", {"smtp__max_client_messages": "1000000"}
        with run_gateway(
            folder, next_hop__route=route, policy__file=str(folder / "policy.toml"), **settings
        ) as gateway:
            with smtplib.SMTP("127.0.0.1", gateway.port, timeout=120) as client:
                client.ehlo("client.test")
                for _ in range(messages):
                    sent.append(make_random(luck))
                    assert send_in_pieces(client, sent[-1], luck)[0] == 250
    return sum(is_exact(taken.wire, wire) for taken, wire in zip(sink.mail, sent, strict=True))


def is_exact(taken: bytes, sent: bytes) -> bool:
    """Whether a message has our field on top, and nothing else is different."""
    trace = taken[: len(taken) - len(sent)]
    return taken == trace + sent and trace.startswith(b"Received: ") and trace.count(b"\r\n") == TRACE_LINES


def make_random(luck: random.Random) -> bytes:
    """A message of any bytes that a message may have: lines of any length, dots in all places, no header or a strange one."""
    alphabet = bytes(each for each in range(1, 256) if each not in b"\r\n")
    lines = []
    for _ in range(luck.choice([0, 1, 5, 200])):
        line = bytes(luck.choices(alphabet, k=luck.choice([0, 1, 2, 70, 998, 999, 5000])))
        lines.append(luck.choice([b"", b"", b"", b".", b"..", b". "]) + line)
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"".join(line + b"\r\n" for line in stuffed)


def send_in_pieces(client: smtplib.SMTP, wire: bytes, luck: random.Random) -> tuple[int, bytes]:
    """A message cut anywhere on its way, as a network would."""
    for line in ("MAIL FROM:<foi@force.test>", "RCPT TO:<requester@world.test>"):
        assert client.docmd(line)[0] == 250
    assert client.docmd("DATA")[0] == 354
    whole = wire + b".\r\n"
    cuts = sorted({0, len(whole), *(luck.randrange(len(whole)) for _ in range(luck.choice([0, 3, 40])))})
    cuts += [len(whole) - back for back in (1, 2, 3, 4) if luck.random() < 0.5]
    cuts = sorted({cut for cut in cuts if cut >= 0})
    for start, end in pairwise(cuts):
        client.send(whole[start:end])
    return client.getreply()
