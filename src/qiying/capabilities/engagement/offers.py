"""Where engagement stands in the navigation."""

from qiying.capabilities.engagement.selectors.figures_proof import sessions_counted, visits_counted
from qiying.capabilities.engagement.selectors.visits import visits_made
from qiying.capabilities.engagement.services.visits_reporting import inspection_note
from qiying.capabilities.engagement.views.residents import tile as officer_tile
from qiying.capabilities.engagement.views.waiting import sessions_behind, visits_behind
from qiying.kernel.organisations.offers import offer_nav, offer_tile, provide

WATCH = ("desk", "supervisor", "district_leader", "deputy", "discipline")
offer_nav("sessions", "政企面对面", "engagement:sessions", WATCH, 45, group="cases")
COLLECTS = ("liaison", "handler", "leader")
offer_nav("collect", "会前报问题", "engagement:collect", COLLECTS, 46, group="cases")
offer_nav("session_items", "会上定的事", "engagement:tracking", WATCH, 47, group="cases")
offer_nav("leading_seats", "召集领导", "engagement:seats", ("desk",), 33, group="registers")
offer_nav("service_groups", "服务组", "engagement:groups", ("desk",), 34, group="registers")

# --- visits, resident officers, points -----------------------------------------------------------
WALKS = ("liaison", "handler", "leader", "desk", "deputy", "discipline", "supervisor", "district_leader")
offer_nav("visits", "走访", "engagement:visits", WALKS, 48, group="cases")
offer_nav("campaigns", "走访活动", "engagement:campaigns", WALKS, 35, group="registers")
DIFFICULT = ("desk", "supervisor", "district_leader")
offer_nav("difficulties", "共性难处", "engagement:difficulties", DIFFICULT, 15, group="learning")
provide("visits_made", visits_made)
provide("numbers_counted:sessions", sessions_counted)
provide("numbers_counted:visits", visits_counted)
provide("inspection_note", inspection_note)
provide("numbers_rows:visits", visits_behind)
provide("numbers_rows:sessions", sessions_behind)
POINTS = ("desk", "supervisor", "district_leader", "liaison", "leader", "handler", "deputy", "discipline")
offer_nav("points", "联系点和联络站", "engagement:points", POINTS, 36, group="registers")
offer_nav("residents", "驻企服务员", "engagement:residents", WALKS, 37, group="registers")
offer_nav("notes", "履职笔记", "engagement:notes", ("deputy",), 49, group="cases", first=("deputy",))
offer_tile("engagement.officer", 80, officer_tile)
