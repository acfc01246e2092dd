"""The identifiers that are looked for, one file a kind."""

from __future__ import annotations

from collections.abc import Collection

from detectors.personal_data.identifiers import (
    asn,
    crime_reference,
    cro,
    date_of_birth,
    driving_licence,
    email,
    nhs_number,
    nino,
    pnc_id,
    postcode,
    uk_phone,
    urn,
)
from detectors.personal_data.identifiers.identifier import Identifier


def declare_identifiers(forces: Collection[str]) -> tuple[Identifier, ...]:
    """Every kind, for the force codes of the vocabulary. Where two fit one text, the earlier is meant."""
    return (
        asn.IDENTIFIER,
        pnc_id.IDENTIFIER,
        cro.IDENTIFIER,
        nino.IDENTIFIER,
        nhs_number.IDENTIFIER,
        driving_licence.IDENTIFIER,
        crime_reference.declare(forces),
        urn.declare(forces),
        uk_phone.IDENTIFIER,
        email.IDENTIFIER,
        postcode.IDENTIFIER,
        date_of_birth.IDENTIFIER,
    )
