"""Bytes that lie, are cut short or explode: a reader raises ValueError or OverLimit, and nothing else."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model import Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import read_all, reasons, texts
from tests.detectors.readers.test_golden import CASES, make

INPUTS = {f"{case.parent.name}/{case.name}": make(case) for case in CASES}


@settings(max_examples=300)
@given(st.sampled_from(sorted(INPUTS)), st.data())
def test_damage_anywhere_ends_in_content_or_unread(name: str, data: st.DataObject) -> None:
    """Bytes changed, cut out, doubled: never an exception of another kind."""
    untrusted = bytearray(INPUTS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(untrusted)))
        end = data.draw(st.integers(start, min(len(untrusted), start + 40)))
        untrusted[start:end] = data.draw(st.one_of(st.binary(max_size=8), st.just(bytes(untrusted[start:end]) * 2)))
    read_all(bytes(untrusted), data.draw(st.sampled_from(["", "message/rfc822", "text/html"])))


@given(st.binary(max_size=400), st.sampled_from(["", "message/rfc822", "text/html", "text/plain"]))
def test_any_bytes_end_in_content_or_unread(untrusted: bytes, declared: str) -> None:
    """Noise is unknown, and unknown is said."""
    contents = read_all(untrusted, declared)
    assert contents or not untrusted.strip() or declared


@pytest.mark.parametrize("name", [name for name in INPUTS if name.startswith(("xlsx", "zip"))])
@pytest.mark.parametrize("part", range(1, 20))
def test_a_truncated_archive_is_never_clean(name: str, part: int) -> None:
    """Cut short at every twentieth."""
    untrusted = INPUTS[name]
    assert reasons(read_all(untrusted[: len(untrusted) * part // 20]))


def zip_of(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_bytes_before_between_and_after_members_are_not_passed_over() -> None:
    """Archive tools skip them; a recipient's need not."""
    plain = zip_of(a=b"words and words\n")
    assert "orphan | unclaimed | input › gap 1 › bytes" in texts(read_all(plain + b"hidden after the end"))
    for untrusted in (b"PK\x03\x04" + b"x" * 40 + plain, plain + bytes(range(1, 32)) * 20):
        assert reasons(read_all(untrusted))


def test_a_local_header_that_names_another_member_is_not_believed() -> None:
    """Two programs would unpack two different files."""
    untrusted = zip_of(aaaa=b"words and words\n").replace(b"aaaa", b"bbbb", 1)
    assert reasons(read_all(untrusted)) == {Why.DAMAGED}


def test_two_members_of_one_name_are_said() -> None:
    """Which of them does a recipient see?"""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "first\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "second\n")
    contents = read_all(target.getvalue())
    assert Why.DAMAGED in reasons(contents)
    assert "first" in texts(contents)
    assert "second" in texts(contents)


