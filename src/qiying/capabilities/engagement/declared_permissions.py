"""What may be done in engagement, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

# --- sessions ------------------------------------------------------------------------------------
declare(
    "engagement.sessions",
    "办政企面对面",
    "定主题和召集领导，请人，记录，发任务函，记成果，管轮值表和服务组。",
)
declare("engagement.sessions_view", "看政企面对面", "看各次会议说了什么、答应了哪天、办到哪一步，看成效。")
declare("engagement.collect", "会前报问题", "驻企服务员、商会协会、“两新”工委在会前替企业报问题。")

grant("desk", "engagement.sessions", "engagement.sessions_view", "engagement.collect")
for _role in ("supervisor", "district_leader", "deputy", "discipline"):
    grant(_role, "engagement.sessions_view")
for _role in ("liaison", "handler", "leader"):
    grant(_role, "engagement.collect")

# --- visits, resident officers, points -----------------------------------------------------------
declare("engagement.visits", "走访企业", "安排和记录本单位的走访，看本单位去过的企业说了什么、答应了什么。")
declare("engagement.visits_district", "看全区走访", "看全区的走访、共性难处和走访活动。")
declare(
    "engagement.campaigns", "管走访活动", "立走访活动，定目标和起止；代企业登记谢绝走访；把共性难处呈报政府。"
)
declare("engagement.residents", "管驻企服务员", "定服务员、任期和企业，办交接；超过五家说了才看得到意见。")
declare("engagement.points", "管站点", "管本单位的联系点、联络站、代表小组和活动，从站点报问题。")
declare("engagement.points_view", "看站点", "看区里的联系点、联络站、代表小组和它们的作用。")
declare("engagement.points_district", "管全区站点", "定站点类别，替各主管单位设站点。")
declare("engagement.notes", "履职笔记", "自己的笔记，别人看不到；一点就转成问题。")

for _role in ("liaison", "handler", "leader", "desk", "deputy", "discipline"):
    grant(_role, "engagement.visits")
for _role in ("desk", "supervisor", "district_leader"):
    grant(_role, "engagement.visits_district")
grant("desk", "engagement.campaigns", "engagement.residents", "engagement.points_district")
for _role in ("desk", "deputy", "discipline", "liaison", "leader"):
    grant(_role, "engagement.points")
for _role in (
    "desk",
    "supervisor",
    "district_leader",
    "liaison",
    "leader",
    "handler",
    "deputy",
    "discipline",
):
    grant(_role, "engagement.points_view")
grant("deputy", "engagement.notes")
