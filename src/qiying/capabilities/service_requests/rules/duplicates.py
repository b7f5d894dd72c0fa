"""Is this said already? Candidates by the rarest words they share, then what each title says that the other does not.

Pure functions: what the index knows goes in, likenesses come out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qiying.capabilities.service_requests.rules.reading import places_in
from qiying.kernel.search.similarity import explanation, grams_of, plain_of, word_cosine, words_of
from qiying.kernel.search.tokens import STOP, reduced

MOST, COMPARED, FIRMS_OWN = 60, 16, 6
"""Cases looked at for a word, cases compared in full, and the firm's own beside them."""
ASKED, HEAD = 24, 300
"""Words asked of the index, and characters of the text they are taken from besides the title."""
OPENING = 120
"""Characters of the text whose words are compared: the matter stands at the beginning, then follow its reasons."""
BASE, OPENED, HELD, LEAST_TOLD, MOST_TOLD, UNTOLD, APART, OWN = -8.73, 12.7, 0.113, 6.85, 2.34, 0.28, 3.7, 4.7
"""In log units: for words both open with, words asked of the index, the share of either title the other message says
too (the least, the most); against it the longest run of a title the other says nowhere, and titles that name different
places. All but the last, the same enterprise, were learnt on one half of the pairs judged, see `bench.text`."""
LEAST = 0.7
SHORTEST, QUOTED = 12, 0.9
"""Characters from which a message can be said to be quoted, and the share of it that must stand in the other."""
USUAL, USUAL_ASKED = 3.5, 60.0
"""Weight of a word nobody asked the index about, and of all words asked for a message that is not a short one."""
_SAID_BY_ALL = re.compile(
    "咨询|投诉|反映|建议|请求|恳请|希望|举报|质疑|强烈|再次|尽快|解决|问题|情况|事宜|有关|关于|相关|一些|严重"
)
_NUMBERED = re.compile(r"[A-Za-z]+\d*|\d{2,}")


class Said(NamedTuple):
    """One message as it is compared; `enterprise_id` 0 when nobody knows who."""

    case_id: int
    enterprise_id: int
    title: str
    text: str
    received_on: date


@dataclass(frozen=True)
class Likeness:
    """How alike two cases are, 0…1, and why in words."""

    case_id: int
    score: float
    same_enterprise: bool
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        return "；".join(self.reasons)


def telling_words(title: str, text: str) -> list[str]:
    """Return the words by which to look for the same matter: those of the title first, then the longest."""
    found: list[str] = []
    for part in (title, text[:HEAD]):
        at = {w: part.casefold().find(w) for w in words_of(part) if len(w) > 1}
        found += sorted(at, key=lambda w: (-min(len(w), 4), at[w]))
    return list(dict.fromkeys(found))[:ASKED]


