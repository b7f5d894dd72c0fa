"""The figures of paid-out policies that only policies know: money, enterprises, policies, towns, reach and budgets.

What every procedure counts (acts by month, unit and theme) is the kernel's; here the same facts are put together with
the policy, the enterprise and the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from qiying.capabilities.policies.models import Budget
from qiying.capabilities.policies.selectors import numbers_scope as scope
from qiying.capabilities.policies.selectors.matching import Reach
from qiying.capabilities.policies.selectors.money import totals_of
from qiying.capabilities.policies.selectors.numbers_scope import PROCEDURE, Counted, Wanted
from qiying.capabilities.policies.selectors.numbers_tally import (
    COUNTED,
    Tally,
    filters_sql,
    ledger_months,
    tallies,
)
from qiying.kernel.enterprises.models import SizeClass
from qiying.kernel.figures.periods import Period
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Sums:
    """What was counted of some applications, money in fen."""

    key: Any
    n: Mapping[str, int]

    @property
    def net_fen(self) -> int:
        """Return what arrived less what came back."""
        return self.n["gross_fen"] - self.n["bounced_fen"] - self.n["clawed_fen"]

    @property
    def mean_days(self) -> float | None:
        """Return the mean of workdays from application to money."""
        return self.n["days"] / self.n["timed"] if self.n["timed"] else None


@dataclass(frozen=True)
class Row(Sums):
    """The figures of one group: a policy, a department, a town, a size class or everything."""

    label: str


@dataclass(frozen=True)
class Month(Sums):
    """What happened in one month, `key` its first day, and what moved on the year's budgets in it."""

    given_fen: int = 0
    committed_fen: int = 0
    spent_fen: int = 0

    @property
    def no(self) -> int:
        return int(self.key.month)


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
    reached: Reach
    reached_by: Mapping[int, Reach]
    budgets: tuple[Budget, ...]
    names: Mapping[int, Counted]
    units: Mapping[int, str]

    @property
    def budget(self) -> Budget:
        """Return the sums of the budgets."""
        return totals_of(self.budgets)


def policy_figures(viewer: Viewer, wanted: Wanted, units: Mapping[int, str] | None = None) -> Figures:
    """Return the figures of a period in a handful of statements; `units` are the names of units, read if not given."""
    names = scope.policies_counted(viewer)
    labels = scope.unit_labels(viewer) if units is None else units
    found, reached = tallies(viewer, wanted), _reached(viewer, wanted)
    year = wanted.period.first.year
    days: Counter[int] = Counter()
    for tally in found:
        days.update(tally.days)
    leads = {pk: p.lead_unit_id for pk, p in names.items()}
    return Figures(
        wanted=wanted,
        total=row_of(found),
        policies=grouped(found, lambda t: t.policy_id, {pk: p.name for pk, p in names.items()}, "没有名称"),
        departments=grouped(found, lambda t: leads.get(t.policy_id), labels, "没有部门"),
        towns=grouped(found, lambda t: t.town_id, labels, "没有镇街"),
        sizes=grouped(found, lambda t: t.size, dict(SizeClass.choices), "规模还不知道"),
        months=_months(found, wanted, ledger_months(viewer, wanted, year)),
        days=dict(sorted((d, c) for d, c in days.items() if c)),
        reached=Reach(*map(sum, zip(*reached.values(), strict=True))),
        reached_by=reached,
        budgets=_budgets(viewer, wanted, year),
        names=names,
        units=labels,
    )


