"""Where the legal environment stands in the navigation and on homes, and what others may ask of it."""

from qiying.capabilities.legal_environment.services.reviews import flags_offered, review_missing
from qiying.kernel.organisations.offers import offer_nav, provide

DRAFT = ("handler", "liaison", "leader", "policy")
WATCH = ("supervisor", "district_leader", "discipline")
offer_nav("legal_measures", "公平竞争审查", "legal:measures", (*DRAFT, *WATCH), 66, group="enforcement")
provide("fair_competition_flags", flags_offered)
provide("fair_competition_missing", review_missing)
