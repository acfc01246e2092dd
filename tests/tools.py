"""What tests need from the machine."""

from __future__ import annotations

import os
import shutil

import pytest

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def need(*commands: str) -> None:
    """Skip a test whose programs are not here; fail it where FOI_GATEWAY_REQUIRE is set, as CI does."""
    missing = [command for command in commands if shutil.which(command, path=PATH) is None]
    if not missing:
        return
    words = f"not installed: {', '.join(missing)}"
    if os.environ.get("FOI_GATEWAY_REQUIRE"):
        pytest.fail(words)
    pytest.skip(words)
