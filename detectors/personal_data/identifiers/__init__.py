"""The identifiers that are looked for, one file a kind."""

from __future__ import annotations

from collections.abc import Collection

from detectors.personal_data.identifiers import (
    asn,
    bank_account,
    collar,
    court_case_reference,
    crime_reference,
    cro,
    custody_number,
    date_of_birth,
    driving_licence,
    email,
    incident_number,
    nhs_number,
    nino,
    passport,
    phone,
    pnc_id,
    postcode,
    prison_number,
    probation_number,
    urn,
    vehicle_registration,
)
from detectors.personal_data.identifiers.identifier import Identifier


def declare_identifiers(forces: Collection[str]) -> tuple[Identifier, ...]:
    """Every kind, for the force codes of the vocabulary. Where two fit one text, the earlier is meant."""
    return (
        asn.declare(forces),
        court_case_reference.IDENTIFIER,
        pnc_id.IDENTIFIER,
        cro.IDENTIFIER,
        nino.IDENTIFIER,
        nhs_number.IDENTIFIER,
        driving_licence.IDENTIFIER,
        passport.IDENTIFIER,
        bank_account.IDENTIFIER,
        prison_number.IDENTIFIER,
        probation_number.IDENTIFIER,
        crime_reference.declare(forces),
        custody_number.IDENTIFIER,
        urn.declare(forces),
        incident_number.IDENTIFIER,
        phone.IDENTIFIER,
        email.IDENTIFIER,
        postcode.IDENTIFIER,
        date_of_birth.IDENTIFIER,
        vehicle_registration.IDENTIFIER,
        collar.IDENTIFIER,
    )
