"""What may be done in the catalogue, and which roles may; the codes are as old as their first folder."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("approvals.view", "看事项台账", "看服务板块、事项、中介、免费服务和一件事清单，看数字。")
declare("approvals.items", "管事项", "管服务板块和事项：加、改、停、导入；每改一次是新的一版。")
declare("approvals.market", "管中介和用量", "管中介服务、事项用量、免费服务、一件事清单和服务活动。")
declare("approvals.away", "管温馨老家卡", "看在外地的人报的平安，接他们家里的事。")
OFFICE = ("desk", "supervisor", "district_leader", "liaison", "leader", "handler", "deputy", "discipline")
for _role in OFFICE:
    grant(_role, "approvals.view")
grant("desk", "approvals.items", "approvals.market", "approvals.away")
grant("liaison", "approvals.away")
