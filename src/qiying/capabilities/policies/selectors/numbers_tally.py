"""One tally for each application: its acts as the figures counted them, its money as payments and ledger have it.

Acts count in the month they happened and are never taken back. Money counts on the day it arrived; what the bank or
the enterprise sent back is its own figure on its own day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from qiying.capabilities.policies.models import Application, Clawback, Payment
from qiying.capabilities.policies.selectors import numbers_scope as scope
from qiying.capabilities.policies.selectors.numbers_scope import PROCEDURE, Wanted
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.viewer import Viewer

ACTS = {
    "received": ("applied",),
    "approved": ("decided",),
    "refused": ("decided", "refused", "ended"),
    "delivered": ("delivered", "ended"),
    "paid": ("ended",),
    "withdrawn": ("ended",),
    "satisfaction": ("rated",),
    "money_days": ("timed",),
}
"""What each counted measure adds to."""
WAYS = {"applied": "by_application", "automatic": "automatic", "instant": "instant", "counter": "counter"}
KINDS = {"service": "services", "right": "rights"}
COUNTED = (
    "applied", "applicants", "paid", "enterprises", "by_application", "automatic", "instant", "counter", "without",
    "delivered", "services", "rights", "waiting", "decided", "refused", "ended", "rated", "satisfied", "stars", "days",
    "timed", "gross_fen", "bounced_fen", "clawed_fen",
)  # fmt: skip


@dataclass
class Tally:
    """An application and what is counted of it in the period, all together and by month."""

    pk: int
    policy_id: int
    enterprise_id: int
    town_id: int | None
    size: str
    way: str
    by_month: dict[date, Counter[str]] = field(default_factory=dict)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, month: date, name: str, value: int) -> None:
        """Count something in a month."""
        self.by_month.setdefault(month, Counter())[name] += value

    def arrive(self, month: date, fen: int) -> None:
        """Count money that arrived; a second payment after the bank sent the first one back is another arrival."""
        for name in ("paid", WAYS[self.way], *(("without",) if self.way in ("automatic", "instant") else ())):
            self.add(month, name, 1)
        self.add(month, "gross_fen", fen)

    @cached_property
    def n(self) -> Counter[str]:
        """Return the sums of the period."""
        found: Counter[str] = Counter()
        for month in self.by_month.values():
            found.update(month)
        return found


_ROWS = """
    SELECT a.id, a.policy_id, a.enterprise_id, e.region_unit_id, e.size_class, a.way, {columns} FROM {rows}
    JOIN enterprises_enterprise e ON e.id = a.enterprise_id JOIN policies_policy p ON p.id = a.policy_id
    WHERE a.district_id = %s AND {condition}
"""
_MEASURES = ", ".join(f"'{m}'" for m in ACTS)
_OWNER = "JOIN policies_application a ON a.id = y.application_id"
_SPAN = "{0} >= %s AND {0} < %s"
_PARTS = {
    "d.measure, d.month, d.kind, d.bucket, d.value": (
        "figures_figuredelta d JOIN policies_application a ON a.case_id = d.case_id",
        f"d.procedure = '{PROCEDURE}' AND d.measure IN ({_MEASURES}) AND {_SPAN.format('d.month')}",
    ),
    "'gross_fen', x.paid_on, '', 0, x.amount_fen": (
        "policies_payment x JOIN policies_application a ON a.id = x.application_id",
        _SPAN.format("x.paid_on"),
    ),
    "'bounced_fen', y.\"on\", '', 0, -x.amount": (
        f"policies_ledgerposting x JOIN policies_ledgerentry y ON y.id = x.entry_id {_OWNER}",
        "y.kind = 'fail' AND x.account = 'paid' AND " + _SPAN.format('y."on"'),
    ),
    "'clawed_fen', x.returned_on, '', 0, x.amount_fen": (
        f"policies_clawback x JOIN policies_payment y ON y.id = x.payment_id {_OWNER}",
        f"x.state = 'returned' AND {_SPAN.format('x.returned_on')}",
    ),
    "'waiting', CAST(NULL AS date), '', 0, 1": (
        "policies_delivery x JOIN policies_application a ON a.id = x.application_id",
        "x.state = 'waiting'",
    ),
}
"""What is counted: its name, day, kind, bucket and value; from which rows; which of them."""


def tallies(viewer: Viewer, wanted: Wanted) -> list[Tally]:
    """Return what is counted of every application in the period; one statement.

    Written in SQL: it is the heart of the page, and the ORM takes longer to write it than the database to run it.
    """
    span = [wanted.period.first, wanted.period.after]
    filters, given = filters_sql(wanted)
    parts: list[str] = []
    params: list[Any] = []
    for columns, (rows, condition) in _PARTS.items():
        parts.append(_ROWS.format(columns=columns, rows=rows, condition=condition) + filters)
        own = [scope.here(viewer), *given]
        params += own if "waiting" in columns else [own[0], *span, *given]
    found: dict[int, Tally] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for *columns, name, day, kind, bucket, value in cursor.fetchall():
            tally = found.get(columns[0]) or found.setdefault(columns[0], Tally(*columns))
            _count(tally, name, _month(day) if day else span[0], kind, bucket, value)
    return list(found.values())


def filters_sql(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return the filters by policy as SQL and its parameters."""
    sql = ""
    params: list[Any] = []
    for column, value in (("theme", wanted.theme), ("code", wanted.policy)):
        if value:
            sql, params = f"{sql} AND p.{column} = %s", [*params, value]
    if wanted.unit_ids is not None:
        places = ", ".join(["%s"] * len(wanted.unit_ids)) or "NULL"
        sql, params = f"{sql} AND p.lead_unit_id IN ({places})", [*params, *wanted.unit_ids]
    return sql, params


