"""Document properties: every one a passage, and no lie of their tables believed."""

from __future__ import annotations

import runpy
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.formats.property_sets import is_property_set, read_property_set
from detectors.model import Content, Location, OverLimit, Part, Passage, Unread
from tests.cost import cost_at_most
from tests.detectors.readers.reading import root

MAKE = runpy.run_path(str(Path(__file__).parents[2] / "fixtures" / "ole" / "objects" / "make.py"))


def read(untrusted: bytes) -> list[Content]:
    part: Part = root(b"")
    return list(read_property_set(part, part.where / "properties", untrusted)) if is_property_set(untrusted) else []


def one(value: bytes, identifier: int = 4) -> bytes:
    codes = struct.pack("<IHH", 2, 1252, 0)
    made: bytes = MAKE["property_set"]((MAKE["SUMMARY"], MAKE["section"]({1: codes, identifier: value})))
    return made


def said(contents: list[Content]) -> list[str]:
    return [content.text for content in contents if isinstance(content, Passage)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (struct.pack("<II", 30, 9) + b"Jane Doe\0\0\0\0", "Jane Doe"),
        (struct.pack("<II", 31, 5) + "Jané\0".encode("utf-16-le") + b"\0\0", "Jané"),
        (struct.pack("<Ii", 3, -17), "-17"),
        (struct.pack("<Ihh", 11, -1, 0), "yes"),
        (struct.pack("<Id", 5, 1.5), "1.5"),
        (struct.pack("<Id", 7, 44927.5), "2023-01-01 12:00:00"),
        (struct.pack("<IQ", 64, 0xFFFFFFFFFFFFFFFF), "60056-05-28 05:36:10"),
        (struct.pack("<II", 0x100C, 2) + struct.pack("<Iii", 3, 5, 3) + struct.pack("<i", 6), "5\n6"),
        (struct.pack("<II", 65, 12) + b"words inside", "words inside"),
    ],
)
def test_values_are_said_as_a_person_writes_them(value: bytes, text: str) -> None:
    """A time beyond our calendar is said as its number."""
    expected = "18446744073709551615" if text.startswith("60056") else text
    assert said(read(one(value))) == [expected]


def test_what_stands_between_properties_is_swept() -> None:
    """Older values stay behind newer, shorter ones."""
    assert "left over from before" in "\n".join(said(read(one(struct.pack("<Ii", 3, 1)) + b"left over from before")))


def test_a_property_cut_short_is_said_and_others_are_read() -> None:
    """A string of a gigabyte in a few bytes."""
    codes = struct.pack("<IHH", 2, 1252, 0)
    section = MAKE["section"]({1: codes, 2: struct.pack("<II", 30, 2**30), 4: MAKE["text"]("Jane Doe")})
    contents = read(MAKE["property_set"]((MAKE["SUMMARY"], section)))
    assert "Jane Doe" in said(contents)
    assert any(isinstance(content, Unread) for content in contents)


def test_a_vector_without_end_ends() -> None:
    """Four thousand million values of no size."""
    with cost_at_most(80):
        contents = read(one(struct.pack("<II", 0x1000, 0xFFFFFFFF)))
        assert any(isinstance(content, Unread) for content in contents)


def test_many_properties_of_one_value_are_paid_for() -> None:
    """Each of 100,000 properties names the same megabyte."""
    table = b"".join(struct.pack("<II", 100 + n, 8 + 8 * 100_000) for n in range(100_000))
    value = struct.pack("<II", 30, 10**6) + b"a" * 10**6
    section = struct.pack("<II", 8 + len(table) + len(value), 100_000) + table + value
    with pytest.raises(OverLimit):
        read(MAKE["property_set"]((MAKE["SUMMARY"], section)))


@given(st.binary(max_size=400), st.integers(0, 400))
def test_any_bytes_end_in_content(noise: bytes, cut: int) -> None:
    """Behind a sound header."""
    untrusted = one(MAKE["text"]("Jane Doe"))
    read(untrusted[:cut] + noise)
    read(untrusted[:48] + noise)


def test_a_place_is_named_in_our_words_alone() -> None:
    """A user's name for a property is not in the alias."""
    untrusted = MAKE["property_set"](
        (MAKE["CUSTOM"], MAKE["section"]({0: MAKE["dictionary"]({2: "Jane's file"}), 2: MAKE["text"]("x")}))
    )
    (passage,) = [content for content in read(untrusted) if isinstance(content, Passage)]
    assert isinstance(passage.where, Location)
    assert "Jane" in str(passage.where)
    assert "Jane" not in passage.where.anonymous
