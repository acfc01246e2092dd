"""Clients that others wrote, under TLS on both sides where they know it: what they send arrives, byte by byte."""

from __future__ import annotations

import smtplib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from tests.end_to_end.client import BAIT, make_mail
from tests.end_to_end.gateway import Gateway, run_gateway
from tests.end_to_end.postfix import run_postfix, wait_for
from tests.end_to_end.sink import Sink, Step, do_right, run_sink
from tests.gateway.smtp.certificates import make_contexts, write_certificate
from tests.tools import need

pytestmark = pytest.mark.timeout(300)

FROM, TO = "foi@force.test", "requester@world.test"


@dataclass(frozen=True)
class Sealed:
    """A gateway that offers TLS, and asks for it at a next hop whose certificate it knows."""

    gateway: Gateway
    sink: Sink
    certificate: Path


@pytest.fixture(scope="module")
def route(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    folder = tmp_path_factory.mktemp("tls")
    there = folder / "there.pem"
    server, _ = make_contexts(there, "127.0.0.1")
    ours, known = folder / "ours.pem", folder / "known.pem"
    known.write_text(write_certificate(ours, "127.0.0.1"))
    with run_sink(tls=server) as sink:
        with run_gateway(
            folder / "gateway",
            smtp__tls="offered",
            smtp__tls_certificate=str(ours),
            next_hop__route=f"smtp:127.0.0.1:{sink.port}",
            next_hop__idle_seconds="0",
            next_hop__tls="required",
            next_hop__tls_authorities=str(there),
            notices__enabled="false",
        ) as gateway:
            yield Sealed(gateway, sink, known)


@pytest.fixture(autouse=True)
def fresh(route: Sealed) -> None:
    """An honest next hop that has nothing yet."""
    route.sink.plan = do_right
    route.sink.mail.clear()
    route.sink.steps.clear()


def test_curl(route: Sealed, tmp_path: Path) -> None:
    """It verifies our certificate and says SIZE."""
    need("curl")
    wire = make_mail(size=300_000)
    (tmp_path / "mail").write_bytes(wire)
    url = f"smtp://127.0.0.1:{route.gateway.port}/client.test"
    addresses = ["--mail-from", FROM, "--mail-rcpt", TO, "-T", str(tmp_path / "mail")]
    subprocess.run(["curl", "-sS", "--ssl-reqd", "--cacert", str(route.certificate), *addresses, url], check=True)
    assert [taken.content for taken in route.sink.mail] == [wire]
    assert Step.STARTTLS in route.sink.steps


def swaks(route: Sealed, tmp_path: Path, wire: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    """Run it, in clear: its TLS needs a Perl module that is often missing."""
    (tmp_path / "mail").write_bytes(wire.replace(b"\r\n", b"\n"))
    server = ["--server", "127.0.0.1", "--port", str(route.gateway.port), "--ehlo", "client.test"]
    mail = ["--from", FROM, "--to", TO, "--data", f"@{tmp_path / 'mail'}", *options]
    return subprocess.run(["swaks", *server, *mail], check=False, capture_output=True, text=True, timeout=60)


def test_swaks(route: Sealed, tmp_path: Path) -> None:
    """The tool that administrators test with."""
    need("swaks")
    wire = make_mail()
    done = swaks(route, tmp_path, wire)
    assert done.returncode == 0, done.stdout
    assert "<-  250 2.0.0 taken as 1" in done.stdout
    assert [taken.content.strip() for taken in route.sink.mail] == [wire.strip()]


@pytest.mark.parametrize("step", ["CONNECT", "FIRST-EHLO", "MAIL", "RCPT", "DATA"])
def test_swaks_goes_at_any_step(route: Sealed, tmp_path: Path, step: str) -> None:
    """Nothing of it is delivered, and the next client is served as ever."""
    need("swaks")
    wire = make_mail()
    swaks(route, tmp_path, wire, "--drop-after", step)
    assert route.sink.mail == []
    assert Step.DATA not in route.sink.steps
    assert swaks(route, tmp_path, wire).returncode == 0
    assert len(route.sink.mail) == 1


async def test_aiosmtplib(route: Sealed) -> None:
    """A client library of others."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = FROM, TO, "Figures"
    mail.set_content("Ünïcode of the annual statistics.\n.\n..\nEnd.\n")
    errors, text = await aiosmtplib.send(
        mail, hostname="127.0.0.1", port=route.gateway.port, start_tls=True, cert_bundle=str(route.certificate)
    )
    assert (errors, text) == ({}, "2.0.0 taken as 1")
    mail.set_content(BAIT)
    errors, text = await aiosmtplib.send(
        mail, hostname="127.0.0.1", port=route.gateway.port, start_tls=True, cert_bundle=str(route.certificate)
    )
    assert (errors, "held for review" in text) == ({}, True)
    assert len(route.sink.mail) == 1


def test_postfix_verifies_us(route: Sealed, tmp_path: Path) -> None:
    """A real mail server that delivers to us only under TLS with our certificate."""
    need("postfix")
    more = (
        f"relayhost = [127.0.0.1]:{route.gateway.port}\nsmtp_tls_security_level = verify\n"
        f"smtp_tls_verify_cert_match = 127.0.0.1\nsmtp_tls_CAfile = {route.certificate}\ntls_append_default_CA = no"
    )
    wire = make_mail()
    with run_postfix(tmp_path, "mail.force.test", "force.test", more) as force:
        with smtplib.SMTP("127.0.0.1", force.port) as client:
            client.sendmail(FROM, [TO], wire)
        wait_for(lambda: route.sink.mail, what=force.log())
        wait_for(lambda: not force.queue(), what=force.log())
        assert "status=sent (250 2.0.0 taken as 1)" in force.log()


def test_postfix_asks_us_before_its_queue(route: Sealed, tmp_path: Path) -> None:
    """`smtpd_proxy_filter`: whoever sends hears the next hop's answer, or that the message is held."""
    need("postfix")
    more = f"smtpd_proxy_filter = 127.0.0.1:{route.gateway.port}\nsmtpd_discard_ehlo_keywords = chunking"
    clean, bait = make_mail(), make_mail(BAIT)
    with run_postfix(tmp_path, "mail.force.test", "force.test", more) as force:
        with smtplib.SMTP("127.0.0.1", force.port) as client:
            client.sendmail(FROM, [TO], clean)
            assert client.docmd("MAIL", f"FROM:<{FROM}>")[0] == 250
            assert client.docmd("RCPT", f"TO:<{TO}>")[0] == 250
            code, text = client.data(bait)
    assert (code, b"held for review" in text) == (250, True)
    assert [taken.content.endswith(clean) for taken in route.sink.mail] == [True]
