"""The command `foi-gateway`."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import SQLAlchemyError

from detectors.inspect import Inspector
from detectors.model import one_line
from detectors.own_recognisers import load_own
from detectors.sandbox import Files, SandboxError
from gateway import policy as policies
from gateway import scan as scanning
from gateway import settings as settings_file
from gateway.held import Decision, as_json, as_line, as_page, decide, list_cases, show_case
from gateway.json_line import write_json
from gateway.notices import PlainWords, say_people, summarise
from gateway.policy import Action, Policy, PolicyError
from gateway.serve import serve
from gateway.settings import Settings, SettingsError
from gateway.store.cases import State
from gateway.store.keys import StoreError

USAGE = 2
EXIT_CODES = {Action.FORWARD: 0, Action.QUARANTINE: 10, Action.BOUNCE: 20}
HEALTH_SECONDS = 30


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exits 2 with one sentence on a mistake of the user's."""
    options = make_parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file name in no encoding, a terminal that lacks a letter
    try:
        settings = settings_file.load(options.settings, os.environ)
        sys.exit(options.run(options, settings))
    except (SettingsError, PolicyError, SandboxError, StoreError) as error:
        sys.exit(complain(str(error)))
    except FileNotFoundError as error:
        sys.exit(complain(f"{error.filename or error}: there is no such file."))
    except BrokenPipeError:  # `foi-gateway held list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains while it exits
        sys.exit(0)
    except OSError as error:
        sys.exit(complain(f"{error.filename or 'the system'}: {os.strerror(error.errno or 0)}."))
    except SQLAlchemyError:  # its text quotes the statement
        sys.exit(complain(f"{settings.store.folder}: the database is locked or damaged."))
    except KeyboardInterrupt:
        sys.exit(130)


def complain(sentence: str) -> int:
    """Say what is wrong on standard error; returns the exit code for it."""
    print(f"foi-gateway: {sentence}", file=sys.stderr)
    return USAGE


def make_parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    parser = argparse.ArgumentParser(
        prog="foi-gateway", description="Holds FOI replies that carry crime-report personal data."
    )
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings file (default: config/settings.toml if there)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    add(commands, "serve", run_serve, "run the gateway")
    for name, run, words in (
        ("scan", run_scan, "inspect files, folders or saved mail: a verdict each"),
        ("extract", run_extract, "print everything the readers surface, hidden or shown, in clear"),
    ):
        command = add(commands, name, run, words)
        command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        command.add_argument("--json", action="store_true", help="one JSON line each")

    held = commands.add_parser("held", help="list, show and decide held messages").add_subparsers(
        required=True, metavar="ACTION"
    )
    command = add(held, "list", run_list, "the cases, a line each")
    command.add_argument("--json", action="store_true", help="one JSON line each")
    command.add_argument("--all", action="store_true", help="those decided too")
    command = add(held, "show", run_show, "one case: what was found and where")
    command.add_argument("reference")
    command.add_argument("--json", action="store_true", help="one JSON line")
    for name, words in (
        ("release", "send the message to its recipients as it is"),
        ("return", "do not send it; tell the sender what to mend"),
        ("reject", "do not send it; the case is closed"),
    ):
        command = add(held, name, run_decide, words)
        command.set_defaults(decision=name)
        command.add_argument("reference")
        command.add_argument(
            "--by", default=os.environ.get("USER", "unknown"), help="who decides (default: your login name)"
        )
        command.add_argument("--reason", default="", help="why; kept sealed with the case")
        command.add_argument("--json", action="store_true", help="one JSON line")

    policy = commands.add_parser("policy", help="check or explain the policy").add_subparsers(
        required=True, metavar="ACTION"
    )
    for name, run, words in (
        ("check", run_policy_check, "is the policy file sound"),
        ("explain", run_policy_explain, "the policy in plain words"),
    ):
        command = add(policy, name, run, words)
        command.add_argument(
            "--policy", type=Path, metavar="FILE", help="policy file (default: the one of the settings)"
        )
    add(commands, "healthcheck", run_healthcheck, "is the running gateway ready; exit 0 or 1")
    return parser


def add(commands: Any, name: str, run: Any, words: str) -> argparse.ArgumentParser:
    """A command with what it runs."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words.capitalize() + ".")
    command.set_defaults(run=run)
    return command


def load_policy(settings: Settings, override: Path | None = None) -> tuple[Path, Policy]:
    """The policy in force, with the file it is in."""
    path = override or settings.policy.file or policies.find_shipped("policy.toml")
    return path, policies.load(path, load_own_kinds(find_files(settings).recognisers))


def load_own_kinds(recognisers: Path) -> tuple[str, ...]:
    """The kinds that the force's own recognisers find. Raises PolicyError."""
    try:
        return tuple(own.kind for own in load_own(recognisers))
    except ValueError as error:
        raise PolicyError(str(error)) from None


