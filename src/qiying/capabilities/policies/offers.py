"""What the home pages and the navigation show of support policies; each part registers its own lines."""

from __future__ import annotations

from qiying.capabilities.policies.selectors.matching import policy_matches
from qiying.capabilities.policies.selectors.numbers_proof import money_differences
from qiying.capabilities.policies.views import waiting as declared_waiting  # noqa: F401
from qiying.capabilities.policies.views.applying import showing as asker_words  # noqa: F401
from qiying.capabilities.policies.views.desk.common import to_review
from qiying.capabilities.policies.views.library import tiles
from qiying.capabilities.policies.views.numbers.board import numbers_extra
from qiying.capabilities.policies.views.numbers.page import tile as numbers_tile
from qiying.kernel.organisations.offers import offer_nav, offer_tile, provide

offer_tile("policies.home", 30, tiles.home)
offer_tile("policies.counter", 40, tiles.counter, face="office")
WRITERS = ("policy", "reviewer")
offer_nav(
    "policy_desk", "政策台", "policies:desk", WRITERS, 10, group="policies", first=WRITERS, count=to_review
)
offer_nav("policy_batches", "免申即享", "policies:batches", WRITERS, 11, group="policies", first=WRITERS)
MONEY = (*WRITERS, "treasurer")
offer_nav(
    "policy_money",
    "政策资金",
    "policies:money",
    (*MONEY, "leader", "supervisor"),
    12,
    group="policies",
    first=MONEY,
)
offer_nav(
    "policy_deliveries",
    "兑现服务和权益",
    "policies:money_deliveries",
    ("handler", "liaison"),
    13,
    group="policies",
)
offer_nav("policy_publicity", "政策公示", "policies:publicity", (*WRITERS, "leader"), 14, group="policies")
offer_nav("policy_listings", "负面清单", "policies:listings", ("policy",), 15, group="policies")
offer_nav("policy_counter", "窗口算政策", "policies:counter", ("desk", "policy"), 16, group="policies")
LEADERS = ("leader", "district_leader")
READERS = (*MONEY, "supervisor", "discipline", "deputy", *LEADERS)
offer_nav("policy_numbers", "政策兑现", "policies:numbers", READERS, 20, group="numbers", first=LEADERS)
offer_tile("policies.numbers", 45, numbers_tile, face="office")
provide("numbers:policy_application", numbers_extra)
provide("numbers_proof:policy_application", money_differences)
provide("policy_matches", policy_matches)
