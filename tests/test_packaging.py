"""What is shipped: requirements, image, compose file, monitoring."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.tools import need

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(each) for each in command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_requirement_is_pinned_and_hashed_and_names_no_host(name: str) -> None:
    """What is installed is what was looked at, wherever it comes from."""
    locked = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in locked
    blocks = re.split(r"\n(?=[a-z])", locked)
    assert all(re.match(r"[a-z0-9._-]+==\S+ ", block) and "--hash=sha256:" in block for block in blocks)
    wanted = (ROOT / "requirements" / f"{name}.in").read_text().split("\n")
    for requirement in filter(lambda line: line and not line.startswith("-"), wanted):
        assert re.search(rf"^{re.escape(requirement)}==", locked, re.MULTILINE), requirement


def test_runtime_and_dev_agree_on_versions() -> None:
    """What is tested is what is shipped."""
    pins = [
        set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("runtime", "dev")
    ]
    assert pins[0] <= pins[1]


def test_the_image_file_passes_its_linter_and_ends_without_root() -> None:
    """No engine runs here; hadolint reads what one would do."""
    done = run(BIN / "hadolint", "Dockerfile", "deploy/postfix/Dockerfile")
    assert done.returncode == 0, done.stdout
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")][-1] == "USER 10001:10001"
    assert all(re.fullmatch(r"FROM \S+:[\w.-]*\d[\w.-]*( AS \w+)?", line) for line in lines if line.startswith("FROM"))


def test_the_compose_file_is_valid_and_the_gateway_is_shut_in() -> None:
    """Read-only, no capabilities, no new privileges, ports on loopback only."""
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    assert done.returncode == 0, done.stdout
    text = (ROOT / "docker-compose.yml").read_text()
    gateway = text.split("  gateway:\n")[1].split("\n\n")[0]
    for line in ("read_only: true", "- ALL", "- no-new-privileges:true", 'user: "10001:10001"'):
        assert line in gateway
    assert re.findall(r'- "(\S+?):\d+:\d+"', text) == ["127.0.0.1"] * 3
    assert all(re.search(r":v?\d", image) for image in re.findall(r"image: (\S+)", text))


def test_prometheus_takes_its_configuration_and_alerts() -> None:
    """promtool of the Prometheus that would run them."""
    need("promtool")
    done = run("promtool", "check", "config", "deploy/prometheus/prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_carries_the_policy_and_the_vocabulary(tmp_path: Path) -> None:
    """An installed gateway needs no checkout."""
    done = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, ".")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = run(sys.executable, "-m", "zipfile", "-l", wheel).stdout
    for name in (
        "gateway/config/policy.toml",
        "gateway/config/recognisers.yaml",
        "gateway/config/allowances.toml",
        "gateway/config/vocabulary/roles.toml",
        "detectors/readers/xlsx.py",
        "gateway/cli.py",
    ):
        assert name in names
    assert "tests/" not in names


def test_the_license_and_the_version_are_said() -> None:
    """Apache-2.0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()


HOSTS = r"pyp[i]\.org|pythonhoste[d]|registry\.npm[j]s|deb\.debia[n]\.org|docker\.i[o]/|/wor[k]/|/far[m]/"


def test_no_file_names_a_registry_or_a_machine() -> None:
    """Where packages come from is the installer's setting."""
    done = run("git", "grep", "-nIE", HOSTS)
    assert done.stdout == ""
