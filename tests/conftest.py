from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ["PATH"] = f"{os.environ['PATH']}:/usr/sbin:/sbin"
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the golden files anew; read the diff before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")
