"""Full postcode of the United Kingdom: a street, often one house."""

from __future__ import annotations

import re

from detectors.personal_data.identifiers.identifier import Identifier

AREAS_LISTED = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU
    GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE
    PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV
    YO ZE
"""
AREAS = frozenset(AREAS_LISTED.split())

SHAPE = re.compile(r"([A-Z]{1,2})[0-9]([A-Z0-9]?) ?[0-9][ABD-HJLNP-UW-Z]{2}")
LETTERED = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})
"""The areas of inner London, whose districts may end in a letter: SW1A."""


def check(value: str) -> bool:
    """An area that exists and the shape of a full unit."""
    match = SHAPE.fullmatch(value)
    return match is not None and match[1] in AREAS and (not match[2].isalpha() or match[1] in LETTERED)


def is_doubtful(value: str) -> bool:
    """In small letters or without its gap it may be any code."""
    return value != value.upper() or " " not in value


IDENTIFIER = Identifier(
    kind="postcode",
    patterns=(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}",),
    check=check,
    because="full postcode of an existing area",
    strong=False,
    labels=r"post ?code|address",
    needs_label=is_doubtful,
    confidence=0.6,
)
