"""What may be done with service requests beside the acts of a case, and which roles may."""

from qiying.capabilities.service_requests import permissions_imports, permissions_learning  # noqa: F401
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("service_requests.desk", "在受理台研判", "看本区的来件，受理定级、交办、合并、拆分，登记线下来件。")
declare("service_requests.channels", "管理渠道", "改渠道的责任单位、交件要求、回复方式，停用或启用渠道。")
declare("service_requests.categories", "管理类别", "改类别的名称、通常归口单位和关键词，停用或启用类别。")
declare("service_requests.replies", "给来源回复", "看还没回复的来件，导出回复表，登记已经当面、电话或书面回复。")
declare("service_requests.view_channels", "查看渠道", "看各渠道这个月来了多少件，哪些迟交、哪些沉默。")

grant("desk", "service_requests.desk", "service_requests.replies", "service_requests.view_channels")
grant("desk", "service_requests.categories")
grant("admin", "service_requests.channels", "service_requests.categories", "service_requests.view_channels")
for _role in ("supervisor", "district_leader"):
    grant(_role, "service_requests.view_channels")
