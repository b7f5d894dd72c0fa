"""Where engagement stands in the navigation."""

from qiying.capabilities.engagement.selectors.figures_proof import sessions_counted
from qiying.capabilities.engagement.views.sessions import sessions_behind
from qiying.kernel.organisations.offers import offer_nav, provide

WATCH = ("desk", "supervisor", "district_leader", "deputy", "discipline")
offer_nav("sessions", "政企面对面", "engagement:sessions", WATCH, 45, group="listening")
COLLECTS = ("liaison", "handler", "leader", "associate")
offer_nav("collect", "会前报问题", "engagement:collect", COLLECTS, 46, group="listening")
offer_nav("session_items", "会上定的事", "engagement:tracking", WATCH, 47, group="listening")
offer_nav("leading_seats", "召集领导", "engagement:seats", ("desk",), 33, group="listening")
offer_nav("service_groups", "服务组", "engagement:groups", ("desk",), 34, group="listening")
provide("numbers_counted:sessions", sessions_counted)
provide("numbers_rows:sessions", sessions_behind)

# --- points --------------------------------------------------------------------------------------
POINTS = ("desk", "supervisor", "district_leader", "liaison", "leader", "handler", "deputy", "discipline")
offer_nav("points", "联系点和联络站", "engagement:points", POINTS, 36, group="listening")
offer_nav("notes", "履职笔记", "engagement:notes", ("deputy",), 49, group="listening", first=("deputy",))
