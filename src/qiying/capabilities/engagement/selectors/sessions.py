"""Reads of sessions: what to talk about with the evidence, whose turn it is, what came of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from qiying.capabilities.engagement.models import LeadingSeat, ServiceGroup, Session, SessionOutcome
from qiying.capabilities.engagement.rules import Candidate, Turn, rota
from qiying.kernel.cases.faces.names import category_label
from qiying.kernel.cases.models import Case
from qiying.kernel.gatherings.models import Attendee, Gathering, Item
from qiying.kernel.gatherings.selectors import closed_items
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.similarity import gram_cosine, grams_of, plain_of

PROCEDURE = "service_request"
DAYS, LONG, SOON = 90, 30, 5
ALIKE = 0.35
KINDS = (
    "face_to_face",
    "symposium",
    "tea",
    "deputies_class",
    "reception",
    "on_site",
    "coordination",
    "small",
)
Ground = Session.Ground


@dataclass(frozen=True)
class Proposal:
    """A theme with why: the category, one sentence of evidence, the cases it rests on."""

    ground: str
    category: str
    label: str
    words: str
    cases: tuple[Case, ...]
    before: date | None = None

    @property
    def key(self) -> str:
        """Return what a form calls it."""
        return f"{self.ground}:{self.category}"


def themes(district_id: int, today: date, *, most: int = 2) -> list[Proposal]:
    """Return themes from the pool of the last 90 days: hardest for departments, most urgent and most common."""
    pool = Case.objects.filter(
        district_id=district_id, procedure=PROCEDURE, kind="problem", is_sensitive=False, confidentiality="internal",
        received_on__gt=today - timedelta(days=DAYS),
        received_on__lte=today,
    ).exclude(category__in=("", "other"))  # fmt: skip
    is_open = Q(is_open=True)
    again, long = (
        Q(refusal_count__gt=0) | Q(reopen_count__gt=0),
        is_open & Q(received_on__lt=today - timedelta(days=LONG)),
    )
    late, soon = (
        is_open & Q(due_by__lt=today),
        is_open & Q(due_by__range=(today, today + timedelta(days=SOON))),
    )
    counts: Any = pool.values("category").annotate(
        n=Count("pk"), firms=Count("enterprise", distinct=True), again=Count("pk", filter=again),
        long=Count("pk", filter=long), late=Count("pk", filter=late), soon=Count("pk", filter=soon),
    )  # fmt: skip
    rows: list[dict[str, Any]] = list(counts)
    held = dict(
        Session.objects.filter(gathering__district_id=district_id, gathering__on__lt=today)
        .values_list("category")
        .annotate(Max("gathering__on"))
    )
    grounds: tuple[tuple[str, Any, Q, dict[str, str]], ...] = (
        (
            Ground.HARDEST,
            lambda r: 2 * r["again"] + r["long"],
            again | long,
            {"again": "退回重办", "long": "过了一个月还没办完"},
        ),
        (
            Ground.URGENT,
            lambda r: 2 * r["late"] + r["soon"],
            late | soon,
            {"late": "已经超期", "soon": "五天内到期"},
        ),
        (Ground.COMMON, lambda r: r["firms"], Q(), {}),
    )
    found = []
    for ground, score, behind, parts in grounds:
        best = sorted((r for r in rows if score(r)), key=lambda r: (-score(r), r["category"]))[:most]
        for row in best:
            code = row["category"]
            cases = (
                pool.filter(behind, category=code).select_related("enterprise").order_by("due_by", "pk")[:6]
            )
            label = category_label(district_id, code, PROCEDURE)
            told = [f"{row[n]} 件{words}" for n, words in parts.items() if row[n]] or [
                f"{row['firms']} 家企业说过"
            ]
            said = f"近 {DAYS} 天“{label}”{row['n']} 件，{'，'.join(told)}"
            found.append(Proposal(ground, code, label, said, tuple(cases), held.get(code)))
    return found


def turns(district_id: int, on: date) -> list[Turn]:
    """Return whose turn it is to convene on a day; who is on leave then is skipped and said."""
    seats = list(seats_of(district_id, on))
    away = dict(
        Membership.objects.filter(in_force(on), stands_in_for_id__in=[s.person_id for s in seats])
        .values_list("stands_in_for_id")
        .annotate(Max("valid_to"))
    )
    held: dict[int, list[date]] = {}
    rows = Session.objects.filter(
        leader__in=seats, gathering__on__gte=on - timedelta(days=365), gathering__on__lt=on
    )
    for seat, day in rows.exclude(gathering__phase="cancelled").values_list("leader_id", "gathering__on"):
        held.setdefault(seat or 0, []).append(day)
    return rota([Candidate(s.pk, s.group, str(s), away.get(s.person_id)) for s in seats], held)


def seats_of(district_id: int, on: date) -> QuerySet[LeadingSeat]:
    """Return who convenes in a district on a day."""
    return LeadingSeat.objects.filter(in_force(on), district_id=district_id).select_related("person")


def groups_of(district_id: int) -> QuerySet[ServiceGroup]:
    """Return the service groups in use."""
    return ServiceGroup.objects.filter(district_id=district_id, is_active=True).prefetch_related("units")


def banks_of(district_id: int) -> QuerySet[Unit]:
    """Return the financial institutions that can be invited."""
    return Unit.objects.filter(district_id=district_id, kind="bank", is_active=True)


def sessions_to_collect_for(viewer: Viewer, today: date) -> QuerySet[Gathering]:
    """Return coming sessions for which the viewer may hand in problems."""
    if not viewer.has("engagement.collect") or viewer.district_id is None:
        return Gathering.objects.none()
    rows = Gathering.objects.filter(district_id=viewer.district_id, kind__in=KINDS, on__gte=today)
    return rows.filter(phase__in=("planned", "inviting")).order_by("on", "pk")


def alike(item: Item, others: Sequence[Item]) -> list[Item]:
    """Return items of the same session that say much the same, the most alike first."""
    mine = grams_of(plain_of(item.text))
    scored = [(gram_cosine(mine, grams_of(plain_of(o.text))), o) for o in others if o.pk != item.pk]
    return [o for score, o in sorted(scored, key=lambda pair: -pair[0]) if score >= ALIKE]


def tracked(viewer: Viewer) -> QuerySet[Item]:
    """Return what was promised or asked at sessions of the district, for following it up every month."""
    rows = Item.objects.filter(
        gathering__district_id=viewer.district_id or 0, gathering__kind__in=KINDS, dropped_at__isnull=True,
        joined_into__isnull=True, gathering__phase__in=("following", "closed"),
    )  # fmt: skip
    return rows.order_by("-gathering__on", "no").select_related(
        "gathering", "unit", "enterprise", "speaker__enterprise", "speaker__unit", "speaker__person", "case"
    )


@dataclass(frozen=True)
class Totals:
    """The counts of the yearly report, of sessions that took place from a day to a day, as of now."""

    sessions: int
    entrepreneurs: int
    issues: int
    closed: int
    policies: int
    firms: int
    leaders: int
    leader_persons: int
    heads: int
    units: int


def totals(district_id: int, first: date, last: date) -> Totals:
    """Return the counts over a period from the rows themselves; three statements."""
    held = {
        "gathering__district_id": district_id,
        "gathering__kind__in": KINDS,
        "gathering__on__range": (first, last),
    }
    over = Q(gathering__phase__in=("following", "closed"))
    there = Attendee.objects.filter(over, **held, checked_in_at__isnull=False)
    people = there.aggregate(
        sessions=Count("gathering", distinct=True), entrepreneurs=Count("pk", filter=Q(role="firm")),
        leaders=Count("pk", filter=Q(role="leader")),
        leader_persons=Count("person", filter=Q(role="leader"), distinct=True),
        heads=Count("pk", filter=Q(role="unit")), units=Count("unit", filter=Q(role="unit"), distinct=True),
    )  # fmt: skip
    items = Item.objects.filter(over, **held, dropped_at__isnull=True, joined_into__isnull=True)
    said = items.aggregate(issues=Count("pk"), closed=Count("pk", filter=closed_items()))
    outcomes = SessionOutcome.objects.filter(**held).aggregate(policies=Count("pk"), firms=Sum("firms"))
    return Totals(**people, **said, policies=outcomes["policies"], firms=outcomes["firms"] or 0)


def session_of(gathering: Gathering) -> Session | None:
    """Return what a gathering has as a session."""
    return Session.objects.filter(gathering=gathering).select_related("leader__person", "group").first()


def outcomes_of(gathering: Gathering) -> QuerySet[SessionOutcome]:
    """Return what came out of a session."""
    return SessionOutcome.objects.filter(gathering=gathering).annotate(item_no=F("item__no"))
