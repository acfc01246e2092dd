"""Reports to mail servers about messages that will not arrive, as the sender asked for them."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy

import pytest

from gateway.delivery_report import wants_report
from gateway.message import Envelope, Reply
from gateway.notices import Notices, PlainWords
from gateway.policy import find_shipped
from gateway.settings import Notices as NoticeSettings

NOTICES = Notices(NoticeSettings(sender="foi-gateway@force.test"), PlainWords.load(find_shipped("vocabulary")))
RECEIVED = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


def report(*recipients: tuple[bytes, tuple[bytes, ...]], mail: tuple[bytes, ...] = ()) -> list[dict[str, str]] | None:
    """The blocks of the report that a rejected message gets."""
    envelope = Envelope(
        b"foi@force.test",
        tuple(each for each, _ in recipients),
        mail,
        tuple(parameters for _, parameters in recipients),
    )
    notice = NOTICES.rejected(envelope, "FOI-7K3Q-M2XD", RECEIVED)
    if notice is None:
        return None
    parsed = email.message_from_bytes(notice.wire, policy=policy.SMTP)
    assert parsed.get_content_type() == "multipart/report"
    assert parsed.get_param("report-type") == "delivery-status"
    text, status = parsed.iter_parts()
    assert "will NOT be sent" in text.get_content()
    return [dict(block.items()) for block in status.iter_parts()] if status.is_multipart() else []


def test_a_report_tells_what_the_senders_server_needs() -> None:
    """Which message, by the name that the sender gave it, which recipients, and why."""
    blocks = report(
        (b"b@public.test", (b"NOTIFY=SUCCESS,FAILURE", b"ORCPT=rfc822;Bob+2Bx@public.test")),
        (b"c@public.test", ()),
        mail=(b"RET=FULL", b"ENVID=QQ+2B1"),
    )
    assert blocks == [
        {
            "Original-Envelope-Id": "QQ+1",
            "Reporting-MTA": "dns; force.test",
            "Arrival-Date": "Mon, 23 Nov 2026 10:05:00 +0000",
        },
        {
            "Original-Recipient": "rfc822;Bob+x@public.test",
            "Final-Recipient": "rfc822; b@public.test",
            "Action": "failed",
            "Status": "5.7.1",
            "Diagnostic-Code": "smtp; 550 5.7.1 FOI gateway: refused after review",
        },
        {
            "Final-Recipient": "rfc822; c@public.test",
            "Action": "failed",
            "Status": "5.7.1",
            "Diagnostic-Code": "smtp; 550 5.7.1 FOI gateway: refused after review",
        },
    ]


def test_who_asked_not_to_be_told_is_not() -> None:
    """NOTIFY, recipient by recipient; without any left there is no report."""
    blocks = report((b"b@public.test", (b"NOTIFY=NEVER",)), (b"c@public.test", (b"notify=delay,failure",)))
    assert blocks is not None
    assert [block.get("Final-Recipient") for block in blocks] == [None, "rfc822; c@public.test"]
    assert report((b"b@public.test", (b"NOTIFY=NEVER",)), (b"c@public.test", (b"NOTIFY=SUCCESS",))) is None


@pytest.mark.parametrize(
    "evil", [b"a@x.test\r\nBcc: c@d", b"\xff@x.test", "ü@x.test".encode(), b"a b@x.test", b"a" * 500 + b"@x.test"]
)
def test_an_address_that_would_break_the_report_is_not_shown(evil: bytes) -> None:
    """Nor one that such a field cannot hold."""
    blocks = report((evil, (b"ORCPT=rfc822;" + b"+0D+0ABcc:+20x",)))
    assert blocks is not None
    assert (blocks[1]["Final-Recipient"], blocks[1]["Original-Recipient"]) == ("rfc822; (not shown)", "(not shown)")


def test_the_next_hops_words_are_not_repeated() -> None:
    """They quote what they like; the codes are ours to tell."""
    envelope = Envelope(b"foi@force.test", (b"b@public.test",), (), ((),))
    for words, status in ((b"5.1.1 no quillfeather here", b"5.1.1"), (b"quillfeather", b"5.0.0")):
        notice = NOTICES.undelivered(envelope, "FOI-7K3Q-M2XD", RECEIVED, Reply(550, (words,)))
        assert notice is not None
        assert b"quillfeather" not in notice.wire
        assert b"Status: " + status + b"\r\n" in notice.wire


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ((), True),
        ((b"ORCPT=x",), True),
        ((b"NOTIFY=FAILURE",), True),
        ((b"NOTIFY=NEVER",), False),
        ((b"NOTIFY=DELAY",), False),
    ],
)
def test_failure_is_told_unless_the_sender_said_otherwise(parameters: tuple[bytes, ...], wanted: bool) -> None:
    """RFC 3461 4.1."""
    assert wants_report(parameters) is wanted
