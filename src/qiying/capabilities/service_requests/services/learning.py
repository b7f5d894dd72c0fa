"""Learning from assignments whose matter is whose.

Counts live in `TermCount`, changed by the worker after each assignment and made anew once a day from the last
5,000 cases of two years, so that erased words and moved duties fade. Where there are some hundred cases,
classifiers are trained from the same cases at night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.service_requests.models import LearningState, LearntCase, LearntModel, TermCount
from qiying.capabilities.service_requests.rules import suggest
from qiying.kernel.audit.clock import SHANGHAI, local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.models import Case, CaseIntake
from qiying.kernel.organisations.models import District

WINDOW_CASES, WINDOW_DAYS = 5000, 730
REBUILD_EVERY = timedelta(hours=20)
NIGHT = range(5)
"""Hours in which classifiers are trained anew; the first one of a district is not made to wait for them."""
Scope = TermCount.Scope
Deltas = Counter[tuple[str, str, str]]


def assignment_learn(payload: Mapping[str, Any], now: datetime) -> None:
    """Learn from an assignment, once; a new lead takes the place of the old (subscribed to `request_assigned`)."""
    case = Case.objects.filter(number=payload["case"]).first()
    if case is None or case.lead_unit_id is None:
        return
    _learn(case, int(payload.get("unit_id") or case.lead_unit_id))


def return_learn(payload: Mapping[str, Any], now: datetime) -> None:
    """Remember that a unit gave a matter back, once a case (subscribed to `request_returned`)."""
    with transaction.atomic():
        row = LearntCase.objects.select_for_update().filter(case__number=payload["case"]).first()
        unit_id = int(payload["unit_id"])
        if row is None or unit_id in row.returned_by:
            return
        row.returned_by = [*row.returned_by, unit_id]
        row.save(update_fields=["returned_by"])
        if row.category:
            _apply(row.district_id, Counter({(Scope.RETURNED, str(unit_id), row.category): 1}))


@transaction.atomic
def _learn(case: Case, unit_id: int) -> None:
    row = LearntCase.objects.select_for_update().filter(case=case).first()
    if row is not None and (row.unit_id, row.category) == (unit_id, case.category):
        return
    terms = suggest.terms_of(_texts([case]).get(case.pk, case.title))
    deltas: Deltas = Counter()
    if row is not None:
        _add(deltas, row.unit_id, row.category, terms, -1)
    _add(deltas, unit_id, case.category, terms, 1)
    _apply(case.district_id, deltas)
    LearntCase.objects.update_or_create(
        case=case,
        defaults={
            "district_id": case.district_id,
            "unit_id": unit_id,
            "category": case.category,
            "received_on": case.received_on,
        },
    )


def _add(deltas: Deltas, unit_id: int, category: str, terms: Iterable[str], sign: int) -> None:
    targets = [(Scope.UNIT, str(unit_id))] + ([(Scope.CATEGORY, category)] if category else [])
    for scope, target in targets:
        deltas[(scope, target, "")] += sign
        for term in terms:
            deltas[(scope, target, term)] += sign
            deltas[(scope, target, "*")] += sign
    if category:
        deltas[(Scope.LED, str(unit_id), category)] += sign


def _apply(district_id: int, deltas: Deltas) -> None:
    """Add differences to the stored counts: one read, one update and one insert at most."""
    wanted = {k: n for k, n in deltas.items() if n}
    rows = TermCount.objects.filter(
        district_id=district_id,
        scope__in={s for s, _, _ in wanted},
        target__in={t for _, t, _ in wanted},
        term__in={w for _, _, w in wanted},
    )
    stored = {(r.scope, r.target, r.term): r for r in rows}
    changed, made = [], []
    for key, n in wanted.items():
        row = stored.get(key)
        if row is not None:
            row.count += n
            changed.append(row)
        else:
            made.append(TermCount(district_id=district_id, scope=key[0], target=key[1], term=key[2], count=n))
    TermCount.objects.bulk_update(changed, ["count"], batch_size=400)
    TermCount.objects.bulk_create(made, batch_size=400)


def _texts(cases: Sequence[Case]) -> dict[int, str]:
    """Return title and what was said by case; two queries for every 500."""
    found: dict[int, str] = {}
    for start in range(0, len(cases), 500):
        part = cases[start : start + 500]
        links = CaseIntake.objects.filter(case_id__in=[c.pk for c in part], until__isnull=True)
        refs = dict(links.order_by("-no").values_list("case_id", "intake__body_ref"))
        values = personal_get(list(refs.values()))
        found |= {c.pk: f"{c.title}\n{values.get(refs.get(c.pk, '')) or ''}" for c in part}
    return found


def learning_rebuild(*, district_id: int, now: datetime) -> int:
    """Make a district's counts anew from the cases of the window; return how many cases were learnt."""
    cases = _window(district_id, now)
    deltas: Deltas = Counter()
    texts = _texts(cases)
    for case in cases:
        assert case.lead_unit_id is not None
        _add(deltas, case.lead_unit_id, case.category, suggest.terms_of(texts[case.pk]), 1)
    with transaction.atomic():
        returned = dict(
            LearntCase.objects.filter(district_id=district_id)
            .exclude(returned_by=[])
            .values_list("case_id", "returned_by")
        )
        _store(district_id, deltas)
        _remember(district_id, cases, returned)
        LearningState.objects.update_or_create(district_id=district_id, defaults={"rebuilt_at": now})
    return len(cases)


