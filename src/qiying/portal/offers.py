"""The office's navigation; a page appears as soon as an app answers at its address."""

from qiying.kernel.organisations.offers import offer_nav, offer_tile
from qiying.kernel.organisations.views.leave import leave_tile

UNIT = ("liaison", "handler", "leader")
WATCHING = ("supervisor", "district_leader", "deputy", "discipline")
OFFICE = ("desk", *UNIT, "supervisor", "callback", "district_leader", "policy")

# What a role comes for stands first.
offer_nav("desk", "来件研判", "/desk/", ("desk",), 10)
offer_nav(
    "worklist",
    "我的办件",
    "/worklist/",
    (*UNIT, "supervisor", "callback", "policy", "reviewer", "treasurer"),
    11,
)
offer_nav("board", "督办", "/board/", (*WATCHING, "leader"), 12)
offer_nav("callback", "回访", "/callback/", ("callback",), 13)
offer_nav("all_cases", "全部办件", "/cases/", ("desk", *UNIT, "supervisor", "callback"), 30)
offer_nav("numbers", "数字", "/numbers/", (*OFFICE, "deputy", "discipline"), 40)
offer_nav("enterprises", "企业", "enterprises:list", (*OFFICE, "admin"), 50)
offer_nav("units", "单位", "organisations:units", ("admin",), 60)
offer_nav("people", "人员", "organisations:people", ("admin",), 61)
offer_nav("audit", "审计", "/audit/", ("admin", "discipline"), 70)
offer_nav("permissions", "权限", "/permissions/", ("admin",), 72)
offer_nav("parameters", "参数", "/parameters/", ("admin",), 73)

# The rest stands in the person's own menu, so that the head of the page fits a 1366 screen.
offer_nav("bindings", "专员申请", "enterprises:bindings", ("desk",), 10, group="menu")
offer_nav("units_seen", "单位和电话", "organisations:units", OFFICE, 30, group="menu")
offer_nav("leave", "请假代办", "organisations:leave", OFFICE, 29, group="menu")
offer_nav("roster", "攻坚手名册", "organisations:roster", OFFICE, 31, group="menu")
offer_nav("deliveries", "通知发送", "notices:deliveries", ("admin",), 62, group="menu")
offer_nav("audit_seen", "审计", "/audit/", ("supervisor",), 63, group="menu")
offer_nav("enterprise_imports", "导入企业", "enterprises:imports", ("desk", "policy"), 70, group="menu")
offer_nav("open", "新提一件", "/open/", OFFICE, 20, group="menu")
offer_nav("ledger_imports", "导入台账", "/imports/", ("desk",), 71, group="menu")

offer_tile("leave", 1, leave_tile, face="office")
