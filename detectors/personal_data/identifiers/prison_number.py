"""Prison number (NOMIS): A1234BC, known only by what stands before it."""

from __future__ import annotations

from detectors.personal_data.identifiers.identifier import Identifier, always, beside

IDENTIFIER = Identifier(
    kind="prison_number",
    patterns=(r"[A-Z]\d{4}[A-Z]{2}",),
    check=always,
    because="labelled prison number; source: HMPPS",
    strong=True,
    labels=beside(r"nomi?s|noms id|prison(?:er)?|offender"),
    needs_label=always,
)
