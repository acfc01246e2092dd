"""A warm parent whose children do what a taken-over child would: the job's label says what."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import socket
import sys
import time
from dataclasses import asdict

from detectors.model import Account, Finding, Location, OffenceGroup, People, Step, Visibility
from detectors.warm import Nursery
from detectors.wire import Begin, Done, End, Job, encode

HERE = Location((Step("message", "message"),))


def begin(part: str = "0") -> bytes:
    return encode(Begin(part=part, where=HERE))


def done(part: str = "0", inner: int = 0) -> bytes:
    line = Done(part=part, reader="x", media_type="", account=Account(), unread=(), inner=inner, bytes_read=0)
    return encode(line)


END = encode(End(parts=1))
HONEST = begin() + done() + END


def change(line: bytes, **fields: object) -> bytes:
    return json.dumps(json.loads(line) | fields).encode() + b"\n"


FOUND = encode(
    Done(
        part="0",
        reader="x",
        media_type="",
        account=Account(findings=(Finding("nino", HERE, Visibility.SHOWN, 1.0, "J", "rule"),)),
        unread=(),
        inner=0,
        bytes_read=0,
    )
)
SURE = b'"confidence":1.0'

LIES = {
    "an honest finding": begin() + FOUND + END,
    "not a number": begin() + FOUND.replace(SURE, b'"confidence":NaN') + END,
    "a number beyond all": begin() + FOUND.replace(SURE, b'"confidence":1e999') + END,
    "a number of 5000 digits": begin() + FOUND.replace(SURE, b'"confidence":' + b"9" * 5000) + END,
    "a mask that moves the cursor": begin() + FOUND.replace(b'"masked":"J"', b'"masked":"\\u001b[2J"') + END,
    "a mask that turns the writing": begin() + FOUND.replace(b'"masked":"J"', b'"masked":"\\u202eJ"') + END,
    "a name twice": begin() + FOUND.replace(SURE, b'"confidence":0.5,' + SURE) + END,
    "honest": HONEST,
    "silent": b"",
    "garbage": os.urandom(4096) + b"\n",
    "not json": b"nothing found\n" + END,
    "no end marker": begin() + done(),
    "half a line": begin() + done()[:20],
    "end at once": END,
    "counts other parts": begin() + done() + encode(End(parts=2)),
    "words after the end": HONEST + b"x",
    "a place with a line end": change(begin(), where={"steps": [{"label": "a\nb", "alias": "a"}]}) + done() + END,
    "a place in words that are not ours": change(begin(), where={"steps": [{"label": "a", "alias": "<b>"}]})
    + done()
    + END,
    "a subject with a line end": begin() + change(done(), subject="a\r\nBcc: b") + END,
    "ended within a part": begin() + END,
    "an account of no part": done() + END,
    "an account of another part": begin() + done("0.1") + END,
    "a part that nobody announced": begin() + done() + begin("0.1") + done("0.1") + END,
    "a part twice": begin() + done() + begin() + done() + END,
    "parts announced and never read": begin() + done(inner=3) + END,
    "a negative count": begin() + change(done(), bytes_read=-1) + END,
    "a count beyond reason": begin() + change(done(), bytes_read=10**16) + END,
    "hidden people who are nobody": begin() + change(done(), account=asdict(Account(people=People(1, 2)))) + END,
    "shown people who are not hidden": begin()
    + change(done(), account=asdict(Account(people=People(1, 0, both=1))))
    + END,
    "an offence of nobody": begin()
    + change(done(), account=asdict(Account(people=People(by_offence={OffenceGroup.THEFT: 1}))))
    + END,
    "an offence that is none": begin()
    + change(done(), account=asdict(Account()) | {"people": {"total": 1, "by_offence": {"treason": 1}}})
    + END,
    "more parts than can be": begin() + change(done(), inner=10**9) + END,
    "a number that is a text": begin() + change(done(), bytes_read="7") + END,
    "an unknown field": begin() + change(done(), action="forward") + END,
    "an unknown line": begin() + b'{"line":"pass"}\n' + done() + END,
    "an unknown reason": begin() + change(done(), unread=[{"where": {"steps": []}, "why": "fine"}]) + END,
    "a long text": begin() + change(done(), subject="x" * 501) + END,
    "infinity": begin() + done().replace(b'"bytes_read":0', b'"bytes_read":Infinity') + END,
    "a surfaced text": begin()
    + b'{"line":"surfaced","where":{"steps":[]},"visibility":0,"channel":"x","text":"y"}\n'
    + END,
    "a proof": b'{"line":"proof","denied":[],"features":[]}\n',
    "a long line": b'{"line":"' + b"x" * (5 * 1024 * 1024) + b'"}\n',
    "a bad part number": change(begin(), part="../../etc") + END,
}


def hang(answer: int) -> None:
    os.write(answer, begin())
    time.sleep(3600)


def hang_before_the_end(answer: int) -> None:
    os.write(answer, begin() + done())
    time.sleep(3600)


def spin(_: int) -> None:
    while True:
        pass


def leave_a_grandchild(answer: int) -> None:
    if os.fork() == 0:
        time.sleep(3600)
    os.write(answer, begin())
    os._exit(0)


def be_killed(answer: int) -> None:
    os.write(answer, begin())
    os.kill(os.getpid(), signal.SIGKILL)


def crash_after_a_full_account(answer: int) -> None:
    os.write(answer, HONEST)
    os._exit(3)


def talk_without_end(answer: int) -> None:
    while True:
        os.write(answer, begin())


def change_the_message(answer: int) -> None:
    with contextlib.suppress(OSError):
        os.pwrite(3, b"X", 0)
    with contextlib.suppress(OSError), mmap.mmap(3, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE) as message:
        message[0:1] = b"X"
    os.write(answer, HONEST)


DEEDS = {
    "hangs": hang,
    "hangs before the end": hang_before_the_end,
    "spins": spin,
    "leaves a grandchild": leave_a_grandchild,
    "is killed": be_killed,
    "crashes after a full account": crash_after_a_full_account,
    "talks without end": talk_without_end,
    "changes the message": change_the_message,
}


def work(job: Job, _read: int, answer: int) -> None:
    if job.label in DEEDS:
        DEEDS[job.label](answer)
        return
    data = memoryview(LIES[job.label])
    while data:
        data = data[os.write(answer, data) :]


if __name__ == "__main__":
    control = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2].endswith("broken"):
        control.send(b"config/vocabulary/roles.toml: broken.")
        sys.exit(1)
    control.send(b"ready")
    Nursery(control, work).serve()
