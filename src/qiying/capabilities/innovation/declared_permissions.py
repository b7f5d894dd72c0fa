"""Who sees the ranking, and who sets the weights."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare_function("innovation", "科创评价")
declare("innovation.view", "看创新积分", "看本区企业的创新积分和科创指数，逐项怎么得分。")
declare("innovation.weigh", "定积分权重", "定各阶段的权重，从哪天起用。")
for _role in ("policy", "handler", "liaison", "leader", "supervisor", "district_leader"):
    grant(_role, "innovation.view")
grant("policy", "innovation.weigh")
