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

SHAPE = re.compile(r"([A-Z]{1,2})[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}")


def check(value: str) -> bool:
    """An area that exists and the shape of a full unit."""
    match = SHAPE.fullmatch(value)
    return match is not None and match[1] in AREAS


IDENTIFIER = Identifier(
    kind="postcode",
    patterns=(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}",),
    check=check,
    because="full postcode of an existing area",
    strong=False,
    labels=r"post ?code|address",
    needs_label=lambda value: value != value.upper() or " " not in value,
    confidence=0.6,
)
