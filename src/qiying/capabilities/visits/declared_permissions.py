"""What may be done on visits, and which roles may; the codes are older than this folder and stand in databases."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("engagement.visits", "走访企业", "安排和记录本单位的走访，看本单位去过的企业说了什么、答应了什么。")
declare("engagement.visits_district", "看全区走访", "看全区的走访、共性难处和走访活动。")
declare(
    "engagement.campaigns", "管走访活动", "立走访活动，定目标和起止；代企业登记谢绝走访；把共性难处呈报政府。"
)
declare("engagement.residents", "管驻企服务员", "定服务员、任期和企业，办交接；超过五家说了才看得到意见。")
for _role in ("liaison", "handler", "leader", "desk", "deputy", "discipline", "congress"):
    grant(_role, "engagement.visits")
for _role in ("desk", "supervisor", "district_leader"):
    grant(_role, "engagement.visits_district")
grant("desk", "engagement.campaigns", "engagement.residents")
