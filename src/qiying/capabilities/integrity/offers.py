"""Where sealed reports stand in the navigation, and how others lead to them."""

from datetime import date

from django.urls import reverse

from qiying.capabilities.integrity.selectors import live_key, reports_to_finish
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import declare_waiting
from qiying.kernel.permissions.viewer import Viewer

offer_nav(
    "integrity", "密封举报", "integrity:reports", ("discipline",), 20, group="watch", first=("discipline",)
)
offer_nav("integrity_key", "密封钥匙", "integrity:key", ("discipline",), 70, group="registers")
declare_waiting("integrity", "密封举报要办的", reports_to_finish, order=20)


def inside(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the way from a report's days to what it says, for the body that holds the key."""
    if case.procedure != "integrity_report" or not viewer.has("integrity.reports"):
        return None
    return Tile("integrity/_inside.html", {"number": case.number})


case_panel("integrity", inside)
offer_way("integrity", "密封举报", "integrity:report", "lock", 90, for_all=True)


def door(district_id: int) -> str:
    """Return where somebody reports under seal in a district, empty where no key is set."""
    return f"{reverse('integrity:report')}?district={district_id}" if live_key(district_id) else ""


provide("integrity_door", door)
provide("integrity_lists", lambda district_id: f"{reverse('integrity:lists')}?district={district_id}")
OFFICE = ("desk", "liaison", "handler", "leader", "callback", "supervisor", "policy", "deputy")
offer_nav("integrity_entry", "密封举报", "integrity:report", OFFICE, 90, group="watch")
offer_nav("integrity_lists", "十必办十不准", "integrity:lists", (*OFFICE, "discipline"), 91, group="watch")
offer_nav("integrity_editions", "清单的各版", "integrity:editions", ("discipline",), 72, group="registers")
offer_way("lists", "十不准", "integrity:lists", "flag", 91, for_all=True)


def broken(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the way to report a clause that was broken, for the enterprise whose case it was, once it ended."""
    is_own = case.enterprise_id in viewer.enterprise_ids
    if not is_own or case.is_open or case.procedure in ("breach_report", "integrity_report"):
        return None
    return Tile("integrity/_broken.html", {"number": case.number, "district": case.district_id})


case_panel("breach", broken)
