"""Where visits stand in the navigation, and what they tell the cockpit and inspections."""

from qiying.capabilities.visits.selectors.figures_proof import visits_counted
from qiying.capabilities.visits.selectors.visits import visits_made, visits_over_cap, visits_visible_to
from qiying.capabilities.visits.services.reporting import inspection_note
from qiying.capabilities.visits.views.residents import tile as officer_tile
from qiying.capabilities.visits.views.waiting import visits_behind
from qiying.kernel.organisations.linked import offer_linked
from qiying.kernel.organisations.offers import offer_nav, offer_tile, provide

WALKS = (
    "liaison",
    "handler",
    "leader",
    "desk",
    "deputy",
    "discipline",
    "congress",
    "supervisor",
    "district_leader",
)
offer_nav("visits", "走访", "visits:visits", WALKS, 48, group="listening")
offer_nav("campaigns", "走访活动", "visits:campaigns", WALKS, 35, group="listening")
DIFFICULT = ("desk", "supervisor", "district_leader")
offer_nav("difficulties", "共性难处", "visits:difficulties", DIFFICULT, 15, group="learning")
offer_nav("residents", "驻企服务员", "visits:residents", WALKS, 37, group="listening")
offer_tile("engagement.officer", 80, officer_tile)
provide("visits_made", visits_made)
provide("visits_over_cap", visits_over_cap)
provide("numbers_counted:visits", visits_counted)
provide("inspection_note", inspection_note)
provide("numbers_rows:visits", visits_behind)
offer_linked("visit", lambda viewer: visits_visible_to(viewer).select_related("enterprise"), "visits:visits_row",
             lambda v: f"{v.on} {v.enterprise.label}")  # fmt: skip
