"""A disk without room: the client keeps its mail, /readyz fails, and both recover without a restart."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.client import BAIT, make_mail, send
from tests.end_to_end.gateway import Gateway, run_gateway
from tests.end_to_end.postfix import wait_for
from tests.end_to_end.sink import Sink, run_sink

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with run_sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def gateway(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a small disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    disk = folder / "var"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("no right to mount a file system")
    try:
        with run_gateway(folder, next_hop__route=f"smtp:127.0.0.1:{sink.port}", notices__enabled="false") as gateway:
            yield gateway
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Somebody else has taken all the room."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(65536))
                file.flush()
        except OSError:
            pass
    yield
    filler.unlink()


@pytest.mark.parametrize("text", ["Nothing to see.", BAIT])
def test_a_full_disk_is_said_at_mail(gateway: Gateway, sink: Sink, text: str) -> None:
    """Before the message is sent in vain."""
    wire = make_mail(text)
    sink.mail.clear()
    with full(gateway.folder / "var"):
        code, words = send(gateway.port, wire)
        assert (code, words[:5]) == (452, b"4.3.1")
        wait_for(lambda: not gateway.is_ready())
    wait_for(gateway.is_ready)
    assert send(gateway.port, wire)[0] == 250
    assert len(sink.mail) == (text != BAIT)


def test_a_disk_that_fills_while_the_message_comes(gateway: Gateway, sink: Sink) -> None:
    """The rest is read and thrown away; 452 at the end, and not one byte reaches the next hop."""
    wire = make_mail(size=1_000_000)
    sink.mail.clear()
    assert gateway.process is not None
    before = resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
    try:
        code, words = send(gateway.port, wire)
        assert (code, words[:5]) == (452, b"4.3.1")
        assert sink.mail == []
    finally:
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, before)
    assert send(gateway.port, wire)[0] == 250
    assert [taken.content for taken in sink.mail] == [wire]
