"""The part in a crime that running text gives to a name, by the words directly before and after it."""

from __future__ import annotations

import re

from detectors.model import Role
from detectors.personal_data.vocabulary import Vocabulary

BEFORE, AFTER = 70, 60
"""Characters that are looked at on each side of a name; also what bounds the patterns."""

RANK = re.compile(
    r"\b(?:pc|dc|ds|di|dci|ps|pcso|sgt|sergeant|constable|insp|inspector|supt|superintendent|commissioner|sarge)"
    r"(?: \d{1,5})?[ ,.]{0,2}$"
)
LINK = (
    r"(?:[ ,:.'(-]|\b(?:was|is|has|been|named|called|identified|as|known|a|an|the|mr|mrs|ms|miss|dr|s|1|2|3)\b){0,12}$"
)
KIN = r"(?:ex-?|former |estranged )?(?:partner|husband|wife|boyfriend|girlfriend|neighbour|son|daughter|brother|sister)"

BEFORE_SUSPECT = re.compile(
    rf"\b(?:by|against|arrested|suspected|charged|interviewed|(?:her|his) {KIN}|in custody|seen|saw){LINK}"
)
BEFORE_VICTIM = re.compile(
    rf"\b(?:assaulted|punched|attacked|robbed|raped|on behalf of|colleague|behalf|letter to|theft from){LINK}"
)
BEFORE_WITNESS = re.compile(
    rf"\b(?:statement (?:of|from|by)|appropriate adult|seen with|spoken (?:with|to)|spoke (?:with|to)){LINK}"
)
AFTER_VICTIM = re.compile(
    r"^[^.\n]{0,12}\b(?:was|were|had been|has been) (?:\w+ly )?(?:assaulted|attacked|raped|punched|robbed|stabbed|threatened|burgled|followed|pushed)"
    r"|^ (?:declined to (?:provide|make)|suffered|sustained|reports that|reported that|alleges|disclosed)"
)
AFTER_SUSPECT = re.compile(
    r"^[^.\n]{0,12}\b(?:was|were|is|has been) (?:\w+ly )?(?:arrested|charged|detained|cautioned|wanted|bailed|interviewed|kicking|released)"
    r"|^ (?:assaulted|attacked|punched|pushed|threatened|kicked|stole|hit)\b"
)
AFTER_WITNESS = re.compile(r"^[^.\n]{0,40}\b(?:witnessed|saw|heard|called (?:the )?police|attended as|who saw)")

CLUES = (
    (Role.SUSPECT, BEFORE_SUSPECT, AFTER_SUSPECT),
    (Role.VICTIM, BEFORE_VICTIM, AFTER_VICTIM),
    (Role.WITNESS, BEFORE_WITNESS, AFTER_WITNESS),
)


def read_part(text: str, start: int, end: int, vocabulary: Vocabulary) -> Role | None:
    """The part of the name at `start` to `end` of a normalised text; None where the words beside it give none."""
    before = text[max(0, start - BEFORE) : start].casefold()
    after = text[end : end + AFTER].casefold()
    if RANK.search(before):
        return Role.OFFICER
    return read_named(before, vocabulary) or read_clue(before, after)


def read_named(before: str, vocabulary: Vocabulary) -> Role | None:
    """The part that stands directly before a name: "the suspect was identified as", "Victim 2:"."""
    words = re.sub(LINK, "", before).split()
    for size in range(min(3, len(words)), 0, -1):
        role = vocabulary.roles.get(" ".join(words[-size:]).strip("*#,.:;()"))
        if role not in {None, Role.UNKNOWN}:
            return role
    return None


def read_clue(before: str, after: str) -> Role | None:
    """The part that a verb gives: who was assaulted, who was arrested, who saw it."""
    for role, _, follows in CLUES:
        if follows.search(after):
            return role
    for role, leads, _ in CLUES:
        if leads.search(before):
            return role
    return None
