"""One client's SMTP session (RFC 5321): its commands, one after the other, and what we answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from detectors.wire import name_error
from gateway.message import Client, Message, Reply, new_id
from gateway.settings import SettingsError
from gateway.smtp.channel import Channel, Closed, TooLong
from gateway.smtp.commands import COMMAND_BYTES, LONG, Command, Proposal, read_command, read_mail, read_rcpt
from gateway.smtp.draft import Draft, Onward
from gateway.smtp.house import Entrance, House
from gateway.smtp.proxy_header import BadHeader, read_proxy_header
from gateway.smtp.replies import (
    CHANGED,
    CLOSING,
    ENOUGH,
    FULL,
    IMPATIENT,
    NO_ROOM,
    NO_SENDER_OF_OURS,
    OK,
    SILENT,
    STRANGER,
    TEMPORARY,
    TLS_FIRST,
)
from gateway.smtp.spool import Fault, Spool, open_spool
from gateway.smtp.xforward import FORWARDED, read_attributes

OURS = (b"PIPELINING", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")
"""The extensions that we relay; each is offered only if the next hop offers it. PIPELINING is between the client and us alone."""

HEADER_SLACK = 1024
"""What our Received line may add to a message, and must fit the next hop's SIZE too."""

HANDSHAKE_SECONDS = 30.0
"""How long a client may take for the handshake of TLS: less than for a command, for it is a machine's work from end to end."""

GROUP = 100
"""Commands of one packet that are answered together; then others have their turn."""

MISTAKES = 20
"""Unknown commands and faulty lines until a client is sent away."""


