"""Where environmental quota stands: navigation, beside a project's case, on the home of who keeps the pool."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.quotas.models import Reservation
from qiying.capabilities.quotas.services import reservations_of, running_out
from qiying.capabilities.quotas.views import reservation_url
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

SEES = ("leader", "liaison", "handler", "supervisor", "district_leader", "discipline")
offer_nav("quotas", "环境指标", "quotas:pools", SEES, 59, group="growth")


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what a project holds of the district's quota."""
    rows = reservations_of(case) if case.procedure == "project" else []
    return Tile("quotas/_case.html", {"rows": rows}) if rows else None


def waits(viewer: Viewer, today: date) -> Source | None:
    """Return the reservations that are about to run out, or did."""
    if not viewer.has("quotas.keep"):
        return None

    def item(row: Reservation) -> Item:
        return Item(
            f"{row.case.title}：{row}", reservation_url(row), "", "用掉或者退回", row.until, row.reserved_on
        )

    return Source(running_out(viewer, today), item, day="until", order=("until", "pk"))


case_panel("quotas", panel)
declare_waiting("quotas", "留着没用的指标", waits, order=70)