def rarity(found: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Return the weight of each word by how many cases hold it, of at most `MOST` looked at: rare counts more."""
    return {word: math.log(1 + 10 * MOST / max(1, len(ids))) for word, ids in found.items()}


def candidates(found: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the cases that share the rarest words, the most telling first."""
    weights = rarity(found)
    scores: dict[int, float] = {}
    for word, ids in found.items():
        for case_id in ids:
            scores[case_id] = scores.get(case_id, 0.0) + weights[word]
    return sorted(scores, key=lambda i: (-scores[i], -i))[:COMPARED]


def likenesses(
    one: Said,
    others: Sequence[Said],
    weights: Mapping[str, float] | None = None,
    limit: int = 5,
    least: float = LEAST,
) -> list[Likeness]:
    """Return the cases that may be the same matter, the likest first.

    The same enterprise needs less likeness of words; titles that name different places or numbers need more.

    Args:
        weights: of the words asked of the index; without them the words of `one`, each as usual.
    """
    known = weights or dict.fromkeys(telling_words(one.title, one.text), USUAL)
    asked = [(plain_of(word), weight) for word, weight in known.items()]
    mine, read = _read(one), [(o, _read(o)) for o in others if o.case_id != one.case_id]
    rare = _rarity_among([mine, *(r for _, r in read)])
    found = []
    for other, theirs in read:
        same = bool(one.enterprise_id) and one.enterprise_id == other.enterprise_id
        score = _share(mine, theirs, rare, known, asked, same)
        if mine.title == theirs.title or (not mine.is_apart(theirs) and _is_quoted(mine.text, theirs.text)):
            score = max(score, QUOTED)
        if score < least:
            continue
        shared = sorted(mine.words & theirs.words, key=lambda w: (-known.get(w, USUAL), w))
        days = abs((one.received_on - other.received_on).days)
        reasons = ["同一家企业"] if same else []
        reasons += [explanation(shared), "同一天来的" if days == 0 else f"相隔 {days} 天"]
        found.append(Likeness(other.case_id, round(score, 3), same, tuple(reasons)))
    found.sort(key=lambda f: (-f.score, -f.case_id))
    return found[:limit]


class _Read(NamedTuple):
    """A message as it is compared: words, those it opens with, phrases and names of the title, text, pairs."""

    words: frozenset[str]
    opening: frozenset[str]
    title: tuple[str, ...]
    text: str
    plain: str
    pairs: frozenset[str]
    names: frozenset[str]

    def is_apart(self, other: _Read) -> bool:
        """Return whether both titles name a place or a number, and none in common."""
        if not self.names or not other.names:
            return False
        return not any(a in b or b in a for a in self.names for b in other.names)


def _read(said: Said) -> _Read:
    phrases = reduced(_SAID_BY_ALL.sub(STOP, said.title)).split(STOP)
    title, text = plain_of(said.title), plain_of(said.text)
    return _Read(
        words_of(f"{said.title}\n{said.text}"),
        words_of(said.text[:OPENING] or said.title),
        tuple(p for p in phrases if len(p) > 1) or (title,),
        text,
        title + text,
        frozenset(_pairs(title + text)),
        frozenset(n.casefold() for n in (*places_in(said.title), *_NUMBERED.findall(said.title))),
    )


def _rarity_among(read: Sequence[_Read]) -> dict[str, float]:
    """Return the weight of each pair of characters, 0…1: less the more of the messages at hand have it."""
    met = Counter(pair for r in read for pair in r.pairs)
    full = math.log(len(read) + 1)
    return {pair: math.log((len(read) + 1) / n) / full for pair, n in met.items()}


def _share(
    mine: _Read,
    theirs: _Read,
    rare: Mapping[str, float],
    known: Mapping[str, float],
    asked: Sequence[tuple[str, float]],
    same_enterprise: bool,
) -> float:
    """Return how likely two messages are one matter, 0…1: a regression learnt on pairs judged by reading."""
    told, untold = zip(_told(mine, theirs, rare), _told(theirs, mine, rare), strict=True)
    held = sum(weight for word, weight in asked if word in theirs.plain)
    held *= max(1.0, USUAL_ASKED / max(1.0, sum(weight for _, weight in asked)))
    total = BASE + OPENED * word_cosine(mine.opening, theirs.opening, known, USUAL) + HELD * held
    total += LEAST_TOLD * min(told) + MOST_TOLD * max(told) - UNTOLD * max(untold)
    total += OWN * same_enterprise - APART * mine.is_apart(theirs)
    return 1 / (1 + math.exp(-total))


def _told(one: _Read, other: _Read, rare: Mapping[str, float]) -> tuple[float, float]:
    """Return the share of a title that the other message says too, and the weight of the longest run it does not."""
    whole = missing = longest = 0.0
    for phrase in one.title:
        run = 0.0
        for pair in _pairs(phrase):
            weight = rare.get(pair, 1.0)
            whole += weight
            if pair in other.pairs:
                run = 0.0
            else:
                missing += weight
                run += weight
                longest = max(longest, run)
    return (1 - missing / whole if whole else 0.0), longest


def _pairs(plain: str) -> Iterator[str]:
    return (plain[i : i + 2] for i in range(len(plain) - 1))


def _is_quoted(text: str, other: str) -> bool:
    """Return whether one message stands whole, or nearly, inside the other."""
    short, long = sorted((text, other), key=len)
    if len(short) < SHORTEST:
        return False
    grams = grams_of(short)
    return sum(n for g, n in grams.items() if g in long) > QUOTED * grams.total()
