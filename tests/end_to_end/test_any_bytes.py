"""Promise 3, for bytes that nobody would think of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.any_bytes import count_exact


@pytest.mark.timeout(300)
def test_any_bytes_in_any_pieces_arrive_as_they_were(tmp_path: Path) -> None:
    """`make chaos` sends a thousand."""
    assert count_exact(tmp_path, 30) == 30
