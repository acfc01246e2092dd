"""What is altered, lost, unread or doubled: any bytes in any pieces, then kills every few seconds before an honest next hop and a faulty one.

usage: python -m bench.chaos [--messages N] [--kills N] [--pause FROM TO] [--odds P]

Half as many messages of random bytes must arrive as they went. Then Postfix sends, the gateway inspects, a recording next hop counts; one message in twenty must be held. Goals: 0 lost, 0 unscanned, 0 altered,
0 avoidable; extra copies at most kills x 20, for each of the 20 in flight may just have been taken when we died (rows 5 and 6 of the table in
docs/operations.md), and those that the next hop took without saying so.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.end_to_end.any_bytes import count_exact
from tests.end_to_end.chaos import Mischief, run_chaos
from tests.end_to_end.sink import do_right


def main() -> None:
    """Run twice, print a JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30, help="at most")
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 5.0), help="seconds of life between two kills")
    parser.add_argument("--odds", type=float, default=0.02, help="of a fault at each step of the faulty next hop")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exact = count_exact(Path(folder), options.messages // 2)
    print(json.dumps({"any_bytes": options.messages // 2, "exact": exact}), flush=True)
    for name, plan in (("honest", do_right), ("faulty", Mischief(options.odds))):
        with tempfile.TemporaryDirectory() as folder:
            account = run_chaos(Path(folder), options.messages, options.kills, tuple(options.pause), plan)
        print(json.dumps({"next_hop": name, **asdict(account)}), flush=True)


if __name__ == "__main__":
    main()
