"""The child with its real readers and detectors, in its real sandbox."""

from __future__ import annotations

import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

from demo.samples import XLSX, make_breach, make_figures, make_mail, make_people
from detectors.child import REHEARSAL
from detectors.inspect import Inspector, Subject
from detectors.model import Limits, Report, Role, Visibility, Why
from detectors.sandbox import Files, Sandbox
from detectors.wire import Surfaced, Unseen

CONFIG = Path(__file__).parents[2] / "config"
FILES = Files(CONFIG / "vocabulary", CONFIG / "recognisers.yaml", CONFIG / "allowances.toml")
LIMITS = Limits(12, 5000, 10**8, 15 * 10**7, 200, 20.0, 15.0, 20, 10**9, 4)
KILLER = (str(Path(__file__).parent / "killer.py"),)


pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def inspector(sandbox: Sandbox) -> Inspector:
    return Inspector(FILES, LIMITS, sandbox=sandbox)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def killer() -> AsyncIterator[Inspector]:
    """`killer.py` has a reader that dies of a part that says so."""
    inspector = Inspector(FILES, LIMITS, program=KILLER)
    yield inspector
    await inspector.close()


async def inspect(inspector: Inspector, data: bytes, declared: str = "", recipients: tuple[str, ...] = ()) -> Report:
    with BytesIO(data) as source, open(os.memfd_create("message"), "w+b") as file:  # noqa: ASYNC230, PTH123 a memfd has no path
        file.write(source.read())
        file.flush()
        return await inspector.inspect(Subject(file.fileno(), "message", declared, recipients=recipients))


