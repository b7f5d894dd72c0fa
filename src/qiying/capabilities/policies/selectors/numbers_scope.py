"""What is counted of policies: of which time, department, theme or policy; and who may open the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from qiying.capabilities.policies.models import Application, LedgerPosting, Policy
from qiying.capabilities.policies.models import LedgerEntry as Entry
from qiying.kernel.figures.periods import Period
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "policy_application"
FIRST_YEAR = 2020


@dataclass(frozen=True)
class Wanted:
    """A period, and the policies it is asked of: of some departments, of a theme, or one alone."""

    period: Period
    unit_ids: tuple[int, ...] | None = None
    theme: str = ""
    policy: str = ""

    def on(self, name: str) -> dict[str, Any]:
        """Return the condition that a date field lies in the period."""
        return {f"{name}__gte": self.period.first, f"{name}__lt": self.period.after}

    def of(self, path: str) -> dict[str, Any]:
        """Return the filters as conditions on a policy."""
        found: dict[str, Any] = {f"{path}theme": self.theme} if self.theme else {}
        if self.unit_ids is not None:
            found[f"{path}lead_unit_id__in"] = list(self.unit_ids)
        return found | ({f"{path}code": self.policy} if self.policy else {})


def here(viewer: Viewer) -> int:
    """Return the district whose numbers the viewer may see; 0 sees nothing."""
    return (viewer.district_id or 0) if viewer.has("policies.numbers") else 0


def units_below(viewer: Viewer, unit_id: int) -> tuple[int, ...]:
    """Return a unit of the district with those below it, none when there is no such unit."""
    units = Unit.objects.filter(district_id=here(viewer))
    root = units.filter(pk=unit_id).values_list("path", flat=True).first()
    return tuple(units.filter(path__startswith=root).values_list("pk", flat=True)) if root else ()


class Counted(NamedTuple):
    """A policy as the figures name it."""

    pk: int
    code: str
    name: str
    lead_unit_id: int


def policies_counted(viewer: Viewer) -> dict[int, Counted]:
    """Return the district's policies that were published once, by id."""
    rows = Policy.objects.filter(district_id=here(viewer), published_on__isnull=False).order_by("name")
    return {row[0]: Counted(*row) for row in rows.values_list("pk", "code", "name", "lead_unit_id")}


def unit_labels(viewer: Viewer) -> dict[int, str]:
    """Return the names of the district's units."""
    rows = Unit.objects.filter(district_id=here(viewer)).values_list("pk", "short_name", "name")
    return {pk: short or name for pk, short, name in rows}


def applications(viewer: Viewer, wanted: Wanted) -> QuerySet[Application]:
    """Return the applications the filters leave, of whatever time."""
    return Application.objects.filter(district_id=here(viewer), **wanted.of("policy__"))


def bounced() -> QuerySet[LedgerPosting]:
    """Return what the bank sent back after it had arrived, as the ledger has it: negative postings on `paid`."""
    return LedgerPosting.objects.filter(entry__kind=Entry.Kind.FAIL, account="paid")


MONEY_FIGURES = frozenset(
    {
        "paid", "by_application", "automatic", "instant", "counter", "without", "delivered", "services", "rights",
        "waiting", "timed", "gross_fen", "bounced_fen", "clawed_fen",
    }
)  # fmt: skip
"""Figures whose rows anybody who may look at the money may see; the others need `policies.reach`."""


def may_open(viewer: Viewer, figure: str) -> bool:
    """Tell whether the viewer may see the enterprises behind a figure."""
    return viewer.has("policies.reach") or (figure in MONEY_FIGURES and viewer.has("policies.view_money"))
