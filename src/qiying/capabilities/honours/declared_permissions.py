"""Who gives and delivers perks, who examines clean firms, who reads both."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "cultivator", "培育专员", "经信部门的人：看哪些企业达标、差什么，做培育计划，登记称号，给优享名额。"
)
declare_role("chamber", "工商联干事", "核对清廉民企的材料，由另一个人定星。")
declare("honours.view", "看优享和清廉民企", "看优享项目和兑现、定了星的清廉民企。")
declare("honours.perks", "给优享名额", "登记优享项目，下达名额，给企业家。")
declare("honours.deliver", "兑现优享", "兑现交给本单位的优享项目。")
declare("honours.stars", "评清廉民企", "核对企业交的材料，定别人核对过的星级。")

grant("cultivator", "honours.perks")
grant("chamber", "honours.stars")
for _role in ("cultivator", "handler", "liaison"):
    grant(_role, "honours.deliver")
for _role in ("cultivator", "chamber", "district_leader", "leader", "supervisor", "policy", "deputy"):
    grant(_role, "honours.view")
