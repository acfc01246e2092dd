"""Send sample replies through the running gateway and show what it says: `make demo`."""

from __future__ import annotations

import json
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

from demo.samples import samples

HOST, PORT = "127.0.0.1", 2525
COMMAND = str(Path(sys.executable).parent / "foi-gateway")


def main() -> None:
    """Send each sample over a connection of its own, then list what is held."""
    try:
        smtplib.SMTP(HOST, PORT, timeout=10).quit()
    except OSError:
        sys.exit(f"No gateway answers on {HOST}:{PORT}. Start it in another terminal: make run")
    for words, mail in samples():
        print(f"\n→ {words}")
        print(f"  {send(mail)}")
    listing = subprocess.run([COMMAND, "held", "list", "--json"], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        reference = json.loads(line)["reference"]
        print(f"\n$ foi-gateway held show {reference}")
        subprocess.run([COMMAND, "held", "show", reference], check=True)


def send(mail: EmailMessage) -> str:
    """The gateway's reply to one message."""
    with smtplib.SMTP(HOST, PORT, timeout=120) as client:
        client.ehlo("foi-desk.force.example")
        client.mail("foi@force.example")
        client.rcpt("requester@public.example")
        code, text = client.data(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
    return f"{code} {text.decode('ascii', 'replace')}"


main()
