"""The figures of paid-out policies: every number one grouped statement, a fixed number of statements a page.

Money counts on the day it arrived; what the bank or the enterprise sent back is its own negative figure on its own
day. The ledger is not read for it here, so that it can prove it (`numbers_proof`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, ExtractYear

from qiying.capabilities.policies.models import (
    Application,
    Budget,
    Clawback,
    MatchCount,
    Payment,
    Policy,
    PolicySeen,
    PolicyState,
    Push,
)
from qiying.capabilities.policies.selectors import numbers_scope as scope
from qiying.capabilities.policies.selectors.numbers_months import Month, months_of
from qiying.capabilities.policies.selectors.numbers_scope import Wanted
from qiying.kernel.enterprises.models import SizeClass
from qiying.kernel.permissions.viewer import Viewer

COUNTED = (
    "applied", "applicants", "paid", "enterprises", "applied_way", "automatic", "instant", "counter", "delivered",
    "services", "rights", "waiting", "decided", "refused", "ended", "rated", "satisfied", "stars", "days", "timed",
    "gross_fen", "bounced_fen", "clawed_fen",
)  # fmt: skip


class Row(NamedTuple):
    """The figures of one group: a policy, a department, a town, a size class or everything."""

    key: Any
    label: str
    n: Mapping[str, int]

    @property
    def net_fen(self) -> int:
        """Return what arrived less what came back."""
        return self.n["gross_fen"] - self.n["bounced_fen"] - self.n["clawed_fen"]

    @property
    def without(self) -> int:
        """Return payments nobody had to apply for, or that took one confirmation."""
        return self.n["automatic"] + self.n["instant"]

    @property
    def mean_days(self) -> float | None:
        """Return the mean of workdays from application to money."""
        return self.n["days"] / self.n["timed"] if self.n["timed"] else None


@dataclass(frozen=True)
class Money:
    """A policy's budget of the year."""

    policy_id: int
    appropriated: int
    available: int
    reserved: int
    committed: int
    paid: int


@dataclass(frozen=True)
class Reached:
    """How far policies in force came: pairs of an enterprise and a policy."""

    matched: int = 0
    pushed: int = 0
    seen: int = 0
    applied: int = 0
    paid: int = 0


@dataclass(frozen=True)
class Figures:
    """Everything the page, the workbook and the API say; `total` is exact, not a sum of rounded parts."""

    wanted: Wanted
    total: Row
    policies: tuple[Row, ...]
    departments: tuple[Row, ...]
    towns: tuple[Row, ...]
    sizes: tuple[Row, ...]
    months: tuple[Month, ...]
    days: Mapping[int, int]
    reasons: Mapping[str, int]
    reached: Reached
    reached_by: Mapping[int, Reached]
    budgets: tuple[Money, ...]
    names: Mapping[int, Policy] = field(default_factory=dict)

    @property
    def budget(self) -> Money:
        """Return the sums of the budgets."""
        b = self.budgets
        return Money(
            0,
            sum(x.appropriated for x in b),
            sum(x.available for x in b),
            sum(x.reserved for x in b),
            sum(x.committed for x in b),
            sum(x.paid for x in b),
        )


def policy_figures(viewer: Viewer, wanted: Wanted) -> Figures:
    """Return the figures of a year in ten statements, whatever the number of applications."""
    names = {p.pk: p for p in scope.policies_counted(viewer)}
    rows = with_sums(scope.applications(viewer, wanted), wanted)
    sizes = grouped(rows, wanted, "enterprise__size_class")
    days = _days(rows, wanted)
    reached = _reached(viewer, wanted)
    return Figures(
        wanted=wanted,
        total=_total(sizes),
        policies=_labelled(
            grouped(rows, wanted, "policy_id"), {pk: p.name for pk, p in names.items()}, "没有名称"
        ),
        departments=_labelled(
            grouped(rows, wanted, "policy__lead_unit_id"),
            {p.lead_unit_id: p.lead_unit.label for p in names.values()},
            "没有部门",
        ),
        towns=_towns(grouped(rows, wanted, "enterprise__region_unit_id", *TOWN)),
        sizes=_labelled(sizes, dict(SizeClass.choices), "规模还不知道"),
        months=months_of(viewer, wanted),
        days=days,
        reasons=_reasons(rows, wanted),
        reached=Reached(*(sum(getattr(r, f) for r in reached.values()) for f in Reached.__annotations__)),
        reached_by=reached,
        budgets=_budgets(viewer, wanted),
        names=names,
    )


def year_total(viewer: Viewer, wanted: Wanted) -> Row:
    """Return the sums alone; one statement."""
    rows = with_sums(scope.applications(viewer, wanted), wanted)
    return _total(grouped(rows, wanted, "enterprise__size_class"))


TOWN = ("enterprise__region_unit__name", "enterprise__region_unit__short_name")


def with_sums(rows: QuerySet[Application], wanted: Wanted) -> QuerySet[Any]:
    """Annotate each application with its money of the time asked for, and its workdays to the money."""
    own = {"application_id": OuterRef("pk")}
    arrived = Payment.objects.filter(**own, **wanted.on("paid_on"))
    sent_back = scope.bounced().filter(entry__application_id=OuterRef("pk"), **wanted.on("entry__on"))
    back = Clawback.objects.filter(
        payment__application_id=OuterRef("pk"), state=Clawback.State.RETURNED, **wanted.on("returned_on")
    )
    return rows.annotate(
        gross=_summed(arrived, "application_id", F("amount_fen")),
        bounced=_summed(sent_back, "entry__application_id", -F("fen")),
        clawed=_summed(back, "payment__application_id", F("amount_fen")),
        workdays=scope.workdays(),
    )


