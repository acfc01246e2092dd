"""One spelling of a text: what looks the same to a person is the same to a pattern."""

from __future__ import annotations

import unicodedata

# Written inside numbers to break them up unseen, or left by word processors: no width, no meaning.
INVISIBLE = "\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0f\ufeff"

# Letters of other alphabets that look Latin: a Cyrillic А in a National Insurance number is still one.
LOOKALIKES = dict(
    zip("АВЕКМНОРСТХУІЅЈаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXYISJaeopcyxisjABEZHIKMNOPTYXo", strict=True)
)

SPELLINGS = str.maketrans(
    dict.fromkeys(INVISIBLE, "")
    | LOOKALIKES
    | dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐‑‒–—―−⁃", "-")
    | dict.fromkeys("\u2028\u2029\u0085\v\f\r", "\n")
    | dict.fromkeys("\u2044\u2215", "/")
    | {"\t": " ", "\x00": " "}
)


def normalise(text: str) -> str:
    """The text under NFKC, without invisible characters, with plain quotes, dashes, spaces and digits. Length may change."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(SPELLINGS)
    if text.isascii():
        return text
    return "".join(c if c.isascii() else str(unicodedata.decimal(c, c)) for c in text)


def squeeze(text: str) -> str:
    """A short text for comparing: normalised, case folded, one space between words, no punctuation at the ends."""
    return " ".join(normalise(text).casefold().split()).strip(" .:;,*-#")


def compact(text: str) -> str:
    """Letters and digits only, upper case: an identifier however it was spaced."""
    return "".join(c for c in text if c.isalnum()).upper()
