"""Words about a message."""

from __future__ import annotations

import pytest

from gateway.message import MOST_READERS, Envelope


def address(count: int) -> Envelope:
    """An envelope to so many people."""
    recipients = tuple(b"r%d@example.org" % number for number in range(count))
    return Envelope(b"foi@force.police.uk", recipients, (), ((),) * count)


@pytest.mark.parametrize("count", [0, 1, MOST_READERS])
def test_readers_are_the_recipients_as_text(count: int) -> None:
    """For whoever asks whether the requester alone gets a message."""
    assert address(count).readers() == tuple(f"r{number}@example.org" for number in range(count))


def test_a_message_to_very_many_has_no_readers_to_tell_of() -> None:
    """A list of them would not fit into a job, and none of them is the requester."""
    assert address(MOST_READERS + 1).readers() == ()


def test_an_address_in_no_encoding_is_nobodys() -> None:
    """It equals no address that anybody declared."""
    assert Envelope(b"", (b"jo\xff@example.org",), (), ((),)).readers() == ("jo\ufffd@example.org",)
