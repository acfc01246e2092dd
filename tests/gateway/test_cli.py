"""The command as people and scripts use it: real processes."""

from __future__ import annotations

import json
import os
import pty
import smtplib
import socket
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from demo.samples import make_breach, make_figures, make_locked, make_people
from gateway.policy import find_shipped
from gateway.settings import Store as StoreSettings
from gateway.store import open_store
from tests.end_to_end.gateway import COMMAND, Gateway, run_gateway
from tests.end_to_end.postfix import free_port, wait_for
from tests.gateway.store.made import hold


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "clean.csv").write_bytes(make_figures())
    (folder / "breach.xlsx").write_bytes(make_breach(make_people(30)))
    (folder / "locked.zip").write_bytes(make_locked())
    return folder


def test_scan_exits_with_the_strictest_verdict(files: Path) -> None:
    """0 forward, 10 quarantine, 20 bounce, whatever the order."""
    assert run(files, "scan", "clean.csv").returncode == 0
    assert run(files, "scan", "locked.zip", "breach.xlsx").returncode == 20


def test_scan_json_is_a_line_a_file_in_order(files: Path) -> None:
    """The shape of design §7."""
    done = run(files, "scan", "--json", "clean.csv", "breach.xlsx")
    assert done.returncode == 10, done.stderr
    clean, breach = (json.loads(line) for line in done.stdout.splitlines())
    assert list(breach) == [
        "path", "sha256", "media_type", "action", "rules", "reason", "people", "findings", "unread", "seconds",
    ]  # fmt: skip
    assert (clean["path"], clean["action"], clean["findings"]) == ("clean.csv", "forward", [])
    assert breach["people"] == {
        "total": 30,
        "hidden": 30,
        "hidden_only": 30,
        "by_role": {"suspect": 10, "victim": 10, "witness": 10},
        "by_offence": breach["people"]["by_offence"],
    }
    assert sum(breach["people"]["by_offence"].values()) == 30
    assert set(breach["findings"][0]) == {"kind", "where", "visibility", "masked", "confidence", "count"}
    for row in make_people(30):
        assert row[2] not in json.dumps([breach["findings"], breach["reason"]])
    assert done.stderr == ""


OWN = r"""
recognizers:
  - name: Exhibit number
    supported_entity: EXHIBIT_NUMBER
    patterns: [{name: initials and number, regex: '[A-Z]{3}/\d{2}', score: 0.2}]
    context: [exhibit]
"""


def test_a_kind_of_the_forces_own_is_found_told_and_stopped(tmp_path: Path) -> None:
    """From `config/recognisers.yaml` through the sandboxed child to the policy, without a line of code."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "recognisers.yaml").write_text(OWN)
    policy = find_shipped("policy.toml").read_text()
    (tmp_path / "config" / "policy.toml").write_text(policy.replace('"nino",', '"nino", "exhibit_number",'))
    (tmp_path / "reply.txt").write_text("The bag was given exhibit ABC/01 at the scene.")
    checked = run(tmp_path, "policy", "check")
    assert checked.returncode == 0, checked.stderr
    done = run(tmp_path, "scan", "--json", "reply.txt")
    assert done.returncode == 10, done.stderr
    told = json.loads(done.stdout)
    assert told["rules"] == ["strong-identifier"]
    assert [(found["kind"], found["masked"]) for found in told["findings"]] == [("exhibit_number", "A••/••")]
    assert "what the policy calls exhibit number" in told["reason"]


def test_a_pattern_that_cannot_be_used_stops_every_command_that_inspects(tmp_path: Path) -> None:
    """At the start, in one sentence, not at the first message."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "recognisers.yaml").write_text(OWN.replace("[A-Z]{3}", "(?=A)[A-Z]{3}"))
    (tmp_path / "reply.txt").write_text("Nothing.")
    for command in (("scan", "reply.txt"), ("policy", "check")):
        done = run(tmp_path, *command)
        assert done.returncode == 2
        assert "recogniser 'Exhibit number', field 'patterns.1.regex': cannot be searched for" in done.stderr


