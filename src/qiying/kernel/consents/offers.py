"""Where consents stand on the enterprise's home and in the office's navigation."""

from qiying.kernel.organisations.offers import offer_nav, offer_way

offer_way("consents", "数据授权", "consents:home", "shield", 80)
offer_nav(
    "consents", "授权给我们的", "consents:received", ("handler", "leader", "liaison"), 75, group="growth"
)
