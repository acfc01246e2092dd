from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model import (
    Account,
    Finding,
    Group,
    HiddenPlace,
    Limits,
    Location,
    OffenceGroup,
    People,
    Records,
    Role,
    Step,
    Unread,
    Visibility,
    Why,
)
from detectors.wire import ALIAS, KIND, Died, Done, Garbled, Job, Mode, decode, encode, name_error

texts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40)
kinds = st.from_regex(KIND, fullmatch=True)
aliases = st.from_regex(ALIAS, fullmatch=True)
counts = st.integers(0, 10**9)
places = st.lists(st.builds(Step, texts, aliases), max_size=5).map(lambda steps: Location(tuple(steps)))
visibilities = st.sampled_from(Visibility)
accounts = st.builds(
    Account,
    people=st.builds(
        People,
        counts,
        counts,
        counts,
        st.dictionaries(st.sampled_from(Role), counts),
        st.dictionaries(st.sampled_from(OffenceGroup), counts),
        counts,
    ),
    groups=st.lists(
        st.builds(
            Group,
            places,
            st.sampled_from(Role),
            visibilities,
            st.booleans(),
            counts,
            st.none() | st.sampled_from(OffenceGroup),
        )
    ).map(tuple),
    records=st.lists(st.builds(Records, places, visibilities, counts, counts)).map(tuple),
    findings=st.lists(
        st.builds(Finding, kinds, places, visibilities, st.floats(0, 1), texts, texts, counts), max_size=5
    ).map(tuple),
    hidden=st.lists(st.builds(HiddenPlace, places, visibilities, texts, counts)).map(tuple),
)
dones = st.builds(
    Done,
    part=st.just("0.1"),
    reader=texts,
    media_type=texts,
    account=accounts,
    unread=st.lists(st.builds(Unread, places, st.sampled_from(Why))).map(tuple),
    inner=st.integers(0, 100),
    bytes_read=counts,
    subject=texts,
)


@settings(max_examples=40)
@given(dones)
def test_an_account_crosses_the_boundary_unchanged(done: Done) -> None:
    """What the child found is what the gateway judges."""
    assert decode(encode(done), Mode.INSPECT) == done


@given(st.binary(max_size=300))
def test_bytes_that_are_no_line_are_garbled_and_nothing_else(untrusted: bytes) -> None:
    """Never a TypeError, never a pass."""
    with pytest.raises(Garbled):
        decode(untrusted, Mode.INSPECT)


SIZES = (
    "beyond the sizes that a line may have",
    "a place that we would not name so",
    "a kind that no recogniser may have",
)


@pytest.mark.parametrize("kind", ["", "Jane Doe", "NINO", "nino\n", "a" * 41, "1st"])
def test_a_kind_that_no_recogniser_may_have_is_garbled(kind: str) -> None:
    """A hostile file that has taken over the child could put a name there."""
    finding = Finding(kind, Location(), Visibility.SHOWN, 1.0, "J••", "rule")
    done = Done(
        part="0", reader="x", media_type="x", account=Account(findings=(finding,)), unread=(), inner=0, bytes_read=0
    )
    with pytest.raises(Garbled):
        decode(encode(done), Mode.INSPECT)


@settings(max_examples=60)
@given(dones, st.data())
def test_a_line_with_a_byte_changed_is_garbled_or_still_well_formed(done: Done, data: st.DataObject) -> None:
    """No mutation escapes as another exception."""
    line = bytearray(encode(done))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(line), Mode.INSPECT)
    except Garbled as error:
        said = str(error)
    else:
        said = ""
    assert said in {"", "not a line of the protocol", *SIZES}


@given(
    st.lists(st.from_regex(r"0(\.[1-9][0-9]?){0,4}", fullmatch=True)), st.binary(max_size=32), texts, st.lists(texts)
)
def test_a_job_is_read_as_it_was_written(skip: list[str], key: bytes, label: str, recipients: list[str]) -> None:
    """The fresh child after a dead one skips exactly what it is told to."""
    limits = Limits(1, 2, 3, 4, 5, 6.0, 7.0, 8, 9, 10)
    job = Job(
        7,
        Mode.INSPECT,
        limits,
        key,
        label,
        "message/rfc822",
        stuffed=True,
        skip=tuple(skip),
        silent=("0",),
        recipients=tuple(recipients),
    )
    assert Job.decode(job.encode()) == job


def test_an_error_is_named_without_its_text() -> None:
    """A parser's message quotes the cell it stumbled over."""
    try:
        int("AB123456C")
    except ValueError as error:
        name = name_error(error)
    assert "AB123456C" not in name
    assert name.startswith("ValueError at ")
    assert decode(encode(Died(error=name)), Mode.INSPECT) == Died(error=name)
