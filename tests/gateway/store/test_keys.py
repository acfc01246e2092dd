from __future__ import annotations

from pathlib import Path

import pytest

from gateway.store.keys import StoreError, load_keys


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """`make run` needs no set-up, and the second start has the same key."""
    keys, made = load_keys(None, tmp_path / "var")
    again, made_again = load_keys(None, tmp_path / "var")
    assert made == tmp_path / "var" / "master.key"
    assert made_again is None
    assert keys == again
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("00" * 32, 0o644, "others may read"),
        ("00" * 31, 0o600, "64 hexadecimal digits"),
        ("zz" * 32, 0o600, "64 hexadecimal digits"),
        ("", 0o600, "64 hexadecimal digits"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start(tmp_path: Path, text: str, mode: int, words: str) -> None:
    """One sentence that names the file and what to do."""
    file = tmp_path / "key"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(StoreError, match=words):
        load_keys(file, tmp_path)


def test_a_key_file_that_was_named_is_never_made(tmp_path: Path) -> None:
    """A mount that is missing must not start a second key."""
    with pytest.raises(StoreError, match="cannot be read"):
        load_keys(tmp_path / "key", tmp_path)
