"""Is this said already? Candidates by the rarest words they share, then title and text side by side, with reasons.

Pure functions: what the index knows goes in, likenesses come out.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from qiying.capabilities.service_requests.rules.reading import places_in
from qiying.kernel.search.similarity import (
    explanation,
    gram_cosine,
    grams_of,
    plain_of,
    word_cosine,
    words_of,
)

MOST, COMPARED, FIRMS_OWN = 60, 16, 6
"""Cases looked at for a word, cases compared in full, and the firm's own beside them."""
ASKED, HEAD = 24, 300
"""Words asked of the index, and characters of the text they are taken from besides the title."""
SAME_ENTERPRISE, ELSEWHERE, NOWHERE, RUN = 0.2, 0.7, 0.1, 0.01
"""More for the same firm, the share left when titles name different places, less when they share none, and what each
character of the longest run the titles share adds (ten at most)."""
LEAST = 0.444
SHORTEST, QUOTED = 12, 0.9
"""Characters from which a message can be said to be quoted, and the share of it that must stand in the other."""
USUAL = 3.5
"""Weight of a word nobody asked the index about."""
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
    """
    known = weights or {}
    mine = words_of(f"{one.title}\n{one.text}")
    title, names = _title(one.title), _names(one.title)
    found = []
    for other in others:
        if other.case_id == one.case_id:
            continue
        theirs = words_of(f"{other.title}\n{other.text}")
        words = word_cosine(mine, theirs, known, USUAL)
        score = 0.5 * gram_cosine(title, _title(other.title)) + 0.5 * words
        score = _placed(score + RUN * min(_run(one.title, other.title), 10), names, _names(other.title))
        if _is_quoted(one.text, other.text):
            score = max(score, QUOTED)
        same = bool(one.enterprise_id) and one.enterprise_id == other.enterprise_id
        score = min(1.0, score + (SAME_ENTERPRISE if same and score > 0.1 else 0.0))
        if score < least:
            continue
        shared = sorted(mine & theirs, key=lambda w: (-known.get(w, USUAL), w))
        days = abs((one.received_on - other.received_on).days)
        reasons = ["同一家企业"] if same else []
        reasons += [explanation(shared), "同一天来的" if days == 0 else f"相隔 {days} 天"]
        found.append(Likeness(other.case_id, round(score, 3), same, tuple(reasons)))
    found.sort(key=lambda f: (-f.score, -f.case_id))
    return found[:limit]


def _title(title: str) -> Counter[str]:
    return grams_of(plain_of(_SAID_BY_ALL.sub("", title)) or plain_of(title))


def _run(title: str, other: str) -> int:
    """Return the length of the longest run two titles share, without the words all titles have."""
    a, b = _SAID_BY_ALL.sub("", title), _SAID_BY_ALL.sub("", other)
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size


def _placed(score: float, names: set[str], others: set[str]) -> float:
    """Return a score lessened when the titles name no place in common, and more when each names another."""
    if names & others:
        return score
    elsewhere = names and others and not any(a in b or b in a for a in names for b in others)
    return (score - NOWHERE) * (ELSEWHERE if elsewhere else 1.0)


def _is_quoted(text: str, other: str) -> bool:
    """Return whether one message stands whole, or nearly, inside the other."""
    short, long = sorted((plain_of(text), plain_of(other)), key=len)
    if len(short) < SHORTEST:
        return False
    grams = grams_of(short)
    return sum(n for g, n in grams.items() if g in long) > QUOTED * grams.total()


def _names(title: str) -> set[str]:
    """Return what a title names a place by: names of places, numbers of roads and lines."""
    return {n.casefold() for n in (*places_in(title), *_NUMBERED.findall(title))}