def test_scan_shows_a_progress_bar_on_a_terminal_and_none_elsewhere(files: Path) -> None:
    """A person sees that something happens; a script sees only what it asked for."""
    outside, inside = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "scan", "."], cwd=files, stdout=subprocess.PIPE, stderr=inside, env=os.environ | {"TERM": "xterm"}
    )
    process.communicate(timeout=60)
    os.close(inside)
    shown = os.read(outside, 100_000)
    os.close(outside)
    assert b"Inspecting" in shown
    assert b"\x1b" in shown


def test_extract_prints_what_is_hidden_in_clear(files: Path) -> None:
    """For measuring, and for looking at one's own files."""
    done = run(files, "extract", "--json", "breach.xlsx", "locked.zip")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    records = [line for line in lines if line.get("channel") == "pivotCacheRecords"]
    assert [tuple(line["cells"]) for line in records] == make_people(30)
    assert {line["visibility"] for line in records} == {"pivot_cache"}
    assert done.returncode == 0
    assert (lines[-1]["path"], lines[-1]["unread"]) == ("locked.zip", "encrypted")


ESCAPE = "\x1b]0;owned\x07\x9b2J"


def test_nothing_in_a_file_commands_the_terminal(files: Path) -> None:
    """Neither what is in it, nor its name; and a name in no encoding stops nothing."""
    (files / f"{ESCAPE}.txt").write_text(f"Dear{ESCAPE} \u202eyou\n")
    Path(os.fsdecode(os.fsencode(files) + b"/caf\xe9.txt")).write_text("Dear you\n")
    for command in (["extract", "."], ["scan", "."]):
        done = run(files, *command)
        assert done.returncode in {0, 20}, done.stderr
        assert "Traceback" not in done.stderr
        assert "Dear" in done.stdout or command != ["extract", "."]
        assert not set("\x1b\x07\x9b\u202e") & set(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["scan", "nothing.csv"], {}, "nothing.csv: there is no such file."),
        (
            ["serve"],
            {"FOI_GATEWAY_SMTP__LISTEN": "here"},
            "FOI_GATEWAY_SMTP__LISTEN: 'smtp.listen' is wrong: must be HOST:PORT",
        ),
        (["serve"], {"FOI_GATEWAY_SMTP__PORT": "25"}, "FOI_GATEWAY_SMTP__PORT: there is no setting 'smtp.port'."),
        (["--settings", "nothing.toml", "serve"], {}, "nothing.toml: cannot be read: No such file or directory."),
        (
            ["serve"],
            {"FOI_GATEWAY_POLICY__FILE": "nothing.toml"},
            "nothing.toml: cannot be read: No such file or directory.",
        ),
        (
            ["policy", "check", "--policy", "bad.toml"],
            {},
            "bad.toml: rule 'x', field 'action': must be one of forward, quarantine, bounce.",
        ),
        (["serve"], {"FOI_GATEWAY_POLICY__FILE": "bad.toml"}, "bad.toml: rule 'x', field 'action': must be one of"),
        (["serve"], {"FOI_GATEWAY_POLICY__VOCABULARY": "nowhere"}, "nowhere"),
        (["serve"], {"FOI_GATEWAY_STORE__MASTER_KEY": "bad.toml"}, "bad.toml: "),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], words: str
) -> None:
    """No traceback, no half-started gateway."""
    (tmp_path / "bad.toml").write_text(
        'version = "1"\n[[rule]]\nname = "x"\nwhen = "unread"\naction = "hold"\nreason = "y"\n'
    )
    done = run(tmp_path, *arguments, **environment)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("foi-gateway: ")


def test_a_port_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    """Two gateways on one port."""
    with run_gateway(tmp_path / "one") as one:
        environment = {
            "FOI_GATEWAY_SMTP__LISTEN": f"127.0.0.1:{one.port}",
            "FOI_GATEWAY_HEALTH__LISTEN": f"127.0.0.1:{free_port()}",
        }
        done = run(tmp_path, "serve", **environment)
        assert done.returncode == 2, done.stderr
        assert "in use" in done.stderr


