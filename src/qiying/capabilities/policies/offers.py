"""What the home pages and the navigation show of support policies; each part registers its own lines."""

from __future__ import annotations

from qiying.capabilities.policies.views.library import tiles
from qiying.kernel.organisations.offers import offer_nav, offer_tile

offer_tile("policies.home", 30, tiles.home)
offer_tile("policies.counter", 40, tiles.counter, face="office")
offer_nav("policy_counter", "窗口算政策", "policies:counter", ("desk", "policy"), 45, group="menu")
