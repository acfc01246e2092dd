"""The shape of the project: what imports what, what has a test, what is said of each module."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((*(ROOT / "gateway").rglob("*.py"), *(ROOT / "detectors").rglob("*.py")))

PARSERS = (
    "detectors.readers", "detectors.formats", "detectors.personal_data", "detectors.child",
    "html.parser", "pyexpat", "openpyxl", "olefile", "hyperscan", "spacy", "presidio_analyzer",
)  # fmt: skip
"""What must not be loaded in the process that holds keys and connections.

email.parser, zipfile and csv cannot be on the list: prometheus_client loads http.server, which loads the first, and pydantic
importlib.metadata, which loads the others. That none of ours imports them is an import contract.
"""

UNTESTED = {
    "model.py": "types; every test uses them",
    "warm.py": "tried by test_inspect.py, with real processes",
    "sandbox.py": "tried by test_inspect.py, with real processes",
    "metrics.py": "tried by test_docs.py and the end-to-end tests",
    "scan.py": "tried by test_cli.py",
    "held.py": "tried by test_cli.py",
    "summary.py": "tried by test_cli.py",
    "serve.py": "tried by test_cli.py and the end-to-end tests",
    "admission.py": "tried by test_session.py, line for line",
    "draft.py": "tried by test_session.py",
    "proxy_header.py": "tried by test_session.py, line for line",
    "replies.py": "tried by test_session.py, line for line",
    "channel.py": "tried by test_session.py and test_next_hop.py, with real sockets",
    "commands.py": "tried by test_session.py, line for line",
    "connection.py": "tried by test_next_hop.py",
    "house.py": "tried by test_session.py",
    "listener.py": "tried by test_session.py",
    "maildir.py": "tried by test_session.py",
    "relay.py": "tried by test_next_hop.py",
    "route.py": "tried by test_cli.py",
    "spool.py": "tried by test_session.py",
    "tls.py": "tried by test_next_hop.py and test_session.py, with real handshakes",
    "xforward.py": "tried by test_next_hop.py and test_session.py",
    "overtime.py": "tried by test_pipeline.py",
    "inspections.py": "tried by test_pipeline.py",
    "pages.py": "tried by test_journal.py",
    "database.py": "tried by test_cases.py",
    "outbox.py": "tried by test_cases.py and test_courier.py",
}
"""Modules of the gateway and the boundary without a test file of their own, and where they are tried."""


def test_the_import_contracts_are_kept() -> None:
    """The security boundary is a lint rule."""
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "module", ["gateway.pipeline", "gateway.smtp.session", "gateway.store", "gateway.notices", "detectors.inspect"]
)
def test_no_parser_is_loaded_where_mail_is_held(module: str) -> None:
    """Even outer MIME is parsed in the child."""
    code = f"import sys, {module}; print(*(set({PARSERS}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_opens_with_one_sentence(module: Path) -> None:
    """If it needs two, it is two modules."""
    words = ast.get_docstring(ast.parse(module.read_text()))
    assert words, "no docstring"
    first = words.split("\n\n")[0]
    assert first.endswith("."), first
    assert len(first) <= 240, first


def test_every_module_of_gateway_and_boundary_has_a_test() -> None:
    """Module and test have one name."""
    tests = {file.name for file in (ROOT / "tests").rglob("test_*.py")}
    ours = [file for file in MODULES if "readers" not in file.parts and "formats" not in file.parts]
    ours = [file for file in ours if "personal_data" not in file.parts and file.name != "__init__.py"]
    assert [file.name for file in ours if f"test_{file.name}" not in tests and file.name not in UNTESTED] == []


def test_no_module_is_a_grab_bag() -> None:
    """A module is named for what it holds."""
    names = {file.stem for file in MODULES}
    assert names & {"utils", "util", "common", "misc", "helpers", "manager", "base"} == set()
