"""Who keeps the ladder, gives perks, examines clean firms, and who reads what came of it."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "cultivator",
    "培育专员",
    "经信部门的人：看哪些企业达标、差什么，做培育计划，登记称号和平台得分，给优享名额。",
)
declare_role("chamber", "工商联干事", "核对清廉民企的材料，由另一个人定星。")
declare(
    "cultivation.ladder", "管梯度培育", "看企业离每一层差什么（含经营数据），做计划，登记称号和平台得分。"
)
declare("cultivation.view", "看梯度培育", "看称号、优享兑现、清廉民企和晋级率，看不到企业的经营数据。")
declare("cultivation.perks", "给优享名额", "登记优享项目，下达名额，给企业家。")
declare("cultivation.deliver", "兑现优享", "兑现交给本单位的优享项目。")
declare("cultivation.stars", "评清廉民企", "核对企业交的材料，定别人核对过的星级。")

grant("cultivator", "cultivation.ladder", "cultivation.view", "cultivation.perks", "cultivation.deliver")
grant("chamber", "cultivation.view", "cultivation.stars")
for _role in ("handler", "liaison"):
    grant(_role, "cultivation.deliver")
for _role in ("district_leader", "leader", "supervisor", "policy", "deputy"):
    grant(_role, "cultivation.view")
