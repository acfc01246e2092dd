"""StarView metafiles, OpenOffice's pictures of objects: the words that they paint."""

from __future__ import annotations

import re

from detectors.formats.residue import find_texts

MAGIC = b"VCLMTF"
MARKS = re.compile(r"X[A-Z]+_\w+|VCLMTF|E?MF\+?$")
"""What stands between the pictures."""


def find_words(untrusted: bytes) -> str:
    """The words in lines: they stand in the file as text."""
    words = dict.fromkeys(text.strip() for _, _, text in find_texts(untrusted))
    return "\n".join(word for word in words if word and not MARKS.match(word))
