"""The next-hop session against a server that refuses, drops, hangs or lies at every verb."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from gateway.message import Client, Reply, mail_line, rcpt_line
from gateway.settings import NextHop
from gateway.smtp.next_hop import SmtpNextHop
from tests.gateway.smtp.certificates import make_contexts, write_certificate
from tests.gateway.smtp.house import hear, serve, talk
from tests.gateway.smtp.peer import CAPABILITIES, DROP, HANG, Peer, run_peer

CLIENT = Client("mail.force.test", "192.0.2.7")
ENVELOPE = [mail_line(b"a@force.test", []), rcpt_line(b"b@public.test", [])]
MESSAGE = [b"Subject: x\r\n", b"\r\n", b"..dot\r\n" + b"y" * 100_000 + b"\r\n"]


def next_hop(peer: Peer, **settings: object) -> SmtpNextHop:
    values = {"connect_seconds": 0.5, "reply_seconds": 0.5, "final_seconds": 0.5, "tls": "never"} | settings
    return peer.known_by(SmtpNextHop((("127.0.0.1", peer.port),), "gateway.test", NextHop.model_validate(values)))


async def send(hop: SmtpNextHop) -> list[Reply]:
    """A whole transaction; the replies up to the first that is not positive."""
    transaction = await hop.begin(CLIENT)
    replies = await transaction.propose([mail_line(b"a@force.test", [b"SIZE=5", b"RET=HDRS"])])
    if replies[-1].positive:
        replies += await transaction.propose([rcpt_line(b"b@public.test", [b"NOTIFY=NEVER"])])
    if replies[-1].positive:
        replies.append(await transaction.data(iter(MESSAGE)))
    await transaction.drop()
    return replies


async def test_a_message_is_relayed_as_it_is() -> None:
    """Parameters, dots and bytes untouched; replies verbatim."""
    async with run_peer() as peer:
        replies = await send(next_hop(peer))
        assert [reply.wire() for reply in replies] == [
            b"250 2.1.0 sender fine\r\n",
            b"250 2.1.5 recipient fine\r\n",
            b"250 2.0.0 queued as 77\r\n",
        ]
        assert peer.mail == [b"".join(MESSAGE)]
        assert b"MAIL FROM:<a@force.test> SIZE=5 RET=HDRS\r\n" in peer.heard
        assert b"RCPT TO:<b@public.test> NOTIFY=NEVER\r\n" in peer.heard


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA", b"."])
@pytest.mark.parametrize(
    "words", [b"450 4.2.0 later\r\n", b"550 5.1.1 never\r\n", b"421 4.3.2 closing\r\n", b"550-two\r\n550 lines\r\n"]
)
async def test_a_refusal_comes_back_verbatim(verb: bytes, words: bytes) -> None:
    """Whatever the server says, in as many lines."""
    async with run_peer({verb: words}) as peer:
        assert (await send(next_hop(peer)))[-1].wire() == words


@pytest.mark.parametrize("verb", [b"", b"EHLO", b"MAIL", b"RCPT", b"DATA", b"."])
@pytest.mark.parametrize(
    "deed", [DROP, HANG, b"garbage\r\n", b"2\r\n", b"250-" + b"x" * 9000 + b"\r\n", b"250-more\r\n" * 500]
)
async def test_a_broken_server_is_temporary(verb: bytes, deed: bytes) -> None:
    """Dropping, hanging, nonsense, endless replies: 451, for the sending server still has the message."""
    script = {verb: deed} | ({b"HELO": deed} if verb == b"EHLO" else {})
    async with run_peer(script) as peer:
        reply = (await send(next_hop(peer)))[-1]
        assert reply.code == 451
        assert b"127.0.0.1" not in reply.wire()


async def test_a_positive_answer_where_none_can_be_is_not_believed() -> None:
    """`250` to DATA is not `354`: nothing was sent, so nothing was delivered."""
    async with run_peer({b"DATA": b"250 thank you\r\n"}) as peer:
        assert (await send(next_hop(peer)))[-1].code == 451
        assert peer.mail == []


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT"])
async def test_a_request_for_more_where_there_is_no_more_is_not_passed_on(verb: bytes) -> None:
    """A client that hears 354 to MAIL or RCPT may begin to send the message."""
    async with run_peer({verb: b"354 go on\r\n"}) as peer:
        assert (await send(next_hop(peer)))[-1].code == 451


async def test_a_server_that_does_not_read_is_left_for_good() -> None:
    """What it has not taken would keep the connection, and its descriptor, for ever."""
    async with run_peer() as peer:
        peer.reads = False
        transaction = await next_hop(peer).begin(CLIENT)
        await transaction.propose(ENVELOPE)
        assert transaction.connection is not None
        connection = transaction.connection.channel.transport.get_extra_info("socket")
        assert (await transaction.data(iter([b"x" * 998 + b"\r\n"] * 20_000))).code == 451
        await asyncio.sleep(0.05)
        assert connection.fileno() == -1


async def test_a_reply_before_the_final_dot_is_not_taken_for_the_answer_to_it() -> None:
    """`354` and `250` in one packet: the message was not taken, whatever the 250 says; a refusal is passed on."""
    async with run_peer({b"DATA": b"354 go on\r\n250 2.0.0 queued\r\n"}) as peer:
        assert (await send(next_hop(peer)))[-1].code == 451
    async with run_peer({b"DATA": b"354 go on\r\n552 5.3.4 too large\r\n"}) as peer:
        assert (await send(next_hop(peer)))[-1].code == 552


@pytest.mark.parametrize("farewell", [DROP, b"421 4.4.2 timeout\r\n"])
async def test_a_server_that_grew_tired_during_the_inspection_is_called_again(farewell: bytes) -> None:
    """Before DATA nothing is lost by asking again; the whole envelope is said anew."""
    async with run_peer() as peer:
        transaction = await next_hop(peer).begin(CLIENT)
        await transaction.propose([mail_line(b"a@force.test", [b"SIZE=9"]), ENVELOPE[1]])
        peer.script[b"DATA"] = farewell
        task = asyncio.create_task(transaction.data(iter([b"x\r\n"])))
        while peer.heard.count(b"DATA\r\n") < 1:  # noqa: ASYNC110 a test looks from outside
            await asyncio.sleep(0)
        peer.script[b"DATA"] = b"354 go on\r\n"
        assert (await task).code == 250
        assert peer.mail == [b"x\r\n"]
        assert peer.heard.count(b"MAIL FROM:<a@force.test> SIZE=9\r\n") == 2


async def test_a_server_that_is_not_there_is_temporary() -> None:
    """At MAIL, before the client has sent a byte of the message."""
    async with run_peer() as peer:
        hop = next_hop(peer)
    assert [reply.code for reply in await send(hop)] == [451]
    with pytest.raises(OSError, match=r".*"):
        await hop.capabilities()


async def test_an_old_server_without_ehlo_is_spoken_to() -> None:
    """HELO, no extensions."""
    async with run_peer({b"EHLO": b"502 5.5.1 what?\r\n"}) as peer:
        assert (await send(next_hop(peer)))[-1].code == 250


async def test_a_dropped_transaction_leaves_no_message(tmp_path: Path) -> None:
    """Without the final dot the server discards what it has."""
    async with run_peer() as peer:
        transaction = await next_hop(peer).begin(CLIENT)
        await transaction.propose(ENVELOPE)

        def half() -> object:
            yield b"half a message\r\n"
            raise OSError("disk")

        reply = await transaction.data(half())  # type: ignore[arg-type]
        assert reply.code == 451
        await transaction.drop()
        await transaction.drop()
        assert peer.mail == []
    assert tmp_path.exists()


async def test_what_is_offered_is_what_the_server_offers_too(tmp_path: Path) -> None:
    """EHLO to the client: the smaller SIZE, no SMTPUTF8 where the server has none."""
    async with run_peer() as peer, serve(tmp_path, next_hop=next_hop(peer)) as served:
        reader, writer = await served.connect()
        await hear(reader)
        offered = await talk(reader, writer, b"EHLO client.test")
        assert offered == b"250-gateway.test\r\n250-SIZE 3976\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 DSN\r\n"
        writer.close()


async def test_refusals_of_single_recipients_are_passed_back(tmp_path: Path) -> None:
    """The client decides what to do about them."""
    async with run_peer({b"RCPT": b"550 5.1.1 no such person\r\n"}) as peer:
        async with serve(tmp_path, next_hop=next_hop(peer)) as served:
            reader, writer = await served.connect()
            await hear(reader)
            reply = await talk(reader, writer, b"EHLO x", b"MAIL FROM:<a@force.test>", b"RCPT TO:<b@public.test>")
            assert reply == b"550 5.1.1 no such person\r\n"
            assert await talk(reader, writer, b"DATA") == b"554 5.5.1 no valid recipients\r\n"
            writer.close()


TLS_SCRIPT = {b"EHLO": CAPABILITIES.replace(b"250 DSN", b"250 STARTTLS"), b"STARTTLS": b"220 go\r\n"}


@pytest.mark.parametrize(
    ("tls", "name", "trusted", "code"),
    [
        ("required", "127.0.0.1", True, 250),
        ("required", "127.0.0.1", False, 451),
        ("required", "other.test", True, 451),
        ("opportunistic", "other.test", False, 250),
    ],
)
async def test_tls_is_as_strict_as_the_settings_say(
    tmp_path: Path, tls: str, name: str, trusted: bool, code: int
) -> None:
    """`required` checks chain and name; `opportunistic` takes what it gets."""
    server, client = make_contexts(tmp_path / "peer.pem", name)
    async with run_peer(TLS_SCRIPT, server) as peer:
        hop = next_hop(peer, tls=tls)
        if trusted:
            hop.tls = client
        assert (await send(hop))[-1].code == code
        assert (b"DATA\r\n" in peer.heard) == (code == 250)


async def test_required_tls_that_is_not_offered_stops_the_mail() -> None:
    """A man in the middle strips STARTTLS; nothing goes out in clear."""
    async with run_peer() as peer:
        assert [reply.code for reply in await send(next_hop(peer, tls="required"))] == [451]
        assert not any(line.startswith(b"MAIL") for line in peer.heard)


async def test_a_connection_is_used_again_until_it_has_waited_too_long() -> None:
    """EHLO and TLS once for many messages; a server need not keep a silent one for ever."""
    async with run_peer() as peer:
        hop = next_hop(peer, idle_seconds=0.2)
        for _ in range(3):
            assert (await send(hop))[-1].code == 250
        assert peer.connections == 1
        await asyncio.sleep(0.5)
        assert hop.idle == []
        assert (await send(hop))[-1].code == 250
        assert peer.connections == 2


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA"])
@pytest.mark.parametrize("farewell", [DROP, b"421 4.4.2 timeout\r\n"])
async def test_a_connection_that_went_stale_is_replaced_once(verb: bytes, farewell: bytes) -> None:
    """Before the final dot nothing is lost by saying it all again on a fresh one."""
    async with run_peer() as peer:
        hop = next_hop(peer)
        await send(hop)
        usual, peer.script[verb] = peer.script[verb], farewell
        task = asyncio.create_task(send(hop))
        while peer.last != verb or peer.said < 2:  # noqa: ASYNC110 a test looks from outside
            await asyncio.sleep(0)
        peer.script[verb] = usual
        assert [reply.code for reply in await task] == [250, 250, 250]
        assert peer.connections == 2
        assert peer.mail == [b"".join(MESSAGE)] * 2


async def test_nothing_is_said_twice_after_the_final_dot() -> None:
    """The server may have taken the message: only the client can know whether to send it again."""
    async with run_peer() as peer:
        hop = next_hop(peer)
        await send(hop)
        peer.script[b"."] = DROP
        assert (await send(hop))[-1].code == 451
        assert len(peer.mail) == 2
        assert peer.connections == 1


async def test_a_connection_on_which_the_server_spoke_unasked_is_not_used_again() -> None:
    """Its words would be taken for the answer to the next command."""
    async with run_peer({b".": b"250 2.0.0 queued\r\n250 2.0.0 and more\r\n"}) as peer:
        hop = next_hop(peer)
        for _ in range(2):
            assert (await send(hop))[-1].code == 250
            await asyncio.sleep(0.05)
        assert peer.connections == 2


@pytest.mark.parametrize("greeting", [b"421 4.3.2 busy\r\n", b"554 5.7.1 go away\r\n", DROP, HANG])
async def test_the_next_host_is_asked_when_the_first_does_not_serve(greeting: bytes) -> None:
    """And the first is left in peace for a while, as long as others do."""
    async with run_peer({b"": greeting}) as broken, run_peer() as peer:
        hosts = (("127.0.0.1", broken.port), ("127.0.0.1", peer.port))
        hop = peer.known_by(SmtpNextHop(hosts, "gateway.test", next_hop(peer, idle_seconds=0).settings))
        for _ in range(2):
            assert (await send(hop))[-1].code == 250
            await asyncio.sleep(0.15)
        assert broken.connections == 1
        assert len(peer.mail) == 2


async def test_a_group_of_commands_is_sent_at_once_where_the_server_lets_us() -> None:
    """RFC 2920."""
    async with run_peer({b"EHLO": b"250-peer.test\r\n250 PIPELINING\r\n"}) as peer:
        hop = next_hop(peer)
        transaction = await hop.begin(CLIENT)
        peer.script[b"MAIL"] = HANG
        task = asyncio.create_task(transaction.propose(ENVELOPE))
        while b"MAIL FROM:<a@force.test>\r\n" not in peer.heard:  # noqa: ASYNC110 a test looks from outside
            await asyncio.sleep(0.01)
        assert peer.unread() == b"RCPT TO:<b@public.test>\r\n"
        task.cancel()
        await asyncio.wait([task])
        await transaction.drop()
        assert hop.idle == []


async def test_the_client_is_named_to_a_server_that_asks() -> None:
    """XFORWARD: the next hop's log and filters see who sent the mail, in xtext."""
    script = {b"EHLO": b"250-peer.test\r\n250 XFORWARD NAME ADDR PROTO HELO\r\n", b"XFORWARD": b"250 2.0.0 ok\r\n"}
    async with run_peer(script) as peer:
        transaction = await next_hop(peer).begin(Client("mäil=x +y", "192.0.2.7", "ESMTPS"))
        assert [reply.code for reply in await transaction.propose(ENVELOPE)] == [250, 250]
        assert peer.heard[1] == b"XFORWARD ADDR=192.0.2.7 HELO=m+C3+A4il+3Dx+20+2By PROTO=ESMTP\r\n"
        await transaction.drop()


