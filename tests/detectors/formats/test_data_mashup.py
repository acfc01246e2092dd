"""Power Query: queries, their sources, metadata; and mashups that lie."""

from __future__ import annotations

import base64
import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.compound_writer import write_compound_file
from detectors.formats.data_mashup import read_mashup
from detectors.model import Content, Part, Why
from tests.detectors.readers.reading import read_all, reasons, root, say, texts

FORMULA = 'section Section1;\r\n\r\nshared Victims = let Source = Sql.Database("crimesrv", "custody") in Source;'
METADATA = b'<LocalPackageMetadataFile><Items><Item><ItemPath>Section1/Victims</ItemPath><Entry Value="sJane Doe"/></Item></Items></LocalPackageMetadataFile>'


def block(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def make() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("Config/Package.xml", "<Package><Culture>en-GB</Culture></Package>")
        archive.writestr("Formulas/Section1.m", FORMULA)
        archive.writestr("Other/data.txt", "some words\n")
    metadata = struct.pack("<I", 0) + block(METADATA) + block(b"")
    return (
        struct.pack("<I", 0)
        + block(target.getvalue())
        + block(b"<PermissionList/>")
        + block(metadata)
        + block(b"\x01\x02\x03")
    )


def read(text: str) -> list[Content]:
    part = root(b"")
    return list(read_mashup(part, part.where / "mashup", text))


def test_queries_and_what_is_noted_of_them_are_read() -> None:
    """Formulas, metadata, other parts; line ends in the base64 are nothing."""
    text = base64.encodebytes(make()).decode()
    contents = read(text)
    assert [content.where.steps[-1].label for content in contents if isinstance(content, Part)] == ["Other/data.txt"]
    lines = say([content for content in contents if not isinstance(content, Part)])
    assert f"metadata | powerQuery | input › mashup › Formulas/Section1.m | {FORMULA!r}" in lines
    assert any("Jane Doe" in line for line in lines)
    assert not reasons(contents)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_mashup_is_found_in_a_compound_file(encoding: str) -> None:
    """Old workbooks keep their custom XML in streams."""
    text = f'<?xml version="1.0"?><DataMashup xmlns="urn:x">{base64.b64encode(make()).decode()}</DataMashup>'
    untrusted = write_compound_file({"MsoDataStore/A/Item": text.encode(encoding)})
    assert "crimesrv" in texts(read_all(untrusted))


@pytest.mark.parametrize("part", range(40))
def test_a_mashup_cut_short_is_unread(part: int) -> None:
    """At every fortieth; what was read before stays."""
    untrusted = make()
    text = base64.b64encode(untrusted[: len(untrusted) * part // 40]).decode()
    assert reasons(read(text)) == {Why.DAMAGED}


def test_what_is_no_base64_is_unread() -> None:
    """Signs that base64 does not have."""
    assert reasons(read("not base64!")) == {Why.DAMAGED}


@given(st.binary(max_size=200))
def test_any_bytes_end_in_content_or_unread(noise: bytes) -> None:
    """Noise, and noise behind a sound start."""
    assert reasons(read(base64.b64encode(noise).decode()))
    read(base64.b64encode(make()[:60] + noise).decode())
