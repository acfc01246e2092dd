"""Says NOOP every 20 ms until a line comes on standard input, then prints how many milliseconds each answer took, as JSON.

usage: python -m bench.noop PORT
"""

from __future__ import annotations

import json
import select
import smtplib
import sys
import time


def main(port: int) -> None:
    """Ask and wait."""
    waits = []
    with smtplib.SMTP("127.0.0.1", port, "noop.test", 120) as client:
        client.ehlo()
        while not select.select([sys.stdin], [], [], 0.02)[0]:
            started = time.perf_counter()
            client.noop()
            waits.append((time.perf_counter() - started) * 1000)
    print(json.dumps(waits))


if __name__ == "__main__":
    main(int(sys.argv[1]))
