"""What of a message a classifier looks at: characters, words, and the beginning, where people say what it is about.

Pure functions. A feature's weight is how often it stands there, less the further from the beginning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LONGEST, HEAD, FADE = 1000, 30, 200.0
"""Characters looked at, characters of the beginning, and the distance at which a feature counts half."""
_FADED = [1.0 / (1.0 + at / FADE) for at in range(LONGEST)]


def folded(text: str) -> str:
    """Return a text half-width and lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text[: 2 * LONGEST]).casefold().split())[:LONGEST]


def features_of(text: str, words: Sequence[str] | None = None) -> dict[str, float]:
    """Return the features of a message with their weights.

    Runs of one to three characters stand as they are; `w` is before a word, `b` before two neighbours and `h`
    before runs of the beginning.

    Args:
        words: the text's words where they are known already.
    """
    import rjieba  # here: its words take a tenth of a second to load

    plain = folded(text)
    found: dict[str, float] = {}
    get, faded, length = found.get, _FADED, len(plain)
    for n in (1, 2, 3):
        for at in range(length - n + 1):
            run = plain[at : at + n]
            found[run] = get(run, 0.0) + faded[at]
    at, before = 0, ""
    for word in rjieba.cut(plain) if words is None else words:
        if at >= length:
            break
        if len(word) > 1:
            found["w\t" + word] = get("w\t" + word, 0.0) + faded[at]
        if before:
            pair = f"b\t{before}\t{word}"
            found[pair] = get(pair, 0.0) + faded[at]
        at, before = at + len(word), word
    for n in (1, 2, 3):
        for at in range(min(HEAD, length) - n + 1):
            found["h\t" + plain[at : at + n]] = 1.0
    return found