async def test_a_server_can_be_spoken_to_under_tls_from_the_first_byte(tmp_path: Path) -> None:
    """Port 465, with a certificate of ours that the server asks for."""
    trusted = write_certificate(tmp_path / "server.pem", "127.0.0.1")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.pem")
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cadata=write_certificate(tmp_path / "ours.pem", "gateway.test"))
    (tmp_path / "trusted.pem").write_text(trusted)
    async with run_peer(implicit=server) as peer:
        values = {"tls": "implicit", "tls_authorities": tmp_path / "trusted.pem"}
        assert (await send(next_hop(peer, **values)))[-1].code == 451
        assert (await send(next_hop(peer, **values, tls_certificate=tmp_path / "ours.pem")))[-1].code == 250


async def test_a_login_is_made_under_tls_only(tmp_path: Path) -> None:
    """AUTH PLAIN; a server that does not offer it, or refuses it, gets no mail."""
    (tmp_path / "password").write_text("s3cret\n")
    trusted = write_certificate(tmp_path / "server.pem", "127.0.0.1")
    (tmp_path / "trusted.pem").write_text(trusted)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.pem")
    script = {b"EHLO": b"250-peer.test\r\n250 AUTH LOGIN PLAIN\r\n", b"AUTH": b"235 2.7.0 welcome\r\n"}
    values = {"tls": "implicit", "tls_authorities": tmp_path / "trusted.pem", "user": "gw", "idle_seconds": 0}
    async with run_peer(script, implicit=server) as peer:
        hop = next_hop(peer, **values, password_file=tmp_path / "password")
        assert (await send(hop))[-1].code == 250
        assert b"AUTH PLAIN AGd3AHMzY3JldA==\r\n" in peer.heard
        peer.script[b"AUTH"] = b"535 5.7.8 no\r\n"
        await hop.close()
        assert (await send(hop))[-1].code == 451
    with pytest.raises(ValueError, match="'tls' must be required or implicit"):
        next_hop(peer, user="gw", password_file=tmp_path / "password", tls="never")


async def test_words_in_clear_behind_starttls_end_the_connection(tmp_path: Path) -> None:
    """Whoever sits between could put replies in front of the server's own (CVE-2011-0411 and its kin)."""
    server, client = make_contexts(tmp_path / "peer.pem", "127.0.0.1")
    async with run_peer({**TLS_SCRIPT, b"STARTTLS": b"220 go\r\n250 injected\r\n"}, server) as peer:
        hop = next_hop(peer, tls="required")
        hop.tls = client
        assert [reply.code for reply in await send(hop)] == [451]
