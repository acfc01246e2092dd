"""The words of the force: roles, headings, offences, names, force codes."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detectors.model import OffenceGroup, Role
from detectors.personal_data.accounts import Accounts, Sign, load_weights
from detectors.personal_data.fields import Field
from detectors.personal_data.identifiers import declare_identifiers
from detectors.personal_data.identifiers.identifier import Identifier
from detectors.personal_data.lexicon import Lexicon, load_lexicon
from detectors.personal_data.normal import normalise, squeeze
from detectors.personal_data.offences import KEY, Offences, Phrase, index_phrases
from detectors.personal_data.phrases import Phrases, compile_phrases, make_phrases
from detectors.personal_data.recognition import Recognition, make_recognition
from detectors.personal_data.search import Search
from detectors.personal_data.standing_offences import StandingOffences, load_standing_offences

INVOLVED = frozenset({Role.VICTIM, Role.WITNESS, Role.SUSPECT, Role.REPORTING_PERSON})
"""Parts in a crime; an officer's name is not by itself part of one."""

SHORT_ROLE = 4
"""Shorter words for a part ("IP", "DP") mean other things in running text."""

HEADING_CHARACTERS = 60
"""Longer cells are not headings."""

LIKENESS = 0.85
"""How like a known heading an unknown one must be: one slip in seven letters."""

ROLE_LIKENESS = 0.8
LEAST_ALIKE, MOST_ALIKE = 5, 20
"""How like a role a word before a heading must be, and how long: "vicitm" is 5/6 of "victim"."""

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
NOT_WORD = re.compile(r"[\W_]+")
BLOCK = re.compile(r" ?(\d{1,2})$")
LINKING = re.compile(r"^(?:of |s )|(?: of(?: the)?| s)$")
QUALIFIERS = frozenset({"known", "unknown", "named", "male", "female", "adult", "juvenile", "primary", "main", "youth"})


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading means: a field, whose (role and number of the person, where it says so)."""

    field: Field
    role: Role | None = None
    number: int = 0

    @property
    def because(self) -> str:
        """The rule in our own words; never the sender's heading."""
        whose = f"{self.role.value} " if self.role else ""
        return f"column '{whose}{self.field.value}'"


