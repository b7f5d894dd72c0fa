"""Who looks at micro-reforms, proposes, decides, judges."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("reforms.view", "看微改革", "看本区的微改革：改之前、改之后是多少，评委和企业怎么说。")
for _role in (
    "handler",
    "liaison",
    "leader",
    "desk",
    "supervisor",
    "district_leader",
    "deputy",
    "discipline",
):
    grant(_role, "reforms.view")
declare("reforms.propose", "提微改革", "替本单位提微改革，报试点的效果，登记别处也在用。")
declare("reforms.decide", "定微改革", "定别的单位提的试不试、用不用、推到哪里。")
declare("reforms.jury", "当改革案例评委", "给别的单位的改革打分。")
for _role in ("handler", "liaison", "leader", "desk"):
    grant(_role, "reforms.propose")
for _role in ("leader", "supervisor", "district_leader"):
    grant(_role, "reforms.jury")
grant("deputy", "reforms.jury")
for _role in ("supervisor", "district_leader"):
    grant(_role, "reforms.decide")
