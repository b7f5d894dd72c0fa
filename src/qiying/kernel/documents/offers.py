"""Where certificates stand: the office's register, the holder's list on his home, the check for everybody."""

from __future__ import annotations

from qiying.kernel.organisations.offers import offer_nav, offer_way

offer_way("certificates", "我的证照", "documents:my_certificates", "check", 40)
offer_nav(
    "certificates",
    "证照登记簿",
    "documents:certificates",
    ("desk", "liaison", "handler", "leader", "supervisor", "admin", "discipline"),
    72,
    group="registers",
)