def _month(day: date | str) -> date:
    """Return the month of a day; SQLite hands dates out as text where the ORM does not read them."""
    return (date.fromisoformat(day) if isinstance(day, str) else day).replace(day=1)


def _count(tally: Tally, name: str, month: date, kind: str, bucket: int, value: int) -> None:
    if name == "gross_fen":
        tally.arrive(month, value)
        return
    for counted in ACTS.get(name, (name,)):
        tally.add(month, counted, value)
    if name == "delivered" and kind in KINDS:
        tally.add(month, KINDS[kind], value)
    elif name == "satisfaction":
        tally.add(month, "stars", bucket * value)
        tally.add(month, "satisfied", value if bucket >= 3 else 0)
    elif name == "money_days":
        tally.add(month, "days", bucket * value)
        tally.days[bucket] += value


def with_money(rows: QuerySet[Application], wanted: Wanted) -> QuerySet[Any]:
    """Annotate applications with the period's `gross` and `net` money and with their workdays to it, to sort by."""
    own = {"application_id": OuterRef("pk")}
    arrived = Payment.objects.filter(**own, **wanted.on("paid_on"))
    sent_back = scope.bounced().filter(entry__application_id=OuterRef("pk"), **wanted.on("entry__on"))
    back = Clawback.objects.filter(
        payment__application_id=OuterRef("pk"), state=Clawback.State.RETURNED, **wanted.on("returned_on")
    )
    days = FigureDelta.objects.filter(case_id=OuterRef("case_id"), procedure=PROCEDURE, measure="money_days")
    return rows.annotate(
        gross=_summed(arrived, "application_id", F("amount_fen")),
        bounced=_summed(sent_back, "entry__application_id", -F("amount")),
        clawed=_summed(back, "payment__application_id", F("amount_fen")),
        net=F("gross") - F("bounced") - F("clawed"),
        workdays=Subquery(
            days.order_by("-event_seq", "-pk").values("bucket")[:1], output_field=IntegerField()
        ),
    )


def _summed(rows: QuerySet[Any], owner: str, value: Any) -> Coalesce:
    total = rows.order_by().values(owner).annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


_MOVED = """
    SELECT e."on", x.account, SUM(x.amount)
    FROM policies_ledgerposting x JOIN policies_ledgerentry e ON e.id = x.entry_id
    JOIN policies_budget b ON b.id = e.budget_id JOIN policies_policy p ON p.id = b.policy_id
    WHERE x.account IN ('treasury', 'committed', 'paid') AND b.year = %s AND b.district_id = %s
    AND e."on" >= %s AND e."on" < %s"""


def ledger_months(viewer: Viewer, wanted: Wanted, year: int) -> dict[tuple[date, str], int]:
    """Return what moved on a year's budgets by month and account; one statement."""
    filters, given = filters_sql(wanted)
    found: dict[tuple[date, str], int] = {}
    with connection.cursor() as cursor:
        span = [wanted.period.first, wanted.period.after]
        cursor.execute(
            f'{_MOVED}{filters} GROUP BY e."on", x.account', [year, scope.here(viewer), *span, *given]
        )
        for on, account, fen in cursor.fetchall():
            key = (_month(on), account)
            found[key] = found.get(key, 0) + int(fen or 0)
    return found
