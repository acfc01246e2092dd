from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from detectors.sandbox import Files, Sandbox

os.environ["PATH"] = f"{os.environ['PATH']}:/usr/sbin:/sbin"
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew; read the diff before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


LONG = tuple(Path(__file__).parent / name for name in ("end_to_end", "gateway"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs whole gateways comes first: a module stays in one process, and the short ones fill the time at the end."""
    items.sort(key=lambda item: not any(folder in item.path.parents for folder in LONG))


CONFIG = Path(__file__).parents[1] / "config"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A warm parent for all tests of one process: what takes seconds to load is loaded once, as in a gateway that runs for months."""
    files = Files(CONFIG / "vocabulary", CONFIG / "recognisers.yaml", CONFIG / "allowances.toml")
    sandbox = await Sandbox.start(files)
    yield sandbox
    await sandbox.close()