def reasons(viewer: Viewer, wanted: Wanted, codes: Iterable[str]) -> dict[str, int]:
    """Return refusals by their reason, most frequent first; one statement."""
    where: dict[str, Any] = {"category": wanted.theme} if wanted.theme else {}
    where |= {"unit_id": list(wanted.unit_ids)} if wanted.unit_ids is not None else {}
    ask = Ask([f"refused_{c}" for c in codes], wanted.period.months, ("measure",), where)
    rows = figures_many(district_id=scope.here(viewer), procedure=PROCEDURE, asks=[ask])[0]
    found = {r.key[0].removeprefix("refused_"): r.value for r in rows if r.value}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def row_of(found: Iterable[Tally], month: date | None = None, key: Any = None, label: str = "全部") -> Row:
    """Return the sums of applications, of one month if given; an enterprise counts once."""
    n: Counter[str] = Counter()
    applicants, enterprises = set(), set()
    for tally in found:
        own = tally.n if month is None else tally.by_month.get(month, Counter())
        n.update(own)
        if own["applied"]:
            applicants.add(tally.enterprise_id)
        if own["gross_fen"] > own["bounced_fen"]:
            enterprises.add(tally.enterprise_id)
    n["applicants"], n["enterprises"] = len(applicants), len(enterprises)
    return Row(key, {name: n[name] for name in COUNTED}, label)


def grouped(
    found: Iterable[Tally], key: Callable[[Tally], Any], labels: Mapping[Any, str], unknown: str
) -> tuple[Row, ...]:
    """Return the figures of every group, most money first; a group without any figure is left out."""
    apart: dict[Any, list[Tally]] = {}
    for tally in found:
        apart.setdefault(key(tally), []).append(tally)
    rows = [row_of(some, None, k, str(labels.get(k, unknown))) for k, some in apart.items()]
    return tuple(
        sorted((r for r in rows if any(r.n.values())), key=lambda r: (-r.net_fen, -r.n["applied"], r.label))
    )


def _months(found: list[Tally], wanted: Wanted, moved: Mapping[tuple[date, str], int]) -> tuple[Month, ...]:
    sums_: dict[date, Counter[str]] = {m: Counter() for m in wanted.period.months}
    for tally in found:
        for month, n in tally.by_month.items():
            sums_[month].update(n)
    return tuple(
        Month(
            month,
            {name: n[name] for name in COUNTED},
            -moved.get((month, "treasury"), 0),
            moved.get((month, "committed"), 0),
            moved.get((month, "paid"), 0),
        )
        for month, n in sums_.items()
    )


_REACH = """
    SELECT 'matched', r.policy_id, SUM(r.eligible) FROM policies_matchcount r {policy} {group}
    UNION ALL SELECT 'pushed', r.policy_id, COUNT(DISTINCT r.enterprise_id) FROM policies_push r {policy}
        AND r.state = 'sent' {group}
    UNION ALL SELECT 'seen', r.policy_id, COUNT(DISTINCT r.enterprise_id) FROM policies_policyseen r {policy} {group}
    UNION ALL SELECT 'applied', r.policy_id, COUNT(DISTINCT r.enterprise_id) FROM policies_application r {policy}
        {group}
    UNION ALL SELECT 'paid', r.policy_id, COUNT(DISTINCT r.enterprise_id) FROM policies_application r {policy}
        AND r.paid_on IS NOT NULL {group}
"""


def _reached(viewer: Viewer, wanted: Wanted) -> dict[int, Reach]:
    """Return how far each policy in force came; one statement."""
    filters, given = filters_sql(wanted)
    policy = (
        "JOIN policies_policy p ON p.id = r.policy_id "
        f"WHERE p.state = 'published' AND p.district_id = %s{filters}"
    )
    sql = _REACH.format(policy=policy, group="GROUP BY r.policy_id")
    found: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [scope.here(viewer), *given] * 5)
        for name, policy_id, count in cursor.fetchall():
            found.setdefault(policy_id, {})[name] = int(count or 0)
    return {pk: Reach(**one) for pk, one in found.items()}


def _budgets(viewer: Viewer, wanted: Wanted, year: int) -> tuple[Budget, ...]:
    rows = Budget.objects.filter(year=year, district_id=scope.here(viewer), **wanted.of("policy__"))
    return tuple(rows.order_by("-appropriated_fen", "pk"))


def year_of(number: int) -> Period:
    """Return a year as a period."""
    return Period(date(number, 1, 1), 12)
