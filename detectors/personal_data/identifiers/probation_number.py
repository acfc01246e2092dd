"""Case reference number of the Probation Service (Delius CRN): X123456, known only by what stands before it."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier, always, beside

IDENTIFIER = Identifier(
    kind="probation_number",
    patterns=(r"[A-Z]\d{6}",),
    check=always,
    because="labelled probation case reference number; source: HMPPS",
    strong=True,
    labels=beside(r"crn|n?delius|probation"),
    needs_label=always,
)
