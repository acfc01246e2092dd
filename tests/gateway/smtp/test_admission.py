"""How much is taken on at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import Smtp
from gateway.smtp import admission as module
from gateway.smtp.admission import HASTY, MINUTE, Admission


def test_nobody_is_remembered_for_longer_than_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients have as many addresses as they like: what is kept of each would fill the memory."""
    admission = Admission(Smtp(max_client_messages=2), tmp_path)
    monkeypatch.setattr(module, "SPARE_BYTES", 0)
    assert [admission.begin("192.0.2.1", 0) for _ in range(3)] == [None, None, HASTY]
    assert admission.begin("192.0.2.2", 0) is None
    admission.since -= MINUTE
    assert admission.begin("192.0.2.1", 0) is None
    assert dict(admission.recent) == {"192.0.2.1": 1}
