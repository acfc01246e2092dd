"""Packages under a password: opened with Excel's own, and never at any price."""

from __future__ import annotations

import io
import struct

import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from detectors.formats.compound_storage import parse
from detectors.formats.compound_writer import write_compound_file
from detectors.formats.encrypted_package import MOST_SPINS, decrypt
from detectors.model import Budget, Why
from tests.cost import cost_at_most
from tests.detectors.readers.reading import LIMITS, read_all, reasons


def seal(password: str) -> dict[str, bytes]:
    plain, sealed = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(plain, {"in_memory": True})
    book.add_worksheet().write("A1", "Jane Doe")
    book.close()
    plain.seek(0)
    OOXMLFile(plain).encrypt(password, sealed)
    compound = parse(sealed.getvalue())
    return {name: compound.read(name) for name in compound.streams}


def test_the_password_that_nobody_is_asked_for_opens_the_package() -> None:
    """What comes out is the archive that went in."""
    streams = seal("VelvetSweatshop")
    opened = decrypt(streams["EncryptionInfo"], streams["EncryptedPackage"], Budget.of(LIMITS))
    assert opened is not None
    assert opened.startswith(b"PK")
    assert opened.rstrip(b"\0").find(b"PK\x05\x06") > 0


def test_any_other_password_is_unread() -> None:
    """It is not guessed."""
    assert Why.ENCRYPTED in reasons(read_all(write_compound_file(seal("correct horse"))))


@pytest.mark.parametrize("spins", [MOST_SPINS + 1, 999_999_999, 10**30, -1])
def test_hashing_without_end_is_not_begun(spins: int) -> None:
    """The file says how often the password is hashed."""
    streams = seal("VelvetSweatshop")
    info = streams["EncryptionInfo"].replace(b'spinCount="100000"', f'spinCount="{spins}"'.encode())
    assert info != streams["EncryptionInfo"]
    with cost_at_most(80):
        assert Why.ENCRYPTED in reasons(read_all(write_compound_file({**streams, "EncryptionInfo": info})))


@pytest.mark.parametrize("part", range(20))
def test_descriptions_cut_short_are_unread(part: int) -> None:
    """Nothing but ValueError comes out of the description."""
    streams = seal("VelvetSweatshop")
    info = streams["EncryptionInfo"]
    contents = read_all(write_compound_file({**streams, "EncryptionInfo": info[: len(info) * part // 20]}))
    assert Why.ENCRYPTED in reasons(contents)


@pytest.mark.parametrize(
    "head", [struct.pack("<HHI", 4, 4, 0x40) + b"<", struct.pack("<HHI", 3, 2, 0x24), struct.pack("<HHI", 9, 9, 0)]
)
def test_descriptions_of_no_known_kind_are_unread(head: bytes) -> None:
    """Broken XML, a header that is missing, a version that does not exist."""
    streams = seal("VelvetSweatshop")
    assert Why.ENCRYPTED in reasons(read_all(write_compound_file({**streams, "EncryptionInfo": head})))
