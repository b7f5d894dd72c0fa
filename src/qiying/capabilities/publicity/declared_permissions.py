"""Who looks at publicity, writes, passes what others wrote, holds activities."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("publicity.view", "看宣传台账", "看本区送审和发布的稿件、电子屏、宣传到达和活动。")
declare("publicity.write", "写稿、登记宣传", "以本单位名义写稿、送审，登记宣传到了多少人。")
declare("publicity.review", "审本单位的稿", "审本单位别人写的稿，发布、退改、撤下。")
declare("publicity.chief", "当总编", "审各单位的稿，管专栏和电子屏。自己写的由别人审。")
declare("publicity.activity", "办宣传活动", "以本单位名义办赛事、集市、宣讲：报名、签到、照片。")
for _role in (
    "desk",
    "handler",
    "liaison",
    "leader",
    "policy",
    "supervisor",
    "district_leader",
    "discipline",
):
    grant(_role, "publicity.view")
for _role in ("desk", "handler", "liaison", "leader", "policy"):
    grant(_role, "publicity.write")
for _role in ("desk", "liaison", "leader", "discipline"):
    grant(_role, "publicity.activity")
grant("leader", "publicity.review")
grant("desk", "publicity.chief")
