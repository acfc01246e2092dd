"""The transaction that a client has begun, and its other half at the next hop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.message import CLIENT_GONE, Envelope, Reply, Transaction, mail_line, rcpt_line
from gateway.smtp.commands import Proposal


@dataclass
class Onward:
    """The next hop's transaction, which gets the final dot only while the client is there to hear the answer.

    A client that has gone will try again: to forward now would deliver twice.
    """

    transaction: Transaction
    is_gone: Callable[[], bool]
    given_up: bool = False

    @property
    def name(self) -> str:
        """The next hop's name."""
        return self.transaction.name

    @property
    def offers(self) -> frozenset[bytes]:
        """What the next hop offers."""
        return self.transaction.offers

    async def propose(self, lines: Sequence[bytes]) -> list[Reply]:
        """Relay commands of the envelope."""
        return await self.transaction.propose(lines)

    async def data(self, wire: Iterator[bytes]) -> Reply:
        """Send the message, unless nobody waits for the answer, or nobody does any more when only the dot is left."""
        if self.is_gone():
            return CLIENT_GONE
        reply = await self.transaction.data(self.while_heard(wire))
        return CLIENT_GONE if self.given_up else reply

    def while_heard(self, wire: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks; breaks off like a connection when the client has gone before the last was sent."""
        for chunk in wire:
            yield chunk
            if self.is_gone():
                break
        self.given_up = self.is_gone()
        if self.given_up:
            raise ConnectionAbortedError

    async def drop(self) -> None:
        """End without delivering."""
        await self.transaction.drop()


@dataclass
class Draft:
    """The transaction that a client has begun."""

    onward: Onward
    mail: Proposal
    recipients: list[Proposal] = field(default_factory=list)
    counted: int = 0
    """What it counts among the bytes of all messages on their way."""

    proposed: int = 0
    """Recipients proposed, those refused counted."""

    def envelope(self) -> Envelope:
        """What MAIL and the accepted RCPTs said."""
        return Envelope(
            self.mail.address,
            tuple(each.address for each in self.recipients),
            self.mail.parameters,
            tuple(each.parameters for each in self.recipients),
        )

    def line(self, proposal: Proposal) -> bytes:
        """The command for a proposal."""
        write = mail_line if proposal is self.mail else rcpt_line
        return write(proposal.address, proposal.parameters)

    @property
    def international(self) -> bool:
        """Whether addresses may have any letters (RFC 6531)."""
        return any(parameter.upper() == b"SMTPUTF8" for parameter in self.mail.parameters)
