"""Where sealed reports stand in the navigation, and how others lead to them."""

from django.urls import reverse

from qiying.capabilities.integrity.selectors import live_key
from qiying.kernel.organisations.offers import offer_nav, provide

offer_nav(
    "integrity", "密封举报", "integrity:reports", ("discipline",), 20, group="watch", first=("discipline",)
)
offer_nav("integrity_key", "密封钥匙", "integrity:key", ("discipline",), 70, group="registers")


def door(district_id: int) -> str:
    """Return where somebody reports under seal in a district, empty where no key is set."""
    return f"{reverse('integrity:report')}?district={district_id}" if live_key(district_id) else ""


provide("integrity_door", door)
