"""What a client may say: a line's verb and argument, the path and parameters of MAIL and RCPT."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.message import Reply

COMMAND_BYTES = 2048

LONG = Reply.of(500, "5.5.2 command line too long")
ODD_END = Reply.of(500, "5.5.2 a command ends in CR LF")
NO_COMMAND = Reply.of(500, "5.5.2 no command")

# RFC 5321 4.1.2: a path is a mailbox in angle brackets, behind a route of hosts in old mail; a quoted local part may hold what a plain
# one may not. Control characters are in no address (qtextSMTP and atext have none), and would be relayed into others' logs.
PATH = rb'<((?:"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"|[^<>"\x00-\x20\x7f])*)>(?:[ \t]+([^\x00-\x1f\x7f]*))?'
FROM = re.compile(rb"(?i)FROM:[ \t]*" + PATH)
TO = re.compile(rb"(?i)TO:[ \t]*" + PATH)

SIZE = re.compile(rb"(?i)SIZE=(\d{1,20})")

NEEDS = {
    b"SIZE": b"SIZE",
    b"BODY": b"8BITMIME",
    b"SMTPUTF8": b"SMTPUTF8",
    b"RET": b"DSN",
    b"ENVID": b"DSN",
    b"NOTIFY": b"DSN",
    b"ORCPT": b"DSN",
    b"REQUIRETLS": b"REQUIRETLS",
}
"""The extension that a parameter belongs to."""

DISPENSABLE = frozenset({b"SIZE", b"DSN"})
"""Extensions without which a message still arrives as it is (RFC 1870 6.1, RFC 3461 5.2.2)."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line of a client: verb in upper case, argument as it came, without the blanks around it."""

    verb: bytes
    argument: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sender or recipient for the next hop: the address without brackets, the parameters as they came."""

    address: bytes = field(repr=False)
    parameters: tuple[bytes, ...] = field(repr=False)

    def lack(self, offered: frozenset[bytes], there: frozenset[bytes]) -> bytes:
        """An extension that a parameter asks for, that was offered, and that is not there; b"" when there is none."""
        for parameter in self.parameters:
            extension = NEEDS.get(parameter.partition(b"=")[0].upper(), b"")
            if extension in offered and extension not in there:
                return extension
        return b""

    @property
    def size(self) -> int:
        """The SIZE of RFC 1870, 0 when there is none."""
        sizes = [int(found[1]) for parameter in self.parameters if (found := SIZE.fullmatch(parameter))]
        return max(sizes, default=0)

    @property
    def international(self) -> bool:
        """Whether the address has letters that only RFC 6531 allows."""
        return not self.address.isascii()


def read_command(untrusted_line: bytes) -> Command | Reply:
    """A command, or why the line is none."""
    if not untrusted_line.endswith(b"\r\n") or b"\r" in untrusted_line[:-2]:
        return ODD_END
    verb, _, argument = untrusted_line[:-2].strip(b" \t").partition(b" ")
    if not verb.isalnum():
        return NO_COMMAND
    return Command(verb.upper(), argument.strip(b" \t"))


def read_mail(command: Command) -> Proposal | None:
    """The sender in MAIL; None when it is not written as RFC 5321 asks."""
    return read_path(FROM, command.argument)


def read_rcpt(command: Command) -> Proposal | None:
    """The recipient in RCPT; None when it is not written as RFC 5321 asks, or empty."""
    proposal = read_path(TO, command.argument)
    return proposal if proposal is not None and proposal.address else None


def keep_known(parameters: tuple[bytes, ...], there: frozenset[bytes]) -> tuple[bytes, ...]:
    """The parameters less those that a server does not know and that a message can do without."""
    unknown = DISPENSABLE - there
    return tuple(each for each in parameters if NEEDS.get(each.partition(b"=")[0].upper()) not in unknown)


def read_path(pattern: re.Pattern[bytes], untrusted_argument: bytes) -> Proposal | None:
    """A path with its parameters."""
    found = pattern.fullmatch(untrusted_argument)
    return Proposal(found[1], tuple((found[2] or b"").split())) if found else None
