"""What cases put on homes: whose turn it is, what a second person decides, what to acknowledge, what one asked."""

from __future__ import annotations

from django.db.models import QuerySet

from qiying.kernel.cases import certificates
from qiying.kernel.cases.faces.asker_rows import case_rows, own_cases_of, own_first
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading_lists import numbers_opened
from qiying.kernel.cases.waiting import cards, decisions, declare_waiting, office_turn, own_turn
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile, provide
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

SHOWN = 4


def own(request: ViewerRequest) -> Tile:
    """Return the first open cases of whoever asked, and whether there are more."""
    cases = kept(_first, request.viewer, acting_enterprise_id(request, request.viewer))
    return Tile("asker/_tile.html", {"rows": case_rows(request, cases[:SHOWN]), "more": len(cases) > SHOWN})


def _first(viewer: Viewer, acting: int | None) -> QuerySet[Case]:
    return own_first(own_cases_of(viewer, acting).filter(is_open=True), viewer)[: SHOWN + 1]


declare_waiting("own_turn", "等您的", own_turn, order=5)
declare_waiting("turn", "该您办的", office_turn, order=10)
declare_waiting("decide", "等您决定", decisions, order=20)
declare_waiting("cards", "等您回执", cards, order=30)
offer_nav(
    "countersign",
    "答复审签",
    "cases:countersign",
    ("leader", "liaison", "utility_handler", "utility_head"),
    25,
    group="registers",
)
offer_tile("cases.own", 50, own)
provide("numbers_opened", numbers_opened)
case_panel("certificates", certificates.issued)
