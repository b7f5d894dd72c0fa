"""The office's navigation; a page appears as soon as an app answers at its address."""

from qiying.kernel.organisations.offers import offer_nav, offer_tile
from qiying.kernel.organisations.views.leave import leave_tile
from qiying.kernel.permissions.registry import all_roles

UNIT = ("liaison", "handler", "leader")
WATCHING = ("supervisor", "district_leader", "deputy", "discipline")
OFFICE = ("desk", *UNIT, "supervisor", "callback", "district_leader", "policy")

EVERYBODY = tuple(sorted({role.code for role in all_roles()} - {"clerk", "worker", "import_service"}))
OWN = tuple(sorted({*EVERYBODY} - {*OFFICE, "deputy", "discipline", "admin"}))
"""Roles that capabilities declare; they too have a home and what is in their hands."""
UTILITY = ("utility_head", "utility_handler")
BODIES = (*UTILITY, "bank", "associate")
LISTS = ("desk", *UNIT, *UTILITY, "supervisor", "callback")

offer_nav("home", "今天", "portal:home", EVERYBODY, 10, group="today", first=EVERYBODY)
offer_nav("leave", "请假代办", "organisations:leave", (*OFFICE, *BODIES), 20, group="today")

WORKERS = (*UNIT, "supervisor", "callback", "policy", *OWN)
offer_nav("worklist", "我的办件", "/worklist/", WORKERS, 10, group="cases", first=WORKERS)
offer_nav("callback", "回访", "/callback/", ("callback",), 15, group="cases", first=("callback",))
offer_nav("all_cases", "全部办件", "/cases/", LISTS, 20, group="cases", first=LISTS)
offer_nav("open", "新提一件", "/open/", OFFICE, 30, group="cases")

offer_nav("desk", "来件研判", "/desk/", ("desk",), 10, group="desk", first=("desk",))
offer_nav("bindings", "专员申请", "enterprises:bindings", ("desk",), 40, group="desk")

offer_nav("board", "看板", "/board/", (*WATCHING, "leader"), 10, group="watch", first=(*WATCHING, "leader"))
AUDIT = ("admin", "discipline", "supervisor")
offer_nav("audit", "审计", "/audit/", AUDIT, 20, group="watch", first=("admin", "discipline"))

NUMBERS = (*OFFICE, "deputy", "discipline")
offer_nav("numbers", "数字", "/numbers/", NUMBERS, 10, group="numbers", first=NUMBERS)

ENTERPRISES = ("desk", "callback", "admin")
offer_nav(
    "enterprises", "企业", "enterprises:list", (*OFFICE, "admin"), 10, group="registers", first=ENTERPRISES
)
offer_nav("imports", "导入企业", "enterprises:imports", ("desk", "policy"), 11, group="registers")
offer_nav("ledger_imports", "导入台账", "/imports/", ("desk",), 12, group="registers")
offer_nav(
    "units", "单位和电话", "organisations:units", (*OFFICE, "admin"), 20, group="registers", first=("admin",)
)
offer_nav("people", "人员", "organisations:people", ("admin",), 21, group="registers", first=("admin",))
offer_nav("roster", "攻坚手名册", "organisations:roster", OFFICE, 22, group="registers")
offer_nav("permissions", "权限", "/permissions/", ("admin",), 40, group="registers", first=("admin",))
offer_nav("parameters", "参数", "/parameters/", ("admin",), 41, group="registers", first=("admin",))
offer_nav("calendar", "工作日历", "cases:calendar", ("admin",), 42, group="registers")
offer_nav("deliveries", "通知发送", "notices:deliveries", ("admin",), 43, group="registers")

offer_tile("leave", 1, leave_tile, face="office")
