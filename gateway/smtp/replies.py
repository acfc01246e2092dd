"""What a session says of itself; what it says of a message is in `gateway.notices`."""

from __future__ import annotations

from gateway.message import Reply

TEMPORARY = Reply.of(451, "4.3.0 FOI gateway: temporary fault, please try again later")
SILENT = Reply.of(421, "4.4.2 FOI gateway: nothing heard for too long, closing")
CLOSING = Reply.of(421, "4.3.2 FOI gateway: closing down, please try again later")
FULL = Reply.of(421, "4.3.2 FOI gateway: too many connections, please try again later")
STRANGER = Reply.of(554, "5.7.1 FOI gateway: you may not send mail here")
NO_SENDER_OF_OURS = Reply.of(550, "5.7.1 FOI gateway: mail of this sender is not taken here")
TLS_FIRST = Reply.of(530, "5.7.0 STARTTLS first")
ENOUGH = Reply.of(421, "4.7.0 FOI gateway: too many errors, closing")
IMPATIENT = Reply.of(554, "5.5.0 FOI gateway: you spoke before your turn, closing")
CHANGED = Reply.of(451, "4.4.0 FOI gateway: the next mail server offers less than it did, please try again later")
NO_ROOM = Reply.of(452, "4.3.1 FOI gateway: no room to store the message, please try again later")
OK = Reply.of(250, "2.0.0 ok")
