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
    PASSPORT = "passport"
    BANK_ACCOUNT = "bank_account"
    COURT_CASE_REFERENCE = "court_case_reference"
    PRISON_NUMBER = "prison_number"
    PROBATION_NUMBER = "probation_number"
    CUSTODY_NUMBER = "custody_number"
    INCIDENT_NUMBER = "incident_number"
    VEHICLE_REGISTRATION = "vehicle_registration"
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
    {
        Field.NINO,
        Field.NHS_NUMBER,
        Field.PNC_ID,
        Field.CRO,
        Field.ASN,
        Field.DRIVING_LICENCE,
        Field.PASSPORT,
        Field.BANK_ACCOUNT,
        Field.COURT_CASE_REFERENCE,
        Field.PRISON_NUMBER,
        Field.PROBATION_NUMBER,
    }
)
"""Numbers that name one person by themselves."""

POLICE = frozenset(
    {
        Field.PNC_ID,
        Field.CRO,
        Field.ASN,
        Field.COURT_CASE_REFERENCE,
        Field.PRISON_NUMBER,
        Field.PROBATION_NUMBER,
        Field.CUSTODY_NUMBER,
    }
)
"""Numbers that only people have who were arrested, charged or convicted: crime context by themselves."""

NAMES = frozenset({Field.SURNAME, Field.FORENAME, Field.FULL_NAME})

CONTACTS = frozenset({Field.ADDRESS, Field.POSTCODE, Field.PHONE, Field.EMAIL})

PERSONAL = (
    NAMES
    | CONTACTS
    | STRONG
    | POLICE
    | {Field.DATE_OF_BIRTH, Field.COLLAR, Field.RANK, Field.AGE, Field.GENDER, Field.ETHNICITY}
)
"""What is said of a person; columns of these make up a person's block."""