class Session:
    """A client's connection. One task runs it; a client that goes does not stop what has begun to be forwarded."""

    def __init__(self, house: House, entrance: Entrance) -> None:
        self.house = house
        self.entrance = entrance
        self.channel = Channel(self.begin, self.end, self.fall_silent)
        self.draft: Draft | None = None
        self.queue: list[Reply | Proposal] = []
        """Replies not yet sent, and proposals that the next hop has not answered yet, in the order of the commands."""

        self.offered: frozenset[bytes] = frozenset()
        self.address = ""
        self.admitted = False
        """Whether the client was counted in."""

        self.name: str | None = None
        self.told = Client()
        """What a mail server in front, whose word is believed, says of the next message's client."""

        self.introduced = Client()
        """What it says of its client for good."""

        self.extended = False
        self.gone = False
        self.over = False
        self.busy = False
        self.mistakes = 0
        self.pending: Message | None = None
        """A message of which it is not known whether the client has heard what became of it."""

    # The connection.

    def begin(self, _: Channel) -> None:
        """Take the client in, or turn it away when there are too many."""
        if len(self.house.sessions) >= self.house.settings.max_connections:
            self.hang_up(FULL)
            return
        if self.entrance is Entrance.TLS:
            self.channel.transport.pause_reading()  # its first bytes are for TLS
        self.house.enter(self)
        task = asyncio.get_running_loop().create_task(self.run())
        self.house.tasks.add(task)
        task.add_done_callback(self.house.tasks.discard)

    def end(self) -> None:
        """The client is gone."""
        self.gone = True
        self.house.leave(self)
        if self.admitted:
            self.house.admission.leave(self.address)
        self.fall_silent()

    def fall_silent(self) -> None:
        """The client closed its side, as one does that has waited too long: it will try again."""
        if self.pending is not None:
            self.house.unheard(self.pending)

    @property
    def is_gone(self) -> bool:
        """Whether nobody will hear an answer. Who closes only its own side, as no mail server does, is told to try again."""
        return self.gone or self.channel.ended

    async def run(self) -> None:
        """The session from greeting to goodbye; never raises."""
        try:
            await self.greet()
            await self.converse()
        except TimeoutError:
            self.hang_up(SILENT)
        except ConnectionError:
            pass
        except Exception as error:  # noqa: BLE001 whatever it is, it ends here, and no word of it reaches the client
            self.house.log("smtp.failed", error=name_error(error))
            self.hang_up(CLOSING)
        finally:
            await self.abandon()
            self.channel.close()

    async def greet(self) -> None:
        """The first word is ours (RFC 5321 4.3.1), but for a balancer's, and TLS where all is sealed."""
        await self.find_out()
        fault = self.refuse_client()
        if self.entrance is Entrance.TLS:
            if fault is not None:  # in clear: a handshake costs too much time for who may not come in anyway
                self.hang_up(fault)
                raise Closed
            await self.start_tls()
        for _ in range(2):  # a turn of the loop shows who speaks at once
            await asyncio.sleep(0)
        fault = IMPATIENT if self.channel.waiting else fault
        if fault is not None:
            self.dismiss(fault)
        else:
            self.say(self.greeting())

    def greeting(self) -> Reply:
        """The first word."""
        return Reply.of(220, f"{self.house.hostname} ESMTP FOI gateway")

    async def find_out(self) -> None:
        """Whose connection it is. Raises Closed for one from a balancer that does not say."""
        peer = self.channel.transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else "local"
        if self.entrance is Entrance.PLAIN and self.house.gate.is_proxy(self.address):
            try:
                self.address = await read_proxy_header(self.channel) or self.address
            except BadHeader:
                raise Closed from None

    def refuse_client(self) -> Reply | None:
        """Why a client may not come in, as far as its address tells."""
        if not self.house.gate.may_admit(self.address):
            return STRANGER
        fault = self.house.admission.enter(self.address)
        self.admitted = fault is None
        return fault

    async def start_tls(self) -> None:
        """Go on under TLS. Raises Closed."""
        assert self.house.identity is not None
        try:
            if self.house.identity.refresh():
                self.house.log("certificate.renewed")
        except SettingsError:
            self.house.log("certificate.failed")
        try:
            await self.channel.start_tls(self.house.identity.context, HANDSHAKE_SECONDS)
        except OSError:
            raise Closed from None

    async def converse(self) -> None:
        """Command by command. What comes in one packet is answered in one packet (RFC 2920), unless it is a great many."""
        while not self.over:
            try:
                line = self.channel.take_line(COMMAND_BYTES)
                if line is None:
                    await self.flush()
                    line = await self.channel.line(COMMAND_BYTES, self.house.settings.command_seconds)
                    self.acknowledge()
            except TooLong:
                self.blame(LONG)
                continue
            await self.obey(line)
            if len(self.queue) >= GROUP:
                await self.flush()
                await asyncio.sleep(0)
        await self.flush()

    def acknowledge(self) -> None:
        """The client spoke after our last answer, so it has heard it."""
        if self.pending is not None:
            self.house.heard(self.pending)
            self.pending = None

    async def obey(self, untrusted_line: bytes) -> None:
        """Carry a command out; whatever goes wrong in it is temporary."""
        command = read_command(untrusted_line)
        if isinstance(command, Reply):
            self.blame(command)
            return
        carry_out = COMMANDS.get(command.verb)
        if carry_out is None:
            self.blame(Reply.of(500, "5.5.1 command not recognised"))
            return
        try:
            if self.queue and command.verb != b"RCPT":
                await self.settle()
            await carry_out(self, command)
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001 a fault of ours is not the message's
            self.house.log("smtp.failed", error=name_error(error))
            await self.abandon()
            self.say(TEMPORARY)

    def say(self, reply: Reply) -> None:
        """Queue a reply."""
        self.queue.append(reply)

    def blame(self, reply: Reply) -> None:
        """Queue a reply to what is no command; one too many is the last."""
        self.mistakes += 1
        self.say(reply)
        if self.mistakes >= MISTAKES:
            self.dismiss(ENOUGH)

    def dismiss(self, reply: Reply) -> None:
        """Say a last word."""
        self.say(reply)
        self.over = True

    async def settle(self) -> None:
        """Put what is proposed to the next hop, all at once, and its answers in the place of the proposals."""
        proposals = [each for each in self.queue if isinstance(each, Proposal)]
        if not proposals:
            return
        draft = self.draft
        assert draft is not None
        replies = await draft.onward.propose([draft.line(each) for each in proposals])
        fates = iter(zip(proposals, replies, strict=True))
        for place, each in enumerate(self.queue):
            if isinstance(each, Proposal):
                proposal, reply = next(fates)
                self.queue[place] = reply
                await self.note(draft, proposal, reply)

    async def note(self, draft: Draft, proposal: Proposal, reply: Reply) -> None:
        """What the next hop's answer to a proposal means for the draft."""
        if proposal is not draft.mail:
            if reply.positive:
                draft.recipients.append(proposal)
        elif not reply.positive:
            await self.abandon()

    async def flush(self) -> None:
        """Send what is queued. Raises Closed, TimeoutError."""
        if not self.queue:
            return
        await self.settle()
        replies, self.queue = self.queue, []
        self.channel.write(b"".join(reply.wire() for reply in replies if isinstance(reply, Reply)))
        await self.channel.drain(self.house.settings.command_seconds)

    async def abandon(self) -> None:
        """Drop the transaction."""
        draft, self.draft = self.draft, None
        if draft is not None:
            self.house.admission.end(draft.counted)
            self.told = Client()
            await draft.onward.drop()

    def hang_up(self, reply: Reply) -> None:
        """Say why and close."""
        self.channel.write(reply.wire())
        self.channel.close()

    def close(self) -> None:
        """Say goodbye to an idle client when the gateway closes down; one that waits for a verdict is not disturbed."""
        if not self.busy:
            self.cut()

    def cut(self) -> None:
        """Say goodbye now. What has not begun to be forwarded will not be: the client hears that it must try again."""
        self.gone = True
        self.hang_up(CLOSING)

    # The envelope.

    async def ehlo(self, command: Command) -> None:
        """What we offer is what the next hop offers too, and never a greater SIZE."""
        if await self.hello(command):
            self.extended = True
            offer = [*await self.offer(), *self.offer_of_ours()]
            self.offered = frozenset(line.split(b" ")[0] for line in offer)
            self.say(Reply(250, (self.house.hostname.encode("ascii", "replace"), *offer)))

    async def helo(self, command: Command) -> None:
        """The old greeting."""
        if await self.hello(command):
            self.extended = False
            self.offered = frozenset()
            self.say(Reply.of(250, self.house.hostname))

    async def hello(self, command: Command) -> bool:
        """Begin anew; returns whether the client said who it is, and waited for the answer."""
        if not command.argument:
            self.say(Reply(501, (b"5.5.4 Syntax: " + command.verb + b" hostname",)))
            return False
        if self.channel.waiting:  # RFC 2920 3.1: nothing may follow EHLO before its answer
            self.dismiss(IMPATIENT)
            return False
        await self.abandon()
        self.name = command.argument.decode("utf-8", "replace")
        return True

    async def offer(self) -> list[bytes]:
        """Our extensions as far as the next hop has them; all of them while it cannot be asked.

        MAIL will say then that it cannot be reached, or that it has less: temporary faults, where a sending server that misses SMTPUTF8
        in our offer bounces the message, and one that misses 8BITMIME changes it.
        """
        try:
            theirs = await self.house.next_hop.capabilities()
        except OSError:
            return [b"SIZE %d" % self.house.settings.max_message_bytes, *OURS]
        names = {line.split(b" ")[0] for line in theirs}
        sizes = [int(line.split(b" ")[1]) for line in theirs if re.fullmatch(rb"SIZE [1-9]\d{0,17}", line)]
        size = min([self.house.settings.max_message_bytes, *(max(1, size - HEADER_SLACK) for size in sizes)])
        return [
            *([b"SIZE %d" % size] if b"SIZE" in names else []),
            *(each for each in OURS if each in names or each == b"PIPELINING"),
        ]

    def offer_of_ours(self) -> list[bytes]:
        """What is between the client and us."""
        starttls = self.house.settings.tls != "never" and self.channel.tls is None
        believed = self.house.gate.believes(self.address)
        told = b" ".join(FORWARDED)
        return [
            *([b"STARTTLS"] if starttls else []),
            *([b"XFORWARD " + told, b"XCLIENT " + told] if believed else []),
        ]

    async def starttls(self, command: Command) -> None:
        """Go on under TLS; all that was said before is forgotten (RFC 3207 4.2)."""
        if command.argument:
            self.say(Reply.of(501, "5.5.4 Syntax: STARTTLS"))
        elif self.house.settings.tls == "never" or self.channel.tls is not None:
            self.say(Reply.of(503, "5.5.1 there is no STARTTLS now"))
        elif (
            self.channel.waiting
        ):  # in clear, from whoever sits between: it must not count as said under TLS (CVE-2011-0411)
            self.dismiss(IMPATIENT)
        else:
            await self.abandon()
            self.say(Reply.of(220, "2.0.0 go ahead"))
            await self.flush()
            await self.start_tls()
            self.name, self.extended, self.offered = None, False, frozenset()
            self.told = self.introduced = Client()

    async def xforward(self, command: Command) -> None:
        """Believe a mail server in front what it says of its client, for the next message."""
        told = read_attributes(command.argument, self.told) if self.house.gate.believes(self.address) else None
        if told is None:
            self.say(Reply.of(550, "5.7.1 XFORWARD is not for you, or says nothing that can be read"))
        elif self.draft is not None:
            self.say(Reply.of(503, "5.5.1 MAIL was said already"))
        else:
            self.told = told
            self.say(OK)

    async def xclient(self, command: Command) -> None:
        """Believe a mail server in front that it is somebody else, from now on."""
        told = read_attributes(command.argument, Client()) if self.house.gate.believes(self.address) else None
        if told is None:
            self.say(Reply.of(550, "5.7.1 XCLIENT is not for you, or says nothing that can be read"))
        elif self.draft is not None:
            self.say(Reply.of(503, "5.5.1 MAIL was said already"))
        else:
            self.introduced, self.name, self.extended = told, told.name or None, False
            self.say(self.greeting())

    async def mail(self, command: Command) -> None:
        """Open the next hop's transaction and propose the sender."""
        proposal = read_mail(command)
        fault = self.refuse_mail(proposal)
        if fault is not None:
            self.say(fault)
            return
        assert proposal is not None
        onward = Onward(await self.house.next_hop.begin(self.client()), lambda: self.is_gone)
        self.draft = Draft(onward, proposal, counted=proposal.size)
        fault = self.refuse_parameters(self.draft, proposal)
        if fault is not None:
            await self.abandon()
            self.say(fault)
            return
        self.queue.append(proposal)

    def refuse_mail(self, proposal: Proposal | None) -> Reply | None:
        """Why MAIL cannot be said now, as far as we can tell alone."""
        if self.house.settings.tls == "required" and self.channel.tls is None:
            return TLS_FIRST
        if self.name is None:
            return Reply.of(503, "5.5.1 EHLO first")
        if self.draft is not None:
            return Reply.of(503, "5.5.1 MAIL was said already")
        if proposal is None:
            return Reply.of(501, "5.5.4 Syntax: MAIL FROM:<address>")
        if proposal.size > self.house.settings.max_message_bytes:
            return Reply.of(552, "5.3.4 message is larger than allowed")
        return self.refuse_sender(proposal)

    def refuse_sender(self, proposal: Proposal) -> Reply | None:
        """Why a client may not send, or not now; counts the message in if it may."""
        if not self.house.gate.admits(self.address, self.channel.tls):
            return STRANGER
        if not self.house.gate.admits_sender(proposal.address):
            return NO_SENDER_OF_OURS
        return self.house.admission.begin(self.address, proposal.size)

    def refuse_parameters(self, draft: Draft, proposal: Proposal) -> Reply | None:
        """Why a proposal cannot go to this next hop, as we know before it does."""
        if proposal.international and not draft.international:
            return Reply.of(553, "5.6.7 an address with such letters needs SMTPUTF8")
        if not proposal.parameters and not draft.international:
            return None
        there = frozenset(line.split(b" ")[0] for line in draft.onward.offers)
        if there and proposal.lack(self.offered, there):
            return CHANGED
        if there and draft.international and b"SMTPUTF8" not in there:
            return Reply.of(550, "5.6.7 the next mail server does not take SMTPUTF8")
        return None

    async def rcpt(self, command: Command) -> None:
        """Propose a recipient."""
        if self.draft is None:
            self.say(Reply.of(503, "5.5.1 MAIL first"))
            return
        proposal = read_rcpt(command)
        if proposal is None:
            self.say(Reply.of(501, "5.5.4 Syntax: RCPT TO:<address>"))
        elif self.draft.proposed >= self.house.settings.max_recipients:
            self.say(Reply.of(452, "4.5.3 too many recipients"))
        else:
            fault = self.refuse_parameters(self.draft, proposal)
            self.draft.proposed += fault is None
            self.queue.append(fault or proposal)

    async def rset(self, command: Command) -> None:
        """Forget the transaction."""
        if command.argument:
            self.say(Reply.of(501, "5.5.4 Syntax: RSET"))
            return
        await self.abandon()
        self.say(OK)

    async def noop(self, _: Command) -> None:
        """We are here."""
        self.say(OK)

    async def vrfy(self, _: Command) -> None:
        """We know no mailboxes."""
        self.say(Reply.of(252, "2.0.0 cannot verify, but will take mail for the next hop"))

    async def quit(self, _: Command) -> None:
        """Goodbye."""
        self.dismiss(Reply.of(221, "2.0.0 goodbye"))

    # The message.

    async def data(self, command: Command) -> None:
        """Take the message, decide it, answer."""
        fault = self.refuse_data(command)
        if fault is not None:
            self.say(fault)
            return
        if self.channel.waiting:  # RFC 2920 3.1: what follows DATA before the 354 is no message, and no command
            self.dismiss(IMPATIENT)
            return
        try:
            spool = open_spool(self.house.spool, self.house.settings.max_message_bytes)
        except OSError:
            self.say(NO_ROOM)
            return
        self.busy = True
        try:
            await self.take_message(spool)
        finally:
            spool.discard()
            self.busy = False
            await self.abandon()

    def refuse_data(self, command: Command) -> Reply | None:
        """Why DATA cannot be said now."""
        if command.argument:
            return Reply.of(501, "5.5.4 Syntax: DATA")
        if self.draft is None:
            return Reply.of(503, "5.5.1 MAIL first")
        if not self.draft.recipients:
            return Reply.of(554, "5.5.1 no valid recipients")
        return None

    async def take_message(self, spool: Spool) -> None:
        """Receive, decide, answer."""
        assert self.draft is not None
        self.say(Reply.of(354, "End data with <CR><LF>.<CR><LF>"))
        await self.flush()
        with self.house.turns.paced(self.channel, spool.feed) as feed:
            await self.channel.pour(feed, self.house.settings.data_seconds)
        self.draft.counted = self.house.admission.correct(self.draft.counted, spool.size)
        if spool.fault is None and self.house.tracer.is_loop(spool.head()):
            spool.fault = Fault.LOOP
        if spool.fault is not None:
            self.record_refusal(spool, spool.fault)
            self.say(Reply.of(*spool.fault.value))
            return
        self.say(await self.decide(self.draft, spool))
        await self.flush()

    def record_refusal(self, spool: Spool, fault: Fault) -> None:
        """The one line of a message that is refused for its form, before anything looks into it."""
        assert self.draft is not None
        code, _ = fault.value
        outcome = f"refused_{fault.name.lower()}"
        self.house.log(
            "message.decided",
            message=new_id(),
            outcome=outcome,
            reply=code,
            recipients=len(self.draft.recipients),
            size=spool.size,
        )
        self.house.metrics.messages.labels("none", outcome).inc()
        self.house.metrics.smtp_replies.labels(f"{code // 100}xx").inc()

    async def decide(self, draft: Draft, spool: Spool) -> Reply:
        """The verdict's reply."""
        message = Message(
            new_id(), draft.envelope(), self.client(), datetime.now(UTC), spool.size, spool.file, spool.digest()
        )
        self.pending = message
        try:
            return await self.house.handle(message, draft.onward)
        except Exception as error:  # noqa: BLE001 a connection that breaks in there is not the client's
            self.house.log("smtp.failed", error=name_error(error))
            return TEMPORARY

    def client(self) -> Client:
        """Who speaks to us, or whom it speaks for."""
        protocol = ("ESMTP" if self.extended else "SMTP") + ("S" if self.channel.tls is not None else "")
        own = Client(self.name or "", self.introduced.address or self.address, protocol)
        return self.told if self.told.address else own


COMMANDS: Mapping[bytes, Callable[[Session, Command], Awaitable[None]]] = {
    b"EHLO": Session.ehlo,
    b"HELO": Session.helo,
    b"STARTTLS": Session.starttls,
    b"XFORWARD": Session.xforward,
    b"XCLIENT": Session.xclient,
    b"MAIL": Session.mail,
    b"RCPT": Session.rcpt,
    b"DATA": Session.data,
    b"RSET": Session.rset,
    b"NOOP": Session.noop,
    b"VRFY": Session.vrfy,
    b"QUIT": Session.quit,
}
"""Every command there is."""
