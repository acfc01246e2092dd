"""All words that people read: SMTP replies, notices to senders, the sentences about a verdict."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy as mail_policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from detectors.model import (
    IDENTIFIER_KINDS,
    Finding,
    Group,
    HiddenPlace,
    Location,
    OffenceGroup,
    People,
    Records,
    Role,
    Step,
    Unread,
    Visibility,
    Why,
    join_offences,
)
from gateway.delivery_report import Failure, add_report
from gateway.message import Envelope, Notice, Reply
from gateway.policy import Condition, PolicyError, Verdict
from gateway.settings import Notices as NoticeSettings


class Trouble(enum.Enum):
    """Why a message cannot be decided now; strangers learn the category and nothing of our internals."""

    INTERNAL = (451, "4.3.0 FOI gateway: temporary fault, please try again later")
    UNDERWAY = (451, "4.3.2 FOI gateway: this message is on its way already, please try again later")
    STORAGE = (452, "4.3.1 FOI gateway: no room to store the message, please try again later")


REFUSALS = {
    Condition.ENCRYPTED: "password-protected file, send it without a password",
    Condition.EXECUTABLE: "program attached, send the message without it",
    Condition.UNREAD: "part of the message cannot be read, send it in another format",
    Condition.HIDDEN_PEOPLE: "hidden content identifies people, send only what the recipient may see",
    Condition.HIDDEN_RECORDS: "hidden records in a file, send only what the recipient may see",
    Condition.EXPOSED_PEOPLE: "people connected with a crime are identified",
    Condition.STRONG_IDENTIFIER: "a number that identifies one person",
}
"""Why a message is refused: one clause a condition, nothing of the message."""

HIDING = {
    Visibility.METADATA: "properties of {place}",
    Visibility.COMMENT: "comments in {place}",
    Visibility.HIDDEN_ROW: "hidden rows in {place}",
    Visibility.HIDDEN_COLUMN: "hidden columns in {place}",
    Visibility.HIDDEN_TEXT: "hidden text in {place}",
    Visibility.HIDDEN_SHEET: "hidden {place}",
    Visibility.VERY_HIDDEN_SHEET: "{place}, which is hidden so that Excel does not offer to show it,",
    Visibility.LINK_CACHE: "a copy of another workbook kept inside {place}",
    Visibility.PIVOT_CACHE: "a pivot cache behind {place}",
    Visibility.ORPHAN: "a left-over part of {place}",
}
"""How content is hidden, in words that an officer knows from Excel."""

MENDING = {
    Visibility.METADATA: "Remove the properties: File > Info > Check for Issues > Inspect Document.",
    Visibility.COMMENT: "Delete the comments: Review > Delete, on every sheet.",
    Visibility.HIDDEN_ROW: "Show the hidden rows, delete what must not leave, then send the file again.",
    Visibility.HIDDEN_COLUMN: "Show the hidden columns, delete what must not leave, then send the file again.",
    Visibility.HIDDEN_TEXT: "Remove the hidden text.",
    Visibility.HIDDEN_SHEET: "Show the hidden sheets, delete them, then send the file again; or save the figures as CSV.",
    Visibility.VERY_HIDDEN_SHEET: "Copy the figures alone into a new workbook, or save them as CSV.",
    Visibility.LINK_CACHE: "Break the links (Data > Edit Links > Break Link) and paste the figures as values into a new workbook.",
    Visibility.PIVOT_CACHE: "Copy the table, paste it as values into a new workbook, and send that; or save it as CSV. "
    "A pivot table keeps all records it was made from, even when their sheet is deleted.",
    Visibility.ORPHAN: "Copy the figures alone into a new workbook, or save them as CSV.",
}
"""What the sender does about it."""

REASONS = {
    Why.ENCRYPTED: "is protected by a password",
    Why.DAMAGED: "is damaged or is not what it claims to be",
    Why.UNKNOWN_FORMAT: "is of a kind that the gateway cannot read",
    Why.EXECUTABLE: "is a program",
    Why.TOO_DEEP: "holds too many files within files",
    Why.TOO_MANY: "holds too many parts",
    Why.TOO_LARGE: "is too large when unpacked",
    Why.TOOK_TOO_LONG: "took too long to read",
    Why.CRASHED: "could not be read",
    Why.INCOMPLETE: "could not be read to its end",
}
"""Why a place could not be read."""

ROLES = {
    Role.VICTIM: ("victim", "victims"),
    Role.WITNESS: ("witness", "witnesses"),
    Role.SUSPECT: ("suspect", "suspects"),
    Role.REPORTING_PERSON: ("reporting person", "reporting people"),
    Role.OFFICER: ("officer", "officers"),
    Role.UNKNOWN: ("person", "people"),
}

OFFENCES = {
    OffenceGroup.SEXUAL: "sexual offences",
    OffenceGroup.DOMESTIC: "domestic abuse",
    OffenceGroup.HATE: "hate crime",
    OffenceGroup.VIOLENCE: "violence",
    OffenceGroup.THEFT: "theft",
    OffenceGroup.OTHER: "other offences",
}

CELL = re.compile(r"[A-Z]{1,3}\d+|(record|field) \d+")

SENTENCES = 12
"""Most sentences about one message; the reviewer sees the rest."""


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Words that name nobody. A label that the sender chose is repeated only if it is made of them (docs/decisions/0003)."""

    words: frozenset[str]

    @classmethod
    def load(cls, vocabulary: Path) -> PlainWords:
        """The words of VOCABULARY/plain_words.txt, one a line. Raises PolicyError."""
        file = vocabulary / "plain_words.txt"
        try:
            lines = file.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError):
            raise PolicyError(f"{file}: cannot be read.") from None
        return cls(frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#")))

    def say(self, where: Location) -> str:
        """A place for people who may not see more: `sheet 'Summary' of attachment 1`."""
        steps = [self.say_step(step) for step in where.steps[1:] or where.steps]
        return " of ".join(reversed(steps)) or "the message"

    def say_step(self, step: Step) -> str:
        """A step's label when all its words are plain, else our own name for it."""
        words = re.findall(r"[^\W\d_]+|\d+", step.label)
        return step.label if words and all(self.is_plain(word) for word in words) else step.alias

    def is_plain(self, word: str) -> bool:
        """Whether a word names nobody: a listed one, a number of up to three digits, a year."""
        if word.isdigit():
            return len(word) <= 3 or bool(re.fullmatch(r"(19|20)\d\d", word))
        return word.lower() in self.words


def explain(verdict: Verdict, plain: PlainWords) -> list[str]:
    """What was found and where, a sentence each; no value, no name, no label but plain ones."""
    report = verdict.report
    stopped = {kind for fired in verdict.fired for kind in fired.kinds}
    sentences = [
        *(say_records(records, plain) for records in report.records if records.hidden),
        *(say_group(group, plain) for group in join_offences(report.groups)),
        *(say_unread(unread, plain) for unread in report.unread),
        *(say_number(finding, plain) for finding in report.findings if finding.kind in stopped),
    ]
    if not verdict.fired:
        sentences = [say_harmless(place, plain) for place in report.hidden]
    distinct = list(dict.fromkeys(sentences))
    return distinct[:SENTENCES] + (["There is more."] if len(distinct) > SENTENCES else [])


def say_records(records: Records, plain: PlainWords) -> str:
    """For instance: In attachment 1, a pivot cache behind sheet 'Summary' holds 1,230 records that are not shown."""
    place = describe_place(records.where, records.visibility, plain)
    return f"{place} holds {number(records.hidden, 'record')} that {'is' if records.hidden == 1 else 'are'} not shown."


def say_group(group: Group, plain: PlainWords) -> str:
    """For instance: In attachment 1, a pivot cache behind sheet 'Summary' identifies 410 victims."""
    one, many = ROLES[group.role]
    return f"{describe_place(group.where, group.visibility, plain)} identifies {number(group.count, one, many)}."


def say_people(people: People) -> list[str]:
    """How many people, how many of them unseen, in which roles, with which crimes; a line each, none where there are none."""
    if not people.total:
        return []
    roles = [say_role(role, people.by_role[role]) for role in Role if people.by_role.get(role)]
    crimes = [f"{people.by_offence[group]:,} {OFFENCES[group]}" for group in OffenceGroup if group in people.by_offence]
    return [
        f"{number(people.total, 'person', 'people')}, {people.hidden:,} in hidden content, {people.hidden_only:,} only there",
        f"by role: {', '.join(roles)}",
        *([f"by offence: {', '.join(crimes)}"] if crimes else []),
    ]


def say_role(role: Role, count: int) -> str:
    """`410 victims`, `3 in no known role`."""
    return f"{count:,} in no known role" if role is Role.UNKNOWN else number(count, *ROLES[role])


def say_unread(unread: Unread, plain: PlainWords) -> str:
    """For instance: Attachment 2 is protected by a password."""
    return f"{first_upper(plain.say(unread.where))} {REASONS[unread.why]}."


def say_number(finding: Finding, plain: PlainWords) -> str:
    """For instance: In attachment 1, sheet 'Data' holds a number that identifies one person; or a kind of the force's own."""
    place = describe_place(finding.where, finding.visibility, plain)
    if finding.kind in IDENTIFIER_KINDS:
        return f"{place} holds a number that identifies one person."
    return f"{place} holds what the policy calls {finding.kind.replace('_', ' ')}."


def say_harmless(place: HiddenPlace, plain: PlainWords) -> str:
    """For instance: In attachment 1, hidden rows in sheet 'Data' name nobody."""
    return f"{describe_place(place.where, place.visibility, plain)} identifies nobody."


def describe_place(where: Location, visibility: Visibility, plain: PlainWords) -> str:
    """Where, then how hidden: In attachment 1, a pivot cache behind sheet 'Summary'."""
    steps = [plain.say_step(step) for step in where.steps[1:]]
    if visibility in {Visibility.PIVOT_CACHE, Visibility.LINK_CACHE} and len(steps) > 1:
        steps = [step for step in steps if not step.startswith(("pivot cache", "external link"))]
    while len(steps) > 1 and CELL.fullmatch(steps[-1]):
        steps.pop()  # the sheet is what an officer looks for
    *containers, place = steps or ["the message"]
    words = HIDING.get(visibility, "{place}").format(place=place)
    outer = " of ".join(reversed(containers))
    return f"In {outer}, {words}" if outer else first_upper(words)


def number(count: int, one: str, many: str = "") -> str:
    """`1 record`, `1,230 records`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def first_upper(text: str) -> str:
    """A sentence's start."""
    return text[:1].upper() + text[1:]


def summarise(verdict: Verdict, plain: PlainWords) -> str:
    """A verdict in one line."""
    if not verdict.fired:
        noted = explain(verdict, plain)
        return " ".join(["Nothing found that must not leave.", *noted[:3]])
    return " ".join((*(fired.reason for fired in verdict.fired), *explain(verdict, plain)[:3]))


def mend(verdict: Verdict) -> list[str]:
    """What the sender can do, a sentence each."""
    report = verdict.report
    hidden = [records.visibility for records in report.records] + [group.visibility for group in report.groups]
    ways = [MENDING[visibility] for visibility in hidden if visibility in MENDING]
    reasons = {unread.why for unread in report.unread}
    if Why.ENCRYPTED in reasons:
        ways.append("Remove the password and send the file again.")
    if Why.EXECUTABLE in reasons:
        ways.append("Send the message without the program.")
    if reasons - {Why.ENCRYPTED, Why.EXECUTABLE}:
        ways.append("Send what could not be read in a simpler form: CSV for figures, plain text for words.")
    return list(dict.fromkeys(ways))


REPLY_BYTES = 450


@dataclass(frozen=True)
class Notices:
    """The replies and notices of one gateway."""

    settings: NoticeSettings
    plain: PlainWords

    def try_later(self, trouble: Trouble) -> Reply:
        """A temporary refusal: the sending server keeps the message."""
        code, text = trouble.value
        return Reply.of(code, text)

    def reply_held(self, reference: str) -> Reply:
        """250, for we have the message; the sender's server logs the reference."""
        return Reply.of(250, f"2.0.0 FOI gateway: held for review, reference {reference}")

    def reply_unfinished(self, reference: str) -> Reply:
        """250, for we have the message, and it goes on by itself if it is clean."""
        return Reply.of(250, f"2.0.0 FOI gateway: still being inspected, reference {reference}")

    def refusal(self, verdict: Verdict) -> Reply:
        """550 with the strictest rules' categories; the sending server writes the bounce (RFC 5321 4.2.5)."""
        strictest = dict.fromkeys(
            REFUSALS[fired.condition] for fired in verdict.fired if fired.action is verdict.action
        )
        return Reply.of(550, f"5.7.1 FOI gateway: {'; '.join(strictest)}"[:REPLY_BYTES])

    def held(self, envelope: Envelope, verdict: Verdict, reference: str, received: datetime) -> Notice | None:
        """To the sender, when a message was held."""
        return self.write(
            envelope,
            f"Held for review: your message, reference {reference}",
            [
                f"Your message of {say_time(received)} has not been sent yet. It is held for review, reference {reference}.",
                "Why:",
                *bullets(self.why(verdict)),
                "What happens next: a reviewer looks at it and sends it as it is, or returns it to you. You need not do anything.",
                *self.advice(verdict),
            ],
        )

    def released(self, envelope: Envelope, reference: str, received: datetime) -> Notice | None:
        """To the sender, when a held message was sent after all."""
        return self.write(
            envelope,
            f"Sent: your message, reference {reference}",
            [f"Your message of {say_time(received)}, reference {reference}, was reviewed and has been sent as it was."],
        )

    def returned(self, envelope: Envelope, verdict: Verdict, reference: str, received: datetime) -> Notice | None:
        """To the sender, when a held message will not be sent and is theirs to mend."""
        return self.write(
            envelope,
            f"Returned: your message, reference {reference}",
            [
                f"Your message of {say_time(received)}, reference {reference}, was reviewed and has NOT been sent.",
                "Why:",
                *bullets(self.why(verdict)),
                *self.advice(verdict),
                "Then send the message again.",
            ],
            Failure("5.7.1", "550 5.7.1 FOI gateway: returned after review", received),
        )

    def rejected(self, envelope: Envelope, reference: str, received: datetime) -> Notice | None:
        """To the sender, when a held message will not be sent at all."""
        return self.write(
            envelope,
            f"Not sent: your message, reference {reference}",
            [
                f"Your message of {say_time(received)}, reference {reference}, was reviewed and will NOT be sent.",
                f"If you do not know why, ask {self.settings.contact}.",
            ],
            Failure("5.7.1", "550 5.7.1 FOI gateway: refused after review", received),
        )

    def expired(self, envelope: Envelope, reference: str, received: datetime) -> Notice | None:
        """To the sender, when nobody reviewed a held message in time."""
        return self.write(
            envelope,
            f"Not sent: your message, reference {reference}",
            [
                f"Your message of {say_time(received)}, reference {reference}, was held for review. Nobody decided in time, so it will NOT be sent.",
                f"Ask {self.settings.contact}, then send the message again.",
            ],
            Failure("5.4.7", "554 5.4.7 FOI gateway: not reviewed in time", received),
        )

    def undelivered(self, envelope: Envelope, reference: str, received: datetime, reply: Reply) -> Notice | None:
        """To the sender, when a released message could not be delivered to the recipients of `envelope`.

        The next hop's words are not repeated, only its codes: they quote what they like.
        """
        enhanced = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?= |$)", reply.lines[0])
        status = enhanced[0].decode() if enhanced else "5.0.0"
        return self.write(
            envelope,
            f"Not delivered: your message, reference {reference}",
            [
                f"Your message of {say_time(received)}, reference {reference}, was reviewed and released, but could NOT be delivered.",
                f"The next mail server said {reply.code} {status} to {number(len(envelope.recipients), 'recipient')}.",
                f"Check the addresses below, then send the message again, or ask {self.settings.contact}.",
            ],
            Failure(status, f"{reply.code} {status}", received),
        )

    def why(self, verdict: Verdict) -> list[str]:
        """Rules and places."""
        return [*(fired.reason for fired in verdict.fired), *explain(verdict, self.plain)]

    def advice(self, verdict: Verdict) -> list[str]:
        """How to mend it."""
        ways = mend(verdict)
        return ["How to mend it:", *bullets(ways)] if ways else []

    def write(
        self, envelope: Envelope, subject: str, paragraphs: list[str], failure: Failure | None = None
    ) -> Notice | None:
        """A notice in wire form, with a report for mail servers where a message failed.

        None where none may be sent: nobody to tell, or a robot (RFC 3834 section 2), or a sender who asked not to be told of failures.
        """
        recipient = envelope.sender
        if not self.settings.enabled or not may_be_told(recipient):
            return None
        mail = EmailMessage(policy=mail_policy.SMTP.clone(max_line_length=998, utf8=True))
        mail["From"] = f"FOI gateway <{self.settings.sender}>"
        mail["To"] = recipient.decode("ascii")
        mail["Subject"] = subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=self.settings.sender.rpartition("@")[2] or None)
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
        closing = f"Questions: {self.settings.contact}. This is an automatic message of the FOI gateway."
        text = "\n\n".join([*paragraphs, closing]) + "\n"
        mail.set_content(text, cte="7bit" if text.isascii() else "8bit")
        reporter = self.settings.sender.rpartition("@")[2]
        if failure is not None and not add_report(mail, envelope, failure, reporter):
            return None
        wire = mail.as_bytes().replace(b"\r\n.", b"\r\n..")
        parameters = () if text.isascii() else (b"BODY=8BITMIME",)
        return Notice(Envelope(b"", (recipient,), parameters, ((),)), wire)


def bullets(sentences: list[str]) -> list[str]:
    """A list as one paragraph."""
    return ["\n".join(f"  * {sentence}" for sentence in sentences)] if sentences else []


def say_time(at: datetime) -> str:
    """A time as people in the office say it, in UTC."""
    return at.astimezone(UTC).strftime("%d %B %Y, %H:%M UTC")


ROBOTS = (b"mailer-daemon", b"postmaster", b"noreply", b"no-reply", b"donotreply")


def may_be_told(untrusted_sender: bytes) -> bool:
    """Whether a notice may go to an envelope sender: one plain ASCII address that is not a robot's."""
    plain = re.fullmatch(rb"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", untrusted_sender)
    return plain is not None and not untrusted_sender.lower().startswith(ROBOTS)