@dataclass(frozen=True)
class Vocabulary:
    """Everything of `config/vocabulary/`, ready for use. Made once, before any message; nothing in it changes."""

    roles: Mapping[str, Role] = field(repr=False)
    headings: Mapping[str, Field] = field(repr=False)
    offences: re.Pattern[str] = field(repr=False)
    offence_groups: Offences = field(repr=False)
    accounts: Accounts = field(repr=False)
    forces: Mapping[str, str] = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    forenames: frozenset[str] = field(repr=False)
    """Those of the vocabulary and those of the lexicon that mean nothing else, in small letters."""

    never_names: frozenset[str] = field(repr=False)
    ambiguous_surnames: frozenset[str] = field(repr=False)
    titles: frozenset[str] = field(repr=False)
    blanks: frozenset[str] = field(repr=False)
    recognition: Recognition = field(repr=False)
    bodies: frozenset[str] = field(repr=False)
    known_headings: frozenset[str] = field(repr=False)
    """Headings as they are mostly written, to tell rows of them apart quickly."""

    role_lines: re.Pattern[str] = field(repr=False)
    crime: re.Pattern[str] = field(repr=False)
    """Any offence, or what else shows that running text is about a crime, in case-folded text."""

    signs: Phrases = field(repr=False)
    """The same, and any part in a crime but an officer's."""

    ordinary: frozenset[str] = field(repr=False)
    """Single words of roles, offences and places: never a name by themselves."""

    @property
    def search(self) -> Search:
        """The one pass for all identifiers."""
        return self.recognition.search

    def read_role(self, text: str) -> Role | None:
        """The role that a cell says and nothing else ("Suspect 2", "IP", "victim (known)"), or None."""
        if len(text) > HEADING_CHARACTERS:
            return None
        words = BLOCK.sub("", NOT_WORD.sub(" ", squeeze(text)).strip())
        if words in self.roles:
            return self.roles[words]
        first, _, last = words.rpartition(" ")
        return self.roles.get(first) if last in QUALIFIERS else None

    def is_part(self, text: str) -> bool:
        """Whether a cell is a part in a crime and nothing else: a heading perhaps, or as well a value."""
        return self.read_role(text) not in {None, Role.UNKNOWN}

    def read_heading(self, text: str) -> Heading | None:
        """What a heading means, or None. What is spelt nearly like a role and its plural, which heads counts, is the role."""
        words = split_words(text)
        if not words:
            return None
        if words in self.headings:
            return Heading(self.headings[words])
        number = int(match[1]) if (match := BLOCK.search(words)) else 0
        stem = BLOCK.sub("", words)
        if stem in self.headings:
            return Heading(self.headings[stem], None, number)
        if said := self.read_role_heading(stem, number, self.roles.get):
            return said
        alike = self.read_alike(stem, number)
        if alike is None or alike.field is Field.COUNT or self.is_most_like_role(stem):
            return self.read_role_heading(stem, number, self.read_role_alike) or alike
        return alike

    def is_most_like_role(self, words: str) -> bool:
        """Whether the first word is spelt more like a role than like any heading: "offener" is nearer to "offender" than to "offence"."""
        first = words.partition(" ")[0]
        known = [name for name in (*self.headings, *self.roles) if name[0] == first[0]]
        nearest = difflib.get_close_matches(first, known, n=1, cutoff=LIKENESS)
        return bool(nearest) and nearest[0] in self.roles

    def read_role_heading(self, words: str, number: int, read_role: Callable[[str], Role | None]) -> Heading | None:
        """A heading that begins or ends with a role; a role alone heads the names of those who have it."""
        alone = read_role(words)
        if alone not in {None, Role.UNKNOWN}:
            return Heading(Field.FULL_NAME, alone, number)
        for numbered, rest in split_roles(words):
            said = read_role(BLOCK.sub("", numbered))
            if said is None:
                continue
            role = None if said is Role.UNKNOWN else said
            stem = LINKING.sub("", LINKING.sub("", BLOCK.sub("", rest)).strip()).strip()
            number = number or (int(match[1]) if (match := BLOCK.search(numbered)) else 0)
            if stem in self.headings:
                return Heading(self.headings[stem], role, number)
            if (alike := self.read_alike(stem, number)) and alike.field is not Field.COUNT:
                return Heading(alike.field, role, number)
        return None

    def read_role_alike(self, words: str) -> Role | None:
        """The role that some words are, or that one long word nearly is ("vicitm"), or None."""
        if words in self.roles or not LEAST_ALIKE <= len(words) <= MOST_ALIKE or " " in words:
            return self.roles.get(words)
        known = [role for role in self.roles if role[0] == words[0] and len(role) >= LEAST_ALIKE]
        near = difflib.get_close_matches(words, known, n=1, cutoff=ROLE_LIKENESS)
        return self.roles[near[0]] if near else None

    def read_alike(self, words: str, number: int) -> Heading | None:
        """The known heading that is spelt nearly so: as many words, the same first letter."""
        if len(words) < 5:
            return None
        first, spaces = words[0], words.count(" ")
        known = [name for name in self.headings if name[0] == first and name.count(" ") == spaces]
        near = difflib.get_close_matches(words, known, n=1, cutoff=LIKENESS)
        return Heading(self.headings[near[0]], None, number) if near else None

    def is_blank(self, text: str) -> bool:
        """Whether a cell says that there is nothing to say."""
        return not text or text.casefold().strip() in self.blanks


