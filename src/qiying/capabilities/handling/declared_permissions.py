"""What may be done with partner regions, remote handling and licences, and which roles may.

The codes are older than the folder: what was granted stays granted.
"""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "partner",
    "伙伴地区窗口",
    "异地通办联盟里对方的窗口：收件发来、办我们发过去的，只看自己的件。",
    is_outside=True,
)
declare("service_centre.matters", "管伙伴地区", "管异地通办的伙伴地区和它们的窗口。")
declare("service_centre.licences", "管证照到期", "登记和导入有有效期的证照，系统按日子提醒企业。")
declare("service_centre.partner", "看自己的异地件", "伙伴地区窗口看本窗口收的、办的异地通办件。")
declare("service_centre.remote_open", "发起异地通办", "替申请人发起一件异地通办。")

grant("desk", "service_centre.matters", "service_centre.licences", "service_centre.remote_open")
grant("liaison", "service_centre.licences")
grant("partner", "service_centre.partner", "service_centre.remote_open")
