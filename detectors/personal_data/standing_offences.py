"""The offences of the criminal justice system, by code and by title."""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from detectors.model import OffenceGroup
from detectors.personal_data.normal import squeeze

OFFENCES_FILE = Path(__file__).parent / "standing" / "offences.xz"
"""Made by `scripts/build_offences.py`; `standing/NOTICE.md` says from what."""

TITLE_CHARACTERS = 400
"""No title is longer."""


@dataclass(frozen=True, slots=True)
class StandingOffences:
    """Groups by code (two letters, five digits) and by title, spelt by `spell_title`."""

    codes: Mapping[str, OffenceGroup] = field(repr=False)
    titles: Mapping[str, OffenceGroup] = field(repr=False)

    def read_title(self, text: str) -> OffenceGroup | None:
        """The group of a text that is the title of an offence and nothing else, or None."""
        return self.titles.get(spell_title(text)) if len(text) <= TITLE_CHARACTERS else None


def spell_title(title: str) -> str:
    """A title for comparing."""
    return squeeze(title)


def load_standing_offences(file: Path = OFFENCES_FILE) -> StandingOffences:
    """The shipped list. Raises ValueError when the file is not one, OSError when it is missing."""
    groups = {group.value: group for group in OffenceGroup}
    try:
        blocks = lzma.decompress(file.read_bytes()).decode().split("\n\n")
        codes, titles = (
            {key: groups[group] for group, _, key in (line.partition(" ") for line in block.split("\n"))}
            for block in blocks
        )
    except (lzma.LZMAError, UnicodeDecodeError, ValueError, KeyError):
        raise ValueError(f"{file.name}: not a list of offences.") from None
    return StandingOffences(codes, titles)
