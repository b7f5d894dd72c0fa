"""What an enterprise already said and is still open, compared with what is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qiying.capabilities.service_requests.rules.duplicates import Said, likenesses
from qiying.capabilities.service_requests.rules.reading import title_for
from qiying.kernel.cases.faces.asker_rows import Row, case_rows, own_cases, own_words
from qiying.kernel.organisations.requests import ViewerRequest

SOUGHT = timedelta(days=365)
CANDIDATES = 60
SHOWN = 3
ALIKE = 0.15
"""Likeness from which two texts are shown as alike; they are shown, never joined."""
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
    asker = 1  # all are of one asker, whoever that is
    one = Said(0, asker, title_for(wanted), wanted, request.today)
    rest = [Said(c.pk, asker, c.title, words.get(c.pk) or c.title, c.received_on) for c in cases]
    by_id = {c.pk: c for c in cases}
    best = [by_id[f.case_id] for f in likenesses(one, rest, limit=SHOWN, least=ALIKE)]
    return [Similar(row, c.received_on) for row, c in zip(case_rows(request, best), best, strict=True)]
