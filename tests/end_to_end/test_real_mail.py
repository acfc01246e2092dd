"""A reply on its way from one real Postfix through the gateway to another."""

from __future__ import annotations

import json
import os
import re
import signal
import smtplib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from demo.samples import FIELDS, XLSX, make_figures, make_people
from tests.end_to_end.gateway import Gateway
from tests.end_to_end.postfix import Postfix, run_postfix, wait_for
from tests.tools import need

pytestmark = pytest.mark.timeout(300)

PLANTED_NAME = "Quillfeather"
PLANTED_NINO = "QQ123456C".replace("QQ", "JG")
PEOPLE = 1230


@dataclass(frozen=True)
class Route:
    """The force's mail server, the gateway, the world."""

    force: Postfix
    gateway: Gateway
    world: Postfix


@pytest.fixture(scope="module")
def route(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Route]:
    need("postfix")
    folder = tmp_path_factory.mktemp("mail")
    gateway = Gateway(folder / "gateway", {})
    gateway.folder.mkdir()
    relay = f"relayhost = [127.0.0.1]:{gateway.port}"
    with run_postfix(folder / "force", "mail.force.test", "force.test", relay) as force:
        with run_postfix(folder / "world", "mail.world.test", "world.test") as world:
            gateway.settings |= {
                "NEXT_HOP__ROUTE": f"smtp:127.0.0.1:{world.port}",
                "NOTICES__ROUTE": f"smtp:127.0.0.1:{force.port}",
                "NOTICES__SENDER": "foi-gateway@force.test",
                "SMTP__HOSTNAME": "gateway.force.test",
            }
            gateway.start()
            try:
                yield Route(force, gateway, world)
            finally:
                gateway.kill()


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, ...]]:
    """1,230 people; one carries the planted name."""
    people = make_people(PEOPLE)
    people[700] = (*people[700][:2], PLANTED_NAME, *people[700][3:])
    return people