def test_a_new_gateway_starts_beside_the_old_one(tmp_path: Path) -> None:
    """On the same store and ports; the old one then ends, and mail goes on."""
    with run_gateway(tmp_path / "one") as old:
        new = Gateway(old.folder, {}, old.port, old.health)
        with (tmp_path / "new.log").open("wb") as log:
            new.process = subprocess.Popen(
                [COMMAND, "serve"], cwd=new.folder, env=new.environment(), stdout=log, stderr=log
            )
        try:
            wait_for(lambda: b"gateway.started" in (tmp_path / "new.log").read_bytes(), 60)
            old.stop()
            with smtplib.SMTP("127.0.0.1", new.port, timeout=60) as client:
                assert client.sendmail("foi@force.test", ["r@world.test"], "Subject: x\r\n\r\nbody\r\n") == {}
        finally:
            new.stop()
            old.process = None


def test_policy_check_and_explain_speak_plainly(tmp_path: Path) -> None:
    """For those who sign it."""
    checked = run(tmp_path, "policy", "check")
    assert checked.returncode == 0
    assert "sound, 7 rules" in checked.stdout
    explained = run(tmp_path, "policy", "explain").stdout
    assert "bounce     encrypted: from 1 on, files protected by a password." in explained


def test_held_commands_say_what_is_wrong(tmp_path: Path) -> None:
    """No store, an empty one, an unknown reference."""
    done = run(tmp_path, "held", "list")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "there is no store of a gateway here" in done.stderr
    open_store(StoreSettings(folder=tmp_path / "var"))
    assert run(tmp_path, "held", "list", "--json").stdout == ""
    for action in ("show", "release", "return", "reject"):
        done = run(tmp_path, "held", action, "FOI-XXXX-XXXX")
        assert done.returncode == 1
        assert done.stderr == "foi-gateway: there is no case FOI-XXXX-XXXX.\n"


@pytest.mark.parametrize(
    "damage", ["sealed = x'00'", "sealed = 'words'", "state = 'held' || x'00'", "received = 'soon'", "received = 1e300"]
)
def test_a_damaged_case_hides_no_other(tmp_path: Path, damage: str) -> None:
    """The list goes on, says which one cannot be read, and exits 1."""
    store = open_store(StoreSettings(folder=tmp_path / "var"))
    first, second = hold(store), hold(store, b"Subject: another\r\n\r\n")
    with store.cases.database.write() as connection:
        connection.execute(text(f"UPDATE cases SET {damage} WHERE reference = '{first.reference}'"))
    done = run(tmp_path, "held", "list")
    assert done.returncode == 1
    assert second.reference in done.stdout
    assert done.stderr == f"foi-gateway: case {first.reference} was changed or is damaged.\n"


def test_a_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    """Not the statement that failed, and no traceback."""
    store = open_store(StoreSettings(folder=tmp_path / "var"))
    hold(store)
    with store.cases.database.write() as connection:
        connection.execute(text("DROP TABLE decisions"))
        connection.execute(text("CREATE TABLE decisions (id INTEGER)"))
    done = run(tmp_path, "held", "show", store.cases.references()[0])
    assert (done.returncode, done.stderr) == (2, "foi-gateway: var: the database is locked or damaged.\n")


def test_a_port_in_use_is_said_with_its_setting(tmp_path: Path) -> None:
    """The administrator learns which line to change."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for variable, setting in (("SMTP", "smtp"), ("HEALTH", "health")):
            ports = {"FOI_GATEWAY_SMTP__LISTEN": "127.0.0.1:0", "FOI_GATEWAY_HEALTH__LISTEN": "127.0.0.1:0"}
            done = run(tmp_path, "serve", **(ports | {f"FOI_GATEWAY_{variable}__LISTEN": address}))
            assert done.returncode == 2
            assert f"foi-gateway: '{setting}.listen' is {address}, which cannot be had:" in done.stderr


def test_healthcheck_tells_a_running_gateway_from_none(tmp_path: Path) -> None:
    """What Docker asks."""
    port = str(free_port())
    assert run(tmp_path, "healthcheck", FOI_GATEWAY_HEALTH__LISTEN=f"127.0.0.1:{port}").returncode == 1
    with run_gateway(tmp_path / "one") as one:
        done = one.run("healthcheck")
        assert done.returncode == 0
        assert json.loads(done.stdout) == {"ready": True, "failing": []}
        one.stop()
    assert one.events("gateway.stopped")
