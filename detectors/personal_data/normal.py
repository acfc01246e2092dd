"""One spelling of a text: what looks the same to a person is the same to a pattern."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

# Signs of the category "format" that are seen, all in Arabic and its neighbours; the others have no width and no meaning.
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")

# Written inside numbers to break them up unseen, or left by word processors: soft hyphens, joiners, marks of direction; then fillers
# and selectors of variants. What is still a mark of its own after NFKC is like a line struck through each digit of a number.
# Such signs are in the first two planes of Unicode and in the fifteenth; the others hold ideographs, private signs, or nothing.
PLANES = (range(0x20000), range(0xE0000, 0xF0000))
FORMAT = [c for c in map(chr, chain(*PLANES)) if unicodedata.category(c) == "Cf" and c not in SEEN]
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
MARKS = (
    *(*range(0x0300, 0x0370), 0x0488, 0x0489, *range(0x1AB0, 0x1B00)),
    *(*range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100), *range(0xFE20, 0xFE30)),
)
INVISIBLE = frozenset((*FORMAT, *FILLERS, *map(chr, (*SELECTORS, *MARKS))))

# Letters that look like digits, and are meant as such where digits are on both sides.
DIGIT_LOOKALIKES = dict(zip("ОоΟοՕօЗзӠӡбІіΙιӀӏ", "00000033336111111", strict=True))
BETWEEN_DIGITS = re.compile(rf"(?<=\d)[{''.join(DIGIT_LOOKALIKES)}]+(?=\d)")
AS_DIGITS = str.maketrans(DIGIT_LOOKALIKES)

# Letters of other alphabets that look Latin: a Cyrillic А in a National Insurance number is still one.
LOOKALIKES = dict(
    zip("АВЕКМНОРСТХУІЅЈаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXYISJaeopcyxisjABEZHIKMNOPTYXo", strict=True)
)

SPELLINGS = str.maketrans(
    LOOKALIKES
    | dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐‑‒–—―−⁃", "-")
    | dict.fromkeys("\u2028\u2029\u0085\v\f\r", "\n")
    | dict.fromkeys("\u2044\u2215", "/")
    | {"\t": " ", "\x00": " "}
)
"""One character for another, so that nothing moves."""

ASCII_SPELLINGS = tuple((chr(code), spelling) for code, spelling in SPELLINGS.items() if code < 128)
ODD = re.compile(f"[{re.escape(''.join(character for character, _ in ASCII_SPELLINGS))}]")
"""What plain text may hold that is spelt otherwise; most holds none of it."""

NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
"""Most characters are ASCII even in a text that is not: only the others are worth a look each."""


def normalise(text: str) -> str:
    """The text under NFKC, without invisible characters, with plain quotes, dashes, spaces and digits. Length may change."""
    if text.isascii():
        return plain(text) if ODD.search(text) else text
    return plain(compose(text))


def compose(text: str) -> str:
    """The text under NFKC without invisible characters: the part of normalising that may change its length."""
    text = unicodedata.normalize("NFKC", text)
    unseen = INVISIBLE.intersection(text)
    return re.sub(f"[{''.join(unseen)}]+", "", text) if unseen else text


def plain(text: str) -> str:
    """A composed text with plain quotes, dashes, spaces and digits, as long as it was."""
    if text.isascii():
        return text.translate(SPELLINGS)
    for character, spelling in ASCII_SPELLINGS:
        text = text.replace(character, spelling)
    if BETWEEN_DIGITS.search(text) is not None:
        text = BETWEEN_DIGITS.sub(lambda match: match[0].translate(AS_DIGITS), text)
    return BEYOND_ASCII.sub(lambda match: plain_run(match[0]), text)


def plain_run(text: str) -> str:
    """Characters beyond ASCII in their plain spelling."""
    if text.isalpha() and len(text) == 1:
        return LOOKALIKES.get(text, text)
    return "".join(c if c.isascii() else str(unicodedata.digit(c, c)) for c in text.translate(SPELLINGS))


def squeeze(text: str) -> str:
    """A short text for comparing: normalised, case folded, one space between words, no punctuation at the ends."""
    return " ".join(normalise(text).casefold().split()).strip(" .:;,*-#")


def compact(text: str) -> str:
    """Letters and digits only, upper case: an identifier however it was spaced."""
    return NOT_ALPHANUMERIC.sub("", text).upper()
