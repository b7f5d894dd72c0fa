"""What may be done with gatherings of kinds that name no permission of their own."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("gatherings.view", "看会议活动", "看本区的会议活动：谁来、说了什么、怎么答复、定了哪天。")
declare("gatherings.organise", "办会议活动", "以本单位名义办会议活动：邀请、签到、记录、发函、告诉结果。")

for _role in ("desk", "supervisor", "district_leader"):
    grant(_role, "gatherings.view")
for _role in ("desk", "liaison", "leader"):
    grant(_role, "gatherings.organise")