def _window(district_id: int, now: datetime) -> list[Case]:
    """Return the cases learnt from, the newest first."""
    since = local_date(now) - timedelta(days=WINDOW_DAYS)
    window = Case.objects.filter(
        district_id=district_id,
        procedure="service_request",
        lead_unit__isnull=False,
        received_on__gte=since,
    ).exclude(outcome__in=["voided", "joined"])
    return list(window.order_by("-received_at")[:WINDOW_CASES])


def classifiers_train(*, district_id: int, now: datetime) -> list[str]:
    """Train a district's classifiers of units and of categories; return the scopes with enough to learn from."""
    # scikit-learn is read by the worker alone
    from qiying.capabilities.service_requests.rules.text import training

    cases = _window(district_id, now)
    texts = _texts(cases)
    trained = {}
    for scope in (Scope.UNIT, Scope.CATEGORY):
        label_of = {c.pk: str(c.lead_unit_id) if scope == Scope.UNIT else c.category for c in cases}
        known = [c.pk for c in cases if label_of[c.pk]]
        if training.is_enough([label_of[pk] for pk in known]):
            found = training.train([(texts[pk], None) for pk in known], [label_of[pk] for pk in known])
            trained[scope] = LearntModel(
                district_id=district_id, scope=scope, trained_at=now, cases=len(known), archive=found.pack()
            )
    with transaction.atomic():
        LearntModel.objects.filter(district_id=district_id).delete()
        LearntModel.objects.bulk_create(trained.values())
        LearningState.objects.update_or_create(district_id=district_id, defaults={"trained_at": now})
    return list(trained)


def classifiers_refresh(now: datetime) -> int:
    """Train one district's classifiers, if they are a day old and it is night, or there are none; return how many."""
    old = LearningState.objects.filter(trained_at__gt=now - REBUILD_EVERY).values("district_id")
    due = District.objects.exclude(pk__in=old).order_by("pk")
    if now.astimezone(SHANGHAI).hour not in NIGHT:
        due = due.exclude(pk__in=LearntModel.objects.values("district_id"))
    first = due.values_list("pk", flat=True).first()
    return len(classifiers_train(district_id=first, now=now)) if first else 0


def _store(district_id: int, deltas: Deltas) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for (scope, _, term), n in deltas.items():
        seen[(scope, term)] += n
    TermCount.objects.filter(district_id=district_id).exclude(scope=Scope.RETURNED).delete()
    # A term met once says nothing about the next case, and may be somebody's name.
    kept = [
        TermCount(district_id=district_id, scope=s, target=t, term=w, count=n)
        for (s, t, w), n in deltas.items()
        if s == Scope.LED or w in ("", "*") or seen[(s, w)] > 1
    ]
    TermCount.objects.bulk_create(kept, batch_size=400)


def _remember(district_id: int, cases: Sequence[Case], returned: Mapping[int, list[int]]) -> None:
    LearntCase.objects.filter(district_id=district_id).delete()
    LearntCase.objects.bulk_create(
        (
            LearntCase(
                case=c,
                district_id=district_id,
                unit_id=c.lead_unit_id or 0,
                category=c.category,
                received_on=c.received_on,
                returned_by=returned.get(c.pk, []),
            )
            for c in cases
        ),
        batch_size=400,
    )


def learning_refresh(now: datetime) -> int:
    """Make anew the counts of districts where that is a day old; return the number of cases learnt."""
    fresh = LearningState.objects.filter(rebuilt_at__gt=now - REBUILD_EVERY).values("district_id")
    due = District.objects.exclude(pk__in=fresh).values_list("pk", flat=True)
    return sum(learning_rebuild(district_id=pk, now=now) for pk in list(due))
