"""Delivery status notifications (RFC 3464): what a mail server is told of a message that will not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from email.utils import format_datetime
from itertools import zip_longest

from gateway.message import Envelope

XTEXT = re.compile(rb"\+([0-9A-F]{2})")
PLAIN = re.compile(rb"[!-~]{1,400}")
BOUNDARY = "=_foi_gateway_report"
"""In none of our own texts, of which alone a report is made."""

NOT_SHOWN = "(not shown)"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message will not arrive: an enhanced status code (RFC 3463), and the reply that says so."""

    status: str
    reply: str
    arrived: datetime


def wants_report(parameters: tuple[bytes, ...]) -> bool:
    """Whether the sender of a message wants to know of its failure for a recipient (RFC 3461 4.1)."""
    notify = find(parameters, b"NOTIFY")
    return notify is None or b"FAILURE" in notify.upper().split(b",")


def add_report(mail: EmailMessage, envelope: Envelope, failure: Failure, reporter: str) -> bool:
    """Make a notice a report about those recipients whose failure its sender wants to know of; returns whether there are any.

    No part of the message itself goes with it, whatever RET asks for: it was held for what is in it.
    """
    recipients = zip_longest(envelope.recipients, envelope.rcpt_parameters, fillvalue=())
    reported = [(bytes(recipient), parameters) for recipient, parameters in recipients if wants_report(parameters)]
    if not reported:
        return False
    assert isinstance(mail.policy, EmailPolicy)
    blocks: list[Message | str] = [describe_message(mail.policy, envelope, failure, reporter)]
    blocks += [describe_recipient(mail.policy, *each, failure) for each in reported]
    status = EmailMessage(mail.policy)
    status["Content-Type"] = "message/delivery-status"
    status.set_payload(blocks)
    mail.make_mixed(BOUNDARY)
    mail.attach(status)
    mail.set_type("multipart/report")
    mail.set_param("report-type", "delivery-status")
    return True


def describe_message(policy: EmailPolicy, envelope: Envelope, failure: Failure, reporter: str) -> EmailMessage:
    """The fields about the whole (RFC 3464 2.2)."""
    block = EmailMessage(policy)
    envelope_id = find(envelope.mail_parameters, b"ENVID")
    if envelope_id is not None:
        block["Original-Envelope-Id"] = from_xtext(envelope_id)
    block["Reporting-MTA"] = f"dns; {reporter}"
    block["Arrival-Date"] = format_datetime(failure.arrived)
    return block


def describe_recipient(
    policy: EmailPolicy, recipient: bytes, parameters: tuple[bytes, ...], failure: Failure
) -> EmailMessage:
    """The fields about one recipient (RFC 3464 2.3)."""
    block = EmailMessage(policy)
    original = find(parameters, b"ORCPT")
    if original is not None:
        block["Original-Recipient"] = from_xtext(original)
    block["Final-Recipient"] = f"rfc822; {to_text(recipient)}"
    block["Action"] = "failed"
    block["Status"] = failure.status
    block["Diagnostic-Code"] = f"smtp; {failure.reply}"
    return block


def find(parameters: tuple[bytes, ...], name: bytes) -> bytes | None:
    """The value of a parameter."""
    for parameter in parameters:
        key, equals, value = parameter.partition(b"=")
        if equals and key.upper() == name:
            return value
    return None


def from_xtext(value: bytes) -> str:
    """A value out of its xtext (RFC 3461 4)."""
    return to_text(XTEXT.sub(lambda found: bytes([int(found[1], 16)]), value))


def to_text(untrusted_value: bytes) -> str:
    """A value for a header field: what is not plain would break it, and is not shown."""
    return untrusted_value.decode("ascii") if PLAIN.fullmatch(untrusted_value) else NOT_SHOWN
