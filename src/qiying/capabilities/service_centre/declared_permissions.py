"""What may be done in the service centre, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("service_centre.hall", "管服务大厅", "设专区、窗口、值班和首席服务员，定上班和错时时间。")
declare("service_centre.guide", "导办", "替来的人取号、登记到了的预约、给优先并写理由、过号的重新排上。")
declare("service_centre.window", "窗口叫号", "在本单位或轮到自己值班的窗口叫号、办理、转窗口、暂停。")
declare("service_centre.view", "看服务大厅", "看排队、窗口和值班，看取号和等候的数。")

grant("desk", "service_centre.hall", "service_centre.guide", "service_centre.window", "service_centre.view")
for _role in ("liaison", "handler"):
    grant(_role, "service_centre.window", "service_centre.view")
grant("utility_handler", "service_centre.window")
for _role in ("leader", "supervisor", "district_leader", "callback", "deputy"):
    grant(_role, "service_centre.view")
