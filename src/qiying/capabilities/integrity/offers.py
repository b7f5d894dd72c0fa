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
