"""Who may send, with real connections and certificates."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Smtp
from gateway.smtp import session
from gateway.smtp.gate import Gate, is_in
from gateway.smtp.tls import make_server_identity
from tests.gateway.smtp.certificates import write_certificate
from tests.gateway.smtp.house import Served, hear, serve, talk

ENVELOPE = (b"EHLO client.test", b"MAIL FROM:<a@force.test>", b"RCPT TO:<b@public.test>", b"DATA")


@dataclass
class Papers:
    """Certificates of gateway and client, and contexts of clients that trust the gateway's."""

    folder: Path
    fingerprint: str
    settings: dict[str, Any]

    def client(self, certificate: str = "") -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.folder / "gateway-alone.pem")
        if certificate:
            context.load_cert_chain(self.folder / certificate)
        return context


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    (tmp_path / "gateway-alone.pem").write_text(write_certificate(tmp_path / "gateway.pem", "gateway.test"))
    known = write_certificate(tmp_path / "client.pem", "mail.force.test")
    other = write_certificate(tmp_path / "other.pem", "other.test")
    (tmp_path / "authorities.pem").write_text(known + other)
    settings: dict[str, Any] = {
        "tls": "offered",
        "tls_certificate": tmp_path / "gateway.pem",
        "client_authorities": tmp_path / "authorities.pem",
        "listen_tls": "127.0.0.1:0",
    }
    fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(known)).hexdigest()
    return Papers(tmp_path, fingerprint, settings)


async def starttls(served: Served, context: ssl.SSLContext) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which STARTTLS was said."""
    reader, writer = await served.connect()
    await hear(reader)
    assert b"250 STARTTLS" in await talk(reader, writer, b"EHLO client.test")
    assert (await talk(reader, writer, b"STARTTLS")).startswith(b"220")
    await writer.start_tls(context, server_hostname="gateway.test")
    return reader, writer


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come soon."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 no event tells of it
            await asyncio.sleep(0.005)


async def test_mail_comes_in_under_starttls(tmp_path: Path, papers: Papers) -> None:
    """EHLO is forgotten, STARTTLS is not offered again, and the trace says ESMTPS."""
    async with serve(tmp_path, **papers.settings) as served:
        reader, writer = await starttls(served, papers.client())
        assert (await talk(reader, writer, b"MAIL FROM:<a@force.test>")).startswith(b"503")
        assert b"STARTTLS" not in await talk(reader, writer, b"EHLO client.test")
        assert (await talk(reader, writer, b"STARTTLS")).startswith(b"503")
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"x" * 500_000 + b"\r\n.\r\n")
        assert (await hear(reader)).startswith(b"250")
        assert [len(mail) for mail in served.mail()] == [500_002]


async def test_mail_comes_in_under_tls_from_the_first_byte(tmp_path: Path, papers: Papers) -> None:
    """Port 465; who speaks in clear there is not answered."""
    async with serve(tmp_path, **papers.settings) as served:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", served.listener.tls_port, ssl=papers.client(), server_hostname="gateway.test"
        )
        served.writers.append(writer)
        assert (await hear(reader)).startswith(b"220")
        await talk(reader, writer, *ENVELOPE)
        writer.write(b"body\r\n.\r\n")
        assert (await hear(reader)).startswith(b"250")
        reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.tls_port)
        served.writers.append(writer)
        writer.write(b"EHLO client.test\r\n")
        assert b"220" not in await reader.read()


@pytest.mark.parametrize(("shown", "code"), [("client.pem", b"250"), ("other.pem", b"554 5.7.1"), ("", b"554 5.7.1")])
@pytest.mark.parametrize("known_by", ["name", "fingerprint"])
async def test_a_client_from_anywhere_needs_a_certificate_on_the_list(
    tmp_path: Path, papers: Papers, shown: str, code: bytes, known_by: str
) -> None:
    """Not just one that an authority signed: of all of Exchange Online's clients one is ours."""
    listed = papers.fingerprint.upper() if known_by == "fingerprint" else "mail.force.test"
    settings = papers.settings | {"client_networks": [], "client_certificates": [listed]}
    async with serve(tmp_path, **settings) as served:
        reader, writer = await served.connect()
        await hear(reader)
        assert (await talk(reader, writer, *ENVELOPE[:2])).startswith(b"554 5.7.1")
        reader, writer = await starttls(served, papers.client(shown))
        assert (await talk(reader, writer, *ENVELOPE[:2])).startswith(code)