def split_words(text: str) -> str:
    """A heading as lower-case words: "VictimSurname_1" is "victim surname 1". "" when it is too long to be one."""
    if len(text) > HEADING_CHARACTERS:
        return ""
    return NOT_WORD.sub(" ", CAMEL.sub(" ", normalise(text)).casefold().replace("'s ", " ")).strip()


def split_roles(words: str) -> Iterator[tuple[str, str]]:
    """A heading taken apart in two at every space, each end once as the possible role; the longest first."""
    parts = words.split(" ")
    for size in range(min(4, len(parts) - 1), 0, -1):
        yield " ".join(parts[:size]), " ".join(parts[size:])
        yield " ".join(parts[-size:]), " ".join(parts[:-size])


def load_vocabulary(folder: Path, own: Iterable[Identifier] = ()) -> Vocabulary:
    """The vocabulary of a folder, with the force's own identifiers. Raises ValueError naming the file and the entry at fault, OSError when one is missing."""
    roles = read_roles(folder / "roles.toml")
    forces = read_forces(folder / "forces.toml")
    names = folder / "names.toml"
    forenames, never, surnames, titles, blanks, bodies = (
        frozenset(take_words(names, read_file(names), key))
        for key in ("forenames", "never", "surnames", "titles", "blank", "bodies")
    )
    lexicon = load_lexicon()
    offences = read_file(folder / "offences.toml")
    words = take_words(folder / "offences.toml", offences, "words")
    context = take_words(folder / "offences.toml", offences, "context")
    crime = compile_phrases(words)
    headings = read_headings(folder / "headings.toml")
    return Vocabulary(
        roles=roles,
        headings=headings,
        offences=crime,
        offence_groups=read_offence_groups(folder / "offences.toml", offences, crime, load_standing_offences()),
        accounts=read_accounts(folder / "accounts.toml"),
        forces=forces,
        lexicon=lexicon,
        forenames=forenames | (lexicon.forenames - lexicon.words - lexicon.places),
        never_names=never,
        ambiguous_surnames=surnames,
        titles=titles,
        blanks=blanks,
        recognition=make_recognition((*declare_identifiers(frozenset(forces)), *own)),
        bodies=bodies,
        known_headings=frozenset(
            way for name in headings for way in (name, name.upper(), name.title(), name.capitalize())
        ),
        role_lines=compile_role_lines(roles),
        crime=compile_phrases((*words, *context)),
        signs=make_phrases((*(word for word in roles if is_telling(word, roles)), *words, *context)),
        ordinary=frozenset(word for phrase in (*roles, *words, *context, *never) for word in phrase.split()),
    )


