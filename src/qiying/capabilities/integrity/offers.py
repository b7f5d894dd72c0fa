"""Where sealed reports stand in the navigation, and how others lead to them."""

from django.urls import reverse

from qiying.capabilities.integrity.selectors import live_key, reports_to_finish
from qiying.kernel.organisations.offers import offer_nav, provide
from qiying.kernel.organisations.waiting import declare_waiting

offer_nav(
    "integrity", "密封举报", "integrity:reports", ("discipline",), 20, group="watch", first=("discipline",)
)
offer_nav("integrity_key", "密封钥匙", "integrity:key", ("discipline",), 70, group="registers")
declare_waiting("integrity", "密封举报要办的", reports_to_finish, order=20)


def door(district_id: int) -> str:
    """Return where somebody reports under seal in a district, empty where no key is set."""
    return f"{reverse('integrity:report')}?district={district_id}" if live_key(district_id) else ""


provide("integrity_door", door)
