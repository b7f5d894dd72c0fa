"""The guarantor's role, who keeps the register of guarantors, who sees all shared loans."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_function("risk_fund", "风险补偿资金")
declare_function("ip_registration", "知识产权质押登记")
declare_role(
    "guarantor",
    "担保机构经办",
    "登记共担的贷款，核代偿、记追偿，只看本机构的。",
    is_outside=True,
)
declare("risk.view", "看共担贷款", "看自己单位的共担贷款和质押：比例、在保、代偿、追回。")
declare("risk.watch", "看全区共担贷款", "看全区各担保机构的在保、放大倍数、支小比例和账。")
declare("risk.keep", "登记担保机构", "登记担保机构和它的净资产、关联方。")
for _role in ("guarantor", "bank", "handler", "liaison", "leader", "policy", "district_leader", "supervisor"):
    grant(_role, "risk.view")
for _role in ("policy", "district_leader", "supervisor"):
    grant(_role, "risk.watch")
grant("policy", "risk.keep")