def _summed(rows: QuerySet[Any], owner: str, value: Any) -> Coalesce:
    total = rows.order_by().values(owner).annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def grouped(rows: QuerySet[Any], wanted: Wanted, *keys: str) -> list[dict[str, Any]]:
    """Return every count and sum by the keys; one statement."""
    q = scope.conditions(wanted)
    ended = q["ended"]
    stars = Cast("case__extras__rating", IntegerField())
    sums: dict[str, Any] = {
        name: Count("pk", filter=q[name])
        for name in (
            "applied", "paid", "automatic", "instant", "counter", "delivered", "services", "rights", "waiting",
            "decided", "refused", "ended", "rated", "satisfied", "timed",
        )
    }  # fmt: skip
    sums |= {
        "applied_way": Count("pk", filter=q["by_application"]),
        "applicants": Count("enterprise_id", filter=q["applied"], distinct=True),
        "enterprises": Count("enterprise_id", filter=q["paid"], distinct=True),
        "stars": Coalesce(Sum(Case(When(q["rated"] & ended, then=stars), default=Value(0))), 0),
        "days": Coalesce(Sum("workdays", filter=q["timed"]), 0),
        "gross_fen": Coalesce(Sum("gross"), 0),
        "bounced_fen": Coalesce(Sum("bounced"), 0),
        "clawed_fen": Coalesce(Sum("clawed"), 0),
    }
    return list(rows.order_by().values(*keys).annotate(**sums))


def _counts(found: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(found[name] or 0) for name in COUNTED}


def _total(sizes: list[dict[str, Any]]) -> Row:
    """Add up by size: an enterprise has one size, so that distinct enterprises add up too."""
    return Row(None, "全部", {name: sum(int(r[name] or 0) for r in sizes) for name in COUNTED})


def _labelled(found: list[dict[str, Any]], labels: Mapping[Any, str], unknown: str) -> tuple[Row, ...]:
    key = next(iter(found[0])) if found else ""
    rows = [Row(r[key], str(labels.get(r[key], unknown)), _counts(r)) for r in found]
    return _ranked(rows)


def _towns(found: list[dict[str, Any]]) -> tuple[Row, ...]:
    rows = [
        Row(r["enterprise__region_unit_id"], r[TOWN[1]] or r[TOWN[0]] or "没有镇街", _counts(r))
        for r in found
    ]
    return _ranked(rows)


def _ranked(rows: list[Row]) -> tuple[Row, ...]:
    kept = [r for r in rows if any(r.n.values())]
    return tuple(sorted(kept, key=lambda r: (-r.net_fen, -r.n["applied"], r.label)))


def _days(rows: QuerySet[Any], wanted: Wanted) -> dict[int, int]:
    found = rows.filter(scope.conditions(wanted)["timed"]).order_by().values("workdays")
    return {int(r["workdays"]): r["count"] for r in found.annotate(count=Count("pk")).order_by("workdays")}


def _reasons(rows: QuerySet[Any], wanted: Wanted) -> dict[str, int]:
    found = rows.filter(scope.conditions(wanted)["refused"]).order_by()
    counted = found.values("case__extras__refusal_kind").annotate(count=Count("pk")).order_by("-count")
    return {str(r["case__extras__refusal_kind"] or "other"): r["count"] for r in counted}


def _reached(viewer: Viewer, wanted: Wanted) -> dict[int, Reached]:
    """Return how far each policy in force came; one statement."""
    in_force = Policy.objects.filter(
        state=PolicyState.PUBLISHED, **scope.policy_narrowing(viewer, wanted, "")
    ).values("pk")
    applied = Application.objects.filter(policy_id__in=in_force)
    pushed = Push.objects.filter(policy_id__in=in_force, state=Push.State.SENT)
    seen = PolicySeen.objects.filter(policy_id__in=in_force)
    counted = Count("enterprise_id", distinct=True)
    parts = [
        _reach_part(0, MatchCount.objects.filter(policy_id__in=in_force), Sum("eligible")),
        _reach_part(1, pushed, counted),
        _reach_part(2, seen, counted),
        _reach_part(3, applied, counted),
        _reach_part(4, applied.filter(paid_on__isnull=False), counted),
    ]
    names = list(Reached.__annotations__)
    found: dict[int, dict[str, int]] = {}
    for part, policy_id, count in parts[0].union(*parts[1:], all=True):
        found.setdefault(policy_id, {})[names[part]] = int(count or 0)
    return {pk: Reached(**one) for pk, one in found.items()}


def _reach_part(no: int, rows: QuerySet[Any], count: Any) -> Any:
    numbered = (
        rows.order_by().annotate(part=Value(no, output_field=IntegerField())).values("part", "policy_id")
    )
    return numbered.annotate(n=Cast(count, BigIntegerField())).values_list("part", "policy_id", "n")


def _budgets(viewer: Viewer, wanted: Wanted) -> tuple[Money, ...]:
    rows = Budget.objects.filter(year=wanted.year, **scope.narrowing(viewer, wanted, ""))
    values = rows.order_by("-appropriated_fen", "pk").values_list(
        "policy_id", "appropriated_fen", "available_fen", "reserved_fen", "committed_fen", "paid_fen"
    )
    return tuple(Money(*row) for row in values)


def years_counted(viewer: Viewer, this_year: int) -> list[int]:
    """Return the years something was applied for or paid in, this one always, newest first."""
    rows = scope.all_applications(viewer).annotate(y=ExtractYear("case__received_on"))
    return sorted({*rows.order_by().values_list("y", flat=True).distinct(), this_year}, reverse=True)
