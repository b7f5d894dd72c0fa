"""Who may see whose numbers."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare(
    "cockpit.view",
    "看全区数字",
    "看全区和各单位的件数、比率和卡住的件，可以导出；点开数字只列出自己看得到的件。",
)
declare("cockpit.view_unit", "看本单位数字", "看本单位的件数和比率，和全区的总数比；看不到别的单位。")
declare(
    "cockpit.schedule",
    "订定期报告",
    "把数字或办件列表按周、按月发给自己和能发给的人；每个人收到的只有他自己看得到的。",
)

for _role in ("desk", "supervisor", "callback", "district_leader", "deputy", "discipline", "policy"):
    grant(_role, "cockpit.view")
for _role in ("liaison", "handler", "leader"):
    grant(_role, "cockpit.view_unit")
for _role in ("desk", "supervisor", "callback", "district_leader", "policy", "liaison", "leader"):
    grant(_role, "cockpit.schedule")
