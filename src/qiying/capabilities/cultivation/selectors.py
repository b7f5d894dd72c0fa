"""Reads of the ladder: who sees which rows, what a firm sees of itself, the figures with their denominators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, QuerySet

from qiying.capabilities.cultivation.models import (
    Plan,
    PlatformScore,
    Service,
    Standing,
    TierRun,
    Title,
)
from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK, Tier, ladder
from qiying.kernel.organisations.models import DistrictRow
from qiying.kernel.permissions.viewer import Viewer

R = TypeVar("R", bound=DistrictRow)


def standings(viewer: Viewer) -> QuerySet[Standing]:
    """Return the district's standings for who keeps the ladder: they tell figures of firms."""
    rows = Standing.objects.select_related("enterprise").order_by("tier", "-since_on", "pk")
    return (
        rows.filter(district_id=viewer.district_id or 0) if viewer.has("cultivation.ladder") else rows.none()
    )


def kept(model: type[R], viewer: Viewer, needs: str, *related: str) -> QuerySet[R]:
    """Return the rows of the viewer's district for who has a permission."""
    rows = model._default_manager.select_related("district", *related)
    return rows.filter(district_id=viewer.district_id or 0) if viewer.has(needs) else rows.none()


def titles(viewer: Viewer) -> QuerySet[Title]:
    return kept(Title, viewer, "cultivation.view", "enterprise")


def scores(viewer: Viewer) -> QuerySet[PlatformScore]:
    return kept(PlatformScore, viewer, "cultivation.ladder", "enterprise")


def plans(viewer: Viewer) -> QuerySet[Plan]:
    rows = kept(Plan, viewer, "cultivation.ladder", "enterprise", "officer")
    return rows.annotate(services_all=Count("services"), services_done=Count("services__done_on"))


# --- what a firm sees of itself -------------------------------------------------------------------------
@dataclass(frozen=True)
class Rung:
    """One tier as a firm sees it: its title, how it stands, its re-check."""

    tier: Tier
    title: Title | None
    standing: Standing | None
    recheck: Standing | None


@dataclass(frozen=True)
class Growth:
    """Everything of one firm."""

    rungs: list[Rung]
    plans: list[Plan]


def growth(enterprise_id: int, today: date) -> Growth:
    """Return what a firm sees of itself; five queries."""
    held = {t.tier: t for t in Title.objects.filter(enterprise_id=enterprise_id).order_by("granted_on")}
    found = {(s.tier, s.purpose): s for s in Standing.objects.filter(enterprise_id=enterprise_id)}
    rungs = [
        Rung(tier, held.get(code), found.get((code, APPLY)), found.get((code, RECHECK)))
        for code, tier in ladder().tiers.items()
    ]
    own = Plan.objects.filter(enterprise_id=enterprise_id).exclude(state=Plan.State.DROPPED)
    return Growth(rungs, list(own.select_related("officer").prefetch_related("services__unit")))


# --- figures ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TierFigures:
    """One tier: firms with a valid title, those that meet it, nearly do, fell out, and how many went up."""

    tier: Tier
    titles: int
    states: dict[str, int]
    promoted: int
    could: int

    @property
    def rate(self) -> str:
        """Return the promotion rate with its denominator; without one there is no rate."""
        return (
            f"{self.promoted / self.could * 100:.1f}%（{self.promoted} / {self.could}）"
            if self.could
            else "没有基数"
        )


def tier_figures(district_id: int, today: date, since: date) -> list[TierFigures]:
    """Return the tiers' figures: promoted is who got this tier since a day, of those who held the one below then."""
    rows = list(
        Title.objects.filter(district_id=district_id).values_list(
            "enterprise_id", "tier", "granted_on", "valid_to", "ended_on", "state"
        )
    )
    counts = Standing.objects.filter(district_id=district_id, purpose=APPLY).values_list("tier", "state")
    states = {(t, s): n for t, s, n in counts.annotate(n=Count("pk"))}

    def held(codes: Sequence[str], day: date) -> set[int]:
        return {
            firm
            for firm, tier, start, end, ended, state in rows
            if tier in codes
            and start <= day <= end
            and (state != "cancelled" or (ended is not None and day < ended))
        }

    found = []
    for code, tier in ladder().tiers.items():
        base = held(tier.after, since) - held([code], since)
        came = {f for f, t, start, *_ in rows if t == code and since < start <= today}
        told = {str(s): states.get((code, s), 0) for s in Standing.State}
        found.append(TierFigures(tier, len(held([code], today)), told, len(base & came), len(base)))
    return found


def pool_size(district_id: int, today: date) -> tuple[int, int]:
    """Return how many firms hold a valid title of the ladder's steps, and on how many steps they stand."""
    rows = Title.objects.filter(district_id=district_id, state__in=["valid", "doubted"], valid_to__gte=today)
    ladder_codes = [t.code for t in ladder().tiers.values() if not t.until_year_end]
    pairs = rows.filter(tier__in=ladder_codes).values_list("enterprise_id", "tier").distinct()
    return len({firm for firm, _ in pairs}), len({tier for _, tier in pairs})


def last_run(district_id: int) -> TierRun | None:
    """Return the last run that came to its end."""
    return (
        TierRun.objects.filter(district_id=district_id, finished_at__isnull=False).order_by("-as_of").first()
    )


def services_waiting(viewer: Viewer) -> QuerySet[Service]:
    """Return services that firms asked the viewer for, or that are due at his plans."""
    rows = Service.objects.filter(
        plan__district_id=viewer.district_id or 0, plan__state=Plan.State.OPEN, done_on=None
    )
    return rows.filter(plan__officer_id=viewer.person_id).select_related("plan__enterprise", "unit")
