"""Who keeps talents and programmes, who reads the counts."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "talent", "人才专员", "登记本人同意入库的企业家和人才，办培训，报人才计划，把人才介绍给要人的企业。"
)
declare("talents.keep", "管人才库", "登记企业家和人才（本人同意才能登记），介绍给企业，报人才计划，办培训。")
declare("talents.view", "看人才数字", "看人才计划申报和入选的数，看不到任何人的姓名。")
grant("talent", "talents.keep", "talents.view", "consents.record", "consents.look")
for _role in ("district_leader", "leader", "supervisor"):
    grant(_role, "talents.view")
