"""Where engagement stands in the navigation."""

from qiying.kernel.organisations.offers import offer_nav

WATCH = ("desk", "supervisor", "district_leader", "deputy", "discipline")
offer_nav("sessions", "政企面对面", "engagement:sessions", WATCH, 45, group="cases")
COLLECTS = ("liaison", "handler", "leader")
offer_nav("collect", "会前报问题", "engagement:collect", COLLECTS, 46, group="cases")
offer_nav("session_items", "会上定的事", "engagement:tracking", WATCH, 47, group="cases")
offer_nav("leading_seats", "召集领导", "engagement:seats", ("desk",), 33, group="registers")
offer_nav("service_groups", "服务组", "engagement:groups", ("desk",), 34, group="registers")
