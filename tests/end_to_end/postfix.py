"""A private Postfix on loopback ports: its own folders, started and stopped by a test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MASTER = """\
{listen}       inet  n - n - - smtpd
pickup         unix  n - n 1 1 pickup
cleanup        unix  n - n - 0 cleanup
qmgr           unix  n - n 1 1 qmgr
rewrite        unix  - - n - - trivial-rewrite
bounce         unix  - - n - 0 bounce
defer          unix  - - n - 0 bounce
trace          unix  - - n - 0 bounce
verify         unix  - - n - 1 verify
flush          unix  n - n 1000? 0 flush
proxymap       unix  - - n - - proxymap
smtp           unix  - - n - - smtp
relay          unix  - - n - - smtp
showq          unix  n - n - - showq
error          unix  - - n - - error
retry          unix  - - n - - error
discard        unix  - - n - - discard
local          unix  - n n - - local
virtual        unix  - n n - - virtual
anvil          unix  - - n - 1 anvil
tlsmgr         unix  - - n 1000? 1 tlsmgr
scache         unix  - - n - 1 scache
postlog        unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = {name}
mydestination =
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
mailbox_size_limit = 0
message_size_limit = 104857600
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
smtp_data_done_timeout = 120s
{more}
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance."""

    folder: Path
    port: int

    def inbox(self) -> list[bytes]:
        """The mail delivered here, oldest first."""
        files = sorted((self.folder / "mail" / "inbox" / "new").glob("*"), key=lambda file: file.stat().st_mtime)
        return [file.read_bytes() for file in files]

    def log(self) -> str:
        """What Postfix says."""
        return (self.folder / "postfix.log").read_text()

    def queue(self) -> list[str]:
        """The queue identifiers of mail still waiting."""
        listing = subprocess.run(
            ["postqueue", "-c", str(self.folder / "etc"), "-j"], capture_output=True, text=True, check=True
        )
        return listing.stdout.splitlines()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def run_postfix(folder: Path, name: str, domains: str, more: str = "") -> Iterator[Postfix]:
    """A Postfix that takes mail on a loopback port, delivers `domains` to its inbox and does `more` of main.cf with the rest."""
    port = free_port()
    owner = pwd.getpwnam("postfix")
    etc = folder / "etc"
    for sub in ("etc", "queue", "data", "mail"):
        (folder / sub).mkdir(parents=True)
    for each in (folder, *folder.parents):  # pytest keeps its folders private; Postfix is another user
        if each.stat().st_uid == os.getuid() and not each.stat().st_mode & 0o001:
            each.chmod(each.stat().st_mode | 0o011)
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    (etc / "master.cf").write_text(MASTER.format(listen=f"127.0.0.1:{port}"))
    (etc / "main.cf").write_text(
        MAIN.format(folder=folder, name=name, domains=domains, uid=owner.pw_uid, gid=owner.pw_gid, more=more)
    )
    command = shutil.which("postfix", path="/usr/sbin:/usr/bin") or "postfix"
    subprocess.run([command, "-c", str(etc), "start"], check=True, capture_output=True)
    try:
        wait_for(lambda: is_open(port))
        yield Postfix(folder, port)
    finally:
        subprocess.run([command, "-c", str(etc), "stop"], check=False, capture_output=True)


def is_open(port: int) -> bool:
    """Whether somebody answers on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Wait until a condition holds; fails the test when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain {what}"
        time.sleep(0.05)
