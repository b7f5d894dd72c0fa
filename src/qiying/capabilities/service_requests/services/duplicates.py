"""Cases that may be one matter: sought among those of twelve months by rare words, kept until the desk decides."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qiying.capabilities.service_requests.models import LearningState, LikelyDouble
from qiying.capabilities.service_requests.rules.duplicates import (
    FIRMS_OWN,
    LEAST,
    MOST,
    Likeness,
    Said,
    candidates,
    likenesses,
    rarity,
    telling_words,
)
from qiying.capabilities.service_requests.rules.reading import title_for
from qiying.capabilities.service_requests.services.hot_finding import newcomers_join
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.models import SearchEntry
from qiying.kernel.search.selectors import matching_each

PROCEDURE = "service_request"
BATCH = 50
OF_A_KIND = 0.02
"""Likeness from which an answer may help, though it is another matter."""
COMPARED = (
    *("number", "title", "is_open", "received_on", "enterprise__name", "enterprise__short_name"),
    *("lead_unit__name", "lead_unit__short_name"),
)
"""What is read of the hundred cases that one is compared with."""
State = LikelyDouble.State


def _compared(case: Case, found: dict[str, list[int]]) -> QuerySet[Case]:
    """Return the cases of twelve months that share the rarest words, and some of the same enterprise's."""
    wanted = Q(pk__in=candidates(found))
    if case.enterprise_id:
        own = Case.objects.filter(
            enterprise_id=case.enterprise_id, district_id=case.district_id, pk__lt=case.pk
        )
        # from one number on, not in a list of them: of that and the other list PostgreSQL would read all cases
        since = Subquery(own.order_by("-pk").values("pk")[FIRMS_OWN - 1 : FIRMS_OWN])
        wanted |= Q(enterprise_id=case.enterprise_id, pk__gte=Coalesce(since, 0))
    said = SearchEntry.objects.filter(kind="case", object_id=OuterRef("pk")).values("text")[:1]
    return (
        Case.objects.filter(
            wanted,
            district_id=case.district_id,
            procedure=PROCEDURE,
            received_on__gte=case.received_on - timedelta(days=366),
            pk__lt=case.pk,
        )
        .exclude(outcome__in=["voided", "joined", "imported"])
        .select_related("enterprise", "lead_unit")
        .only(*COMPARED)
        .annotate(said=Subquery(said))
        .order_by("-received_at")
    )


def doubles_of(case: Case, text: str, *, limit: int = 5) -> list[tuple[Likeness, Case]]:
    """Return the likeliest doubles of a case that the desk has not ruled out; three queries."""
    dismissed = set(
        LikelyDouble.objects.filter(case=case, state=State.DISMISSED).values_list("other_id", flat=True)
    )
    found = matching_each("case", telling_words(case.title, text), case.district_id, MOST)
    before = {word: [pk for pk in ids if pk < case.pk] for word, ids in found.items()}
    others = {c.pk: c for c in _compared(case, before) if c.pk not in dismissed}
    one = Said(case.pk, case.enterprise_id or 0, case.title, text, case.received_on)
    rest = [Said(c.pk, c.enterprise_id or 0, c.title, _said(c), c.received_on) for c in others.values()]
    return [(f, others[f.case_id]) for f in likenesses(one, rest, rarity(found), limit)]


def similar_answered(case: Case, text: str, viewer: Viewer, *, limit: int = 3) -> list[tuple[Likeness, Case]]:
    """Return answered cases of the same kind of matter, the likest first, of those the viewer may see anyway."""
    found = matching_each("case", telling_words(case.title, text), case.district_id, MOST)
    seen = cases_visible_to(viewer).filter(answers__isnull=False).exclude(pk=case.pk)
    one = Said(case.pk, 0, case.title, text, case.received_on)
    return _alike(seen, one, found, limit, OF_A_KIND)


