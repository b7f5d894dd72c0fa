"""Who keeps stations and lawyers; what is asked and answered nobody but firm and lawyer reads."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role(
    "lawyer", "值班律师", "在室站值班，答复找他的企业，只看自己的咨询。", is_alone=True, is_outside=True
)
declare("legal_stations.view", "看法律服务室站", "看室站、值班律师和讲座，看不到咨询内容。")
declare("legal_stations.keep", "管本单位的法律服务室站", "登记本单位的室站、值班律师，办讲座。")
declare("legal_stations.all", "管全区的法律服务室站", "登记全区的室站和值班律师。")
declare("legal_stations.advise", "值班答复", "开放自己的值班时间，答复企业。")
for _role in ("liaison", "leader", "congress", "law_watcher"):
    grant(_role, "legal_stations.view", "legal_stations.keep")
for _role in ("congress", "law_watcher"):
    grant(_role, "legal_stations.all")
for _role in ("supervisor", "district_leader", "deputy"):
    grant(_role, "legal_stations.view")
grant("lawyer", "legal_stations.view", "legal_stations.advise", "bookings.offer")
