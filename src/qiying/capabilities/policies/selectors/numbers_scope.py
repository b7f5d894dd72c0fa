"""What is counted: the filters of an address, the applications they leave, and one condition for each figure.

The page and the rows behind a figure use the same condition, so that a number and its list cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from qiying.capabilities.policies.models import (
    Application,
    LedgerEntry,
    LedgerPosting,
    Policy,
    PolicyGrant,
    Theme,
)
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "policy_application"
FIRST_YEAR = 2020


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; everything unreadable is left out."""

    year: int
    month: int = 0
    department: int = 0
    theme: str = ""
    policy: str = ""
    town: str = ""  # an id, or "none"
    size: str = ""
    reason: str = ""
    low: int | None = None
    high: int | None = None

    @property
    def whole_year(self) -> Wanted:
        return replace(self, month=0)

    @property
    def span(self) -> tuple[date, date]:
        """Return the first and the last day counted, the second one excluded."""
        if not self.month:
            return date(self.year, 1, 1), date(self.year + 1, 1, 1)
        return date(self.year, self.month, 1), date(self.year + self.month // 12, self.month % 12 + 1, 1)

    def on(self, name: str) -> dict[str, date]:
        """Return the condition that a date field lies in the time asked for."""
        first, after = self.span
        return {f"{name}__gte": first, f"{name}__lt": after}

    def query(self, **changes: Any) -> str:
        """Return the address's query, some of it changed."""
        one = replace(self, **changes)
        found = {k: getattr(one, k) for k in self.__dataclass_fields__}
        return urlencode(
            {k: v for k, v in found.items() if v not in ("", 0, None) or (k == "low" and v == 0)}
        )


def wanted_read(get: Mapping[str, str], today: date) -> Wanted:
    """Read an address; this year where it names none that can be."""
    year = _number(get.get("year"))
    theme = get.get("theme", "")
    return Wanted(
        year=year if year is not None and FIRST_YEAR <= year <= today.year else today.year,
        month=m if (m := _number(get.get("month"))) is not None and m <= 12 else 0,
        department=_number(get.get("department")) or 0,
        theme=theme if theme in Theme.values else "",
        policy=get.get("policy", "")[:60],
        town=get.get("town", "")[:12],
        size=get.get("size", "")[:8],
        reason=get.get("reason", "")[:20],
        low=_number(get.get("low")),
        high=_number(get.get("high")),
    )


def _number(text: str | None) -> int | None:
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 9 else None


def themes() -> list[tuple[str, str]]:
    """Return the themes to choose from."""
    return [(value, str(label)) for value, label in Theme.choices]


def here(viewer: Viewer) -> int:
    """Return the district whose numbers the viewer may see; 0 sees nothing."""
    return (viewer.district_id or 0) if viewer.has("policies.numbers") else 0


def policies_counted(viewer: Viewer) -> QuerySet[Policy]:
    """Return the district's policies that were published once."""
    rows = Policy.objects.filter(district_id=here(viewer), published_on__isnull=False)
    return rows.select_related("lead_unit").order_by("name")


def all_applications(viewer: Viewer) -> QuerySet[Application]:
    """Return the district's applications without those filed by mistake."""
    return Application.objects.filter(district_id=here(viewer)).exclude(case__outcome="voided")


def narrowing(viewer: Viewer, wanted: Wanted, path: str) -> dict[str, Any]:
    """Return the filters as conditions on anything that has a district and a policy."""
    return {f"{path}district_id": here(viewer), **_policy(wanted, f"{path}policy__")}


def policy_narrowing(viewer: Viewer, wanted: Wanted, path: str) -> dict[str, Any]:
    """Return the filters as conditions on policies themselves."""
    return {f"{path}district_id": here(viewer), **_policy(wanted, path)}


def _policy(wanted: Wanted, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if wanted.department:
        found[f"{path}lead_unit_id"] = wanted.department
    if wanted.theme:
        found[f"{path}theme"] = wanted.theme
    if wanted.policy:
        found[f"{path}code"] = wanted.policy
    return found


def applications(viewer: Viewer, wanted: Wanted) -> QuerySet[Application]:
    """Return the applications the filters leave, of whatever time."""
    return all_applications(viewer).filter(**_policy(wanted, "policy__"))


def bounced() -> QuerySet[LedgerPosting]:
    """Return what the bank sent back after it had arrived, as the ledger has it: negative postings on `paid`."""
    return LedgerPosting.objects.filter(entry__kind=LedgerEntry.Kind.FAIL, account="paid")


def workdays() -> Subquery:
    """Return the workdays from application to money, as the case counted them on the statutory calendar."""
    told = FigureDelta.objects.filter(
        case_id=OuterRef("case_id"), procedure=PROCEDURE, measure="money_days", value__gt=0
    )
    return Subquery(told.order_by("-event_seq", "-pk").values("bucket")[:1], output_field=IntegerField())


def conditions(wanted: Wanted) -> dict[str, Q]:
    """Return what each figure counts, as a condition on an application."""
    money = Q(policy__grant=PolicyGrant.MONEY)
    arrived = Q(**wanted.on("paid_on"))
    paid = arrived & money & Q(paid_fen__gt=0)
    delivered = arrived & ~money
    refused = Q(case__outcome="refused", **wanted.on("case__answered_on"))
    granted = Q(approved_at__isnull=False, **wanted.on("case__answered_on"))
    ended = Q(case__is_open=False, **wanted.on("case__closed_on"))
    rated = ended & Q(case__extras__rating__isnull=False)
    way = Application.Way
    return {
        "applied": Q(**wanted.on("case__received_on")),
        "paid": paid,
        "by_application": paid & Q(way=way.APPLIED),
        "automatic": paid & Q(way=way.AUTOMATIC),
        "instant": paid & Q(way=way.INSTANT),
        "counter": paid & Q(way=way.COUNTER),
        "without": paid & Q(way__in=(way.AUTOMATIC, way.INSTANT)),
        "delivered": delivered,
        "services": delivered & Q(policy__grant=PolicyGrant.SERVICE),
        "rights": delivered & Q(policy__grant=PolicyGrant.RIGHT),
        "waiting": Q(delivery__state="waiting"),
        "timed": (paid | delivered) & Q(workdays__isnull=False),
        "decided": refused | granted,
        "refused": refused,
        "ended": ended,
        "rated": rated,
        "satisfied": rated & Q(case__extras__rating__gte=3),
        "money": Q(gross__gt=0),
        "bounced": Q(bounced__gt=0),
        "clawed": Q(clawed__gt=0),
    }


MONEY_FIGURES = frozenset(
    {"paid", "by_application", "automatic", "instant", "counter", "without", "delivered", "services", "rights",
     "waiting", "timed", "money", "bounced", "clawed"}
)  # fmt: skip
"""Figures whose rows anybody who may look at the money may see; the others need `policies.reach`."""


def may_open(viewer: Viewer, figure: str) -> bool:
    """Tell whether the viewer may see the enterprises behind a figure."""
    wider = viewer.has("policies.reach")
    return wider or (figure in MONEY_FIGURES and viewer.has("policies.view_money"))


def figure_rows(viewer: Viewer, wanted: Wanted, figure: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the applications a figure counts out of `rows`; `is_open_to` tells whether the case may be opened."""
    found = rows.filter(conditions(wanted)[figure])
    if wanted.town:
        none = {"enterprise__region_unit_id__isnull": True}
        is_id = wanted.town.isascii() and wanted.town.isdigit()
        found = found.filter(**({"enterprise__region_unit_id": int(wanted.town)} if is_id else none))
    if wanted.size:
        found = found.filter(enterprise__size_class="" if wanted.size == "none" else wanted.size)
    if wanted.reason:
        found = found.filter(case__extras__refusal_kind=wanted.reason)
    if wanted.low is not None:
        found = found.filter(workdays__gte=wanted.low)
    if wanted.high is not None:
        found = found.filter(workdays__lte=wanted.high)
    mine = cases_visible_to(viewer).filter(pk=OuterRef("case_id"))
    annotated: QuerySet[Any] = found.annotate(
        is_open_to=Exists(mine), net=F("gross") - F("bounced") - F("clawed")
    )
    return annotated.select_related("case", "enterprise", "policy__lead_unit")
