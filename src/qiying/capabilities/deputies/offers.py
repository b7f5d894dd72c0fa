"""Beside a proposal: the interest that was declared; in the navigation: to hand one in."""

from datetime import date

from qiying.capabilities.deputies.services.proposals import PROCEDURE, ProposalExtras
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.permissions.viewer import Viewer

offer_nav(
    "deputy_proposal",
    "提代表建议",
    "/open/deputy_proposal/",
    ("deputy",),
    48,
    group="congress",
    first=("deputy",),
)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the interest a deputy declared, to everybody who takes part."""
    extras = ProposalExtras.of(case)
    if case.procedure != PROCEDURE or not extras.conflict:
        return None
    return Tile("deputies/_conflict.html", {"conflict": extras.conflict, "firm": extras.firm})


case_panel("deputies", panel)
