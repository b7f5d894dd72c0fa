"""What may be done with bookings, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("bookings.offer", "设置可预约时间", "设本单位的接待、窗口、场地什么时间可以约，临时关一天。")
declare("bookings.receive", "接待预约", "看本单位收到的预约，登记来了没来，代企业约、改、取消。")
declare("bookings.district", "看全区预约", "看本区所有单位的预约。")

for _role in ("desk", "liaison", "leader", "utility_handler"):
    grant(_role, "bookings.offer")
for _role in ("desk", "liaison", "handler", "leader", "utility_handler", "utility_head"):
    grant(_role, "bookings.receive")
for _role in ("desk", "supervisor", "admin"):
    grant(_role, "bookings.district")
