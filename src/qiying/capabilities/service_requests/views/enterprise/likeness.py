"""What an enterprise already said and is still open, compared with what is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz

from qiying.kernel.cases.faces.asker_rows import Row, case_rows, own_cases, own_words
from qiying.kernel.organisations.requests import ViewerRequest

SOUGHT = timedelta(days=365)
CANDIDATES = 60
SHOWN = 3
ALIKE = 45
"""Points of 100 from which two texts are shown as alike; they are shown, never joined."""
LEAST = 6


@dataclass(frozen=True)
class Similar:
    """An open request that reads alike, and when it came."""

    row: Row
    on: date


def similar_open(request: ViewerRequest, text: str) -> list[Similar]:
    """Return the open requests most like `text`, the best first; three queries at most."""
    wanted = text.strip()
    if request.viewer.person_id is None or len(wanted) < LEAST:
        return []
    since = request.today - SOUGHT
    cases = list(
        own_cases(request)
        .filter(is_open=True, received_on__gte=since)
        .select_related("lead_unit", "handler")
        .order_by("-received_at")[:CANDIDATES]
    )
    words = own_words(request.viewer, cases)
    scored = [(score(wanted, words.get(c.pk) or c.title), c) for c in cases]
    best = [c for _, c in sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: -s[0])[:SHOWN]]
    return [Similar(row, c.received_on) for row, c in zip(case_rows(request, best), best, strict=True)]


def score(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 100: shared pairs of characters, whichever text is the longer.

    >>> score("厂门口的限高杆挡住货车", "限高杆把货车挡在厂门口外面") > score("社保减员报错", "限高杆挡住货车")
    True
    """
    pairs = [{t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other)]
    smaller = min(len(p) for p in pairs)
    shared = 100 * len(pairs[0] & pairs[1]) / smaller if smaller else 0.0
    return max(shared, float(fuzz.token_set_ratio(one, other)))
