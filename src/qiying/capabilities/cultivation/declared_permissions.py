"""Who keeps the ladder, and who reads what came of it."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "cultivator", "培育专员", "经信部门的人：看哪些企业达标、差什么，做培育计划，登记称号，给优享名额。"
)
declare(
    "cultivation.ladder", "管梯度培育", "看企业离每一层差什么（含经营数据），做计划，登记称号和平台得分。"
)
declare("cultivation.view", "看梯度培育", "看称号和晋级率，看不到企业的经营数据。")

grant("cultivator", "cultivation.ladder")
for _role in ("cultivator", "district_leader", "leader", "supervisor", "policy", "deputy"):
    grant(_role, "cultivation.view")
