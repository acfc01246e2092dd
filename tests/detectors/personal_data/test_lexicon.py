"""What the shipped lexicon knows of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.personal_data.lexicon import Lexicon, load_lexicon, spell


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """As shipped."""
    return load_lexicon()


@pytest.mark.parametrize(
    ("origin", "names"),
    [
        ("British", "John Sarah Darren Jones Cooper"), ("Irish", "Siobhan Declan Murphy Kelly"), ("South Asian", "Priya Mohammed Singh Patel Hussain"),
        ("African", "Chidi Ngozi Okonkwo Mensah"), ("Polish", "Łukasz Katarzyna Kowalski Nowak"), ("Lithuanian", "Mindaugas Jonas Jankauskas"),
        ("Portuguese", "João Silva Santos"), ("Romanian", "Ionut Popescu"), ("Chinese", "Ming Wang Chen"), ("Arabic", "Fatima Ahmed Hussein"),
    ],
)  # fmt: skip
def test_it_knows_names_of_every_origin(lexicon: Lexicon, origin: str, names: str) -> None:
    """However they are written."""
    for name in names.split():
        assert lexicon.is_name(name), (origin, name)
        assert lexicon.is_name(name.upper()), (origin, name)


@pytest.mark.parametrize(
    "word",
    [
        "April",
        "Will",
        "Mark",
        "Rose",
        "Brown",
        "Green",
        "Young",
        "Kent",
        "Norwich",
        "Chad",
        "Georgia",
        "Polish",
        "Monday",
    ],
)
def test_a_word_that_means_something_else_is_no_name_by_itself(lexicon: Lexicon, word: str) -> None:
    """Many words are names too."""
    assert lexicon.is_ordinary(word)
    assert not lexicon.is_name(word)


@pytest.mark.parametrize(
    "word",
    [
        "the",
        "burglary",
        "victim",
        "suspect",
        "theft",
        "Constabulary",
        "Yarmouth",
        "figures",
        "quarter",
        "assault",
        "Suffolk",
        "August",
    ],
)
def test_other_words_are_no_names(lexicon: Lexicon, word: str) -> None:
    """Words of replies."""
    assert not lexicon.is_name(word)


def test_one_name_has_one_spelling() -> None:
    """With and without what keyboards lack."""
    assert spell("Łukasz") == spell("LUKASZ") == "lukasz"
    assert spell("O’Neill") == spell("O'NEILL") == "oneill"
    assert spell("Žemaitienė,") == "zemaitiene"


def test_columns_of_names_stand_out(lexicon: Lexicon) -> None:
    """For tables without headings."""
    assert lexicon.share_of_names(["Jones, Sarah", "Mohammed Hussain", "KOWALSKI", "Redacted"]) == 0.75
    assert lexicon.share_of_names(["Norwich", "Kent", "Total"]) == 0.0
    assert lexicon.share_of_names([]) == 0.0


def test_it_is_small(lexicon: Lexicon) -> None:
    """A warm process holds it once; more words would take more memory than they find names."""
    assert sum(map(len, (lexicon.forenames, lexicon.surnames, lexicon.words, lexicon.places))) < 200_000


@pytest.mark.parametrize("content", [b"", b"not compressed", b"\xfd7zXZ\x00"])
def test_a_damaged_file_stops_the_start(tmp_path: Path, content: bytes) -> None:
    """It says which."""
    file = tmp_path / "names.xz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"names\.xz"):
        load_lexicon(file)
