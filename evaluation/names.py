"""Names of people by where they come from, none of them in the shipped lexicon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from faker import Faker

from detectors.personal_data.lexicon import spell
from detectors.personal_data.vocabulary import Vocabulary

LOCALES = {
    "British": ("en_GB",),
    "Irish": ("en_IE",),
    "South Asian": ("en_IN", "en_PK"),
    "African": ("yo_NG", "ig_NG", "ha_NG", "tw_GH", "en_KE", "zu_ZA"),
    "Polish": ("pl_PL",),
    "Lithuanian": ("lt_LT",),
    "Portuguese": ("pt_PT",),
    "Romanian": ("ro_RO",),
    "Chinese": ("zh_CN",),
    "Arabic": ("fr_DZ",),
}
"""Origin → the locales of Faker whose names are used."""

ORIGINS = tuple(LOCALES)
DRAWS = 4000
FEWEST = 8
"""Fewer names of an origin than this say nothing of it."""

MOST = 400


class TooFewNames(Exception):
    """The lexicon leaves too few names of an origin."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The names of one origin."""

    forenames: tuple[str, ...] = field(repr=False)
    surnames: tuple[str, ...] = field(repr=False)


def gather(origin: str, known: Callable[[str], bool]) -> Pool:
    """Names of an origin that are not `known`, always the same. Raises TooFewNames."""
    fakers = [Faker(locale) for locale in LOCALES[origin]]
    forenames: list[str] = []
    surnames: list[str] = []
    for number, fake in enumerate(fakers):
        fake.seed_instance(number)
        for _ in range(DRAWS // len(fakers)):
            forename, surname = draw(fake, origin)
            forenames.append(forename)
            surnames.append(surname)
    pool = Pool(keep(forenames, known), keep(surnames, known))
    if min(len(pool.forenames), len(pool.surnames)) < FEWEST:
        raise TooFewNames(f"{origin}: {len(pool.forenames)} forenames and {len(pool.surnames)} surnames are left.")
    return pool


def draw(fake: Faker, origin: str) -> tuple[str, str]:
    """A forename and a surname in Latin letters."""
    if origin == "Chinese":
        forename, _, surname = fake.romanized_name().partition(" ")
        return forename, surname
    return fake.first_name(), fake.last_name()


def keep(names: Iterable[str], known: Callable[[str], bool]) -> tuple[str, ...]:
    """The distinct names that are not known, in an order that does not depend on how often they were drawn."""
    return tuple(name for name in sorted(set(names)) if len(name) > 1 and not known(name))[:: stride(names, known)]


def stride(names: Iterable[str], known: Callable[[str], bool]) -> int:
    """Every how manieth name is taken, so that no more than MOST are."""
    return max(1, sum(not known(name) for name in set(names)) // MOST)


def is_known_to(vocabulary: Vocabulary) -> Callable[[str], bool]:
    """Whether a name, or a word of it, is in the lexicon of a vocabulary."""
    lists = (vocabulary.forenames, vocabulary.lexicon.forenames, vocabulary.lexicon.surnames)

    def known(name: str) -> bool:
        words = {spell(name), *spell(name).replace("-", " ").split()}
        return any(word in names for word in words for names in lists)

    return known


def gather_all(vocabulary: Vocabulary) -> dict[str, Pool]:
    """The names of every origin that a vocabulary does not know."""
    known = is_known_to(vocabulary)
    return {origin: gather(origin, known) for origin in ORIGINS}
