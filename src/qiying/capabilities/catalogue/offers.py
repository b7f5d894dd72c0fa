"""Where the catalogue stands in the navigation and on the enterprise's home."""

from django.urls import reverse

from qiying.capabilities.catalogue.selectors import items_offered
from qiying.capabilities.catalogue.views.guide import WISHES, needs_url
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile, provide
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.service_items import NAME

OFFICE = ("desk", "supervisor", "district_leader", "liaison", "leader", "handler", "deputy", "discipline")
offer_nav("service_items", "服务事项", "catalogue:items", OFFICE, 20, group="service")
offer_nav("service_boards", "服务板块", "catalogue:boards", ("desk",), 21, group="service")
offer_nav("one_things", "一件事清单", "catalogue:one_things", OFFICE, 22, group="service")
offer_nav("intermediaries", "中介服务", "catalogue:intermediaries", OFFICE, 23, group="service")
offer_nav("item_uses", "事项用量", "catalogue:uses", ("desk", "supervisor", "leader"), 24, group="service")
offer_nav("free_services", "免费服务", "catalogue:free", OFFICE, 25, group="service")
offer_nav("away_cards", "温馨老家卡", "catalogue:cards", ("desk", "liaison"), 26, group="service")


def search_box(request: ViewerRequest) -> Tile:
    """Let an enterprise find what to do from its home, in its own words."""
    return Tile("catalogue/_tile.html", {"wishes": [(w, needs_url(**g)) for w, g in WISHES[:4]]})


offer_tile("approvals.guide", 35, search_box)
provide(NAME, items_offered)
provide("guide_url", lambda: reverse("catalogue:guides"))
