"""Who is counted, how often, and what is remembered of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detectors import people
from detectors.inspect import add_people
from detectors.model import Location, OffenceGroup, OverLimit, People, Role, Visibility, Why
from detectors.people import Register, Sighting

HERE, THERE = Location() / "sheet 1", Location() / "sheet 2"
JANE = Sighting("doe|jane", "1980-01-02", role=Role.VICTIM, crime_context=True)


def test_one_person_in_two_places_is_one() -> None:
    """A pivot cache repeats its sheet."""
    register = Register(b"key")
    register.see(JANE, HERE)
    register.see(JANE, THERE)
    counted, groups = register.take()
    assert counted == People(total=1, hidden=0, exposed=1, by_role={Role.VICTIM: 1})
    assert [(group.where, group.count) for group in groups] == [(HERE, 1)]


def test_a_person_shown_first_and_hidden_later_is_newly_hidden() -> None:
    """The later part tells the difference and nothing twice."""
    register = Register(b"key")
    register.see(JANE, HERE)
    assert register.take()[0] == People(1, 0, 1, {Role.VICTIM: 1})
    hidden = Sighting("doe|jane", "1980-01-02", visibility=Visibility.PIVOT_CACHE, crime_context=True)
    register.see(hidden, THERE)
    register.see(hidden, THERE)
    assert register.take() == (People(total=0, hidden=1, exposed=0, by_role={}, both=1), ())
    register.see(hidden, THERE)
    assert register.take() == (People(), ())


def test_those_who_are_hidden_only_are_told_from_those_who_are_shown_too() -> None:
    """Of two in the cache, one is on the sheet as well, in a later part."""
    register = Register(b"key")
    for name in ("doe|jane", "roe|mary"):
        register.see(Sighting(name, "1980-01-02", visibility=Visibility.PIVOT_CACHE), HERE)
    first = register.take()[0]
    assert (first.hidden, first.hidden_only) == (2, 2)
    register.see(JANE, THERE)
    register.see(JANE, THERE)
    both = add_people([first, register.take()[0]])
    assert (both.total, both.hidden, both.hidden_only, both.exposed) == (2, 2, 1, 1)


def test_the_offence_that_weighs_most_is_kept() -> None:
    """Robbed in one row, raped in another: she is counted once, where the law protects her name."""
    register = Register(b"key")
    for offence in (OffenceGroup.THEFT, OffenceGroup.SEXUAL, OffenceGroup.VIOLENCE, None):
        register.see(replace(JANE, offence=offence), HERE)
    counted, groups = register.take()
    assert counted.by_offence == {OffenceGroup.SEXUAL: 1}
    assert [(group.offence, group.count) for group in groups] == [(OffenceGroup.SEXUAL, 1)]


def test_an_offence_learnt_in_a_later_part_counts_once() -> None:
    """Known without a crime, then with one; who was counted with one stays there."""
    register = Register(b"key")
    register.see(JANE, HERE)
    first = register.take()[0]
    for offence in (OffenceGroup.THEFT, OffenceGroup.SEXUAL):
        register.see(replace(JANE, offence=offence), THERE)
    assert first.by_offence == {}
    assert register.take()[0].by_offence == {OffenceGroup.THEFT: 1}
    register.see(replace(JANE, offence=OffenceGroup.SEXUAL), THERE)
    assert register.take()[0] == People()


def test_groups_say_what_was_learnt_of_their_people() -> None:
    """A role and an offence that a later row says are those of the group."""
    register = Register(b"key")
    register.see(Sighting("doe|jane", "1980-01-02"), HERE)
    register.see(replace(JANE, offence=OffenceGroup.HATE), THERE)
    (group,) = register.take()[1]
    assert (group.where, group.role, group.offence) == (HERE, Role.VICTIM, OffenceGroup.HATE)


def test_comments_and_metadata_are_hidden_too() -> None:
    """Everything but the face of the document."""
    register = Register(b"key")
    register.see(Sighting(marks=("nino:AB123456C",), visibility=Visibility.METADATA), HERE)
    assert register.take()[0].hidden == 1


def test_two_births_are_two_people_even_at_one_address() -> None:
    """Father and son share name and postcode."""
    register = Register(b"key")
    register.see(Sighting("doe|john", "1950-01-01", contacts=("postcode:NR11AA",)), HERE)
    register.see(Sighting("doe|john", "1980-01-01", contacts=("postcode:NR11AA",)), HERE)
    assert register.take()[0].total == 2


def test_a_name_with_a_contact_is_who_has_the_same_and_a_birth_besides() -> None:
    """One sheet has the date of birth, another does not."""
    register = Register(b"key")
    register.see(Sighting("doe|john", contacts=("postcode:NR11AA",)), HERE)
    register.see(Sighting("doe|john", "1980-01-01", contacts=("postcode:NR11AA",)), HERE)
    register.see(Sighting("doe|john", "1980-01-01"), THERE)
    assert register.take()[0].total == 1


def test_a_role_learnt_later_counts() -> None:
    """Not known at first, a victim in the next table of the same part."""
    register = Register(b"key")
    register.see(Sighting("doe|jane", "1980-01-02"), HERE)
    register.see(JANE, THERE)
    assert register.take()[0].by_role == {Role.VICTIM: 1}


def test_roles_add_up_to_the_total() -> None:
    """Even for a witness who is a victim elsewhere."""
    register = Register(b"key")
    register.see(JANE, HERE)
    register.see(Sighting("doe|jane", "1980-01-02", role=Role.WITNESS), HERE)
    register.see(Sighting(marks=("nino:AB123456C",)), HERE)
    counted, _ = register.take()
    assert sum(counted.by_role.values()) == counted.total == 2


def test_nothing_of_a_person_is_kept_in_clear() -> None:
    """Digests with the key of the message only."""
    register = Register(b"key")
    register.see(JANE, HERE)
    assert "doe" not in str(register.known)
    assert "doe" not in repr(register)
    other = Register(b"another")
    other.see(JANE, HERE)
    assert not register.known.keys() & other.known.keys()


def test_more_people_than_can_be_told_apart_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the part counts as unread, not as harmless."""
    monkeypatch.setattr(people, "MOST_KEYS", 10)
    register = Register(b"key")
    for number in range(10):
        register.see(Sighting(f"doe|jane{number}", "1980-01-01"), HERE)
    with pytest.raises(OverLimit) as caught:
        register.see(JANE, HERE)
    assert caught.value.why is Why.TOO_MANY


def test_groups_stay_few_however_many_places_there_are() -> None:
    """Everybody is counted, if not under their own place."""
    register = Register(b"key")
    for number in range(people.MOST_GROUPS * 2):
        register.see(Sighting("doe|jane", f"{1000 + number}"), Location() / f"part {number}")
    counted, groups = register.take()
    assert len(groups) <= people.MOST_GROUPS + len(Role)
    assert sum(group.count for group in groups) == counted.total == people.MOST_GROUPS * 2
