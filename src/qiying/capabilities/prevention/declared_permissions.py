"""Who guides enterprises; who is guided asks for it as a clerk."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("prevention.view", "看合规专家", "看企业可以约的合规专家。")
declare("prevention.guide", "合规指导", "管合规专家，办合规评估、专家上门和行政约谈。")
for _role in ("inspector", "law_watcher"):
    grant(_role, "prevention.view", "prevention.guide")
for _role in ("desk", "leader", "liaison", "supervisor", "district_leader"):
    grant(_role, "prevention.view")
