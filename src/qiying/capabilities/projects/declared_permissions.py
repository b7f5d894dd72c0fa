"""Who brings projects, who tracks them, who watches over all; acts on a case are for those who take part in it."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("investment", "招商专员", "登记签约项目，定专班和跟踪员，推进到投产；自己提的绿色通道由别人批。")
declare_role("tracker", "项目跟踪员", "跟踪分给自己的项目：前期指导、报批协调、建设跟进，到现场拍照片。")
declare("projects.view", "看项目", "看本单位参与的项目：到哪一步、卡在哪里。")
declare("projects.watch", "看全区项目", "看全区的项目、排名、绿色通道和办理天数。")
declare("projects.keep", "管项目台账", "登记绿色通道条件。")
declare("projects.track", "跟踪项目", "看分给自己的项目，到现场。")
for _role in ("handler", "liaison", "leader"):
    grant(_role, "projects.view")
for _role in ("investment", "supervisor", "district_leader", "discipline"):
    grant(_role, "projects.view", "projects.watch")
grant("tracker", "projects.view", "projects.track", "organisations.view")
grant("investment", "projects.keep", "organisations.view")
