"""What the home pages and the navigation show of support policies; each part registers its own lines."""

from __future__ import annotations

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
offer_nav("policy_counter", "窗口算政策", "policies:counter", ("desk", "policy"), 45, group="menu")
offer_nav("policy_batches", "免申即享", "policies:batches", ("policy", "reviewer"), 33)
offer_nav(
    "policy_publicity", "政策公示", "policies:publicity", ("policy", "reviewer", "leader"), 47, group="menu"
)
offer_nav("policy_listings", "负面清单", "policies:listings", ("policy",), 48, group="menu")
offer_nav("policy_desk", "政策台", "policies:desk", ("policy", "reviewer"), 40, count=to_review)
offer_nav("policy_money", "政策资金", "policies:money", ("treasurer", "policy", "reviewer"), 42)
offer_nav("policy_money_read", "政策资金", "policies:money", ("leader", "supervisor"), 49, group="menu")
offer_nav(
    "policy_deliveries",
    "兑现服务和权益",
    "policies:money_deliveries",
    ("handler", "liaison"),
    50,
    group="menu",
)
offer_nav("policy_numbers", "政策兑现", "policies:numbers", ("leader", "district_leader"), 43)
READERS = ("policy", "reviewer", "treasurer", "supervisor", "discipline", "deputy")
offer_nav("policy_numbers_read", "政策兑现的数字", "policies:numbers", READERS, 51, group="menu")
offer_tile("policies.numbers", 45, numbers_tile, face="office")
provide("numbers:policy_application", numbers_extra)
provide("numbers_proof:policy_application", money_differences)
