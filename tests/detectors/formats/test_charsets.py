"""Text in every character set that mail uses."""

from __future__ import annotations

import pytest

from detectors.formats.charsets import decode, guess

TEXT = "Victim Jane Doe, JG123456C"


@pytest.mark.parametrize(
    "name",
    [
        "UTF-8",
        "utf-7",
        "UTF-16",
        "iso-8859-1",
        "Windows-1252",
        "hz-gb-2312",
        "shift_jis",
        "IBM037",
        "cp500",
        "IBM1026",
        "cp1140",
    ],
)
def test_text_is_read_as_its_sender_wrote_it(name: str) -> None:
    """EBCDIC too: mail programs show it, and read in any other way it has no letter that a detector knows."""
    assert decode(TEXT.encode(name), name) == TEXT


@pytest.mark.parametrize("label", ["utf-16-le", "UTF-16", "utf-32", "IBM037", "cp500", "punycode", "idna", "x-nothing"])
def test_text_under_a_false_label_is_read_all_the_same(label: str) -> None:
    """In wide characters it would be Chinese that no detector knows."""
    text = f"{TEXT}, costs of £5\r\n" * 8
    assert decode(text.encode(), label) == text
    assert decode(text.encode("cp1252"), label) == text


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_is_known_without_its_mark(name: str) -> None:
    """Programs that export tables leave it out."""
    assert guess(f"{TEXT}, Zo\xeb\r\n".encode(name)) == name


@pytest.mark.parametrize("untrusted", [bytes(64), b"\0\0\0\1" * 16, b"\1\0\0\0" * 9])
def test_numbers_of_four_bytes_are_no_wide_text(untrusted: bytes) -> None:
    assert guess(untrusted) is None
