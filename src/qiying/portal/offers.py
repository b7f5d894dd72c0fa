"""The office's navigation over the registers of the kernel, which knows nothing of who composes it."""

from qiying.kernel.organisations.offers import offer_nav

OFFICE = ("desk", "liaison", "handler", "leader", "supervisor", "callback", "district_leader", "policy")

# What a role comes for stands first; each page appears as soon as its app answers at the address.
offer_nav("desk", "来件研判", "/desk/", ("desk",), 10)
offer_nav("worklist", "我的办件", "/worklist/", ("liaison", "handler", "leader"), 11)
offer_nav("board", "督办", "/board/", ("supervisor", "discipline", "deputy", "district_leader"), 12)
offer_nav("callback", "回访", "/callback/", ("callback", "desk"), 20)
offer_nav("all_cases", "全部办件", "/cases/", ("desk", "supervisor"), 30)
offer_nav("numbers", "数字", "/numbers/", (*OFFICE, "deputy", "discipline"), 40)
offer_nav("enterprises", "企业", "enterprises:list", OFFICE, 50)
offer_nav("units", "单位", "organisations:units", ("admin", "supervisor"), 60)
offer_nav("people", "人员", "organisations:people", ("admin",), 61)
offer_nav("bindings", "专员申请", "enterprises:bindings", ("desk",), 62)
offer_nav("audit", "审计", "/audit/", ("admin", "discipline"), 70)
offer_nav("deliveries", "通知渠道", "notices:deliveries", ("admin",), 71)
offer_nav("permissions", "权限", "/permissions/", ("admin",), 72)
offer_nav("parameters", "参数", "/parameters/", ("admin", "supervisor"), 73)

offer_nav("roster", "攻坚手名册", "organisations:roster", OFFICE, 30, group="menu")
offer_nav("enterprise_imports", "导入企业", "enterprises:imports", ("desk", "policy"), 70, group="menu")
offer_nav("ledger_imports", "导入台账", "/imports/", ("desk", "admin"), 71, group="menu")
