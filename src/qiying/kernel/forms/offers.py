"""Where the office finds its questionnaires."""

from qiying.kernel.organisations.offers import offer_nav

offer_nav(
    "forms",
    "表单",
    "forms:list",
    roles=("desk", "liaison", "leader", "policy", "admin"),
    order=72,
    group="registers",
)
