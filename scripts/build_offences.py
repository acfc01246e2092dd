"""Build the list of offences from the standing data of the criminal justice system.

usage: python -m scripts.build_offences FOLDER

FOLDER holds the package (`make lexicon` fetches it). Writes detectors/personal_data/standing/offences.xz: every offence code and
every title with its group; always the same bytes from the same package and vocabulary. Says which force codes
config/vocabulary/forces.toml lacks.
"""

from __future__ import annotations

import lzma
import sys
import tomllib
from pathlib import Path
from typing import Any

from detectors.model import OffenceGroup
from detectors.personal_data import load_vocabulary
from detectors.personal_data.offences import CJS_CODE, Offences
from detectors.personal_data.standing_offences import OFFENCES_FILE, spell_title
from scripts.archives import Archive

STANDING = Archive(
    "moj-bichard7-developers-bichard7-next-data-2.0.414.tgz",
    "74b8688a8f575f15904e0932f558396d0c060094d3eac2f1836270863fba4901",
)
VOCABULARY = Path("config/vocabulary")


def classify(offence: dict[str, Any], offences: Offences) -> OffenceGroup:
    """The group of an offence: what its title says, else its Home Office class."""
    return (
        offences.find_group(offence["offenceTitle"])
        or offences.read_code(offence["homeOfficeClassification"])
        or OffenceGroup.OTHER
    )


def main() -> None:
    """Build and write."""
    folder = Path(sys.argv[1])
    offences = load_vocabulary(VOCABULARY).offence_groups
    codes: dict[str, str] = {}
    titles: dict[str, str] = {}
    for offence in sorted(STANDING.read_json(folder, "data/offence-code.json"), key=lambda each: each["cjsCode"]):
        group = classify(offence, offences).value
        titles.setdefault(spell_title(offence["offenceTitle"]), group)
        if match := CJS_CODE.fullmatch(offence["cjsCode"]):
            codes.setdefault(match[1], group)
    titles.pop("", None)
    blocks = ("\n".join(f"{group} {key}" for key, group in sorted(table.items())) for table in (codes, titles))
    packed = lzma.compress(
        "\n\n".join(blocks).encode(), filters=[{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 20}]
    )
    OFFENCES_FILE.write_bytes(packed)
    print(f"{len(codes):,} codes, {len(titles):,} titles, {len(packed):,} bytes")
    known = tomllib.loads((VOCABULARY / "forces.toml").read_text(encoding="utf-8"))["force"]
    forces = {force["code"]: force["name"] for force in STANDING.read_json(folder, "data/forces.json")}
    print("force codes missing from the vocabulary:", sorted(forces.keys() - known.keys()) or "none")


if __name__ == "__main__":
    main()