def wire(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def reasons(report: Report) -> set[Why]:
    return {unread.why for unread in report.unread}


async def test_the_real_child_is_confined(inspector: Inspector) -> None:
    """What `serve` proves at start."""
    assert {"rlimits", "no_new_privs", "seccomp"} <= set(await inspector.start())


async def test_people_hidden_in_a_pivot_cache_are_counted_by_role(inspector: Inspector) -> None:
    """The incident: 1,230 people behind a summary of six lines."""
    mail = make_mail("FOI", "summary.xlsx", XLSX, make_breach(make_people(1230)))
    report = await inspect(inspector, wire(mail), "message/rfc822")
    assert (report.people.total, report.people.hidden, report.unread) == (1230, 1230, ())
    assert report.people.by_role == {Role.VICTIM: 410, Role.WITNESS: 410, Role.SUSPECT: 410}
    assert {group.visibility for group in report.groups} == {Visibility.PIVOT_CACHE}
    assert str(report.groups[0].where) == "message › summary.xlsx › sheet 'Summary' › pivot cache 1"
    assert report.subject == "FOI"


async def test_the_rehearsal_goes_through_every_scene(inspector: Inspector) -> None:
    """A victim and a witness in words, the victim and a suspect in a table: all that is made at first use is made then."""
    report = await inspect(inspector, REHEARSAL.replace(b"\n", b"\r\n"), "message/rfc822")
    assert (report.people.total, report.unread, report.parts) == (3, (), 4)


async def test_an_ordinary_reply_is_clean(inspector: Inspector) -> None:
    """Nobody, nothing hidden, nothing unread."""
    mail = make_mail("FOI", "figures.csv", ("text", "csv"), make_figures())
    report = await inspect(inspector, wire(mail), "message/rfc822")
    assert (report.people.total, report.records, report.unread) == (0, (), ())


async def test_a_lying_type_and_name_are_seen_through(inspector: Inspector) -> None:
    """A workbook that says it is a picture."""
    mail = make_mail("FOI", "holiday.jpg", ("image", "jpeg"), make_breach(make_people(30)))
    assert (await inspect(inspector, wire(mail), "message/rfc822")).people.hidden == 30


@pytest.mark.parametrize("first", [b"MZ", b"GIF89a", b"%PDF-1.7", b"ID;P", b"<svg>", b"From"])
async def test_a_message_is_mail_whatever_its_first_field_looks_like(inspector: Inspector, first: bytes) -> None:
    """Whoever receives it opens its attachments; a program or picture is what an attachment may be."""
    mail = first + b": x\r\n" + wire(make_mail("FOI", "summary.xlsx", XLSX, make_breach(make_people(30))))
    report = await inspect(inspector, mail, "message/rfc822")
    assert (report.people.hidden, report.media_type) == (30, "message/rfc822")


@pytest.mark.parametrize(("spooled", "meant"), [(b"..a\r\n...b\r\nc.\r\n", ".a\n..b\nc."), (b"a\r\n", "a")])
async def test_dots_that_smtp_adds_are_taken_off(inspector: Inspector, spooled: bytes, meant: str) -> None:
    """The parsers see what the reader will."""
    surfaced: list[Surfaced | Unseen] = []
    with open(os.memfd_create("message"), "w+b") as file:  # noqa: ASYNC230, PTH123 a memfd has no path
        file.write(b"Subject: x\r\n\r\n" + spooled)
        file.flush()
        await inspector.extract(Subject(file.fileno(), "message", "message/rfc822", stuffed=True), surfaced.append)
    assert [line.text.strip() for line in surfaced if isinstance(line, Surfaced) and line.channel == "text"] == [meant]  # type: ignore[union-attr] # a text channel has text


async def test_nesting_without_end_is_unread_at_once(inspector: Inspector) -> None:
    """Ten thousand multiparts in one another."""
    lines = [b"From: a@b.test\r\nTo: c@d.test"]
    for depth in range(10_000):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"\r\n' % depth, b"--b%d" % depth]
    report = await inspect(inspector, b"\r\n".join(lines) + b"\r\n\r\nend\r\n", "message/rfc822")
    assert Why.TOO_DEEP in reasons(report)
    assert Why.TOOK_TOO_LONG not in reasons(report)


async def test_a_message_within_a_message_without_end_is_unread(inspector: Inspector) -> None:
    """Forwarded, and forwarded, and forwarded."""
    mail = b"From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\n" * 2000
    report = await inspect(inspector, mail, "message/rfc822")
    assert Why.TOO_DEEP in reasons(report)


def bomb(size: int) -> bytes:
    target = BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(size // 10**6):
            member.write(b"0" * 10**6)
    return target.getvalue()


async def test_a_bomb_is_unread_and_what_lies_beside_it_is_read(inspector: Inspector) -> None:
    """More than a message may come to, in a hundredth of it."""
    mail = make_mail("FOI", "bomb.zip", ("application", "zip"), bomb(LIMITS.total_bytes + 10**6))
    mail.add_attachment(make_breach(make_people(30)), maintype=XLSX[0], subtype=XLSX[1], filename="after.xlsx")
    report = await inspect(inspector, wire(mail), "message/rfc822")
    assert Why.TOO_LARGE in reasons(report)
    assert report.people.hidden == 30


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
async def test_a_truncated_workbook_is_unread(inspector: Inspector, keep: float) -> None:
    """Cut short anywhere."""
    workbook = make_breach(make_people(30))
    report = await inspect(inspector, workbook[: int(len(workbook) * keep)])
    assert report.unread


async def test_the_budget_is_for_the_whole_message(inspector: Inspector) -> None:
    """Ten members of a third of it each."""
    inspector.limits = replace(LIMITS, total_bytes=10**6)
    mail = make_mail("FOI", "a.txt", ("text", "plain"), b"words and words\n" * 20_000)
    for name in "bcdefgh":
        mail.add_attachment(b"words and words\n" * 20_000, maintype="text", subtype="plain", filename=f"{name}.txt")
    assert Why.TOO_LARGE in reasons(await inspect(inspector, wire(mail), "message/rfc822"))


async def test_memory_beyond_the_limit_is_unread_not_a_dead_gateway(inspector: Inspector) -> None:
    """An attachment that takes more to decode than a child may have."""
    inspector.limits = replace(LIMITS, memory_bytes=100_000_000)
    mail = b"From: a@b.test\r\nTo: c@d.test\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUFB" * 20_000_000
    assert reasons(await inspect(inspector, mail, "message/rfc822")) == {Why.TOO_LARGE}


async def test_what_the_requester_wrote_may_stand_in_the_reply_and_not_in_its_hidden_rows(tmp_path: Path) -> None:
    """From the file of allowances and the recipients on the envelope to what the policy is told."""
    path = tmp_path / "allowances.toml"
    path.write_text('[[requester]]\nemail = "jo.bell@example.org"\nname = "Jo Bell"\nphone = "07700 900123"\n')
    body = b"Victim: BELL, Jo, 07700 900123. Assault, crime reference 36/67827/19.\n"
    letter = wire(make_mail("FOI", "reply.txt", ("text", "plain"), body))
    hidden = wire(make_mail("FOI", "reply.html", ("text", "html"), b"<p style='display:none'>" + body + b"</p>"))
    inspector = Inspector(FILES._replace(allowances=path), LIMITS)
    try:
        reports = [
            await inspect(inspector, mail, "message/rfc822", recipients)
            for mail in (letter, hidden)
            for recipients in ((), ("jo.bell@example.org",))
        ]
    finally:
        await inspector.close()
    assert [(report.people.exposed, report.people.hidden) for report in reports] == [(1, 0), (0, 0), (0, 1), (0, 1)]


async def test_the_parts_after_one_that_kills_its_child_are_still_inspected(killer: Inspector) -> None:
    """Three parts do, and a breach stands between them."""
    mail = make_mail("FOI", "first.txt", ("text", "plain"), b"KILL the child\n")
    mail.add_attachment(make_breach(make_people(30)), maintype=XLSX[0], subtype=XLSX[1], filename="breach.xlsx")
    mail.add_attachment(b"HANG the child\n", maintype="text", subtype="plain", filename="second.txt")
    mail.add_attachment(b"STARVE the child\n", maintype="text", subtype="plain", filename="third.txt")
    mail.add_attachment(b"Victim: NINO JG 12 34 56 C\n", maintype="text", subtype="plain", filename="last.txt")
    killer.limits = replace(LIMITS, part_seconds=1.0)
    report = await inspect(killer, wire(mail), "message/rfc822")
    assert {(str(unread.where), unread.why) for unread in report.unread} == {
        ("message › first.txt", Why.CRASHED),
        ("message › second.txt", Why.TOOK_TOO_LONG),
        ("message › third.txt", Why.TOO_LARGE),
    }
    assert report.people.hidden == 30
    assert "nino" in {finding.kind for finding in report.findings}


async def test_a_message_that_kills_every_child_is_unread_to_its_end(killer: Inspector) -> None:
    """There is an end to fresh children."""
    mail = make_mail("FOI", "0.txt", ("text", "plain"), b"KILL the child\n")
    for number in range(1, 9):
        mail.add_attachment(b"KILL the child\n", maintype="text", subtype="plain", filename=f"{number}.txt")
    report = await inspect(killer, wire(mail), "message/rfc822")
    assert len(report.unread) == 9


async def test_extract_prints_everything_with_place_and_visibility(inspector: Inspector) -> None:
    """The measuring interface."""
    lines: list[Surfaced | Unseen] = []
    with open(os.memfd_create("book"), "w+b") as file:  # noqa: ASYNC230, PTH123 a memfd has no path
        file.write(make_breach(make_people(3)))
        file.flush()
        await inspector.extract(Subject(file.fileno(), "book.xlsx"), lines.append)
    surfaced = [line for line in lines if isinstance(line, Surfaced)]
    records = [line for line in surfaced if line.channel == "pivotCacheRecords"]
    assert [line.visibility for line in records] == [Visibility.PIVOT_CACHE] * 3
    assert records[0].cells == make_people(3)[0]
    assert any(line.visibility is Visibility.SHOWN and line.cells == ("Offence", "Count") for line in surfaced)


async def test_a_planted_value_is_nowhere_in_a_report(inspector: Inspector) -> None:
    """Neither name nor number crosses the boundary."""
    people = [
        ("36/67827/19", "Victim", "Quillfeather", "Zebedee", "1980-02-01", "NR3 1AB", "Burglary")
    ] * 1 + make_people(20)
    mail = make_mail("FOI", "s.xlsx", XLSX, make_breach(people))
    mail.add_attachment(
        b"NINO JG123456C of Zebedee Quillfeather, born 1 February 1980\n",
        maintype="text",
        subtype="plain",
        filename="n.txt",
    )
    said = repr(await inspect(inspector, wire(mail), "message/rfc822"))
    for planted in ("Quillfeather", "QUILLFEATHER", "Zebedee", "JG123456C", "JG123456", "1980-02-01", "67827"):
        assert planted not in said