def find_files(settings: Settings) -> Files:
    """What the inspecting process loads, of the files in force."""
    return Files(
        vocabulary=settings.policy.vocabulary or policies.find_shipped("vocabulary"),
        recognisers=settings.policy.recognisers or policies.find_shipped("recognisers.yaml"),
        allowances=settings.policy.allowances or policies.find_shipped("allowances.toml"),
    )


def run_serve(_: argparse.Namespace, settings: Settings) -> int:
    """Run the gateway until SIGTERM or SIGINT."""
    policy = load_policy(settings)[1]
    asyncio.run(serve(settings, policy, find_files(settings)))
    return 0


def run_scan(options: argparse.Namespace, settings: Settings) -> int:
    """A verdict on each file; the exit code is that of the strictest."""
    _, policy = load_policy(settings)
    return asyncio.run(scan_all(options, settings, policy))


async def scan_all(options: argparse.Namespace, settings: Settings, policy: Policy) -> int:
    """Inspect the files side by side, print in order."""
    files = list(scanning.find_files(options.paths))
    inspector = Inspector(find_files(settings), settings.limits.limits())
    await inspector.start()
    words = PlainWords.load(find_files(settings).vocabulary)
    errors = Console(stderr=True)
    strictest = Action.FORWARD
    try:
        with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
            task = progress.add_task("Inspecting", total=len(files))
            async for scanned in scanning.scan(files, inspector, policy, os.cpu_count() or 1):
                strictest = max(strictest, scanned.verdict.action)
                progress.advance(task)
                print_scanned(options, scanned, words)
    finally:
        await inspector.close()
    return EXIT_CODES[strictest]


def print_scanned(options: argparse.Namespace, scanned: scanning.Scanned, words: PlainWords) -> None:
    """One file's verdict, as JSON or in words."""
    if options.json:
        print(write_json(scanned.describe(summarise(scanned.verdict, words))), flush=True)
        return
    path = one_line(str(scanned.path))
    print(f"{scanned.verdict.action.label:10} {path}: {summarise(scanned.verdict, words)}", flush=True)
    for line in say_people(scanned.verdict.report.people):
        print(f"{'':10} {line}", flush=True)


def run_extract(options: argparse.Namespace, settings: Settings) -> int:
    """Everything in the files."""
    asyncio.run(extract_all(options, settings))
    return 0


async def extract_all(options: argparse.Namespace, settings: Settings) -> None:
    """One file after the other."""
    inspector = Inspector(find_files(settings), settings.limits.limits())
    await inspector.start()
    try:
        for path in scanning.find_files(options.paths):
            await scanning.extract(path, inspector, print_json if options.json else print_surfaced)
    finally:
        await inspector.close()


def print_json(line: dict[str, Any]) -> None:
    """One JSON line."""
    sys.stdout.write(write_json(line) + "\n")


def print_surfaced(line: dict[str, Any]) -> None:
    """A piece of content for reading, without what would command the terminal."""
    text = line.get("text") or " | ".join(line.get("cells") or ()) or f"UNREAD: {line.get('unread')}"
    lines = "\n".join(one_line(each) for each in text.split("\n"))
    sys.stdout.write(f"{line.get('visibility', 'unread'):18} {one_line(line['where'])}: {lines}\n")


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """The cases."""
    states = () if options.all else (State.HELD,)
    return list_cases(settings, states, as_json if options.json else as_line)


def run_show(options: argparse.Namespace, settings: Settings) -> int:
    """One case."""
    return show_case(settings, options.reference, as_json if options.json else as_page)


def run_decide(options: argparse.Namespace, settings: Settings) -> int:
    """Release, return or reject."""
    code = decide(settings, Decision(options.decision), options.reference, options.by, options.reason)
    if options.json and code == 0:
        show_case(settings, options.reference, as_json)
    return code


def run_policy_check(options: argparse.Namespace, settings: Settings) -> int:
    """Whether the policy file is sound, and whatever else is loaded before any message."""
    path, policy = load_policy(settings, options.policy)
    asyncio.run(try_inspection(settings))
    print(f"{path}: sound, {len(policy.rule)} rules, version {policy.label}.")
    return 0


async def try_inspection(settings: Settings) -> None:
    """Start an inspecting process, which loads vocabulary and recognisers, and end it. Raises SandboxError."""
    inspector = Inspector(find_files(settings), settings.limits.limits())
    try:
        await inspector.warm()
    finally:
        await inspector.close()


def run_policy_explain(options: argparse.Namespace, settings: Settings) -> int:
    """The policy in words."""
    path, policy = load_policy(settings, options.policy)
    print(policies.explain_policy(policy, path))
    return 0


def run_healthcheck(_: argparse.Namespace, settings: Settings) -> int:
    """Ask the running gateway whether it is ready."""
    host, _colon, port = settings.health.listen.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), HEALTH_SECONDS) as connection:
            connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            answer = connection.makefile("rb").read()
    except OSError:
        return complain(f"no gateway answers on {settings.health.listen}.") and 1
    print(answer.rpartition(b"\r\n\r\n")[2].decode("ascii", "replace"))
    return 0 if answer.split(b" ")[1:2] == [b"200"] else 1