@pytest.mark.parametrize("implicit", [False, True])
async def test_a_client_that_is_lost_within_the_handshake_leaves_its_place(
    tmp_path: Path, papers: Papers, implicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a hundred of them would shut the gateway for good: by a reset, and by silence until the time is up."""
    monkeypatch.setattr(session, "HANDSHAKE_SECONDS", 0.05)
    async with serve(tmp_path, **papers.settings) as served:
        house = served.listener.house
        for is_reset in (True, False):
            port = served.listener.tls_port if implicit else served.port
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            if not implicit:
                await hear(reader)
                await talk(reader, writer, b"STARTTLS")
            await until(lambda: len(house.sessions) == 1)
            if is_reset:
                reset(writer)
            await until(lambda: not house.sessions and not house.admission.connections)
            writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close as a process does that is killed."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


async def test_no_handshake_is_made_with_whom_it_cannot_let_in(tmp_path: Path, papers: Papers) -> None:
    """It is told so in clear, at once."""
    async with serve(tmp_path, **papers.settings, client_networks=[]) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.tls_port)
        served.writers.append(writer)
        assert (await hear(reader)).startswith(b"554 5.7.1")
        assert await reader.read() == b""


async def test_old_versions_of_tls_are_refused(tmp_path: Path, papers: Papers) -> None:
    """As the setting says."""
    context = papers.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with serve(tmp_path, **papers.settings, tls_minimum="1.3") as served:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await starttls(served, context)


async def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path, papers: Papers) -> None:
    """And a broken one is not: the old one stays."""
    async with serve(tmp_path, **papers.settings) as served:
        (tmp_path / "gateway-alone.pem").write_text(write_certificate(tmp_path / "gateway.pem", "gateway.test"))
        await starttls(served, papers.client())
        (tmp_path / "gateway.pem").write_text("half a file")
        for _ in range(2):
            await starttls(served, papers.client())
        events = [json.loads(line)["event"] for line in served.log.getvalue().splitlines()]
        assert events == ["certificate.renewed", "certificate.failed"]


def test_a_certificate_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    """With one sentence."""
    settings = Smtp.model_validate({"tls": "offered", "tls_certificate": tmp_path / "nowhere.pem"})
    with pytest.raises(Exception, match=r"'smtp.tls_certificate': .*nowhere.pem: there is no such file"):
        make_server_identity(settings)


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "fe80::1%eth0"])
def test_an_address_is_known_in_all_its_forms(address: str) -> None:
    """IPv4 on an IPv6 socket, zones."""
    gate = Gate.of(Smtp.model_validate({"client_networks": ["192.0.2.0/24", "2001:db8::/32", "fe80::/10"]}))
    assert gate.admits(address, None)


@pytest.mark.parametrize("address", ["", "local", "192.0.3.1", "2001:db9::1", "192.0.2", "192.0.2.1.5"])
def test_no_other_address_is(address: str) -> None:
    """What is no address is nobody's."""
    gate = Gate.of(Smtp.model_validate({"client_networks": ["192.0.2.0/24", "2001:db8::/32"]}))
    assert not gate.admits(address, None)


def test_private_networks_are_let_in_by_default_and_nobody_else() -> None:
    """A gateway that listens on all addresses must not be an open relay."""
    gate = Gate.of(Smtp())
    assert all(gate.admits(address, None) for address in ("127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "fd00::1"))
    assert not any(gate.admits(address, None) for address in ("8.8.8.8", "172.32.0.1", "2a00::1"))
    assert not is_in("127.0.0.1", ())
