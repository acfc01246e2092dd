"""The offences of the criminal justice system."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.model import Location, OffenceGroup, Passage, Visibility
from detectors.personal_data import Vocabulary
from detectors.personal_data.standing_offences import load_standing_offences
from tests.detectors.personal_data.conftest import Look


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("CJ88001", OffenceGroup.VIOLENCE),
        ("CJ88001A", OffenceGroup.VIOLENCE),
        ("SX03001", OffenceGroup.SEXUAL),
        ("TH68001", OffenceGroup.THEFT),
        ("charged with OF61016 on Tuesday", OffenceGroup.VIOLENCE),
        ("TH68001 and SX03001", OffenceGroup.SEXUAL),
        ("Complaint for Council Tax liability order", OffenceGroup.OTHER),
    ],
)
def test_codes_and_titles_say_what_kind_of_crime(vocabulary: Vocabulary, text: str, group: OffenceGroup) -> None:
    """A code alone, in a text, of several the one that weighs most; a title without a word of crime."""
    assert vocabulary.offence_groups.group_of(text) is group


@pytest.mark.parametrize("text", ["AB12345", "ZZ99999", "NR12345", "th68001x", "PO4500012", "Comply with the policy"])
def test_other_codes_and_sentences_are_none(vocabulary: Vocabulary, text: str) -> None:
    """Codes of the same shape are of other things."""
    assert vocabulary.offence_groups.group_of(text) is None


def test_a_list_of_titles_names_nobody(vocabulary: Vocabulary, look: Look) -> None:
    """A reply often holds one."""
    titles = sorted(vocabulary.offence_groups.standing.titles)[::40]
    for write in (str, str.upper, str.title):
        text = "\n".join(map(write, titles))
        account = look(Passage(Location(), Visibility.SHOWN, "body", text))
        assert account.people.total == 0


def test_a_damaged_file_stops_the_start(tmp_path: Path) -> None:
    """It says which."""
    for content in (b"", b"no"):
        (tmp_path / "offences.xz").write_bytes(content)
        with pytest.raises(ValueError, match=r"offences\.xz"):
            load_standing_offences(tmp_path / "offences.xz")