def similar_open(
    text: str, viewer: Viewer, *, district_id: int, enterprise_id: int | None, on: date, limit: int = 3
) -> list[tuple[Likeness, Case]]:
    """Return open cases that what is being written down may repeat, of those the viewer may see; four queries."""
    title = title_for(text)
    found = matching_each("case", telling_words(title, text), district_id, MOST)
    seen = cases_visible_to(viewer).filter(is_open=True, district_id=district_id)
    still = set(seen.filter(pk__in={pk for ids in found.values() for pk in ids}).values_list("pk", flat=True))
    still_open = {word: [pk for pk in ids if pk in still] for word, ids in found.items()}
    one = Said(0, enterprise_id or 0, title, text, on)
    return _alike(seen.select_related("enterprise", "lead_unit"), one, still_open, limit, LEAST)


def _alike(
    seen: QuerySet[Case], one: Said, found: dict[str, list[int]], limit: int, least: float
) -> list[tuple[Likeness, Case]]:
    """Compare one message with those of the cases seen that share its rarest words."""
    said = SearchEntry.objects.filter(kind="case", object_id=OuterRef("pk")).values("text")[:1]
    rows = seen.filter(pk__in=candidates(found), procedure=PROCEDURE).distinct().annotate(said=Subquery(said))
    others = {c.pk: c for c in rows}
    rest = [Said(c.pk, c.enterprise_id or 0, c.title, _said(c), c.received_on) for c in others.values()]
    return [(f, others[f.case_id]) for f in likenesses(one, rest, rarity(found), limit, least=least)]


def _said(case: Case) -> str:
    """Return what was said in a case: its search text without number, title and enterprise in front."""
    lines = str(getattr(case, "said", None) or "").split("\n", 3)
    return lines[3] if len(lines) > 3 else ""


def doubles_note(case: Case) -> int:
    """Keep the likely doubles of a new case, so that the pool can count them; return how many."""
    text = _said_of(case)
    found = doubles_of(case, text, limit=3)
    LikelyDouble.objects.bulk_create(
        [LikelyDouble(case=case, other=other, score=f.score, why=f.why[:300]) for f, other in found],
        ignore_conflicts=True,
    )
    return len(found)


def _said_of(case: Case) -> str:
    entry = SearchEntry.objects.filter(kind="case", object_id=case.pk).values_list("text", flat=True).first()
    lines = (entry or "").split("\n", 3)
    return lines[3] if len(lines) > 3 else ""


def doubles_scan(now: datetime) -> int:
    """Look at the cases that came since the last look, in every district; return how many doubles were found."""
    found = 0
    for district_id in District.objects.values_list("pk", flat=True):
        state, _ = LearningState.objects.get_or_create(district_id=district_id)
        fresh = Case.objects.filter(
            district_id=district_id, procedure=PROCEDURE, state="received", pk__gt=state.doubles_after
        ).order_by("pk")[:BATCH]
        last = 0
        for case in fresh:
            found += doubles_note(case)
            last = case.pk
        if last:
            newcomers_join(district_id=district_id, case_ids=[c.pk for c in fresh])
            LearningState.objects.filter(pk=state.pk).update(doubles_after=last)
    return found


@transaction.atomic
def double_dismiss(*, case: Case, other_number: str, actor: Viewer, now: datetime) -> None:
    """Remember that two cases are not one matter; raise `GuardFailed` for a number of no case here."""
    other = Case.objects.filter(number=other_number, district_id=case.district_id).first()
    if other is None or other.pk == case.pk:
        raise GuardFailed(["没有找到那一件，请刷新后再看"])
    LikelyDouble.objects.update_or_create(
        case=case,
        other=other,
        defaults={"state": State.DISMISSED, "decided_by_id": actor.person_id, "decided_at": now},
        create_defaults={
            "state": State.DISMISSED,
            "decided_by_id": actor.person_id,
            "decided_at": now,
            "score": 0.0,
            "why": "受理台判断",
        },
    )
    record_act(
        actor=actor,
        action="double_dismissed",
        subject=f"case:{case.pk}",
        data={"case": case.number, "other": other.number},
        at=now,
        district_id=case.district_id,
    )


def double_joined(*, case: Case, other: Case, actor: Viewer, now: datetime) -> None:
    """Note that a case was joined into another, beside the act itself."""
    LikelyDouble.objects.filter(case=case, other=other).update(
        state=State.JOINED, decided_by_id=actor.person_id, decided_at=now
    )
