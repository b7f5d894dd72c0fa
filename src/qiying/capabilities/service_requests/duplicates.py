"""Is this said already? Pure comparison of one message with its candidates, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qiying.kernel.search.similarity import similar_texts, words_of

MONTHS, MOST = 12, 200
SAME_ENTERPRISE = 0.2
LEAST = 0.34


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


def telling_words(text: str, most: int = 3) -> list[str]:
    """Return the words by which to look for the same matter: the longest, which are the rarest."""
    order = {w: text.find(w) for w in words_of(text[:600]) if len(w) > 1 and not w.isdigit()}
    return sorted(order, key=lambda w: (-min(len(w), 4), order[w]))[:most]


def likenesses(one: Said, others: Sequence[Said], limit: int = 5) -> list[Likeness]:
    """Return the cases that may be the same matter, the likest first.

    The same enterprise needs less likeness of words; another enterprise needs more.
    """
    by_id = {o.case_id: o for o in others if o.case_id != one.case_id}
    found = []
    alike = similar_texts(
        f"{one.title}\n{one.text}",
        [(o.case_id, f"{o.title}\n{o.text}") for o in by_id.values()],
        limit=MOST,
        least=0.12,
    )
    for a in alike:
        other = by_id[a.id]
        same = bool(one.enterprise_id) and one.enterprise_id == other.enterprise_id
        score = min(1.0, a.score + (SAME_ENTERPRISE if same else 0.0))
        if score < LEAST:
            continue
        reasons = ["同一家企业"] if same else []
        reasons.append(a.explanation)
        days = abs((one.received_on - other.received_on).days)
        reasons.append("同一天来的" if days == 0 else f"相隔 {days} 天")
        found.append(Likeness(a.id, round(score, 3), same, tuple(reasons)))
    found.sort(key=lambda f: (-f.score, -f.case_id))
    return found[:limit]
