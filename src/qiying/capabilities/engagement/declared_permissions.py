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
for _role in ("liaison", "handler", "leader", "associate"):
    grant(_role, "engagement.collect")

# --- points --------------------------------------------------------------------------------------
declare("engagement.points", "管站点", "管本单位的联系点、联络站、代表小组和活动，从站点报问题。")
declare("engagement.points_view", "看站点", "看区里的联系点、联络站、代表小组和它们的作用。")
declare("engagement.points_district", "管全区站点", "定站点类别，替各主管单位设站点。")
declare("engagement.notes", "履职笔记", "自己的笔记，别人看不到；一点就转成问题。")
grant("desk", "engagement.points_district")
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