def read_file(path: Path) -> dict[str, Any]:
    """A TOML file of the vocabulary."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: not valid TOML: {error}.") from None


def take_words(path: Path, table: Any, key: str) -> tuple[str, ...]:
    """The list of lower-case words or phrases under a key."""
    words = table.get(key) if isinstance(table, dict) else None
    if not isinstance(words, list) or not words:
        raise ValueError(f"{path}: '{key}' must be a list of words.")
    for word in words:
        if not isinstance(word, str) or not word or word != " ".join(word.casefold().split()):
            raise ValueError(f"{path}: '{key}': {word!r} is not a lower-case word or phrase.")
    return tuple(words)


def read_roles(path: Path) -> dict[str, Role]:
    """Word → role; a word has one meaning."""
    roles: dict[str, Role] = {}
    for name, table in read_file(path).items():
        if name not in set(Role):
            raise ValueError(f"{path}: there is no role '{name}'.")
        for word in take_words(path, table, "words"):
            if roles.setdefault(word, Role(name)) is not Role(name):
                raise ValueError(f"{path}: '{word}' is under {roles[word].value} and {name}.")
    return roles


def read_headings(path: Path) -> dict[str, Field]:
    """Heading → field; a heading has one meaning."""
    headings: dict[str, Field] = {}
    for name, table in read_file(path).items():
        if name not in set(Field):
            raise ValueError(f"{path}: there is no field '{name}'.")
        for heading in take_words(path, table, "names"):
            if headings.setdefault(heading, Field(name)) is not Field(name):
                raise ValueError(f"{path}: '{heading}' is under {headings[heading].value} and {name}.")
    return headings


def read_offence_groups(
    path: Path, tables: dict[str, Any], crime: re.Pattern[str], standing: StandingOffences
) -> Offences:
    """The words and classifications of each group of offences."""
    phrases: list[Phrase] = []
    classes: dict[str, OffenceGroup] = {}
    for name, table in tables.items():
        if name in {"words", "context"}:
            continue
        if name not in set(OffenceGroup) or not isinstance(table, dict):
            raise ValueError(f"{path}: there is no group of offences '{name}'.")
        group = OffenceGroup(name)
        phrases += [read_phrase(path, words, group) for words in take_words(path, table, "words")]
        if "not" in table:
            phrases += [read_phrase(path, words, group, denies=True) for words in take_words(path, table, "not")]
        for code in read_classes(path, table):
            if classes.setdefault(code, group) is not group:
                raise ValueError(f"{path}: classification '{code}' is under {classes[code].value} and {name}.")
    return Offences(index_phrases(phrases), classes, standing, crime)


def read_phrase(path: Path, text: str, group: OffenceGroup, *, denies: bool = False) -> Phrase:
    """A phrase of plain words, each of which may end in an asterisk."""
    words = tuple(text.split(" "))
    if not all(word.removesuffix("*").isalnum() for word in words):
        raise ValueError(f"{path}: '{text}' must be words without punctuation, but for an asterisk at the end of one.")
    if words[0].endswith("*") and len(words[0]) <= KEY:
        raise ValueError(f"{path}: '{text}' must begin with at least {KEY} letters before an asterisk.")
    return Phrase(words, group, denies)


def read_classes(path: Path, table: dict[str, Any]) -> tuple[str, ...]:
    """The classifications of a group; there may be none."""
    classes = table.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(code, str) for code in classes):
        raise ValueError(f"{path}: 'classes' must be a list of classifications.")
    return tuple(classes)


def read_accounts(path: Path) -> Accounts:
    """Word → what it is a sign of; a word is a sign of one thing, the first it is listed under."""
    signs: dict[str, Sign] = {}
    tables = read_file(path)
    for sign in Sign:
        for word in take_words(path, tables, sign.value):
            signs.setdefault(word, sign)
    return Accounts(signs, load_weights())


def read_forces(path: Path) -> dict[str, str]:
    """Two-digit force code → name."""
    forces = read_file(path).get("force")
    if not isinstance(forces, dict) or not forces:
        raise ValueError(f"{path}: 'force' must be a table of codes.")
    for code, name in forces.items():
        if not (len(code) == 2 and code.isdigit() and isinstance(name, str)):
            raise ValueError(f"{path}: '{code}' must be two digits with a name.")
    return dict(forces)


def is_telling(word: str, roles: Mapping[str, Role]) -> bool:
    """Whether a word for a part in a crime means nothing else in running text."""
    return roles[word] in INVOLVED and len(word) >= SHORT_ROLE


def compile_role_lines(roles: Mapping[str, Role]) -> re.Pattern[str]:
    """The label of a line about one person: "VICTIM 1:", "** Witness **", "Suspect name -", "Name:". For single lines."""
    words = "|".join(re.escape(word) for word in sorted(roles, key=len, reverse=True))
    return re.compile(
        rf"[\s*#>•·-]{{0,6}}(?:(?P<role>{words})(?:'s)?[ ]?(?:\d{{1,2}}|\(\d{{1,2}}\))?(?: (?:full )?name)?|(?:full )?name)"
        r"[ *]{0,3}[:=-][ *]{0,4}",
        re.IGNORECASE,
    )
