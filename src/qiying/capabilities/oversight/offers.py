"""Where oversight stands in the navigation and on homes."""

from qiying.kernel.organisations.offers import offer_nav

READERS = (
    "congress",
    "deputy",
    "procurator",
    "supervisor",
    "district_leader",
    "discipline",
    "leader",
    "liaison",
    "handler",
)
offer_nav("oversight_bases", "监督依据", "oversight:bases", READERS, 60, group="watch")
offer_nav("oversight_lists", "督办清单", "oversight:lists", READERS, 61, group="watch")
