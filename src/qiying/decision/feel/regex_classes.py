"""Character classes of XPath regular expressions as predicates over one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

Predicate = Callable[[str], bool]

_BLOCKS = {
    "BasicLatin": (0x0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F), "Greek": (0x370, 0x3FF), "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF), "Armenian": (0x530, 0x58F), "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F), "Thai": (0xE00, 0xE7F), "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF), "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F), "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F), "NumberForms": (0x2150, 0x218F), "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF), "BoxDrawing": (0x2500, 0x257F),
    "GeometricShapes": (0x25A0, 0x25FF), "CJKRadicalsSupplement": (0x2E80, 0x2EFF),
    "KangxiRadicals": (0x2F00, 0x2FDF), "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF), "Bopomofo": (0x3100, 0x312F),
    "EnclosedCJKLettersandMonths": (0x3200, 0x32FF), "CJKCompatibility": (0x3300, 0x33FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF), "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF), "PrivateUse": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF), "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}  # fmt: skip
# Major categories, each with the letters of its minor ones.
_MINOR = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon"}
_CATEGORIES = frozenset(major + minor for major, letters in _MINOR.items() for minor in ("", *letters))


def one(char: str) -> Predicate:
    """Exactly this character."""
    return lambda other: other == char


def span(low: str, high: str) -> Predicate:
    """Any character from `low` to `high`."""
    return lambda char: low <= char <= high


def union(parts: list[Predicate]) -> Predicate:
    """Any character one of the parts takes."""
    return lambda char: any(part(char) for part in parts)


def minus(base: Predicate, taken: Predicate) -> Predicate:
    """Characters of `base` that are not in `taken`."""
    return lambda char: base(char) and not taken(char)


def invert(base: Predicate) -> Predicate:
    """Characters not in `base`."""
    return lambda char: not base(char)


@lru_cache(maxsize=4096)
def variants(char: str) -> tuple[str, ...]:
    """A character with its other cases, among them those that only fold to it (the Kelvin sign to k)."""
    found = {char}
    for other in (char.lower(), char.upper(), char.title(), char.casefold()):
        if len(other) == 1:
            found |= {other, *(more for more in (other.lower(), other.upper()) if len(more) == 1)}
    found |= {sign for sign, letter in (("\u212a", "k"), ("\u212b", "å"), ("\u017f", "s")) if letter in found}
    return tuple(sorted(found))


def folded(base: Predicate) -> Predicate:
    """`base` with case ignored."""
    return lambda char: any(base(other) for other in variants(char))


def category(name: str) -> Predicate | None:
    r"""What `\p{name}` takes: a general category or a block; None when there is none of that name."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        return span(chr(block[0]), chr(block[1])) if block else None
    if name not in _CATEGORIES:
        return None
    return lambda char: unicodedata.category(char).startswith(name)


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _is_name_start(char: str) -> bool:
    return char in ":_" or unicodedata.category(char)[0] == "L"


def _is_name_part(char: str) -> bool:
    return _is_name_start(char) or char in "-.·" or unicodedata.category(char)[0] in "MN"


MULTI = {
    "s": lambda char: char in " \t\n\r",
    "d": lambda char: unicodedata.category(char) == "Nd",
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name_part,
}
SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{char: char for char in "\\|.-^?*+{}()[]$"}}
