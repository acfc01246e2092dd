from __future__ import annotations

import contextlib
import io
import json
import logging
import os
from pathlib import Path

import pytest

from gateway import logs


def test_an_event_is_one_json_line_with_time_and_level() -> None:
    """What a log collector expects."""
    stream = io.StringIO()
    logs.start(stream)("message.held", reference="FOI-7K3Q-M2XD", retry=False)
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["event"] == "message.held"
    assert entry["reference"] == "FOI-7K3Q-M2XD"
    assert entry["timestamp"].endswith("Z")


def test_an_unknown_event_is_a_mistake_of_ours() -> None:
    """The vocabulary is closed."""
    with pytest.raises(ValueError, match="not in the vocabulary"):
        logs.start(io.StringIO())("message.lost")


def test_an_unknown_field_is_dropped() -> None:
    """Whatever it holds, it may quote a message."""
    stream = io.StringIO()
    logs.start(stream)("message.held", subject="about Quillfeather", sender="a@b.test")
    assert "Quillfeather" not in stream.getvalue()
    assert "a@b.test" not in stream.getvalue()


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    """A full disk, a collector that died: mail goes on."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", buffering=1) as broken:
        logs.start(broken)("gateway.stopping")
        with contextlib.suppress(OSError):
            broken.close()
    with Path("/dev/full").open("w") as full:
        logs.start(full)("gateway.stopping")
        with contextlib.suppress(OSError):
            full.close()
    closed = io.StringIO()
    closed.close()
    logs.start(closed)("gateway.stopping")


def test_libraries_are_silent() -> None:
    """Whatever they say, it may quote an address or a body."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger("mail.log").addHandler(handler)
    try:
        logs.start(io.StringIO())
        logging.getLogger("mail.log").error("MAIL FROM:<quillfeather@force.test>")
    finally:
        logging.getLogger("mail.log").removeHandler(handler)
        logging.disable(logging.NOTSET)
    assert stream.getvalue() == ""
