"""What may be done with applications beyond one's part in them, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("approvals.take_in", "窗口代录和批量受理", "替来窗口的人录申请，整批受理一个商场的商户。")
declare("approvals.applications", "看申请和批次", "看本单位参与的申请、批量受理和承诺核查。")
grant("desk", "approvals.take_in")
for _role in ("desk", "supervisor", "district_leader", "liaison", "leader", "handler"):
    grant(_role, "approvals.applications")