@pytest.fixture(scope="module")
def by_calc(rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The breach workbook as LibreOffice Calc saves it."""
    need("soffice")
    folder = tmp_path_factory.mktemp("calc")
    (folder / "people.json").write_text(json.dumps([FIELDS, *rows]))
    script = Path(__file__).parent / "make_breach.py"
    subprocess.run(
        ["/usr/bin/python3", str(script), "people.json", "breach.xlsx"], cwd=folder, check=True, capture_output=True
    )
    return (folder / "breach.xlsx").read_bytes()


@pytest.fixture(scope="module")
def by_openpyxl(by_calc: bytes) -> bytes:
    """The same workbook as another writer saves it."""
    book = openpyxl.load_workbook(BytesIO(by_calc))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def reply(subject: str, body: str, *attachments: tuple[str, tuple[str, str], bytes]) -> EmailMessage:
    """A reply of the FOI desk."""
    mail = EmailMessage()
    mail["From"] = "FOI desk <foi@force.test>"
    mail["To"] = "A Requester <requester@world.test>"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail["Message-ID"] = make_msgid(domain="force.test")
    mail.set_content(body)
    for name, (maintype, subtype), data in attachments:
        mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    return mail


def send(postfix: Postfix, mail: EmailMessage) -> bytes:
    """Hand a message to a Postfix; returns its bytes with the line ends of a mailbox file."""
    wire = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        client.sendmail("foi@force.test", ["requester@world.test"], wire)
    return wire.replace(b"\r\n", b"\n")


def below_trace(delivered: bytes) -> bytes:
    """A delivered message without the fields that each server on its way puts on top."""
    lines = delivered.split(b"\n")
    trace = re.compile(rb"(Return-Path|X-Original-To|Delivered-To|Received):|[ \t]")
    while trace.match(lines[0]):
        lines.pop(0)
    return b"\n".join(lines)


def test_an_ordinary_reply_arrives_byte_identical_at_once(route: Route) -> None:
    """(b) Officers and requesters notice nothing."""
    before = len(route.world.inbox())
    sent = send(
        route.force, reply("FOI 1", "The figures are attached.\n", ("figures.csv", ("text", "csv"), make_figures()))
    )
    wait_for(lambda: len(route.world.inbox()) > before, what=route.gateway.log())
    delivered = route.world.inbox()[-1]
    assert below_trace(delivered) == sent
    assert delivered.count(b"(FOI gateway)") == 1
    assert route.gateway.held() == []


@pytest.mark.parametrize("writer", ["by_calc", "by_openpyxl"])
def test_a_breach_is_held_counted_and_released_byte_identical(
    route: Route, writer: str, request: pytest.FixtureRequest
) -> None:
    """(a) The incident itself: a small pivot summary with 1,230 people in its cache."""
    workbook: bytes = request.getfixturevalue(writer)
    before, known = len(route.world.inbox()), {case["reference"] for case in route.gateway.held()}
    sent = send(route.force, reply(f"FOI 2 {writer}", "See attached.\n", ("summary.xlsx", XLSX, workbook)))

    wait_for(lambda: len(route.gateway.held()) > len(known), what=route.gateway.log())
    (reference,) = {case["reference"] for case in route.gateway.held()} - known
    shown = route.gateway.show(reference)
    assert shown["people"]["hidden"] == shown["people"]["total"] == PEOPLE
    assert shown["people"]["by_role"] == {"suspect": 410, "victim": 410, "witness": 410}
    people = [finding for finding in shown["findings"] if finding["kind"].startswith("person:")]
    assert {finding["visibility"] for finding in people} == {"pivot_cache"}
    assert all("summary.xlsx › sheet 'Summary' › pivot cache" in finding["where"] for finding in people)
    assert "hidden-people" in shown["rules"]
    assert len(route.world.inbox()) == before, "a held message reached the next hop"

    wait_for(lambda: any(reference.encode() in mail for mail in route.force.inbox()), what="for the notice")
    notice = next(mail for mail in route.force.inbox() if reference.encode() in mail)
    assert b"Auto-Submitted: auto-replied" in notice
    assert b"1,230" in notice

    released = route.gateway.run("held", "release", reference, "--by", "reviewer", "--reason", "test")
    assert released.returncode == 0, released.stderr
    wait_for(lambda: len(route.world.inbox()) > before, what=route.gateway.log())
    assert below_trace(route.world.inbox()[-1]) == sent
    assert len(route.world.inbox()) == before + 1


def test_a_password_is_refused_and_the_senders_server_says_why(route: Route) -> None:
    """(c) The sending Postfix writes the bounce: no backscatter of ours."""
    send(route.force, reply("FOI 3", "See attached.\n", ("locked.xlsx", XLSX, protect(make_workbook()))))
    wait_for(lambda: bounces(route.force), what=route.gateway.log())
    (bounce,) = bounces(route.force)
    assert b"550 5.7.1" in bounce
    assert b"without a password" in bounce
    assert route.gateway.events("message.decided")[-1]["verdict"] == "bounce"


def bounces(postfix: Postfix) -> list[bytes]:
    """The non-delivery reports in an inbox, in one line each; notices of ours may arrive at any time."""
    reports = [mail for mail in postfix.inbox() if b"multipart/report" in mail]
    return [re.sub(rb"\s+", b" ", report) for report in reports]


def protect(workbook: bytes) -> bytes:
    """A workbook under a password, as Excel encrypts it (MS-OFFCRYPTO agile)."""
    target = BytesIO()
    OOXMLFile(BytesIO(workbook)).encrypt("correct horse", target)
    return target.getvalue()


def make_workbook() -> bytes:
    """A small workbook."""
    target = BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def test_a_kill_between_final_dot_and_verdict_loses_nothing_and_doubles_nothing(route: Route) -> None:
    """(d) The sending server keeps what it was not told we have."""
    before = len(route.world.inbox())
    decided = len(route.gateway.events("message.decided"))
    os.kill(route.gateway.warm_parent(), signal.SIGSTOP)  # the verdict waits for the inspection
    sent = send(route.force, reply("FOI 4", "Nothing attached.\n"))
    wait_for(lambda: "FOI 4" in spooled(route.gateway), what="for the final dot")
    assert len(route.gateway.events("message.decided")) == decided
    route.gateway.kill()
    assert len(route.world.inbox()) == before
    route.gateway.start()
    subprocess.run(["postqueue", "-c", str(route.force.folder / "etc"), "-f"], check=True)
    wait_for(lambda: len(route.world.inbox()) > before, 60, what=route.force.log()[-3000:])
    wait_for(lambda: not route.force.queue())
    assert [below_trace(mail) for mail in route.world.inbox()[before:]] == [sent]


def spooled(gateway: Gateway) -> str:
    """What is in the unlinked spool files that the gateway holds open."""
    assert gateway.process is not None
    texts = []
    for descriptor in Path(f"/proc/{gateway.process.pid}/fd").iterdir():
        try:
            if "spool" in str(descriptor.readlink()):
                texts.append(descriptor.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(texts)


def test_a_release_survives_a_restart(route: Route, by_calc: bytes) -> None:
    """The outbox is on disk: a reviewer's decision is not lost with the process."""
    before, known = len(route.world.inbox()), {case["reference"] for case in route.gateway.held()}
    sent = send(route.force, reply("FOI 5", "See attached.\n", ("summary.xlsx", XLSX, by_calc)))
    wait_for(lambda: len(route.gateway.held()) > len(known), what=route.gateway.log())
    (reference,) = {case["reference"] for case in route.gateway.held()} - known
    route.gateway.kill()
    assert route.gateway.run("held", "release", reference, "--by", "reviewer").returncode == 0
    assert len(route.world.inbox()) == before
    route.gateway.start()
    wait_for(lambda: len(route.world.inbox()) > before, what=route.gateway.log())
    assert below_trace(route.world.inbox()[-1]) == sent


def test_no_planted_value_is_anywhere_it_must_not_be(route: Route, by_calc: bytes) -> None:
    """Promise 4: logs, metrics, notices, replies, the database, file names."""
    known = {case["reference"] for case in route.gateway.held()}
    text = f"{PLANTED_NAME}\nNI number {PLANTED_NINO}\n"
    mail = reply(
        f"FOI 6 {PLANTED_NAME} {PLANTED_NINO}",
        text,
        (f"{PLANTED_NAME} {PLANTED_NINO}.xlsx", XLSX, by_calc),
        (f"{PLANTED_NAME}.bin", ("application", "octet-stream"), b"\x00\x01" + text.encode()),
    )
    send(route.force, mail)
    wait_for(lambda: len(route.gateway.held()) > len(known), what=route.gateway.log())
    (reference,) = {case["reference"] for case in route.gateway.held()} - known
    wait_for(lambda: any(reference.encode() in mail for mail in route.force.inbox()), what="for the notice")
    shown = route.gateway.show(reference)
    assert PLANTED_NAME in shown["subject"], "the reviewer, and nobody else, may see it"
    assert "nino" in {finding["kind"] for finding in shown["findings"]}
    assert route.gateway.run("held", "return", reference, "--by", "reviewer", "--reason", "mend it").returncode == 0
    wait_for(lambda: sum(reference.encode() in mail for mail in route.force.inbox()) == 2, what="for the second notice")

    notices = b"".join(mail for mail in route.force.inbox() if b"Auto-Submitted: auto-replied" in mail)
    places = {
        "the log": route.gateway.log().encode(),
        "the metrics": route.gateway.metrics().encode(),
        "the notices": notices,
        "the replies": "\n".join(re.findall(r" status=.*", route.force.log())).encode(),
        "file names": "\n".join(str(path) for path in route.gateway.folder.rglob("*")).encode(),
        **{f"file {path.name}": path.read_bytes() for path in route.gateway.folder.rglob("*") if path.is_file()},
    }
    assert len(places) > 6
    assert reference.encode() in places["the replies"]
    for place, data in places.items():
        for planted in (PLANTED_NAME, PLANTED_NINO, PLANTED_NAME.upper(), PLANTED_NINO[:8]):
            assert planted.encode() not in data, f"a planted value is in {place}"
            assert planted.encode("utf-16-le") not in data, f"a planted value is in {place}"


def test_every_message_has_exactly_one_line_in_the_log(route: Route) -> None:
    """Operations count messages by it."""
    ids = [line["message"] for line in route.gateway.events("message.decided")]
    assert len(ids) == len(set(ids)) > 5
