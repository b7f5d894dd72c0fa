"""What may be done with support policies, by whom."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("reviewer", "政策审核员", "审核别人起草的政策，会审企业的申请，抽查免申即享，不起草也不付款。")
declare_role("treasurer", "资金专员", "下达政策资金，把核定的钱交财政支付，登记回单，不起草也不审核。")

declare(
    "policies.edit",
    "起草政策",
    "给本单位和下级单位主办的政策写表格、改草稿、送审、起草新版、导入，看要花多少钱；别的部门主办的只能看。",
)
declare(
    "policies.review", "审核政策", "审核别人起草的政策并发布，退回修改，停用；只限本单位和下级单位主办的。"
)
declare("policies.counter", "窗口算政策", "在窗口替企业算一遍能享受什么，记下用了几分钟。")
declare("policies.reach", "看政策触达", "看每项政策符合、看过、申请、兑现的企业，导出名单。")
declare("policies.batches", "办免申即享", "看免申即享的批次，发起、抽查、批准。")
declare("policies.money", "管政策资金", "下达和调整资金，付款、登记回单、追回。")
declare("policies.view_money", "看政策资金", "看每项政策的资金余额、每一笔去向和依据。")
declare("policies.numbers", "看政策的数字", "看兑现了多少、多快、多少家，可以导出。")
declare("policies.listings", "管负面清单", "列入、移出不能享受免申即享的企业。")

grant(
    "policy", "policies.edit", "policies.counter", "policies.reach", "policies.batches", "policies.view_money"
)
grant("policy", "policies.numbers", "policies.listings", "enterprises.view")
grant(
    "reviewer",
    "policies.review",
    "policies.reach",
    "policies.batches",
    "policies.view_money",
    "policies.numbers",
)
grant("reviewer", "enterprises.view")
grant("treasurer", "policies.money", "policies.view_money", "policies.numbers")
grant("desk", "policies.counter", "policies.reach")
for _role in ("leader", "district_leader", "supervisor"):
    grant(_role, "policies.reach", "policies.view_money", "policies.numbers")
for _role in ("discipline", "deputy"):
    grant(_role, "policies.view_money", "policies.numbers")
