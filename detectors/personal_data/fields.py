"""What a column can hold."""

from __future__ import annotations

import enum


class Field(enum.StrEnum):
    """The meaning of a column. The names are those of `config/vocabulary/headings.toml`; identifiers share their kind's."""

    SURNAME = "surname"
    FORENAME = "forename"
    FULL_NAME = "full_name"
    DATE_OF_BIRTH = "date_of_birth"
    AGE = "age"
    GENDER = "gender"
    ETHNICITY = "ethnicity"
    ROLE = "role"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    NINO = "nino"
    NHS_NUMBER = "nhs_number"
    PNC_ID = "pnc_id"
    CRO = "cro"
    ASN = "asn"
    URN = "urn"
    DRIVING_LICENCE = "driving_licence"
    COLLAR = "collar"
    RANK = "rank"
    CRIME_REFERENCE = "crime_reference"
    REFERENCE = "reference"
    OFFENCE = "offence"
    FREE_TEXT = "free_text"
    DATE = "date"
    PERIOD = "period"
    PLACE = "place"
    COUNT = "count"
    OTHER = "other"


STRONG = frozenset(
    {Field.NINO, Field.NHS_NUMBER, Field.PNC_ID, Field.CRO, Field.ASN, Field.DRIVING_LICENCE},
)
"""Numbers that name one person by themselves."""

POLICE = frozenset({Field.PNC_ID, Field.CRO, Field.ASN})
"""Numbers that only people have who were arrested or charged: crime context by themselves."""

NAMES = frozenset({Field.SURNAME, Field.FORENAME, Field.FULL_NAME})

CONTACTS = frozenset({Field.ADDRESS, Field.POSTCODE, Field.PHONE, Field.EMAIL})

PERSONAL = (
    NAMES
    | CONTACTS
    | STRONG
    | {Field.DATE_OF_BIRTH, Field.COLLAR, Field.RANK, Field.AGE, Field.GENDER, Field.ETHNICITY}
)
"""What is said of a person; columns of these make up a person's block."""