def test_a_member_that_says_it_is_small_is_not_believed() -> None:
    """The directory says ten bytes; the data says a megabyte."""
    untrusted = bytearray(zip_of(a=b"0" * 10**6))
    directory = untrusted.rfind(b"PK\x01\x02")
    untrusted[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert reasons(read_all(bytes(untrusted)))


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


def test_entities_are_refused() -> None:
    """A billion laughs, and files named by entities."""
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    source, target = zipfile.ZipFile(book), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for member in source.infolist():
            data = ENTITIES if member.filename == "xl/worksheets/sheet1.xml" else source.read(member)
            archive.writestr(member.filename, data)
    assert Why.DAMAGED in reasons(read_all(target.getvalue()))


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    """XFD1048576 aborts or stalls libraries that hold a sheet as a grid."""
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet["XFD1048576"] = "corner"
    target = io.BytesIO()
    book.save(target)
    with cost_at_most(160):
        assert "XFD1048576 | corner" in texts(read_all(target.getvalue()))


@pytest.mark.parametrize(
    ("header", "body", "found"),
    [
        (b"Content-Type: multipart/mixed; boundary=b", b"--b\n\nlf only\n--b--\n", "lf only"),
        (b'Content-Type: multipart/mixed; boundary="b"; boundary="c"', b"--b\r\n\r\none\r\n--b--\r\n", "one"),
        (b"Content-Type: multipart/mixed", b"--b\r\n\r\nno boundary named\r\n", "no boundary named"),
        (
            b"Content-Type: multipart/mixed; boundary=b",
            b"--bb\r\n\r\nnot ours\r\n--b\r\n\r\nours\r\n--b--\r\n",
            "not ours",
        ),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"aGlkZGVu\r\n", "hidden"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"aGlk=ZGVu\r\n", "hid"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: BASE64 (really)", b"aGlkZGVu\r\n", "hidden"),
        (b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable", b"h=69dd=\r\nen\r\n", "hidden"),
        (b"Content-Type: text/plain; charset=utf-16", "wide words".encode("utf-16"), "wide words"),
        (b"Content-Type: text/plain; charset=koi8-r", "слова".encode("koi8-r"), "слова"),
        (b"Content-Type: text/plain; charset=no-such-thing", b"plain words", "plain words"),
        (b"Content-Type: application/octet-stream; name*0*=utf-8''n%C3%A4; name*1=me.txt", b"words\n", "näme.txt"),
        (b"Content-Disposition: attachment; filename==?utf-8?q?n=C3=A4me.txt?=", b"words\n", "näme.txt"),
        (
            b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            b"U3ViamVjdDogaW5uZXIKCmRlZXAgd29yZHMK",
            "deep words",
        ),
    ],
)
def test_odd_mail_is_read_all_the_same(header: bytes, body: bytes, found: str) -> None:
    """Real mail programs have sent every one of these."""
    message = b"From: a@b.test\r\nTo: c@d.test\r\n" + header + b"\r\n\r\n" + body
    assert found in texts(read_all(message, "message/rfc822"))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", Why.ENCRYPTED),
        (b"Content-Type: multipart/encrypted; boundary=b", Why.ENCRYPTED),
        (b"Content-Type: message/partial; id=x; number=1", Why.UNKNOWN_FORMAT),
        (b"Content-Type: message/external-body; access-type=ftp", Why.UNKNOWN_FORMAT),
        (b"Content-Transfer-Encoding: x-gzip64", Why.UNKNOWN_FORMAT),
        (b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=b", Why.DAMAGED),
        (b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64", Why.DAMAGED),
        (b"Content-Type: image/png", Why.DAMAGED),
    ],
)
def test_mail_that_cannot_be_read_is_said(header: bytes, reason: Why) -> None:
    """Sealed, elsewhere, or two things at once."""
    message = b"From: a@b.test\r\nTo: c@d.test\r\n" + header + b"\r\n\r\n\x89PNG\r\n\x1a\n\0\0"
    assert reason in reasons(read_all(message, "message/rfc822"))


ORDINARY = {
    "outlook": b"""MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="_000_AB_"\r\n
--_000_AB_\r\nContent-Type: text/plain; charset="iso-8859-1"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDear Sir=2C=A0attached.\r\n
--_000_AB_\r\nContent-Type: text/html; charset="iso-8859-1"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r
<html xmlns:o=3D"urn:schemas-microsoft-com:office:office"><head><!--[if gte mso 9]><xml><o:x/></xml><![endif]-->\r
<style>p.MsoNormal {margin:0cm}</style></head><body><p class=3D"MsoNormal">Dear Sir<o:p></o:p></p></body></html>\r\n
--_000_AB_--\r\n""",
    "gmail": b"""Content-Type: multipart/mixed; boundary="000000000000f1"\r\n\r\n--000000000000f1\r
Content-Type: multipart/alternative; boundary="000000000000f2"\r\n\r\n--000000000000f2\r
Content-Type: text/plain; charset="UTF-8"\r\n\r\nDear Sir\r\n\r\n--000000000000f2\r
Content-Type: text/html; charset="UTF-8"\r\n\r\n<div dir="ltr">Dear Sir</div>\r\n\r\n--000000000000f2--\r\n--000000000000f1\r
Content-Type: text/csv; charset="US-ASCII"; name="a.csv"\r\nContent-Disposition: attachment; filename="a.csv"\r
Content-Transfer-Encoding: base64\r\nX-Attachment-Id: f_1\r\n\r\nYSxiDQoxLDINCg==\r\n--000000000000f1--\r\n""",
    "bare": b"\r\nJust words.\r\n",
    "empty": b"\r\n",
    "bounce": b"""Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r
--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.test\r\n\r\nFinal-Recipient: rfc822; a@b.test\r\nAction: failed\r
--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nFrom: a@b.test\r\n--b--\r\n""",
}  # fmt: skip


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_mail_has_nothing_unread(kind: str) -> None:
    """A gateway that cries wolf is switched off."""
    contents = read_all(b"From: a@b.test\r\nTo: c@d.test\r\nSubject: x\r\n" + ORDINARY[kind], "message/rfc822")
    assert reasons(contents) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir, thank you for your request, which we received on Monday.\nWe hold it, and it is attached, as you asked.\n",
        "One line, with a comma\n",
        "Heading\n\nSome words; more words.\nAnd others; too many.\n",
    ],
)
def test_prose_is_not_a_table(text: str) -> None:
    """Sentences with as many commas are still sentences."""
    assert all("| text |" in line for line in texts(read_all(text.encode())).splitlines() if line.startswith("shown"))
